from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .live import Lab, Live, Story
from .live import lab as running


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of our own, wide lines, no settings from outside."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    for name in ("WORKSPACE", "INVENTORY", "KNOWN_HOSTS", "STORE", "TEMPLATES", "PLAYBOOKS"):
        monkeypatch.delenv(f"BOTHWAYS_{name}", raising=False)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Starts a lab of the test's own."""
    with ExitStack() as stack:

        def start(*variants: str, story: Story | None = None) -> Live:
            return stack.enter_context(running(tmp_path / "lab", *variants, story=story))

        yield start
