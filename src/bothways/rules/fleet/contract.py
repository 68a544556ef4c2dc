"""What a rule over a fleet must be, checked when its class is defined, and the list of all of them."""

from __future__ import annotations

import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.trace import Trace, trace
from bothways.flow import Flow
from bothways.network import DeclaredHost
from bothways.rules.contract import Rule, all_rules
from bothways.state.device import DeviceState, Evidence
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Row

_LOG = logging.getLogger(__name__)
_ID = re.compile(r"[a-z]+(-[a-z0-9]+)+$")
_rules: dict[str, FleetRule] = {}


class Outcome(StrEnum):
    """How a rule ended on a device, or on one thing of it."""

    PASS = "pass"  # noqa: S105  no password
    FAIL = "fail"
    EXCEPTED = "excepted"
    """It fails, and somebody answers for that until a day that has not come."""
    SKIPPED = "skipped"
    """The device has nothing that the rule is about."""
    COULD_NOT_SEE = "could-not-see"
    ERROR = "error"
    """The rule itself broke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a rule says of one thing on a device.

    Attributes:
        subject: the thing, as part of the result's id: a list, a port, a flow; "" for the device.
        severity: of a failure; None for the rule's own.
        confidence: how sure it is; the weakest fact that it rests on decides.
        flow: the flow it is about, where it is about one.
    """

    sentence: str
    evidence: tuple[Evidence, ...]
    outcome: Outcome = Outcome.FAIL
    subject: str = ""
    severity: Severity | None = None
    confidence: Confidence = Confidence.CERTAIN
    flow: WatchedFlow | None = None


@dataclass(frozen=True, slots=True)
class WatchedFlow:
    """A flow that must live, and the moment of its life that is looked at.

    Attributes:
        silence_s: for how long its application is silent; None where nobody said.
        why: who names it: the audit playbook, or the line that makes it suspect.
        shown_at: when a device showed it last; None for one that is declared.
    """

    flow: Flow
    scenario: Scenario = Scenario.HANDSHAKE
    silence_s: int | None = None
    why: str = "declared"
    shown_at: datetime | None = None

    @property
    def moment(self) -> tuple[Flow, Scenario, int | None]:
        """The flow and when in its life, whoever names it."""
        return self.flow, self.scenario, self.silence_s


@dataclass(frozen=True)
class Ground:
    """All that rules may look at.

    Attributes:
        before: an earlier snapshot of the same fleet, for rates.
        hosts: what the user declared of hosts.
        flows: those that were declared, and those that the tables make suspect.
        host_keys: device to the kinds of key it was trusted with, `ssh-rsa 1024`.
        legacy_ssh: devices for which old algorithms were let in.
    """

    snapshot: Snapshot
    before: Snapshot | None = None
    hosts: tuple[DeclaredHost, ...] = ()
    flows: tuple[WatchedFlow, ...] = ()
    host_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    legacy_ssh: frozenset[str] = frozenset()

    @cached_property
    def walks(self) -> tuple[tuple[WatchedFlow, Trace], ...]:
        """Each watched flow that could be walked, walked once."""
        return tuple((one, walked) for one, walked in self._walked if isinstance(walked, Trace))

    @cached_property
    def broken(self) -> tuple[tuple[WatchedFlow, str], ...]:
        """Each watched flow whose walk broke, with the reason."""
        return tuple((one, said) for one, said in self._walked if isinstance(said, str))

    @cached_property
    def _walked(self) -> tuple[tuple[WatchedFlow, Trace | str], ...]:
        return tuple((one, self._walk(one)) for one in self.flows)

    def _walk(self, one: WatchedFlow) -> Trace | str:
        try:
            return trace(self.snapshot, one.flow, self.hosts, one.scenario, one.silence_s)
        except Exception as broken:  # noqa: BLE001  a parser broke; the other rules must still be heard
            _LOG.exception("%s", one.flow)
            return f"{type(broken).__name__}: {broken}"

    def findings(self, finding_id: str) -> tuple[Told, ...]:
        """What one rule of the diagnosis says of each walk, each line cited once; it is asked once for all.

        A rule that breaks, breaks for every device.
        """
        if finding_id not in self._told:
            (rule,) = (one for one in all_rules() if one.id == finding_id)
            self._told[finding_id] = tuple(self._findings(rule))
        return self._told[finding_id]

    def _findings(self, rule: Rule) -> Iterator[Told]:
        for watched, walked in self.walks:
            found = (
                replace(finding, evidence=tuple(dict.fromkeys(finding.evidence)))
                for finding in rule.findings(self.snapshot, walked)
            )
            yield watched, walked, tuple(found)

    @cached_property
    def _told(self) -> dict[str, tuple[Told, ...]]:
        return {}


Told = tuple[WatchedFlow, Trace, tuple[Finding, ...]]
"""A watched flow, its walk, and what a rule of the diagnosis says of it."""


class Parameters(BaseModel):
    """What an audit playbook may choose for a rule; nothing unless a rule says so."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class FleetRule(ABC):
    """One fault or risk, looked for on every device of its platforms.

    A subclass names itself (`id`, words joined by hyphens), says in its docstring what it looks for, which
    tables it needs, and yields a judgement for each thing that is wrong. None means that all is well.

    Attributes:
        reads: tables of every platform of the rule; what it says rests on each of them.
        also: further tables, by platform.
        of_flows_alone: whether nothing but watched flows can show it.
        where_known: tables of features that not every model has: needed where it knows their command.
    """

    id: ClassVar[str]
    severity: ClassVar[Severity] = Severity.WARNING
    platforms: ClassVar[tuple[str, ...]] = ("cisco_asa", "cisco_ios")
    reads: ClassVar[tuple[type[Row], ...]] = ()
    also: ClassVar[Mapping[str, tuple[type[Row], ...]]] = {}
    of_flows_alone: ClassVar[bool] = False
    where_known: ClassVar[tuple[type[Row], ...]] = ()
    parameters: ClassVar[type[Parameters]] = Parameters

    def __init_subclass__(cls, *, shipped: bool = True) -> None:
        super().__init_subclass__()
        name = cls.__dict__.get("id", "")
        if not isinstance(name, str) or not _ID.match(name):
            raise TypeError(f"{cls.__name__}: id {name!r} is not words joined by hyphens")
        if name in _rules:
            raise TypeError(f"{cls.__name__}: {type(_rules[name]).__name__} already has the id {name!r}")
        if not (cls.__doc__ or "").strip():
            raise TypeError(f"{cls.__name__}: a docstring must say what the rule looks for")
        if not cls.reads:
            raise TypeError(f"{cls.__name__}: reads names no table; a pass would rest on nothing")
        if not set(cls.also) <= set(cls.platforms):
            raise TypeError(f"{cls.__name__}: also names a platform that is none of the rule's")
        if shipped:
            _rules[name] = cls()

    @property
    def title(self) -> str:
        """What it looks for, in a line."""
        return (type(self).__doc__ or "").strip().splitlines()[0].rstrip(".")

    def tables(self, platform: str) -> tuple[type[Row], ...]:
        """What it needs of a device of a platform, whatever its model."""
        return (*self.reads, *self.also.get(platform, ()))

    def nothing_here(self, ground: Ground, device: DeviceState) -> str:
        """Why the rule has nothing to look at on a device, whatever its tables hold; "" where it has."""
        return ""

    def judge_fleet(self, ground: Ground, chosen: Any) -> Iterator[Judgement]:
        """What is wrong with no single device; called once, after all devices were judged."""
        return iter(())

    @abstractmethod
    def judge(self, ground: Ground, device: DeviceState, chosen: Any) -> Iterator[Judgement]:
        """What is wrong on a device, whose tables can be seen.

        Args:
            ground: everything.
            device: the one to judge.
            chosen: what the playbook chose, of the class `parameters`.

        Raises:
            CouldNotSee: something else that is needed was not read.
        """


def of_finding(finding: Finding, subject: str = "") -> Judgement:
    """A finding of the diagnosis as a judgement of the audit."""
    return Judgement(
        sentence=finding.sentence,
        evidence=finding.evidence,
        subject=subject,
        severity=finding.severity,
        confidence=finding.confidence,
    )


def all_fleet_rules() -> tuple[FleetRule, ...]:
    """Every rule, in the order of definition."""
    return tuple(_rules.values())
