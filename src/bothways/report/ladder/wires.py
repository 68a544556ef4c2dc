"""On which stretch of a predicted packet's way a frame was captured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bothways.diagnosis.capture.calls import CallPacket
from bothways.report.ladder.crossings import Crossing, link_of
from bothways.report.ladder.picture import Picture, Row, Stretch
from bothways.report.ladder.sockets import socket

_SURE = 4


class Wires:
    """The MAC addresses that a prediction gives each column, and what follows for frames.

    Attributes:
        seen_at: device and interface that a capture is of; None where nobody said.
        near_client: which end frames without known addresses are taken to be near to.
    """

    def __init__(
        self, picture: Picture, seen_at: tuple[str, str] | None = None, *, near_client: bool = True
    ) -> None:
        self.seen_at, self.near_client = seen_at, near_client
        self._macs: dict[str, set[str]] = defaultdict(set)
        for row in picture.rows:
            for one in row.stretches:
                self._macs[one.start].add(one.through.source_mac)
                self._macs[one.end].add(one.through.next_hop_mac)

    def column(self, mac: str) -> str:
        """The key of the column that has a MAC address, "" for none."""
        return next((key for key, macs in self._macs.items() if mac and mac in macs), "")

    def passes(self, stretch: Stretch) -> bool:
        """Whether the place of the capture is known, and this stretch comes by it."""
        if self.seen_at is None:
            return False
        device, interface = self.seen_at
        comes = stretch.end == device and stretch.through.enters == interface
        return comes or (stretch.start == device and stretch.through.leaves == interface)

    def stretches(self, row: Row, crossing: Crossing) -> list[tuple[CallPacket, Stretch, str]]:
        """Each form of a captured packet, its stretch, and the column it was seen at, "" if not known."""
        found = []
        first = 0
        for form in crossing.forms:
            rest = row.stretches[first:]
            if not rest:
                break
            at = max(range(len(rest)), key=lambda index: self._likeness(form, rest, index))
            found.append((form, rest[at], self._at(form, rest[at])))
            first += at + 1
        return found

    def _likeness(self, form: CallPacket, rest: Sequence[Stretch], at: int) -> tuple[int, int, int]:
        stretch = rest[at]
        link = link_of(form)
        weight = _SURE * self.passes(stretch)
        if link is not None:
            for mac, key in ((link.source, stretch.start), (link.destination, stretch.end)):
                owner = self.column(mac)
                weight += _SURE if owner and owner == key else -1 if owner else 0
        near_start = form.seen.from_client == self.near_client
        return weight, not addresses_differ(form, stretch), -at if near_start else at

    def _at(self, form: CallPacket, stretch: Stretch) -> str:
        if self.seen_at is not None:
            return self.seen_at[0]
        link = link_of(form)
        if link is None:
            return ""
        if self.column(link.destination) == stretch.end:
            return stretch.end
        return stretch.start if self.column(link.source) == stretch.start else ""


def addresses_differ(form: CallPacket, stretch: Stretch) -> str:
    """How a frame's addresses are not those predicted for a stretch, "" when they are."""
    for word, seen, predicted in (
        ("from", socket(form, form.source), stretch.source),
        ("to", socket(form, form.destination), stretch.destination),
    ):
        if not _same_end(seen, predicted):
            return f"{word} {seen}, and not {predicted}"
    return ""


def _same_end(seen: str, predicted: str) -> bool:
    """Ports count where the prediction has one."""
    address, _, port = predicted.partition(":")
    if port.isdigit():
        return seen == predicted
    return seen.partition(":")[0] == address
