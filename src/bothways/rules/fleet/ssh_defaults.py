"""Which versions of SSH a device takes that does not say so: what the release's guide says, as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NUMBERS = re.compile(r"(\d+)\.(\d+)", re.ASCII)


@dataclass(frozen=True)
class Known:
    """Releases whose guide says that without a line both versions are taken.

    Attributes:
        first, last: major and minor release, inclusive.
        source: where that is said.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    source: str


BOTH_VERSIONS: Mapping[str, tuple[Known, ...]] = {
    # From 9.9 on nobody here knows in which release version 1 went.
    "cisco_asa": (
        Known((7, 0), (9, 8), "ASA command reference, `ssh version`: both are allowed by default"),
    ),
    "cisco_ios": (
        Known((12, 0), (16, 99), "Catalyst 2960-XR guide, `ip ssh version`: without it the client chooses"),
        # IOS XE 3 is IOS 15 inside.
        Known((3, 0), (3, 99), "Catalyst 2960-XR guide, `ip ssh version`: without it the client chooses"),
    ),
}


def takes_both(platform: str, release: str) -> bool:
    """Whether a release is known to take version 1 as well, where no line says otherwise."""
    found = _NUMBERS.match(release)
    if found is None:
        return False
    number = int(found[1]), int(found[2])
    return any(known.first <= number <= known.last for known in BOTH_VERSIONS[platform])
