"""One result of an audit: a rule, a device, a thing on it, and how that ended."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict

from bothways.diagnosis.findings import Confidence, Severity
from bothways.diagnosis.scenario import Scenario
from bothways.errors import FlowError
from bothways.flow import Flow
from bothways.rules.fleet import Outcome, WatchedFlow

FLEET = "fleet"
"""The device of results that are about no single one."""
OVERDUE, UNUSED = "exception-overdue", "exception-unused"
OF_PLAYBOOK = frozenset({OVERDUE, UNUSED})
"""What fails in the playbook itself, and on no device."""
_NOT_IN_IDS = re.compile(r"[^!-~]+|/")


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Line(_Model):
    """A line of evidence."""

    device: str
    command: str
    line: int
    text: str
    taken_at: datetime


def _is_flow(text: str) -> str:
    try:
        Flow.parse(text)
    except FlowError as error:
        raise ValueError(str(error)) from None
    return text


class FlowOf(_Model):
    """The flow that a result is about, as `plan` takes it.

    Attributes:
        shown_at: when a device showed it last; None for one that the playbook declares.
    """

    flow: Annotated[str, AfterValidator(_is_flow)]
    scenario: Scenario
    silence_s: int | None = None
    shown_at: AwareDatetime | None = None

    @property
    def moment(self) -> tuple[str, Scenario, int | None]:
        """The flow and when in its life, whoever named it."""
        return self.flow, self.scenario, self.silence_s


def flow_of(watched: WatchedFlow) -> FlowOf:
    """A flow that was looked at, as a run keeps it."""
    return FlowOf(
        flow=str(watched.flow),
        scenario=watched.scenario,
        silence_s=watched.silence_s,
        shown_at=watched.shown_at,
    )


class Result(_Model):
    """How a rule ended.

    Attributes:
        id: `rule/device/subject`, unique in a run and the same in the next one.
        confidence: how sure a failure or a pass is; None where nothing is claimed.
        fixes: names of the fixes that cure it.
        next: the command to type.
    """

    id: str
    rule: str
    device: str
    subject: str = ""
    outcome: Outcome
    severity: Severity
    sentence: str
    evidence: tuple[Line, ...] = ()
    confidence: Confidence | None = None
    flow: FlowOf | None = None
    fixes: tuple[str, ...] = ()
    next: str = ""

    @property
    def weighs(self) -> bool:
        """Whether it is a failure that an exit code is for; a note is something to know."""
        return self.outcome is Outcome.FAIL and self.severity is not Severity.NOTE

    @property
    def doubt(self) -> str:
        """What stands behind the sentence: how sure it is, where it is not certain."""
        return f" ({self.confidence})" if self.confidence not in {None, Confidence.CERTAIN} else ""

    @property
    def is_dark(self) -> bool:
        """Whether nothing is known."""
        return self.outcome in (Outcome.COULD_NOT_SEE, Outcome.ERROR)


class AuditRun(_Model):
    """One audit, whole.

    Attributes:
        id: of the run; `--since` and `--from-audit` take it.
        devices: name to how reading it ended: "read", or why not.
        flows: that were looked at, whoever named them.
    """

    format_version: Literal[1] = 1
    id: str
    bothways: str
    playbook: str
    origin: str
    taken_at: datetime
    devices: dict[str, str]
    flows: tuple[FlowOf, ...] = ()
    results: tuple[Result, ...]

    def result(self, result_id: str) -> Result | None:
        """One by its id."""
        return next((one for one in self.results if one.id == result_id), None)


def result_id(rule: str, device: str, subject: str) -> str:
    """An id of printable words without blanks; slashes stand between its parts alone."""
    parts = (part for part in (rule, device, subject) if part)
    return "/".join(_NOT_IN_IDS.sub("_", part) for part in parts)


def unique(results: Iterable[Result]) -> tuple[Result, ...]:
    """The results, with a number behind an id that was there before."""
    met: Counter[str] = Counter()
    taken: set[str] = set()
    told = []
    for result in results:
        name = result.id
        while name in taken:  # a thing on a device may itself be called `x#2`
            met[result.id] += 1
            name = f"{result.id}#{met[result.id] + 1}"
        taken.add(name)
        told.append(result if name == result.id else result.model_copy(update={"id": name}))
    return tuple(told)
