"""What docs/python.md shows is run, block after block, in a workspace that a lab wrote."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

from .live import WORKSTATION, Lab

PAGE = Path(__file__).parents[2] / "docs" / "python.md"


def test_the_blocks_of_the_page_on_python_run_as_they_stand(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read, trace, diagnose, plan, and Nornir: what they print is the story (S0-10)."""
    if not PAGE.is_file():
        pytest.skip("no docs here: tested from a checkout")
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    live = lab()
    monkeypatch.chdir(live.folder)
    names: dict[str, Any] = {}
    said = []
    for block in blocks:
        assert len(block.splitlines()) <= 10
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102  it is our own page
        said.append(out.getvalue())
    read, traced, diagnosed, planned, script = said
    assert not read
    assert f"isn-mismatch at {WORKSTATION} packet 2" in traced
    assert "error: asymmetric-return on edge-asa (certain)" in diagnosed
    assert "set connection advanced-options tcp-state-bypass" in planned
    assert script.strip() == "isn-mismatch"
    assert (live.folder / "now.snapshot").is_file()
    assert (live.folder / "fix.plan").is_file()
