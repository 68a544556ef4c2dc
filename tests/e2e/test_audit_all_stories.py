"""One audit over the labs of all stories, with devices that are down, refuse, or talk nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bothways.lab.world import World

from .live import Live, Ran, bothways, served

STORIES = {
    "hairpin": ("edge-asa", "lab-switch"),
    "one-way-nat": ("ResourceR1", "EdgeR2", "CustomerR3", "CustIntR4"),
    "state-bypass": ("mpls-asa", "dc-switch", "branch-switch"),
    "link-state": ("tor-a", "tor-b", "core-a", "core-b"),
    "forged-rst": ("office-asa", "provider", "app-asa"),
    "ctcp": ("office-asa",),
}
DOWN, REFUSING, BABBLING = "state-bypass-dc-switch", "forged-rst-app-asa", "link-state-core-b"
REFUSED = "show asp drop"
READING = ("show ", "terminal ", "enable", "exit")
LIVED_S = 45.0
CONTROL = "hairpin"
"""Whose clock the audit goes by."""


@dataclass(frozen=True)
class Fleet:
    """Six labs and a workspace with all their devices, each called by its story and its name."""

    workspace: Path
    labs: dict[str, Live]

    def fault(self, name: str, when: str, action: str) -> None:
        story, device = self.placed(name)
        self.labs[story].ask("fault", device=device, when=when, action=action)

    def placed(self, name: str) -> tuple[str, str]:
        """The story and the device of a name."""
        return next((story, name[len(story) + 1 :]) for story in STORIES if name.startswith(f"{story}-"))

    @property
    def names(self) -> set[str]:
        return {f"{story}-{device}" for story, devices in STORIES.items() for device in devices}

    def typed(self) -> list[str]:
        """Every line that any of them received."""
        return [
            line for story, live in self.labs.items() for one in STORIES[story] for line in live.typed(one)
        ]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("all")
    with ExitStack() as stack:
        labs = {story: stack.enter_context(served(lived(story), folder / story)) for story in STORIES}
        yield Fleet(workspace_of(folder / "fleet", labs), labs)


def lived(story: str) -> World:
    """A story in which the browser has tried, and failed."""
    world = World.from_story(story, workloads=True)
    world.advance_to(LIVED_S)
    return world


def workspace_of(folder: Path, labs: dict[str, Live]) -> Path:
    """One inventory, the host keys of all, and the clock of one lab."""
    (folder / "inventory").mkdir(parents=True, mode=0o700)
    yaml, hosts = YAML(), dict[str, Any]()
    for story, live in labs.items():
        hosts |= {f"{story}-{name}": host for name, host in live.hosts.items()}
    with (folder / "inventory" / "hosts.yaml").open("w") as file:
        yaml.dump(hosts, file)
    for name in ("groups.yaml", "defaults.yaml"):
        (folder / "inventory" / name).write_text((labs[CONTROL].folder / "inventory" / name).read_text())
    keys = "".join((live.folder / "known_hosts").read_text() for live in labs.values())
    (folder / "known_hosts").write_text(keys)
    settings = (labs[CONTROL].folder / "bothways.toml").read_text()
    assert 'control = "control.sock"' in settings
    control = labs[CONTROL].folder / "control.sock"
    (folder / "bothways.toml").write_text(
        settings.replace('control = "control.sock"', f'control = "{control}"')
    )
    return folder


@pytest.fixture(scope="module")
def audited(fleet: Fleet) -> Ran:
    """The audit, with three devices in trouble of their own."""
    fleet.fault(DOWN, "connect", "refuse")
    fleet.fault(REFUSING, f"line:^{REFUSED}", "refuse-authorization")
    fleet.fault(
        BABBLING, "line:^show (ip|running|link|ether|mac)", "answer:\x1b[2J=HYPERLINK(1) <script>#> ???"
    )
    return bothways(fleet.workspace, "audit", "--format", "json")


def test_every_device_is_accounted_for(fleet: Fleet, audited: Ran) -> None:
    """X-04: sixteen are read, one says why not; the audit finds and says what it could not see."""
    assert audited.code == 2, audited.err
    devices = audited.json["devices"]
    assert set(devices) == fleet.names
    assert {name for name, how in devices.items() if how != "read"} == {DOWN}
    judged = {one["device"] for one in audited.json["results"]}
    assert judged == fleet.names | {"fleet"}


def test_what_they_hide_is_no_pass(audited: Ran) -> None:
    """X-07: nothing of the one that is down, nothing that rests on what was refused or not understood."""
    by = {(one["rule"], one["device"]): one for one in audited.json["results"]}
    down = [one for one in audited.json["results"] if one["device"] == DOWN]
    assert {one["outcome"] for one in down} == {"could-not-see"}
    babbling = [one for one in audited.json["results"] if one["device"] == BABBLING]
    assert {one["outcome"] for one in babbling if one["rule"] != "sdm-change-pending"} <= {
        "could-not-see",
        "skipped",
    }
    assert by["startup-differs", BABBLING]["outcome"] == "could-not-see"
    assert by["reset-service", REFUSING]["outcome"] == "pass"


def test_the_others_are_judged_as_ever(audited: Ran) -> None:
    """S2b-01: with nobody having said which flows must live, and beside a core that talks nonsense."""
    failed = sorted(
        (one["rule"], one["device"])
        for one in audited.json["results"]
        if one["outcome"] == "fail" and one["severity"] != "note"
    )
    assert failed == [
        ("asymmetric-return", "hairpin-edge-asa"),  # the flow that its half-open tries name
        ("flow-lives", "fleet"),
        ("half-open-hairpins", "hairpin-edge-asa"),
        ("logging-too-quiet", "forged-rst-app-asa"),
        ("one-way-nat", "one-way-nat-CustomerR3"),  # the leftover route of CustIntR4
        ("orphaned-switch", "link-state-tor-a"),
        ("orphaned-switch", "link-state-tor-b"),
    ]
    assert not [one["id"] for one in audited.json["results"] if one["outcome"] == "error"]


def test_a_refused_counter_is_told_by_the_rule_that_needs_it(fleet: Fleet, audited: Ran) -> None:
    """X-04: a second audit compares; the refusing firewall's rate is not seen, the others' are."""
    again = bothways(fleet.workspace, "audit", "--since", audited.json["run"], "--format", "json")
    rates = {
        one["device"]: one["outcome"] for one in again.json["results"] if one["rule"] == "no-connection-drops"
    }
    assert rates[REFUSING] == "could-not-see"
    assert rates["ctcp-office-asa"] == "pass"
    odd = [line for line in fleet.typed() if not line.startswith(READING)]
    secrets = {host["data"]["secret"] for live in fleet.labs.values() for host in live.hosts.values()}
    assert not set(odd) - secrets
