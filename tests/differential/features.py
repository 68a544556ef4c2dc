"""What the networks of later seeds have beyond the others, drawn from streams of their own.

Networks below seed 20000 have none of it and stay as they are, to the last line: the figures and regressions
of theirs can be repeated. (The other way, a draw that may say "nothing" for every seed, would leave hardly
an old network as it was.) From 20000 on the first stream draws the same kind of network as ever, and one
stream for each addition what is added: another addition leaves those before it as they are. What came later
begins at 30000, so that the seeds between stay what they were, too.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

FIRST = 20000
ODDS = {
    "udp": 0.5,
    "asa-nat": 0.45,
    "ios-nat": 0.3,
    "object-groups": 0.45,
    "policies": 0.4,
    "undeclared": 0.3,
    "link-state": 0.3,
}
"""How many networks have each."""
LATER_FIRST = 30000
LATER = {
    "asa-manual-nat": 0.4,
    "asa-ports": 0.35,
    "ios-ports": 0.3,
    "ios-hiding": 0.35,
    "vrf": 0.35,
}
"""The same of those that come from there on."""


class Stream(random.Random):
    """The chance of one addition."""

    def chance(self, probability: float) -> bool:
        """Whether something happens."""
        return self.random() < probability

    def some(self, items: Sequence[Item], most: int) -> list[Item]:
        """Some of them, one at least."""
        return self.sample(items, min(len(items), self.randint(1, most)))


class Features:
    """The additions of a network.

    Attributes:
        chosen: their names.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._streams: dict[str, Stream] = {}
        self.chosen = frozenset(
            name
            for first, table in ((FIRST, ODDS), (LATER_FIRST, LATER))
            for name, odds in table.items()
            if seed >= first and Stream(f"{seed}/{name}?").chance(odds)
        )

    def __contains__(self, name: str) -> bool:
        return name in self.chosen

    def __getitem__(self, name: str) -> Stream:
        if name not in self._streams:
            self._streams[name] = Stream(f"{self._seed}/features/{name}")
        return self._streams[name]
