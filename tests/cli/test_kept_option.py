"""`audit --kept RUN`: a run that was kept, told once more."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothways = Callable[..., Any]


@pytest.fixture
def first(bothways: Bothways, workspace: Path, cut: Path) -> Any:
    """An audit of saved text, kept in the workspace."""
    assert workspace.is_dir()
    return bothways("audit", "--snapshot", cut, "--format", "json")


def runs(folder: Path) -> set[str]:
    return {path.name for path in (folder / ".bothways").rglob("results.json")} | {
        path.parent.name for path in (folder / ".bothways").rglob("results.json")
    }


def test_a_run_is_told_as_it_was(bothways: Bothways, workspace: Path, first: Any) -> None:
    """X-08: the same results, the same exit code, in the terminal and as JSON; nothing is asked or kept."""
    before = runs(workspace)

    again = bothways("audit", "--kept", "last", "--format", "json")
    text = bothways("audit", "--kept", first.json["run"])

    assert (first.code, again.code, text.code) == (2, 2, 2)
    assert again.json == first.json
    assert text.out.startswith("audit-baseline: 3 of 3 devices read; ")
    assert runs(workspace) == before


def test_a_run_is_written_in_every_form(bothways: Bothways, workspace: Path, first: Any) -> None:
    """X-08: files that nobody asked for in the night are there in the morning."""
    ran = bothways("audit", "--kept", first.json["run"], "--report", "html,junit,csv,md,json", "-o", "day")

    assert ran.code == 2
    names = {path.suffix for path in (workspace / "day").iterdir()}
    assert names == {".html", ".xml", ".csv", ".md", ".json"}
    assert json.loads((workspace / "day" / "audit.json").read_text())["run"] == first.json["run"]


def test_two_kept_runs_are_compared(bothways: Bothways, cut: Path, first: Any) -> None:
    """X-08: what became of the failures of the earlier one; nothing did, between two of the same text."""
    second = bothways("audit", "--snapshot", cut, "--format", "json")

    ran = bothways("audit", "--kept", second.json["run"], "--since", first.json["run"], "--format", "json")

    assert ran.code == 2
    failing = [one for one in first.json["results"] if one["outcome"] == "fail"]
    assert failing
    assert {one["change"] for one in ran.json["since"]} == {"unchanged"}


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--kept", "nowhere"), "no run 'nowhere'"),
        (("--kept", "last", "--since", "last"), "is not before"),
        (("--kept", "last", "sw"), "DEVICE: is for an audit that is made now"),
        (("--kept", "last", "--full"), "--full: is for an audit that is made now"),
        (("--kept", "last", "--snapshot", "x"), "--snapshot: is for an audit that is made now"),
        (("--kept", "last", "--playbook", "mine"), "--playbook: is for an audit that is made now"),
        (("--kept", "last", "--deadline", "1m"), "--deadline: is for an audit that is made now"),
        (("--kept", "last", "--print-cron"), "--print-cron: is for an audit that is made now"),
    ],
)
def test_what_makes_no_sense_beside_it_is_refused(
    bothways: Bothways, words: tuple[str, ...], says: str
) -> None:
    """Bad input is 10, and nothing is connected."""
    ran = bothways("audit", *words)

    assert ran.code == 10
    assert says in ran.errors[0]
