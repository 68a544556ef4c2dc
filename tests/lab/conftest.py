"""Worlds for the tests of the lab: each test steps its own clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.lab.world import World

MakeWorld = Callable[..., World]


@pytest.fixture
def hairpin() -> MakeWorld:
    """Make the hairpin story, with variants and a seed."""

    def make(*variants: str, seed: int | None = None, workloads: bool = False) -> World:
        return World.from_story("hairpin", variants, seed, workloads=workloads)

    return make
