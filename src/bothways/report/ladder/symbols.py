"""The symbols of predicted numbers: initial numbers, and what devices add to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bothways.diagnosis import packets
from bothways.diagnosis.legs import Leg
from bothways.report.ladder.picture import Number

_ENDS = {"C": "the client's first sequence number", "S": "the server's first sequence number"}


class Symbols:
    """Says the numbers of one picture; where two devices add to them, each Δ bears its device's name."""

    def __init__(self, legs: Iterable[Leg]) -> None:
        self._numbers = tuple(dict.fromkeys(number for leg in legs for number in _numbers(leg)))
        names = {name for number in self._numbers for name, _ in number.shifts}
        self._devices = tuple(sorted(names))

    def number(self, number: packets.Number | None) -> Number | None:
        """A number as people write it."""
        if number is None:
            return None
        text = number.isn
        for name, times in number.shifts:
            factor = "" if abs(times) == 1 else str(abs(times))
            text += f"{'+' if times > 0 else '-'}{factor}{self._delta(name)}"
        return Number(f"{text}+{number.plus}" if number.plus else text)

    def legend(self) -> tuple[tuple[str, str], ...]:
        """What each symbol that occurs stands for."""
        found = {number.isn for number in self._numbers}
        ends = [(isn, words) for isn, words in _ENDS.items() if isn in found]
        return (*ends, *((self._delta(name), self._added(name)) for name in self._devices))

    def _delta(self, device: str) -> str:
        return "Δ" if len(self._devices) == 1 else f"Δ({device})"

    def _added(self, device: str) -> str:
        """A firewall has one number for what the client sends, and another for what the server sends."""
        moved = {number.isn for number in self._numbers if device in dict(number.shifts)}
        if len(moved) == 1:
            return f"what {device} adds to {next(iter(moved))}"
        return f"what {device} adds: one number to C, another to S"


def _numbers(leg: Leg) -> Iterator[packets.Number]:
    for packet in (leg.sent, *(hop.left for hop in leg.hops), leg.arrived):
        if packet is not None:
            yield from (number for number in (packet.seq, packet.ack) if number is not None)
