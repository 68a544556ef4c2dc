"""Captures as they are typed: which, under which names, matching what, and how they are taken away."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bothways.diagnosis.capture.spots import Ends, Spot
from bothways.session.typed_line import check_capture

BUFFER_B = 65_536
"""A few hundred packets; the buffer is not circular, so it fills and stays."""
PACKET_B = 128
"""Ethernet, VLAN, IP and TCP with all its options; payload is not asked for."""
DROPPED = "asp-drop"
LIST = "show capture"

_MOST_MATCHES = 2
"""The device takes three, but a line of three is longer than some command lines."""
_OUR_NAME = re.compile(r"bw-[0-9a-z]{6}-[0-9]{1,2}")
_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True)
class Placement:
    """One capture of ours.

    Attributes:
        interface: whose packets; "" for packets that the firewall drops, whatever the interface.
        ends: what it matches, as the addresses are there.
    """

    name: str
    device: str
    interface: str
    ends: tuple[Ends, ...]

    @property
    def command(self) -> str:
        """What places it."""
        kind = f"raw-data interface {self.interface}" if self.interface else f"{DROPPED} all"
        matches = "".join(
            f" match tcp host {one.client} host {one.server} eq {one.port}" for one in self.ends
        )
        return f"capture {self.name} type {kind} buffer {BUFFER_B} packet-length {PACKET_B}{matches}"

    @property
    def removal(self) -> str:
        """What takes it away."""
        return removal(self.name)

    @property
    def place(self) -> str:
        """The interface, or that it is of dropped packets."""
        return self.interface or DROPPED


def removal(name: str) -> str:
    """What takes a capture away."""
    return f"no capture {name}"


def is_ours(name: str) -> bool:
    """Whether a name has the form of ours."""
    return _OUR_NAME.fullmatch(name) is not None


def new_tag() -> str:
    """Six letters that no capture on any device bears yet, but for one chance in two thousand million."""
    return "".join(secrets.choice(_LETTERS) for _ in range(6))


def placements(spots: Mapping[str, Sequence[Spot]], tag: str) -> tuple[Placement, ...]:
    """The captures of a run, device by device: one an interface, and one of dropped packets.

    Raises:
        BadInput: an interface has a name that cannot be typed.
    """
    found = [one for device, here in spots.items() for one in _of_device(device, here, tag)]
    for one in found:
        check_capture(one.device, one.command)
    return tuple(found)


def _of_device(device: str, spots: Sequence[Spot], tag: str) -> Iterator[Placement]:
    every = tuple(dict.fromkeys(ends for spot in spots for ends in spot.ends))
    wanted = [*((spot.interface, spot.ends) for spot in spots), ("", every)]
    parts = [(interface, part) for interface, ends in wanted for part in _parts(ends)]
    for number, (interface, part) in enumerate(parts, 1):
        yield Placement(f"bw-{tag}-{number}", device, interface, part)


def _parts(ends: tuple[Ends, ...]) -> Iterator[tuple[Ends, ...]]:
    for start in range(0, len(ends), _MOST_MATCHES):
        yield ends[start : start + _MOST_MATCHES]
