"""The way of each captured packet, as far as frames and later packets show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bothways.report.ladder.captured_columns import CAPTURE, CLIENT, SERVER, Places
from bothways.report.ladder.crossings import Crossing, link_of
from bothways.report.ladder.heard import Heard
from bothways.report.ladder.numbering import Numbering
from bothways.report.ladder.picture import Passage, Stretch
from bothways.report.ladder.sockets import changes, socket

_INITIAL = (255, 128, 64)


class Ways:
    """The ways of one stream's packets."""

    def __init__(self, places: Places, numbering: Numbering, crossings: Sequence[Crossing]) -> None:
        self._places, self._numbering = places, numbering
        self._names = {column.key: column.name for column in places.columns}
        self._heard = Heard((one.last for one in crossings), numbering)
        self._ttls = {side: _ttls(crossings, from_client=side) for side in (True, False)}

    def got(self, crossing: Crossing) -> bool:
        """Whether the other end's packets show that it got this one."""
        return self._heard.got(crossing.last)

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
        # Without MAC addresses a packet that stands twice was sent on by whoever captured it.
        through = [self._places.devices.get(mac, "") for mac in crossing.through] or [CAPTURE] * (
            len(crossing.forms) - 1
        )
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
        way += [end] if reaches or (len(crossing.forms) > 1 and crossing.from_client and not way[-1]) else []
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
            changes=tuple(changes(crossing.forms[at - 1], form, (self._numbering,) * 2)) if rewritten else (),
            through=Passage(source_mac=link.source, next_hop_mac=link.destination)
            if link is not None and shown
            else Passage(),
        )


def _ttls(crossings: Sequence[Crossing], *, from_client: bool) -> set[int]:
    """What an end's packets have, RSTs left out."""
    frames = (one.first.seen for one in crossings if one.from_client == from_client)
    return {seen.ttl for seen in frames if not seen.is_reset}


def _from(maker: str, way: list[str]) -> list[str]:
    """The way from the device that made the packet on."""
    if not maker:
        return way
    onward = way[way.index(maker) + 1 :] if maker in way else way[1:]
    return [maker, *(onward or [CAPTURE])]
