"""Real outputs, where they are present, and the arithmetic every parse must satisfy."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bothways.platforms import PLATFORMS
from bothways.state.tables import Row, Table

Sample = Callable[[str], str]


@pytest.fixture
def sample() -> Sample:
    """The text of a real output by its path under BOTHWAYS_SAMPLES; skips where there is none."""

    def read(path: str) -> str:
        folder = os.environ.get("BOTHWAYS_SAMPLES")
        if not folder:
            pytest.skip("BOTHWAYS_SAMPLES names no folder of real outputs")
        file = Path(folder, path)
        if not file.is_file():
            pytest.skip(f"{path} is not under BOTHWAYS_SAMPLES")
        return file.read_text(encoding="utf-8", errors="replace")

    return read


@pytest.fixture
def parse() -> Callable[[str, type[Row], str], Table[Row]]:
    """Parses a text as the platform does for one kind of row."""

    def table(platform: str, row_type: type[Row], text: str) -> Table[Row]:
        source = PLATFORMS[platform].sources[row_type]
        return source.parse(text, source.command)

    return table
