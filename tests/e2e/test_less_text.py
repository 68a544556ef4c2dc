"""One command's text taken away, each in turn: what is missing is said, and never makes a wrong verdict."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .live import DEVICES, STORY_FLOW, Saved, bothways, plan_words
from .live import lab as running

PLAYBOOKS = ("hairpin-return", "hairpin-bypass")
# The tables a command is the only source of; without another one nothing of the verdict could be less sure.
COMMANDS = {
    "edge-asa": ("show version", "show running-config", "show startup-config", "show failover", "show nameif",
                 "show interface", "show route", "show arp", "show asp drop", "show logging",
                 "show access-list", "show conn"),
    "lab-switch": ("show version", "show running-config", "show startup-config", "show ip interface",
                   "show ip route", "show ip arp", "show mac address-table", "show ip policy",
                   "show route-map", "show access-lists", "show sdm prefer", "show logging"),
}  # fmt: skip


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saved]:
    with running(tmp_path_factory.mktemp("s") / "lab") as live:
        yield live.read()


@pytest.mark.parametrize(
    ("device", "missing"), [(device, command) for device in DEVICES for command in COMMANDS[device]]
)
def test_a_missing_command_is_said_and_no_verdict_is_made_up(
    saved: Saved, tmp_path: Path, device: str, missing: str
) -> None:
    """X-03 X-07: the verdict stays, perhaps in a weaker word, or is unknown; a plan is made or refused."""
    for name, texts in saved.texts.items():
        folder = tmp_path / "saved" / name
        folder.mkdir(parents=True)
        for command, text in texts.items():
            if (name, command) != (device, missing):
                (folder / f"{command.replace(' ', '_')}.txt").write_text(text)
    (tmp_path / "bothways.toml").touch()
    (tmp_path / "inventory").mkdir()
    less = tmp_path / "less.snapshot"
    assert bothways(tmp_path, "read", "--from-files", tmp_path / "saved", "-o", less).code in {0, 3}

    ran = bothways(tmp_path, "diagnose", *STORY_FLOW.split(), "--snapshot", less, "--format", "json")

    assert ran.code in {2, 3}, ran.out
    assert ran.json["fate"] in {"isn-mismatch", "unknown"}
    assert ran.json["fate"] == "isn-mismatch" or f"`{missing}`" in str(ran.json["could_not_see"])
    for playbook in PLAYBOOKS:
        planned = bothways(tmp_path, *plan_words(STORY_FLOW, playbook), "--snapshot", less)
        assert planned.code in {2, 3, 10, 12}, planned.err
        assert planned.code == 2 or planned.errors
