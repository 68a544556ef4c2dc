"""Two clocks compared by packets that both captures have: how far apart, and how they drift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_WORTH_A_DRIFT_S = 60.0
_ENOUGH = 8


@dataclass(frozen=True, slots=True)
class Clocks:
    """How the second capture's clock stands to the first one's.

    Attributes:
        offset_s: what the second clock shows more than the first, in the middle of the time.
        way_s: how long a packet takes from one place to the other; None when only one direction was seen.
        drift_ppm: how much faster the second clock runs; None when the time is too short to tell.
        at_s: the moment, by the first clock, that the offset is of.
    """

    offset_s: float
    way_s: float | None
    drift_ppm: float | None
    at_s: float

    def there(self, time_s: float) -> float:
        """A moment of the first clock, as the second one shows it."""
        return time_s + self.offset_s + (time_s - self.at_s) * (self.drift_ppm or 0.0) / 1e6


Twin = tuple[float, float, bool]
"""The same packet's two times, and whether it is the client's."""


def clocks_of(twins: Sequence[Twin]) -> Clocks | None:
    """Compare the clocks; the fastest packet of each direction counts, for slower ones had to wait."""
    if not twins:
        return None
    ordered = sorted(twins)
    first, last = ordered[0][0], ordered[-1][0]
    middle = (first + last) / 2
    drift = None
    if last - first >= _WORTH_A_DRIFT_S and len(ordered) >= _ENOUGH:
        third = (last - first) / 3
        early = _offset([one for one in ordered if one[0] <= first + third])
        late = _offset([one for one in ordered if one[0] >= last - third])
        if early is not None and late is not None:
            drift = (late[0] - early[0]) / (late[2] - early[2]) * 1e6
            rate = drift / 1e6
            ordered = [(here, there - (here - middle) * rate, client) for here, there, client in ordered]
    found = _offset(ordered)
    if found is None:
        return None
    return Clocks(found[0], found[1], drift, middle)


def _offset(twins: Sequence[Twin]) -> tuple[float, float | None, float] | None:
    """Offset, way, and the moment they are of."""
    if not twins:
        return None
    middle = (twins[0][0] + twins[-1][0]) / 2
    out = [there - here for here, there, client in twins if client]
    back = [there - here for here, there, client in twins if not client]
    if out and back:
        # Whichever capture is nearer to the client: one direction is late by the way, the other one early.
        one = (min(out) + max(back)) / 2, abs(min(out) - max(back)) / 2
        other = (max(out) + min(back)) / 2, abs(max(out) - min(back)) / 2
        best = one if min(out) >= max(back) else other
        return (*best, middle)
    deltas = sorted(out or back)
    return deltas[len(deltas) // 2], None, middle
