from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothways.fixes.render import Content, TextContent
from bothways.flow import Flow
from bothways.network import DeclaredHost
from bothways.planning import make_plan
from bothways.planning.plan import Plan
from bothways.platforms import device_state
from bothways.playbook import Playbook, load_playbook
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot

ROOT = Path(__file__).parents[2]
STORY = ROOT / "tests" / "fixes" / "story"
TAKEN = datetime(2026, 1, 5, 12, tzinfo=UTC)

WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")

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


class Noon:
    def now(self) -> datetime:
        return TAKEN

    def monotonic(self) -> float:
        return 0

    def wait_until(self, moment_s: float) -> None:
        raise AssertionError(moment_s)


@pytest.fixture
def plan(playbook: Callable[[str], Playbook], content: Callable[[str], TextContent]) -> Callable[..., Plan]:
    """Plan for the story's flow at noon."""

    def make(
        snapshot: Snapshot,
        name: str,
        *,
        flow: Flow = WEB,
        overrides: tuple[str, ...] = (),
        hosts: tuple[DeclaredHost, ...] = (),
        lookup: Callable[[str], Content] = content,
        **options: str,
    ) -> Plan:
        book = playbook(name)
        if options:
            *uses, last = book.model.fixes
            chosen = last.model_copy(update={"inputs": last.inputs.model_copy(update=options)})
            book = replace(book, model=book.model.model_copy(update={"fixes": [*uses, chosen]}))
        return make_plan(snapshot, flow, book, hosts=hosts, overrides=overrides, clock=Noon(), content=lookup)

    return make
