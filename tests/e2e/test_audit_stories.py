"""An audit of each story's lab: its own failures before the cure, and none of severity error after it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bothways.cli.demo_run import STORIES, Bench
from bothways.cli.lab_child import RunningLab
from bothways.flow import Flow
from bothways.lab.world import World
from bothways.network import load_network
from bothways.workspace import find_workspace

from .live import Live, served

BASELINE = Path(__file__).parents[2] / "playbooks" / "audit-baseline.yaml"
Failure = tuple[str, str, str]
"""Severity, rule, device."""

# Each with the reason it is there; notes are not failures that anybody is woken for.
BEFORE: dict[str, list[Failure]] = {
    "hairpin": [
        ("error", "flow-lives", "fleet"),  # the browser's flow dies
        ("error", "asymmetric-return", "edge-asa"),  # since the answers come past the firewall
        ("error", "half-open-hairpins", "edge-asa"),  # where its tries stand half open
    ],
    "one-way-nat": [
        ("error", "flow-lives", "fleet"),  # the call of the real address is reset
        ("error", "one-way-nat", "CustomerR3"),  # which gives the answer another source
        ("warning", "one-way-nat", "CustomerR3"),  # and CustIntR4 has a route for everybody to call it
        ("warning", "stale-route", "CustIntR4"),  # which is the leftover that the cure removes
    ],
    "state-bypass": [
        ("error", "flow-lives", "fleet"),  # what was opened over the fibre dies on MPLS
        ("error", "asymmetric-after-failover", "mpls-asa"),  # at the firewall that never saw its SYN
    ],
    "link-state": [
        ("error", "flow-lives", "fleet"),  # the server goes on sending to a switch without a way out
        ("error", "orphaned-switch", "tor-a"),  # the declared flow's client sits on it
        ("warning", "orphaned-switch", "tor-a"),  # with forty ports like that
        ("warning", "orphaned-switch", "tor-b"),  # and its twin has forty more
    ],
    "forged-rst": [
        ("error", "flow-lives", "fleet"),  # twenty silent minutes are too many
        ("error", "idle-timeout-short", "app-asa"),  # for its quarter of an hour
        ("warning", "reset-service", "app-asa"),  # which then answers in the client's name
        ("warning", "logging-too-quiet", "app-asa"),  # and writes it down nowhere
    ],
    "ctcp": [
        ("error", "flow-lives", "fleet"),  # the tunnel stalls at the first lost segment
        ("error", "ctcp-proxy-stall", "office-asa"),  # since the module's proxy waits for it
    ],
}
# What the cure of one flow leaves: tor-b is another switch, and gets the same cure by a plan of its own.
AFTER: dict[str, list[Failure]] = {"link-state": [("warning", "orphaned-switch", "tor-b")]}


@dataclass(frozen=True)
class Audited:
    """A lab in its story's trouble, and an audit playbook that declares what must live."""

    bench: Bench
    live: Live

    def befall(self) -> None:
        """The story's trouble, once more."""
        self.bench.story.trouble.befall(self.bench.lab, self.bench.story.flow)

    def audit(self, flow: Flow) -> list[dict[str, Any]]:
        """The results of an audit that declares this flow."""
        trouble = self.bench.story.trouble
        silence = f", silence_s: {trouble.silence_s}" if trouble.silence_s else ""
        declared = f"flows:\n  - {{flow: {flow}, scenario: {trouble.scenario}{silence}}}"
        text = BASELINE.read_text()
        assert "flows: []" in text
        playbook = self.live.folder / "story.yaml"
        playbook.write_text(text.replace("flows: []", declared))
        found: list[dict[str, Any]] = self.live.json("audit", "--playbook", playbook)["results"]
        return found

    def cure(self, folder: Path) -> Flow:
        """The story's first cure, applied; the flow that it says will live."""
        story = self.bench.story
        plan = self.bench.plan(story.flow, next(iter(story.playbooks.values())), folder)
        outcome = self.bench.apply(plan, lambda _said: None)
        assert outcome.exit_code == 0, outcome.errors
        return plan.proven


@pytest.fixture(params=BEFORE, ids=str)
def audited(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Audited]:
    name = str(request.param)
    world = World.from_story(name, workloads=True)
    world.advance_to(world.topology.settle_s)
    with served(world, tmp_path / "lab") as live:
        space = find_workspace(explicit=live.folder)
        network = load_network(space.inventory, lab=True)
        bench = Bench(RunningLab(live.folder, {}, os.getpid()), space, network, STORIES[name])
        bench.settle()
        yield Audited(bench, live)


def failures(results: list[dict[str, Any]]) -> Counter[Failure]:
    return Counter(
        (one["severity"], one["rule"], one["device"])
        for one in results
        if one["outcome"] == "fail" and one["severity"] != "note"
    )


def dark(results: list[dict[str, Any]]) -> list[str]:
    return [f"{one['id']}: {one['sentence']}" for one in results if one["outcome"] in DARK]


DARK = ("could-not-see", "error")


def test_a_story_fails_by_its_own_faults_and_no_error_is_left_by_its_cure(
    audited: Audited, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """S2b-01, X-07: nothing else fails, all is seen, each failure and pass has its lines."""
    story = request.node.callspec.params["audited"]
    audited.befall()
    before = audited.audit(audited.bench.story.flow)
    assert failures(before) == Counter(BEFORE[story])
    assert not dark(before)
    for one in before:
        if one["outcome"] in ("fail", "pass"):
            assert one["evidence"], one["id"]
            assert all(line["command"] and line["taken_at"] for line in one["evidence"]), one["id"]

    lives = audited.cure(tmp_path)
    audited.befall()
    audited.live.live_for(60)  # half-open connections of the time before are gone by then
    after = audited.audit(lives)

    assert failures(after) == Counter(AFTER.get(story, ()))
    assert not dark(after)
