"""A login to one device: read what it holds, type configuration, hold a dialogue."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from bothways.clock import Clock
from bothways.errors import LockHeld, NoPrivilege, SessionLost
from bothways.network import Device
from bothways.platforms import platform
from bothways.session.command_line import OUTPUT_LIMIT, CommandLine, CutOff, Reply, keys_of
from bothways.session.connect import open_channel
from bothways.session.contract import Answer, ReadingCut
from bothways.session.login import PUT_OFF, enable, silence_pager
from bothways.session.terminal_text import one_line
from bothways.session.timeouts import Timeouts
from bothways.session.typed_line import check_capture, check_read_only, check_typeable
from bothways.state.device import Output

_log = logging.getLogger("bothways.session")

_DEFAULT_TIMEOUTS = Timeouts()
# Lines that may hold the words of a refusal; further down they are somebody's banner or log.
_WHERE_REFUSALS_STAND = 5
_LOCKED = re.compile(r"(?i)configuration mode is locked|locked by")
_RENAMED = re.compile(r"(?:host|prompt)\w* .*")
_ANY_CONFIG_PROMPT = re.compile(r"\S+\(conf[^()]*\)# ?")
_ENDS_THE_SESSION = re.compile(r"reload(?! +(?:in|at|cancel)\b)")
_CTRL_C, _CTRL_Z = "\x03", "\x1a"


def open_session(
    device: Device,
    known_hosts: Path,
    clock: Clock,
    timeouts: Timeouts = _DEFAULT_TIMEOUTS,
    output_limit: int = OUTPUT_LIMIT,
) -> DeviceSession:
    """Log in, go to privileged exec, turn paging off; no configuration command is sent.

    Args:
        device: whom, and with which credentials.
        known_hosts: the only file whose host keys count.
        clock: stamps the outputs.
        timeouts: per phase, in real seconds.
        output_limit: bytes after which a command that does not end is cut.

    Raises:
        CannotConnect: nothing was typed.
        SessionLost: the device stalled or hung up during login.
    """
    line = CommandLine(device.name, open_channel(device, known_hosts, timeouts), timeouts, output_limit)
    try:
        line.learn()
        enable(line, device)
        paged = not silence_pager(line, device)
    except BaseException:
        line.channel.close()
        raise
    return DeviceSession(device, line, clock, timeouts, paged=paged)


class DeviceSession:
    """One login, used by one thread.

    Attributes:
        device: whom it talks to.
        question: what the device waits for in configuration mode, "" for nothing.
    """

    def __init__(
        self, device: Device, line: CommandLine, clock: Clock, timeouts: Timeouts, *, paged: bool
    ) -> None:
        self.device = device
        self.question = ""
        self._line = line
        self._clock = clock
        self._timeouts = timeouts
        self._ahead = device.read_ahead and not paged
        self._mode: Literal["exec", "config"] = "exec"
        self._refusals = platform(device.platform).refusals

    def __repr__(self) -> str:
        return f"<DeviceSession {self.device.name}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether the device is still there, as far as its side has said."""
        return self._line.channel.alive

    def read(self, commands: Sequence[str]) -> list[Output]:
        """Run read-only commands in order; one output each.

        Raises:
            BadInput: one of them is not known to be read-only; nothing was sent.
            ReadingCut: the session was lost; it holds what had come, the last output incomplete.
        """
        for command in commands:
            check_read_only(self.device.name, command)
        self._must_be("exec")
        outputs: list[Output] = []
        if not commands:
            return outputs
        try:
            outputs.extend(
                self._output(frame.command, frame.text)
                for frame in self._line.frames(commands, ahead=self._ahead)
            )
        except CutOff as cut:
            outputs.append(Output(cut.command, cut.text, self._clock.now(), complete=False))
            raise ReadingCut(cut, outputs) from None
        return outputs

    def enter_config(self) -> None:
        """Go to configuration mode.

        Raises:
            NoPrivilege: the device refused, in its own words.
            LockHeld: somebody has it locked.
            SessionLost: the session ended or stalled.
        """
        self._must_be("exec")
        reply = self._line.ask(
            "configure terminal", self._line.prompt.any_mode, (PUT_OFF,), phase="configuration"
        )
        if self._line.prompt.config.fullmatch(reply.tail):
            self._mode = "config"
            return
        if reply.asks:
            self.cancel()
        said = one_line(reply.text)
        if _LOCKED.search(said):
            raise LockHeld(self.device.name, f"configuration mode is locked: {said}", "ask who holds it")
        raise NoPrivilege(self.device.name, f"refused `configure terminal`: {said or 'no reason given'}")

    def send_config(self, line: str) -> str:
        """Type one configuration line and wait for the prompt.

        A question the device asks comes back as the answer's last line, and `question` holds it: `answer`
        it or `cancel` it. Whatever is typed next without either is typed after a Ctrl-C.

        Returns:
            What the device said between echo and prompt, "" when nothing.

        Raises:
            BadInput: the line cannot be typed; nothing was sent.
            SessionLost: ended, stalled, or no longer in configuration mode.
        """
        check_typeable(self.device.name, line)
        self._must_be("config")
        if self.question:
            self.cancel()
        renames = bool(_RENAMED.fullmatch(line))
        ends = (
            re.compile(f"{self._line.prompt.any_mode.pattern}|{_ANY_CONFIG_PROMPT.pattern}")
            if renames
            else self._line.prompt.any_mode
        )
        _log.debug("%s: a configuration line of %d characters", self.device.name, len(line))
        return self._heard(self._line.ask(line, ends, phase="configuration"))

    def answer(self, reply: str) -> str:
        """Answer the open question; what the device said to that."""
        if reply:
            check_typeable(self.device.name, reply)
        asked, self.question = self.question, ""
        said = self._heard(
            self._line.reply(keys_of(reply, asked), self._line.prompt.any_mode, "an answer", self._mode)
        )
        first, _, others = said.partition("\n")
        return others if first.strip() == reply else said

    def cancel(self) -> str:
        """Give the open question up with Ctrl-C; what the device said to that."""
        self.question = ""
        return self._heard(self._line.reply(_CTRL_C, self._line.prompt.any_mode, "Ctrl-C", self._mode))

    def leave_config(self) -> None:
        """Go back to privileged exec; an open question is cancelled first.

        Raises:
            SessionLost: ended, stalled, or the device does not leave configuration mode.
        """
        if self.question:
            self.cancel()
        if self._mode == "exec":
            return
        for ending in ("end", "end", _CTRL_Z):
            if ending == _CTRL_Z:
                reply = self._line.reply(_CTRL_Z, self._line.prompt.any_mode, "Ctrl-Z", "configuration")
            else:
                reply = self._line.ask(ending, self._line.prompt.any_mode, phase="configuration")
            if not self._line.prompt.config.fullmatch(reply.tail):
                self._mode = "exec"
                return
        raise SessionLost(self.device.name, "does not leave configuration mode", "look at it by hand")

    def converse(self, command: str, answers: Sequence[Answer]) -> str:
        """Run an exec command that may ask, answering as declared.

        Returns:
            All that was said. `reload` may end the session; then that is the end of it.

        Raises:
            SessionLost: ended or stalled, or it asked what nobody declared; that was cancelled.
        """
        check_typeable(self.device.name, command)
        self._must_be("exec")
        try:
            reply = self._line.ask(command, self._line.prompt.any_mode, answers, phase="dialogue")
        except SessionLost:
            if _ENDS_THE_SESSION.match(command):
                return ""
            raise
        if reply.asks:
            self.cancel()
            what = f"asked `{reply.tail.strip()}` after `{command}`, and no answer is declared; cancelled"
            raise SessionLost(self.device.name, what, "declare the answer")
        return reply.text

    def capture(self, command: str) -> str:
        """Place or remove a capture of ours, in privileged exec; no configuration mode is entered.

        Returns:
            All that was said, "" for silence.

        Raises:
            BadInput: the command is anything else; nothing was sent.
            SessionLost: ended, stalled, or it asked something; that was cancelled.
        """
        check_capture(self.device.name, command)
        return self.converse(command, ())

    def close(self) -> None:
        """End the session; again is harmless."""
        if self.alive:
            self._line.channel.close()
            self._line.channel.wait_closed(min(self._timeouts.close_s, self._timeouts.left_s))

    def _must_be(self, mode: str) -> None:
        if self._mode != mode:
            raise SessionLost(self.device.name, f"the session is in {self._mode} mode, not in {mode} mode")

    def _heard(self, reply: Reply) -> str:
        """Keep track of the mode, the name and the question a reply left us with."""
        if reply.asks:
            self.question = reply.tail.strip()
        elif (prompt := self._line.prompt).text == reply.tail:
            self._mode = "exec"
        elif not prompt.config.fullmatch(reply.tail):
            self._line.prompt = prompt.renamed(reply.tail)
        return reply.text

    def _output(self, command: str, text: str) -> Output:
        refused = self._refusal(text)
        return Output(command, text, self._clock.now(), complete=not refused, refused=refused)

    def _refusal(self, text: str) -> str:
        lines = [line.strip() for line in text.split("\n") if line.strip()][:_WHERE_REFUSALS_STAND]
        return next((line for line in lines if any(words.match(line) for words in self._refusals)), "")
