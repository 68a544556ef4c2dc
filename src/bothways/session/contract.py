"""What the rest of the product needs of a session, so that a test can hand in another of the same shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from bothways.errors import SessionLost
from bothways.network import Device
from bothways.state.device import Output


@dataclass(frozen=True, slots=True)
class Answer:
    """What to reply when the device asks.

    Attributes:
        pattern: regular expression, searched in the question's line.
        reply: what is typed; "" is Enter.
    """

    pattern: str
    reply: str


class Session(Protocol):
    """One login to one device."""

    @property
    def device(self) -> Device:
        """Whom it talks to."""

    def read(self, commands: Sequence[str]) -> list[Output]:
        """Run read-only commands in order; one output each."""

    def enter_config(self) -> None:
        """Go to configuration mode."""

    def send_config(self, line: str) -> str:
        """Type one configuration line; what the device answered, "" when nothing."""

    def leave_config(self) -> None:
        """Go back to privileged exec."""

    def converse(self, command: str, answers: Sequence[Answer]) -> str:
        """Run a command that may ask, answering as declared; all that was said."""

    def capture(self, command: str) -> str:
        """Place or remove a capture of ours, and nothing else; all that was said, "" for silence."""

    def close(self) -> None:
        """End the session; again is harmless."""

    def __enter__(self) -> Self:
        """The session itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""


class ReadingCut(SessionLost):
    """The session was lost while reading; `outputs` are those that came, the last one cut."""

    def __init__(self, lost: SessionLost, outputs: Sequence[Output]) -> None:
        super().__init__(lost.where, lost.what, lost.next_step)
        self.outputs = tuple(outputs)
