"""Things a device does to packets that are not walked: they leave every verdict behind them open."""

from __future__ import annotations

from bothways.diagnosis.legs import Leg
from bothways.diagnosis.visit import Visit

_NOTE = "perhaps changed: "


def doubt(visit: Visit, statement: str) -> None:
    """The packet may leave this device otherwise than it is walked, or live where the walk drops it."""
    visit.sight.miss(statement, deadly=True)
    visit.note(f"{_NOTE}{statement}")


def doubts(legs: tuple[Leg, ...]) -> tuple[str, ...]:
    """What was doubted about packets that were really sent, each once."""
    notes = (note for leg in legs if not leg.hypothetical for hop in leg.hops for note in hop.notes)
    return tuple(dict.fromkeys(note.removeprefix(_NOTE) for note in notes if note.startswith(_NOTE)))
