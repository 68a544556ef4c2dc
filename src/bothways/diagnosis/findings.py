"""What a rule says about a snapshot: values only; the rules themselves live in `bothways.rules`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bothways.state.device import Evidence


class Severity(StrEnum):
    """How much a finding matters to the flow that was asked about."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Confidence(StrEnum):
    """How sure a statement is; the weakest fact it rests on decides."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"

    def __and__(self, other: Confidence) -> Confidence:
        """The weaker of two: what both together are worth."""
        order = list(Confidence)
        return order[max(order.index(self), order.index(other))]

    @property
    def stronger(self) -> Confidence:
        """One word up, for a statement that an observation confirms."""
        order = list(Confidence)
        return order[max(order.index(self) - 1, 0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault or risk, with the lines it rests on.

    Attributes:
        id: stable name; fixes say which ids they cure.
        device: inventory name of the box that would be changed or looked at.
        sentence: what is wrong, in one sentence.
        raises: observations that would make it more certain.
        refutes: observations that would prove it wrong; a missing log line is never one.
    """

    id: str
    severity: Severity
    device: str
    sentence: str
    evidence: tuple[Evidence, ...]
    confidence: Confidence
    raises: tuple[str, ...] = ()
    refutes: tuple[str, ...] = ()
