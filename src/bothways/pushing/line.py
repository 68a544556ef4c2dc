"""One line to one device: recorded, typed, judged, recorded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bothways.errors import BadInput, BothwaysError, JournalFailed
from bothways.platforms import Platform
from bothways.platforms.secrets import without_secret
from bothways.pushing.journal import Journal, State
from bothways.session.contract import Session


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a step, or of its undo.

    Attributes:
        answer: regular expression the answer must match; "" for silence.
    """

    kind: Literal["command", "undo"]
    device: str
    step: int
    index: int
    text: str
    answer: str = ""

    def note(self, journal: Journal, state: State, answer: str = "") -> None:
        """Write down what is known of this line."""
        journal.record(
            self.kind,
            device=self.device,
            step=self.step,
            index=self.index,
            text=self.text,
            state=state,
            answer=answer,
        )


class LineStopped(Exception):
    """The push ends at this line; `why` is a clause about it."""

    def __init__(self, line: Line, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


class LineRejected(LineStopped):
    """The device answered something that is not known to be harmless."""


class LineUnknown(LineStopped):
    """The session ended before the answer: the device may hold the line or not."""


def type_line(session: Session, platform: Platform, journal: Journal, line: Line) -> None:
    """Type one line in configuration mode.

    Raises:
        LineRejected: the answer is none of silence, the declared one, a known notice.
        LineUnknown: no answer came.
        LineStopped: it was typed, and the answer could not be written down.
        JournalFailed: it was not typed, because it could not be written down.
    """
    line.note(journal, "sent")
    try:
        said = session.send_config(line.text)
    except BadInput as error:  # the session would not type it
        _note_after(journal, line, "rejected", error.what)
        raise LineRejected(line, f"`{line.text}` cannot be typed ({error.what})") from None
    except BothwaysError as error:
        _note_after(journal, line, "unknown", error.what)
        raise LineUnknown(line, f"no answer came to `{line.text}` ({error.what})") from None
    if not accepted(said, line.answer, platform):
        _note_after(journal, line, "rejected", said)
        raise LineRejected(line, _rejection(line, without_secret(said)))
    _note_after(journal, line, "acked", said)


def _note_after(journal: Journal, line: Line, state: State, said: str) -> None:
    try:
        # A device logs other people's lines between its answers.
        line.note(journal, state, without_secret(said))
    except JournalFailed as error:
        raise LineStopped(line, f"`{line.text}` was typed, but the journal {error.what}") from None


def accepted(said: str, declared: str, platform: Platform) -> bool:
    """Whether an answer lets the push go on: each of its lines is declared, as a whole, or a notice.

    A declared answer must come; silence in its place is no success.
    """
    text = "\n".join(line.strip() for line in said.splitlines() if line.strip())
    spans = [match.span() for match in re.finditer(declared, text)] if declared else []
    if declared and not spans:
        return False
    at = 0
    for line in text.split("\n") if text else ():
        start, end = at, at + len(line)
        at = end + 1
        declared_here = any(first <= start and end <= last for first, last in spans)
        if not declared_here and not any(notice.fullmatch(line) for notice in platform.notices):
            return False
    return True


def _rejection(line: Line, said: str) -> str:
    words = " / ".join(part.strip() for part in said.splitlines() if part.strip(" \t^"))
    if not words:
        return f"`{line.text}` was taken in silence, but an answer like `{line.answer}` had to come"
    return f"`{line.text}` was answered `{words}`"
