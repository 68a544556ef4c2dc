"""The numbers behind the symbols of a prediction, learnt from captured packets."""

from __future__ import annotations

from bothways.diagnosis.capture.packets import SEQUENCE_SPACE, after
from bothways.report.ladder.picture import Number


class Solved:
    """What each symbol, or sum of symbols, was seen to be."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}

    def fits(self, predicted: Number | None, seen: int) -> str:
        """Learn from a number; why it does not go with those before it, "" when it does."""
        if predicted is None:
            return ""
        symbol, plus = parted(predicted.relative)
        value = (seen - plus) % SEQUENCE_SPACE
        known = self.values.get(symbol)
        if known is not None:
            expected = (known + plus) % SEQUENCE_SPACE
            return "" if known == value else f"{seen}, and not {predicted.relative} = {expected}"
        akin = (name for name, other in self.values.items() if other == value and name[:1] == symbol[:1])
        twin = next(akin, "")
        if twin:
            return f"{seen}, which is {twin}{f'+{plus}' if plus else ''}, and not {predicted.relative}"
        self.values[symbol] = value
        return ""

    def filled(self, number: Number | None) -> Number | None:
        """A predicted number with its value, where that is known."""
        if number is None:
            return None
        symbol, plus = parted(number.relative)
        known = self.values.get(symbol)
        return number if known is None else Number(number.relative, (known + plus) % SEQUENCE_SPACE)

    def symbolic(self, value: int, *, of_client: bool) -> Number | None:
        """A captured number by the symbol it is nearest to; None where none of its end is known."""
        end = "C" if of_client else "S"
        near = [(after(value, known), name) for name, known in self.values.items() if name[:1] == end]
        if not near:
            return None
        plus, name = min(near, key=lambda one: abs(one[0]))
        return Number(f"{name}{plus:+}" if plus else name, value)

    def legend(self, legend: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """What symbols stand for, and their values."""
        return tuple((symbol, self._told(symbol, words)) for symbol, words in legend)

    def _told(self, symbol: str, words: str) -> str:
        value = self.values.get(symbol)
        if value is None:
            for end in ("C", "S"):
                one, other = self.values.get(end), self.values.get(f"{end}+{symbol}")
                if one is not None and other is not None:
                    value = (other - one) % SEQUENCE_SPACE
        return words if value is None else f"{words}, {value}"


def parted(text: str) -> tuple[str, int]:
    """`C+Δ+1` as `C+Δ` and 1."""
    head, plus, tail = text.rpartition("+")
    return (head, int(tail)) if plus and tail.isascii() and tail.isdigit() else (text, 0)
