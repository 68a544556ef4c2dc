"""Looking into a snapshot without stumbling: what is missing is noted, not raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bothways.diagnosis.findings import Confidence
from bothways.errors import CouldNotSee
from bothways.state.device import DeviceState, Evidence
from bothways.state.parts import parts_of
from bothways.state.snapshot import Snapshot
from bothways.state.tables import R, Row, Table


class Sight:
    """The snapshot as one trace sees it, and the list of what it had to guess or do without.

    Attributes:
        snapshot: each routing table of a device as a device of its own.
        could_not_see: statement to whether what is hidden could have killed the flow.
        inferences: statement to its confidence.
        evidence: the lines that inferences rest on.
        forks: question to the ways the facts leave open, in the order they were met.
    """

    def __init__(self, snapshot: Snapshot, chosen: Mapping[str, int] | None = None) -> None:
        parts = (part for device in snapshot for part in parts_of(device))
        self.snapshot = replace(snapshot, devices={part.name: part for part in parts})
        self.forks: dict[str, tuple[str, ...]] = {}
        self._chosen = chosen or {}
        self.could_not_see: dict[str, bool] = {}
        self.inferences: dict[str, Confidence] = {}
        self.evidence: list[Evidence] = []
        for name, why in snapshot.unread.items():
            self.miss(f"{name}: {why}")

    def table(self, device: DeviceState, row_type: type[R], *, deadly: bool = False) -> Table[R] | None:
        """A table, or None and a note. `deadly`: what it holds could kill the flow."""
        try:
            return device.table(row_type)
        except CouldNotSee as error:
            self.miss(str(error), deadly=deadly)
            return None

    def blind_to(self, row_type: type[Row]) -> bool:
        """Whether a device of the inventory was not read, or not this table of it."""
        return bool(self.snapshot.unread) or not all(device.sees(row_type) for device in self.snapshot)

    def miss(self, statement: str, *, deadly: bool = False) -> None:
        """Note something that could not be seen."""
        self.could_not_see[statement] = deadly or self.could_not_see.get(statement, False)

    def infer(self, statement: str, confidence: Confidence, *evidence: Evidence) -> None:
        """Note something concluded, not read."""
        self.inferences.setdefault(f"{statement} ({confidence})", confidence)
        self.evidence.extend(evidence)

    def choose(self, question: str, options: Sequence[str]) -> int:
        """Which of several open ways this walk takes: the first, unless the trace asked for another."""
        if len(options) > 1:
            self.forks[question] = tuple(options)
        return self._chosen.get(question, 0)

    @property
    def confidence(self) -> Confidence:
        """The weakest inference; one word less when something could not be seen."""
        word = Confidence.CERTAIN
        for confidence in self.inferences.values():
            word &= confidence
        return word & Confidence.POSSIBLE if self.could_not_see else word


def absence(device: DeviceState, row_type: type[Row], what: str) -> tuple[Evidence, ...]:
    """Evidence that a table was read and does not say `what`; nothing when it was not read."""
    return (device.absence(row_type, what),) if device.sees(row_type) else ()
