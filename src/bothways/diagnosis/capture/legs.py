"""Packets that pass twice with other numbers: before a device that changes them, and behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bothways.diagnosis.capture.capture import Capture, Link
from bothways.diagnosis.capture.packets import after

if TYPE_CHECKING:
    from bothways.diagnosis.capture.stream import Seen

_TWO_LINKS = 2
_FAR = 1 << 24
"""Numbers of one end that are further apart were counted from two starts."""


def on_the_clients_leg(capture: Capture, packets: tuple[Seen, ...]) -> tuple[Seen, ...]:
    """The packets between the client and its first router, where those behind a device are here, too.

    A firewall on a stick, or a copied trunk, shows a connection twice. Where the numbers are the same, the
    second form is a copy and marked so; where they are not, the two would be mixed up.
    """
    links = {one.link for one in packets}
    if len(links) <= _TWO_LINKS or -1 in links or not _renumbered(packets):
        return packets
    own = _client(capture, packets)
    return tuple(one for one in packets if _on(capture.links[one.link], own, from_client=one.from_client))


def _renumbered(packets: Sequence[Seen]) -> bool:
    """Whether one end's numbers are of two countings on two links."""
    first: dict[bool, dict[int, int]] = {True: {}, False: {}}
    for one in packets:
        if not one.is_reset:
            first[one.from_client].setdefault(one.link, one.seq)
    return any(
        abs(after(number, next(iter(numbers.values())))) > _FAR
        for numbers in first.values()
        for number in numbers.values()
    )


def _client(capture: Capture, packets: Sequence[Seen]) -> tuple[str, int]:
    """The station that only ever sends the client's packets, and its VLAN."""
    sent = [capture.links[one.link] for one in packets if one.from_client]
    sent = sent or [Link(link.destination, link.source, link.vlan)
                    for link in (capture.links[one.link] for one in reversed(packets))]  # fmt: skip
    passed_on = {(link.destination, link.vlan) for link in sent} | {(link.destination, 0) for link in sent}
    own = [link for link in sent if (link.source, link.vlan) not in passed_on]
    return ((own or sent)[0].source, (own or sent)[0].vlan)


def _on(link: Link, own: tuple[str, int], *, from_client: bool) -> bool:
    mac, vlan = own
    return vlan == link.vlan and mac == (link.source if from_client else link.destination)
