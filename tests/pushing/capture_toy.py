"""A firewall as data: the captures that stand on it, and a script of what goes wrong next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from bothways.errors import SessionLost
from bothways.network import Device
from bothways.platforms import platform
from bothways.pushing.unit import Unit
from bothways.session.contract import Answer
from bothways.session.typed_line import check_capture
from bothways.state.device import Output

from .fleet_toys import ASA_VERSION
from .toy import SteppedClock

SERIAL = "JMX1234A0B1"
ASA = Device("edge-asa", "192.0.2.2", 22, "cisco_asa", "netops", SecretStr("made-up"))
DENIED = "Command authorization failed"

OK, REFUSE, IGNORE, LOST_BEFORE, LOST_AFTER, STRANGE = "ok", "refuse", "ignore", "before", "after", "strange"
ACTIONS = (OK, REFUSE, IGNORE, LOST_BEFORE, LOST_AFTER, STRANGE)


@dataclass
class CaptureToy:
    """What stands there, and what happens to the next commands.

    Attributes:
        captures: name to the command that placed it.
        script: an action for each command to come; when it is used up, all is well.
        typed: every command but `show`.
        serial: another one, when the mate has taken over.
        outputs: what other commands print.
    """

    captures: dict[str, str] = field(default_factory=dict)
    script: Iterator[str] = field(default_factory=lambda: iter(()))
    typed: list[str] = field(default_factory=list)
    serial: str = SERIAL
    sessions: int = 0
    outputs: dict[str, str] = field(default_factory=dict)

    def listed(self) -> str:
        return "\n".join(
            f"capture {name} type raw-data interface inside [Capturing - 120 bytes] \n"
            "  match tcp host 10.12.0.130 host 172.16.1.18 eq https "
            for name in self.captures
        )

    def text(self, command: str) -> str:
        if command == "show capture":
            return self.listed()
        if command == "show version":
            return ASA_VERSION.replace(SERIAL, self.serial)
        if command.startswith("show capture "):
            return "0 packet captured\n\n0 packet shown"
        return self.outputs.get(command, "")


class CaptureSession:
    """A session of the shape the product expects."""

    def __init__(self, toy: CaptureToy, clock: SteppedClock) -> None:
        self.device = ASA
        self._toy = toy
        self._clock = clock
        self._alive = True
        toy.sessions += 1

    def read(self, commands: Sequence[str]) -> list[Output]:
        return [self._output(command) for command in commands]

    def _output(self, command: str) -> Output:
        now = self._clock.now()
        action = self._next()
        if action in (LOST_BEFORE, LOST_AFTER):
            self._lose()
        if action == REFUSE:
            return Output(command, DENIED, now, complete=False, refused=DENIED)
        if action == STRANGE:
            return Output(command, "the moon is full", now)
        if action == IGNORE:
            return Output(command, self._toy.text(command)[:9], now, complete=False)
        return Output(command, self._toy.text(command), now)

    def capture(self, command: str) -> str:
        check_capture(self.device.name, command)
        self._toy.typed.append(command)
        action = self._next()
        if action == LOST_BEFORE:
            self._lose()
        if action in (OK, LOST_AFTER):
            self._do(command)
        if action == LOST_AFTER:
            self._lose()
        return {REFUSE: DENIED, STRANGE: "the moon is full"}.get(action, "")

    def _do(self, command: str) -> None:
        words = command.split()
        if words[0] == "no":
            self._toy.captures.pop(words[2], None)
        else:
            self._toy.captures[words[1]] = command

    def _next(self) -> str:
        if not self._alive:
            raise SessionLost(self.device.name, "the session is closed")
        return next(self._toy.script, OK)

    def _lose(self) -> None:
        self._alive = False
        raise SessionLost(self.device.name, "the device closed the session")

    def enter_config(self) -> None:
        raise AssertionError("a capture is no configuration")

    def send_config(self, line: str) -> str:
        raise AssertionError(line)

    def leave_config(self) -> None:
        raise AssertionError("a capture is no configuration")

    def converse(self, command: str, answers: Sequence[Answer]) -> str:
        raise AssertionError(f"{command} {answers}")

    def close(self) -> None:
        self._alive = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def unit_of(toy: CaptureToy, clock: SteppedClock) -> Unit:
    """The toy as a unit whose `open` always makes a new session."""
    return Unit("edge-asa", platform("cisco_asa"), clock, lambda: CaptureSession(toy, clock))
