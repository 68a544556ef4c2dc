"""Every story's verdict comes out of saved text as it comes out of live devices."""

from __future__ import annotations

from pathlib import Path

import pytest

from bothways.cli.demo_run import STORIES
from bothways.cli.demo_troubles import LIVED_S
from bothways.cli.lab_child import running_lab

from .live import Saved, bothways


@pytest.mark.parametrize("story", STORIES)
def test_saved_text_gives_the_verdict_of_the_live_devices(tmp_path: Path, story: str) -> None:
    """X-03: a file a command, read without any device, names the same packet, place and findings."""
    told = STORIES[story]
    words = [*str(told.flow).split(), "--scenario", told.trouble.scenario.value]
    if told.trouble.silence_s is not None:
        words += ["--silence", str(told.trouble.silence_s)]
    lab = tmp_path / "lab"
    with running_lab(story, lab) as running:
        running.ask("advance_to", moment_s=LIVED_S)
        if told.trouble.comes_first:
            told.trouble.befall(running, told.flow)
        saved = Saved(tmp_path / "live.snapshot")
        # 3: a router has no switch's commands, and a partial read says so.
        assert bothways(lab, "read", "-o", saved.path).code in {0, 3}
        live = bothways(lab, "diagnose", *words, "--format", "json").json
    for device, texts in saved.texts.items():
        folder = tmp_path / "saved" / device
        folder.mkdir(parents=True)
        for command, text in texts.items():
            (folder / f"{command.replace(' ', '_')}.txt").write_text(text)
    (tmp_path / "bothways.toml").touch()
    (tmp_path / "inventory").mkdir()
    again = tmp_path / "again.snapshot"
    assert bothways(tmp_path, "read", "--from-files", tmp_path / "saved", "-o", again).code in {0, 3}

    told_again = bothways(tmp_path, "diagnose", *words, "--snapshot", again, "--format", "json").json

    assert live["fate"] not in {"complete", "unknown"}
    for key in ("fate", "at", "mechanism", "confidence", "could_not_see"):
        assert told_again[key] == live[key], key
    assert [one["id"] for one in told_again["findings"]] == [one["id"] for one in live["findings"]]
