"""Of every story one device or one command is taken away, each in turn: nothing then passes for clean."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bothways import diagnose, find_workspace, read, trace
from bothways.cli.demo_run import STORIES
from bothways.cli.demo_troubles import LIVED_S
from bothways.cli.lab_child import running_lab
from bothways.fixes.menu import menu
from bothways.flow import Fate
from bothways.platforms import device_state
from bothways.state.snapshot import Snapshot


def less(whole: Snapshot) -> Iterator[tuple[str, Snapshot]]:
    """What is missing, and the snapshot without it."""
    for state in whole:
        others = {name: other for name, other in whole.devices.items() if name != state.name}
        yield state.name, Snapshot(others, whole.taken_at, {state.name: "cannot connect"})
        for command in state.outputs:
            outputs = {key: output for key, output in state.outputs.items() if key != command}
            thinner = device_state(state.name, state.platform, outputs)
            devices = {**whole.devices, state.name: thinner}
            yield f"{state.name}: `{command}`", Snapshot(devices, whole.taken_at, {})


@pytest.mark.parametrize("story", STORIES)
def test_what_is_missing_never_makes_a_dying_flow_live(tmp_path: Path, story: str) -> None:
    """X-03 X-07: the verdict stays, or it is unknown and names the gap; no other death is told."""
    told = STORIES[story]
    asked = (told.flow, (), told.trouble.scenario, told.trouble.silence_s)
    lab = tmp_path / "lab"
    with running_lab(story, lab) as running:
        running.ask("advance_to", moment_s=LIVED_S)
        if told.trouble.comes_first:
            told.trouble.befall(running, told.flow)
        whole = read(find_workspace(explicit=lab))
    full = trace(whole, *asked)
    assert full.fate not in {Fate.COMPLETE, Fate.UNKNOWN}
    for missing, snapshot in less(whole):
        walked = trace(snapshot, *asked)
        menu(snapshot, walked, diagnose(snapshot, walked))
        if (walked.fate, walked.at) != (full.fate, full.at):
            assert walked.fate is Fate.UNKNOWN, missing
            assert any(said.startswith(missing) for said in walked.could_not_see), missing
