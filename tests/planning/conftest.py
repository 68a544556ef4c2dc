from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothways.fixes.render import TextContent
from bothways.platforms import device_state
from bothways.playbook import Playbook, load_playbook
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot

ROOT = Path(__file__).parents[2]
STORY = ROOT / "tests" / "fixes" / "story"
TAKEN = datetime(2026, 1, 5, 12, tzinfo=UTC)

Edits = tuple[tuple[str, str], ...]


def _outputs(device: str, edits: Edits) -> dict[str, Output]:
    text = (STORY / f"{device}.txt").read_text()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    parts = [part.partition("\n") for part in text.split(">>> ")[1:]]
    found = {command: Output(command, body.removesuffix("\n"), TAKEN) for command, _, body in parts}
    found.setdefault(
        "show startup-config",
        Output("show startup-config", found["show running-config"].text, TAKEN),
    )
    return found


@pytest.fixture
def snapshot() -> Callable[..., Snapshot]:
    """The hairpin story as two devices said it, saved, with replacements in what they said."""

    def build(*, asa: Edits = (), ios: Edits = ()) -> Snapshot:
        states = {
            "edge-asa": device_state("edge-asa", "cisco_asa", _outputs("edge-asa", asa)),
            "lab-switch": device_state("lab-switch", "cisco_ios", _outputs("lab-switch", ios)),
        }
        return Snapshot(states, TAKEN, {})

    return build


@pytest.fixture
def content() -> Callable[[str], TextContent]:
    """The shipped templates."""

    def find(name: str) -> TextContent:
        text = (ROOT / name).read_text()
        return TextContent(name, text, "shipped", hashlib.sha256(text.encode()).hexdigest())

    return find


@pytest.fixture
def playbook() -> Callable[[str], Playbook]:
    """A shipped playbook by name."""

    def find(name: str) -> Playbook:
        return load_playbook(ROOT / "playbooks" / f"{name}.yaml", f"playbooks/{name}.yaml")

    return find
