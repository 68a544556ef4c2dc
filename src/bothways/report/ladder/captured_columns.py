"""The columns of a captured stream: its ends, the place of the capture, and devices that frames give away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bothways.diagnosis.capture.judgement import Cause, Judgement
from bothways.diagnosis.capture.signs import hops_away
from bothways.diagnosis.capture.stream import Seen, Stream
from bothways.report.ladder.crossings import Crossing, link_of
from bothways.report.ladder.picture import Column, Kind

CLIENT, SERVER, CAPTURE = "client", "server", "capture"
_MAKERS = (Cause.RESET_BY_DEVICE, Cause.PROXY_STALL)


@dataclass(frozen=True, slots=True)
class Maker:
    """A device that makes packets in an end's name.

    Attributes:
        key: of its column.
        in_name_of_client: whose.
        ttl: what its packets have.
        resets: it makes only a RST; else acknowledgements.
    """

    key: str
    name: str
    in_name_of_client: bool
    ttl: int
    resets: bool

    def made(self, seen: Seen) -> bool:
        """Whether a packet is one of its."""
        if seen.from_client != self.in_name_of_client or seen.ttl != self.ttl:
            return False
        return seen.is_reset if self.resets else not seen.length


@dataclass(frozen=True, slots=True)
class Places:
    """Where packets pass.

    Attributes:
        columns: from the client to the server.
        devices: MAC address to key, of those that send packets on over the captured wire or make some.
        near: keys of devices between the client and the capture; the others are behind it.
        maker: who makes packets in somebody's name, None for nobody.
    """

    columns: tuple[Column, ...]
    devices: dict[str, str]
    near: frozenset[str]
    maker: Maker | None

    def before_client(self, mac: str) -> str:
        """The key of a device between the client and the capture, "" where it is none."""
        key = self.devices.get(mac, "")
        return key if key in self.near else ""

    def behind(self, mac: str) -> str:
        """The key of a device between the capture and the server, "" where it is none."""
        key = self.devices.get(mac, "")
        return "" if key in self.near else key


def places_of(
    streams: Sequence[Stream], crossings: Sequence[Crossing], judgement: Judgement | None, router: str
) -> Places:
    """The columns of a picture.

    Args:
        streams: the call's, the one that the client opened first.
        crossings: its packets.
        judgement: what is said about it.
        router: the address of a router behind the capture that answers with an error, "" for none.
    """
    stream = streams[0]
    turning = list(dict.fromkeys(mac for one in crossings for mac in one.through))
    devices = {mac: f"device {mac}" for mac in turning}
    maker = _maker(judgement, crossings, devices)
    known = maker is not None and maker.key in devices.values()
    near: tuple[Column, ...] = ()
    far = tuple(Column(key, mac, Kind.DEVICE) for mac, key in devices.items())
    if maker is not None and not known:
        column = Column(maker.key, maker.name, Kind.DEVICE)
        near, far = ((column,), far) if maker.in_name_of_client else ((), (column, *far))
        if maker.key == f"device {maker.name}":
            devices[maker.name] = maker.key
    if router and router != stream.side(client=False):
        far = (*far, Column(router_key(router), router, Kind.DEVICE))
    others = tuple(dict.fromkeys(one.side(client=False) for one in streams[1:]))
    called = stream.side(client=False)
    columns = (
        Column(CLIENT, stream.side(client=True), Kind.HOST),
        *near,
        Column(CAPTURE, stream.capture.name, Kind.CAPTURE),
        *far,
        Column(SERVER, called, Kind.HOST, tuple(name for name in others if name != called)),
    )
    return Places(columns, devices, frozenset(column.key for column in near), maker)


def router_key(address: str) -> str:
    """The key of a router's column."""
    return f"router {address}"


def _maker(
    judgement: Judgement | None, crossings: Sequence[Crossing], devices: dict[str, str]
) -> Maker | None:
    """The device that a verdict speaks of, by its MAC address if it is on this very wire."""
    if judgement is None or judgement.cause not in _MAKERS:
        return None
    frame = next((one.first for one in crossings if judgement.packet in one.numbers), None)
    if frame is None:
        return None
    link, seen = link_of(frame), frame.seen
    known = "ttl" in frame.stream.capture.known
    hops = hops_away(seen.ttl) if known else 0
    if hops == 0 and known and link is not None and link.source:
        key, name = devices.get(link.source, f"device {link.source}"), link.source
    else:
        far = "" if not known else f", {hops} hop{'' if hops == 1 else 's'} from here"
        key, name = "maker", f"a device{far}"
    return Maker(key, name, seen.from_client, seen.ttl, judgement.cause is Cause.RESET_BY_DEVICE)
