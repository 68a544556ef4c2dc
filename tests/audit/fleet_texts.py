"""Fleets from what devices printed, judged by one rule at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bothways.audit.judging import judge
from bothways.audit.playbook import AuditModel, AuditPlaybook
from bothways.audit.result import Result
from bothways.diagnosis import Scenario
from bothways.flow import Flow
from bothways.platforms import device_state, platform
from bothways.rules.fleet import Ground, WatchedFlow
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot

TAKEN = datetime(2026, 1, 5, 12, tzinfo=UTC)
TEXTS = (Path(__file__).parents[1] / "fixes" / "story", Path(__file__).parent / "routers")
RUNNING, STARTUP = "show running-config", "show startup-config"
UNKNOWN_COMMAND = "                ^\n% Invalid input detected at '^' marker."
SILENT_SWITCH = {"show etherchannel summary": "", "show link state group detail": ""}
LOG_HEAD = """Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns)
    Console logging: level debugging, 5 messages logged
    Buffer logging:  level debugging, 5 messages logged

Log Buffer (4096 bytes):"""

Edit = tuple[str, str]


@dataclass(frozen=True)
class Box:
    """A device as it stands in a story's texts, and what is different here.

    Attributes:
        edits: in all it said; the first word must be there.
        says: whole answers that replace its own.
        silent: commands that were not read.
        cut: commands whose answer was cut.
    """

    name: str
    edits: tuple[Edit, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    cut: frozenset[str] = frozenset()
    taken: datetime = TAKEN

    def but(self, *edits: Edit, says: Mapping[str, str] | None = None) -> Box:
        """With further differences."""
        return replace(self, edits=(*self.edits, *edits), says={**self.says, **(says or {})})

    def without(self, *commands: str) -> Box:
        """Those were not read."""
        return replace(self, silent=self.silent | set(commands))

    def later(self, minutes: float) -> Box:
        """The same, read again."""
        return replace(self, taken=self.taken + timedelta(minutes=minutes))

    @property
    def platform(self) -> str:
        return "cisco_asa" if "Adaptive Security" in _story(self.name)["show version"] else "cisco_ios"

    def outputs(self) -> dict[str, Output]:
        """Command to what it printed."""
        texts = dict(_story(self.name))
        if self.platform == "cisco_ios":
            texts = {**SILENT_SWITCH, "show sdm prefer": UNKNOWN_COMMAND, "show logging": LOG_HEAD, **texts}
        texts.setdefault(STARTUP, texts[RUNNING])
        texts.update(self.says)
        for old, new in self.edits:
            assert any(old in text for text in texts.values()), old
            texts = {command: text.replace(old, new) for command, text in texts.items()}
        family = platform(self.platform)
        return {
            command: Output(
                command,
                text,
                self.taken,
                complete=command not in self.cut and not family.refusal(text),
                refused=family.refusal(text),
            )
            for command, text in texts.items()
            if command not in self.silent
        }

    def state(self) -> DeviceState:
        """With the parsers of its platform."""
        return device_state(self.name, self.platform, self.outputs())


@cache
def _story(name: str) -> Mapping[str, str]:
    path = next(folder / f"{name}.txt" for folder in TEXTS if (folder / f"{name}.txt").is_file())
    parts = [part.partition("\n") for part in path.read_text().split(">>> ")[1:]]
    return {command: body.removesuffix("\n") for command, _, body in parts}


@dataclass(frozen=True)
class Fleet:
    """What an audit looks at."""

    boxes: tuple[Box, ...]
    flows: tuple[WatchedFlow, ...] = ()
    before: tuple[Box, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    host_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    legacy_ssh: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)

    def but(self, name: str, *edits: Edit, says: Mapping[str, str] | None = None) -> Fleet:
        """With a difference on one device."""
        boxes = (box.but(*edits, says=says) if box.name == name else box for box in self.boxes)
        return replace(self, boxes=tuple(boxes))

    def without(self, name: str, *commands: str) -> Fleet:
        """With commands of one device that were not read."""
        return replace(
            self, boxes=tuple(box.without(*commands) if box.name == name else box for box in self.boxes)
        )

    def audit(self, *rules: str) -> tuple[Result, ...]:
        """The results of these rules."""
        return audit_of([box.state() for box in self.boxes], self, *rules)


def audit_of(states: Iterable[DeviceState], fleet: Fleet, *rules: str) -> tuple[Result, ...]:
    """The results of these rules on states of the test's own making."""
    uses: list[dict[str, Any]] = [{"rule": rule} for rule in rules]
    if fleet.parameters:
        (use,) = uses
        use["parameters"] = dict(fleet.parameters)
    model = AuditModel.model_validate_json(
        json.dumps({"kind": "audit", "name": "test", "title": "A test", "rules": uses})
    )
    taken = max(box.taken for box in fleet.boxes)
    ground = Ground(
        snapshot=Snapshot({state.name: state for state in states}, taken, fleet.unread),
        before=_snapshot(fleet.before) if fleet.before else None,
        flows=fleet.flows,
        host_keys=fleet.host_keys,
        legacy_ssh=fleet.legacy_ssh,
    )
    return judge(AuditPlaybook(model, fleet.flows, "test"), ground)


def _snapshot(boxes: Sequence[Box]) -> Snapshot:
    return Snapshot({box.name: box.state() for box in boxes}, boxes[0].taken, {})


def watched(flow: str, scenario: str = "handshake", silence_s: int | None = None) -> WatchedFlow:
    """A declared flow."""
    return WatchedFlow(Flow.parse(flow), Scenario(scenario), silence_s)


def fleet_of(*names: str, flows: tuple[WatchedFlow, ...] = ()) -> Fleet:
    """Devices as their stories left them."""
    return Fleet(tuple(Box(name) for name in names), flows)


@dataclass(frozen=True)
class Case:
    """What a rule says of a device.

    Attributes:
        severity: "" where nothing fails.
        command, text: a line that it must cite; "" for whichever line of that command.
        subject: the thing; a watched flow is one without being named.
    """

    rule: str
    fleet: Fleet
    device: str
    severity: str
    command: str
    text: str = ""
    subject: str = ""


def cites(result: Result, case: Case) -> bool:
    """Whether a result has the line that it must have."""
    cited = ((line.command, line.text.strip()) for line in result.evidence)
    wanted = case.text.strip()
    return any(command == case.command and wanted in ("", text) for command, text in cited)


# State bypass on the MPLS firewall.

BYPASSING = "set connection advanced-options tcp-state-bypass"
THERE = "10.40.0.0 255.255.255.0 10.10.0.0 255.255.255.0"
BACK = "10.10.0.0 255.255.255.0 10.40.0.0 255.255.255.0"
OTHERS = "10.41.0.0 255.255.255.0 10.10.0.0 255.255.255.0"


def listed(name: str, *rules: str) -> Edit:
    """An access list of the MPLS firewall, as `show access-list` has it."""
    lines = [
        f"access-list {name} line {number} extended permit tcp {rule} (hitcnt=0) 0x0000000{number}"
        for number, rule in enumerate(rules, 1)
    ]
    head = f"access-list {name}; {len(rules)} elements; name hash: 0x00000001"
    mark = "access-list MPLS_in; 2 elements"
    return (mark, "\n".join((head, *lines, mark)))


def classed(
    policy: str, name: str, bound: str, *, idle: str = "0:10:00", match: str = ""
) -> tuple[Edit, ...]:
    """A policy of that firewall with one class for the list of its name."""
    timer = f"  set connection timeout idle {idle}\n" if idle else ""
    maps = (
        f"class-map {name}\n match {match or f'access-list {name}'}\n!\n"
        f"policy-map {policy}\n class {name}\n{timer}  {BYPASSING}\n!\n"
    )
    mark, service = "policy-map type inspect dns", "service-policy global_policy global"
    in_service = ((service, f"{service}\nservice-policy {policy} {bound}"),) if bound else ()
    return ((mark, f"{maps}{mark}"), *in_service)


WHOLE = (listed("BYPASS", THERE, BACK), *classed("mpls", "BYPASS", "interface MPLS"))
