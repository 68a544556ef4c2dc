"""By how much the ASA moves initial sequence numbers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from bothways.lab.frames import SEQUENCE_SPACE


@dataclass
class Deltas:
    """Where the changes of sequence numbers come from.

    Attributes:
        half: `above` keeps every change below half of the number space, so that a RST that acknowledges the
            changed number lies behind the initial one; `below` does the opposite; "" leaves it to chance.
    """

    seed: str
    half: str = ""
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(f"{self.seed}/deltas")

    def next(self) -> int:
        """Another one."""
        half = SEQUENCE_SPACE // 2
        low, high = {
            "above": (1 << 20, half - (1 << 20)),
            "below": (half + (1 << 20), SEQUENCE_SPACE - (1 << 20)),
        }.get(self.half, (1 << 20, SEQUENCE_SPACE - (1 << 20)))
        return self._random.randrange(low, high)
