"""Audit playbooks: data that says which rules are looked for where, and what is excepted until when."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from bothways.audit.result import FLEET
from bothways.diagnosis.findings import Severity
from bothways.diagnosis.scenario import Scenario
from bothways.document import Document, load_yaml, nearest, validate
from bothways.errors import FlowError, PlaybookError
from bothways.flow import Flow
from bothways.rules.fleet import FleetRule, Parameters, WatchedFlow, all_fleet_rules
from bothways.workspace import Workspace

BASELINE = "audit-baseline"


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class RuleUse(_Model):
    """A rule that an audit looks for.

    Attributes:
        severity: instead of the rule's own.
        hosts: only these devices; all of the rule's platforms when not given.
        parameters: what the rule lets you choose.
    """

    rule: str
    severity: Severity | None = None
    hosts: tuple[str, ...] | None = Field(default=None, min_length=1)
    parameters: Parameters


def _use_of(rule: FleetRule) -> type[RuleUse]:
    """The model of one rule in a playbook, so that its own parameters are checked where they are written."""
    fields: dict[str, Any] = {
        "rule": (Literal[rule.id], ...),
        "parameters": (rule.parameters, rule.parameters()),
    }
    name = "".join(word.capitalize() for word in rule.id.split("-"))
    return create_model(f"{name}Rule", __base__=RuleUse, __doc__=f"{rule.title}.", **fields)


if TYPE_CHECKING:
    AnyRule = RuleUse
else:
    # A new rule is known to playbooks by being registered, and nowhere else.
    AnyRule = Annotated[reduce(or_, map(_use_of, all_fleet_rules())), Field(discriminator="rule")]


class FlowUse(_Model):
    """A flow that must live.

    Attributes:
        flow: `CLIENT SERVER tcp/443`.
        scenario: the moment of its life that is looked at.
        silence_s: for how long its application is silent; that it lives after that is looked at besides.
    """

    flow: str
    scenario: Scenario = Scenario.HANDSHAKE
    silence_s: int | None = Field(default=None, ge=1)


class ExceptionUse(_Model):
    """A failure that somebody answers for, until a day.

    Attributes:
        device: the one it is about; every device when not given.
        subject: the thing on it, as the result names it; everything when not given.
        until: its last day. From then on the exception itself is a failure.
    """

    rule: str
    device: str = ""
    subject: str = ""
    owner: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=500)
    until: date

    def covers(self, rule: str, device: str, subject: str) -> bool:
        """Whether a failure is the one it is about."""
        return self.rule == rule and self.device in {"", device} and self.subject in {"", subject}

    def __str__(self) -> str:
        return f"{self.reason} ({self.owner}, until {self.until})"


class AuditModel(_Model):
    """An audit playbook.

    Attributes:
        flows: that must live; those that connections and logs make suspect come on top.
        rules: each once.
    """

    kind: Literal["audit"]
    name: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    title: str = Field(min_length=1, max_length=200)
    flows: tuple[FlowUse, ...] = ()
    rules: tuple[AnyRule, ...] = Field(min_length=1)
    exceptions: tuple[ExceptionUse, ...] = ()


@dataclass(frozen=True)
class AuditPlaybook:
    """An audit playbook with where it came from."""

    model: AuditModel
    flows: tuple[WatchedFlow, ...]
    origin: str
    document: Document | None = field(default=None, repr=False, compare=False)

    @property
    def rules(self) -> Iterator[tuple[FleetRule, RuleUse]]:
        """Each rule, and what was chosen for it."""
        known = {rule.id: rule for rule in all_fleet_rules()}
        return ((known[use.rule], use) for use in self.model.rules)

    def must_fit(self, devices: Collection[str]) -> None:
        """Refuse a rule or an exception for devices that nobody knows: it would work nowhere, unnoticed.

        Raises:
            DocumentError: and which device it names, at its place in the file.
            PlaybookError: the same of a playbook that was read from no file.
        """
        for trail, rule, name in self._named:
            if name not in devices:
                what, near = f"no device {name!r} in the inventory", nearest(name, devices)
                if self.document is None:
                    raise PlaybookError(f"{self.origin}: {rule}", what, near)
                raise self.document.fault(trail, what, near)

    def only_for(self, devices: Collection[str]) -> AuditPlaybook:
        """Without the rules for other devices: what nobody asked for now is nothing that was not seen."""
        uses = (
            use
            if use.hosts is None
            else use.model_copy(update={"hosts": tuple(name for name in use.hosts if name in devices)})
            for use in self.model.rules
        )
        rules = tuple(use for use in uses if use.hosts is None or use.hosts)
        return replace(self, model=self.model.model_copy(update={"rules": rules}))

    @property
    def _named(self) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
        """Each device that it names, with its place in the file and the rule it is named for."""
        for place, use in enumerate(self.model.rules):
            for number, name in enumerate(use.hosts or ()):
                yield ("rules", place, "hosts", number), use.rule, name
        for place, exception in enumerate(self.model.exceptions):
            if exception.device not in {"", FLEET}:
                yield ("exceptions", place, "device"), exception.rule, exception.device


def load_audit(path: Path, origin: str = "") -> AuditPlaybook:
    """Read an audit playbook.

    Raises:
        DocumentError: it does not say what it must.
    """
    document = load_yaml(path)
    model = validate(document, AuditModel)
    names = [use.rule for use in model.rules]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise document.fault(("rules", place, "rule"), f"{name!r} stands here twice")
    for place, exception in enumerate(model.exceptions):
        if exception.rule not in names:
            trail = ("exceptions", place, "rule")
            raise document.fault(trail, f"no rule {exception.rule!r} above", nearest(exception.rule, names))
    flows = tuple(one for place, use in enumerate(model.flows) for one in _flow(document, place, use))
    for place, flow_use in enumerate(model.flows):
        if flow_use in model.flows[:place]:
            raise document.fault(("flows", place), f"{flow_use.flow} stands here twice")
    flows = tuple(dict.fromkeys(flows))
    return AuditPlaybook(model, flows, origin or str(path), document)


def open_audit(workspace: Workspace, name: str = BASELINE) -> AuditPlaybook:
    """An audit playbook by name, or by path when the name looks like one.

    Raises:
        PlaybookError: no such playbook.
        DocumentError: it does not say what it must.
    """
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return load_audit(Path(name))
    known = {
        path.removeprefix("playbooks/").removesuffix(".yaml")
        for path in workspace.content_names("playbooks")
        if path.endswith(".yaml")
    }
    if name not in known:
        raise PlaybookError("audit", f"no playbook {name!r}", nearest(name, known))
    content = workspace.content(f"playbooks/{name}.yaml")
    return load_audit(content.path, content.origin)


_SILENT = (Scenario.AFTER_IDLE, Scenario.CONN_LOST)


def _flow(document: Document, place: int, use: FlowUse) -> Iterator[WatchedFlow]:
    """The flow at its moment, and after its silence."""
    try:
        flow = Flow.parse(use.flow)
    except FlowError as error:
        raise document.fault(("flows", place, "flow"), error.what, error.next_step) from None
    if use.scenario is Scenario.AFTER_IDLE and use.silence_s is None:
        raise document.fault(("flows", place), "after-idle needs silence_s: for how long the flow is silent")
    yield WatchedFlow(flow, use.scenario, use.silence_s if use.scenario in _SILENT else None)
    if use.silence_s is not None and use.scenario not in _SILENT:
        yield WatchedFlow(flow, Scenario.AFTER_IDLE, use.silence_s)
