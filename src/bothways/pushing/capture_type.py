"""One capture command: recorded, typed, judged, recorded."""

from __future__ import annotations

from typing import Literal

from bothways.errors import BothwaysError, JournalFailed
from bothways.platforms.secrets import without_secret
from bothways.pushing.capture_lines import Placement
from bothways.pushing.journal import Journal, State
from bothways.pushing.line import accepted
from bothways.pushing.unit import Unit
from bothways.session.contract import Session

Kind = Literal["command", "undo"]


class CaptureStopped(Exception):
    """A command was not taken, or nobody knows whether it was; `why` is a clause."""

    def __init__(self, why: str, *, unknown: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.unknown = unknown


def note(journal: Journal, kind: Kind, one: Placement, state: State, answer: str = "") -> None:
    """Write down what is known of a command.

    Raises:
        JournalFailed: it could not be written.
    """
    text = one.command if kind == "command" else one.removal
    facts = {"name": one.name, "place": one.place}
    journal.record(kind, device=one.device, text=text, state=state, answer=answer, facts=facts)


def type_capture(unit: Unit, session: Session, journal: Journal, kind: Kind, one: Placement) -> None:
    """Type a command of ours, and take silence for an answer; anything else stops.

    Raises:
        CaptureStopped: it was refused, or no answer came.
        JournalFailed: it was not typed, because it could not be written down.
    """
    text = one.command if kind == "command" else one.removal
    if kind == "command":
        note(journal, kind, one, "sent")
    else:
        _note_if_possible(journal, kind, one, "sent")
    try:
        said = session.capture(text)
    except BothwaysError as error:
        _note_if_possible(journal, kind, one, "unknown", error.what)
        raise CaptureStopped(f"no answer came to `{text}` ({error.what})", unknown=True) from None
    if not accepted(said, "", unit.platform):
        said = without_secret(said)
        _note_if_possible(journal, kind, one, "rejected", said)
        words = " / ".join(part.strip() for part in said.splitlines() if part.strip(" \t^"))
        raise CaptureStopped(f"`{text}` was answered `{words}`")
    _note_if_possible(journal, kind, one, "acked")


def _note_if_possible(journal: Journal, kind: Kind, one: Placement, state: State, answer: str = "") -> None:
    """A removal is announced by the record of what was placed: a full disk must not hold it up."""
    try:
        note(journal, kind, one, state, answer)
    except JournalFailed:
        return
