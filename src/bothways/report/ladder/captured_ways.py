"""The way of each captured packet, as far as frames and later packets show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bothways.diagnosis.capture.calls import CallPacket
from bothways.diagnosis.capture.packets import ACK, RST, SYN, after
from bothways.report.ladder.captured_columns import CAPTURE, CLIENT, SERVER, Places
from bothways.report.ladder.crossings import Crossing, link_of
from bothways.report.ladder.numbering import Numbering
from bothways.report.ladder.picture import Change, Number, Passage, Stretch

_INITIAL = (255, 128, 64)


class Ways:
    """The ways of one stream's packets."""

    def __init__(self, places: Places, numbering: Numbering, crossings: Sequence[Crossing]) -> None:
        self._places, self._numbering = places, numbering
        self._names = {column.key: column.name for column in places.columns}
        self._acked: dict[bool, int | None] = {True: None, False: None}
        self._heard_syn: dict[bool, int] = {}
        self._talked: dict[bool, int] = {}
        self._ttls: dict[bool, set[int]] = {True: set(), False: set()}
        for one in crossings:
            self._learn(one)

    def _learn(self, crossing: Crossing) -> None:
        """What each end's last words show of the other one's."""
        seen, side = crossing.last.seen, crossing.from_client
        if seen.flags & ACK and not seen.flags & RST:
            highest = self._acked[side]
            if highest is None or after(seen.ack, highest) > 0:
                self._acked[side] = seen.ack
        if seen.is_syn_ack or seen.flags & RST or seen.flags & ACK:
            self._heard_syn[side] = seen.place
        if not seen.flags & (SYN | RST):
            self._talked[side] = seen.place
        if not seen.is_reset:
            self._ttls[side].add(seen.ttl)

    def got(self, crossing: Crossing) -> bool:
        """Whether the other end's packets show that it got this one."""
        seen, other = crossing.last.seen, not crossing.from_client
        if seen.flags & SYN:
            return self._heard_syn.get(other, -1) > seen.place
        if seen.is_reset or "numbers" not in crossing.last.stream.capture.known:
            return False
        size = seen.length + seen.is_fin
        acked = self._acked[other]
        if size:
            return acked is not None and after(acked, seen.seq + size) >= 0
        # The client's first ACK opens the server's side: a server that goes on talking has got one.
        number = self._numbering.seq(crossing.last)
        opens = crossing.from_client and number is not None and number.relative == "1"
        return opens and self._talked.get(other, -1) > seen.place

    def made_by(self, crossing: Crossing) -> str:
        """The name of the device that made a packet itself, "" where it came from its sender."""
        key = self._maker(crossing)
        return self._names.get(key, "")

    def kept_back(self, crossing: Crossing) -> bool:
        """Whether a device that sends packets on over this wire got it, and did not."""
        link = link_of(crossing.last)
        return link is not None and bool(self._places.behind(link.destination))

    def _maker(self, crossing: Crossing) -> str:
        seen, maker = crossing.first.seen, self._places.maker
        if maker is not None and maker.made(seen):
            return maker.key
        link = link_of(crossing.first)
        if link is None or seen.ttl not in _INITIAL or seen.ttl in self._ttls[crossing.from_client]:
            return ""
        return self._places.devices.get(link.source, "")

    def stretches(self, crossing: Crossing, *, reaches: bool) -> tuple[Stretch, ...]:
        """From who sends it past the capture, through devices, and to its receiver if it gets there."""
        stops = list(self._stops(crossing, reaches=reaches))
        through = [self._places.devices.get(mac, "") for mac in crossing.through]
        found: list[Stretch] = []
        at = 0
        for start, end in pairwise(stops):
            turned = start in through[at:]
            at += turned
            found.append(self._stretch(crossing, at, (start, end), rewritten=turned))
        return tuple(found)

    def _stops(self, crossing: Crossing, *, reaches: bool) -> Iterator[str]:
        first, last = link_of(crossing.first), link_of(crossing.last)
        came = first.source if first is not None else ""
        goes = last.destination if last is not None else ""
        maker, through = self._maker(crossing), [self._places.devices[mac] for mac in self._turns(crossing)]
        if crossing.from_client:
            before = [self._places.before_client(came)]
            behind = [*through, self._places.behind(goes)]
            way = [CLIENT, *before, CAPTURE, *behind]
        else:
            before = [self._places.behind(came), *through]
            behind = [self._places.before_client(goes)]
            to_device = self._places.behind(goes)
            way = [SERVER, *before, *([to_device] if to_device else [CAPTURE, *behind])]
        end = SERVER if crossing.from_client else CLIENT
        way += [end] if reaches or (through and crossing.from_client and not way[-1]) else []
        yield from _from(maker, [stop for stop in dict.fromkeys(way) if stop])

    def _turns(self, crossing: Crossing) -> list[str]:
        return [mac for mac in crossing.through if mac in self._places.devices]

    def _stretch(self, crossing: Crossing, at: int, ends: tuple[str, str], *, rewritten: bool) -> Stretch:
        form = crossing.forms[at]
        link = link_of(form)
        # Its frame was on the captured wire, or on the same one behind the device that sent it on.
        shown = link is not None and (ends[1] == CAPTURE or rewritten or ends[0] == SERVER)
        return Stretch(
            *ends,
            source=socket(form, form.source),
            destination=socket(form, form.destination),
            seq=self._numbering.seq(form),
            ack=self._numbering.ack(form),
            changes=tuple(self._changes(crossing.forms[at - 1], form)) if rewritten else (),
            through=Passage(source_mac=link.source, next_hop_mac=link.destination)
            if link is not None and shown
            else Passage(),
        )

    def _changes(self, came: CallPacket, goes: CallPacket) -> Iterator[Change]:
        values = (
            ("source", socket(came, came.source), socket(goes, goes.source)),
            ("destination", socket(came, came.destination), socket(goes, goes.destination)),
            ("seq", _said(self._numbering.seq(came)), _said(self._numbering.seq(goes))),
            ("ack", _said(self._numbering.ack(came)), _said(self._numbering.ack(goes))),
        )
        for what, before, behind in values:
            if before != behind:
                yield Change(what, before, behind)


def socket(frame: CallPacket, end: tuple[int, int]) -> str:
    """An address with its port, where the capture has ports."""
    address, port = end
    return f"{frame.stream.capture.address(address)}{f':{port}' if port else ''}"


def _said(number: Number | None) -> str:
    return number.relative if number is not None else ""


def _from(maker: str, way: list[str]) -> list[str]:
    """The way from the device that made the packet on."""
    if not maker:
        return way
    return way[way.index(maker) :] if maker in way else [maker, *way[1:]]
