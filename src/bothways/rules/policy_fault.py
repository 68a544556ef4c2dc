"""One reason why policy routing does not do what it was written for."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.diagnosis.findings import Confidence
from bothways.state.device import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One reason.

    Attributes:
        about: which of the faults of a route-map it is, in words that stay the same.
        stops: packets are not moved at all; otherwise they are, at a price.
    """

    sentence: str
    about: str
    evidence: tuple[Evidence, ...]
    stops: bool = True
    confidence: Confidence = Confidence.CERTAIN
    raises: tuple[str, ...] = ()
