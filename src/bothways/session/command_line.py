"""The far end's command line: what is typed there, and what comes back, with a limit on silence and size."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bothways.errors import SessionLost
from bothways.session.channel import ChannelClosed, OutOfTime, SshChannel
from bothways.session.contract import Answer
from bothways.session.dialogue import Dialogue
from bothways.session.frames import Frame, FrameSplitter
from bothways.session.prompt import Prompt, learnt_prompt, may_be_prompt
from bothways.session.terminal_text import plain
from bothways.session.timeouts import LATE, Timeouts

_log = logging.getLogger("bothways.session")

# A million connections are 100 MB; more than this is a device that does not stop.
OUTPUT_LIMIT = 256 * 2**20
_BANNER_LIMIT = 2**20
_SECRET = re.compile(
    r".*?\b(?:password|secret|community|key(?:-string)?|pre-shared-key|passphrase|md5)\b(?= )"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a dialogue came to.

    Attributes:
        text: what the device said, with the open question if there is one.
        tail: the line it stopped on: a prompt, or the question.
        asks: whether it waits for an answer that nobody declared.
    """

    text: str
    tail: str
    asks: bool = False


class CommandLine:
    """A learnt prompt on a channel.

    Attributes:
        prompt: the last one learnt.
        timeouts: how long to wait, per phase.
    """

    def __init__(
        self, name: str, channel: SshChannel, timeouts: Timeouts, output_limit: int = OUTPUT_LIMIT
    ) -> None:
        self.channel = channel
        self.prompt = Prompt("")
        self._name = name
        self.timeouts = timeouts
        self._output_limit = output_limit
        self._heard_now = 0

    def learn(self, heard_last: str = "") -> None:
        """Learn the prompt by asking for it.

        Args:
            heard_last: the unfinished line that was read already.

        Raises:
            SessionLost: no prompt, or one of a shape that no mode can be told from.
        """
        self.prompt = self._asked_for(bytearray(f"\n{heard_last}".encode()))
        _log.debug("%s: prompt is %r", self._name, self.prompt.text)

    def current(self) -> Prompt:
        """The prompt that stands there now, in whatever mode.

        Raises:
            SessionLost: there is none.
        """
        self.type("\n\n\n")
        return self._asked_for(bytearray(b"\n"), already=True)

    def _asked_for(self, heard: bytearray, *, already: bool = False) -> Prompt:
        """Ask with empty lines, if not `already`, until three equal prompts stand in a row."""
        asked = -1
        silent_s = 0.0
        while (prompt := learnt_prompt(bytes(heard))) is None:
            lines = plain(bytes(heard)).rsplit("\n", 2)
            place = heard.rfind(b"\n")
            new = place != asked and may_be_prompt(bytes(heard)) and lines[-1] != lines[-2]
            if (new and not already) or silent_s:
                asked = place
                self.type("\n\n" if new else "\n\n\n")
            data = self._read(self.timeouts.question_s, "login")
            silent_s = 0.0 if data else silent_s + self.timeouts.question_s
            heard += data
            if silent_s >= self.timeouts.login_s or len(heard) > _BANNER_LIMIT:
                what = f"shows no prompt that can be learnt; its last line is {lines[-1][-80:]!r}"
                raise SessionLost(self._name, what, "set an ordinary `prompt` or host name there")
        return prompt

    def frames(self, commands: Sequence[str], *, ahead: bool) -> Iterator[Frame]:
        """Run commands that never ask; each frame as it is complete.

        Raises:
            SessionLost: closed, silent for too long, or endless.
        """
        if not ahead:
            for command in commands:
                yield self._frame_alone(command)
            return
        splitter = FrameSplitter(self.prompt, commands)
        # One is sent ahead of the one that runs; the last is an empty line.
        unsent = [f"{command}\n" for command in (*commands, "")][::-1]
        self.type(unsent.pop() + unsent.pop())
        while not splitter.finished:
            data = self._hear(splitter)
            for frame in splitter.feed(data):
                self._heard_now = 0
                if unsent and self.channel.alive:
                    self.type(unsent.pop())
                yield frame
            if b"More" in data and splitter.was_paged:
                self.channel.abort()
                what = f"pages its output of `{splitter.command}` although told not to"
                raise SessionLost(self._name, what, "read_ahead: false lets the pages be turned")

    def ask(self, line: str, ends: re.Pattern[str], answers: Sequence[Answer] = (), *, phase: str) -> Reply:
        """Type a line and wait for a tail that `ends` matches whole, answering what is declared.

        Raises:
            SessionLost: closed before any prompt, silent for too long, or endless.
        """
        self.type(f"{line}\n")
        return self._follow(Dialogue(self.prompt, line), ends, answers, f"`{named(line)}` ({phase})")

    def reply(self, keys: str, ends: re.Pattern[str], doing: str, phase: str) -> Reply:
        """Press keys that are not a line of their own: a password, a Ctrl-C, an answer.

        Raises:
            SessionLost: closed before any prompt, silent for too long, or endless.
        """
        self.type(keys)
        return self._follow(Dialogue(self.prompt, "", echoed=False), ends, (), f"{doing} ({phase})")

    def _follow(
        self, dialogue: Dialogue, ends: re.Pattern[str], answers: Sequence[Answer], after: str
    ) -> Reply:
        """Hold a dialogue to its end, or to a question that nobody declared."""
        self._heard_now = 0
        asked_again = False
        while True:
            tail = dialogue.tail
            if ends.fullmatch(tail):
                return Reply(dialogue.said, tail)
            answer = next((answer for answer in answers if tail and re.search(answer.pattern, tail)), None)
            if dialogue.pages or answer is not None:
                self.type(" " if answer is None else keys_of(answer.reply, tail))
                dialogue.replied()
            asks = dialogue.asks
            lost_prompt = not asked_again and dialogue.passed_prompt
            short = asks or lost_prompt
            data = self._read(self.timeouts.question_s if short else self.timeouts.command_s, after)
            if not data and lost_prompt:
                asked_again = True  # a message came behind the prompt; an empty line brings the next
                self.type("\n")
                continue
            if not data and asks:
                return Reply("\n".join(part for part in (dialogue.said, tail) if part), tail, asks=True)
            if not data:
                raise self._silent(after)
            dialogue.feed(data)

    def type(self, text: str) -> None:
        """Send text as typed.

        Raises:
            SessionLost: nobody is there any more.
        """
        try:
            self.channel.write(text.encode())
        except ChannelClosed as closed:
            raise self._lost(closed, "the last answer") from None

    def _silent(self, after: str) -> SessionLost:
        """The error for a device that stalls; the session is of no use after it."""
        self.channel.abort()
        what = f"said nothing for {self.timeouts.command_s:g} s after {after}"
        return Silent(self._name, what, "read its state from a new session")

    def _frame_alone(self, command: str) -> Frame:
        """Run one command with nothing typed ahead.

        What looks like the prompt is answered by an empty line. Where it was the prompt, a second one
        follows at once; where it was output, the second one comes at the true end.
        """
        splitter = FrameSplitter(self.prompt, (command,))
        self.type(f"{command}\n")
        answered = -1
        while True:
            for frame in splitter.feed(self._hear(splitter)):
                self._heard_now = 0
                return frame
            if splitter.line_offset != answered and (splitter.at_prompt or splitter.at_pager):
                answered = splitter.line_offset
                self.type("\n" if splitter.at_prompt else " ")

    def _hear(self, splitter: FrameSplitter) -> bytes:
        """The next bytes of an output, or the error that tells how far it had come."""
        after = f"`{splitter.command}` (reading)"
        try:
            data = b""
            if splitter.waits_for_empty_line:
                # The one sent ahead was swallowed, or a message came between; asking again is harmless.
                data = self._read(self.timeouts.question_s, after)
                if not data:
                    self.type("\n")
            data = data or self._read(self.timeouts.command_s, after)
        except SessionLost as lost:
            raise CutOff(lost, splitter) from None
        if not data:
            silent = self._silent(after)
            if splitter.at_prompt:
                silent.next_step = "if it drops what is typed ahead: read_ahead: false"
            raise CutOff(silent, splitter)
        return data

    def _read(self, timeout_s: float, after: str) -> bytes:
        try:
            data = self.channel.read(timeout_s)
        except ChannelClosed as closed:
            raise self._lost(closed, after) from None
        self._heard_now += len(data)
        if self._heard_now > self._output_limit:
            self.channel.abort()
            what = f"printed more than {self._output_limit} bytes after {after} without a prompt"
            raise SessionLost(self._name, what, "the session was cut")
        return data

    def _lost(self, closed: ChannelClosed, after: str) -> SessionLost:
        if isinstance(closed, OutOfTime):
            return SessionLost(self._name, f"{LATE}: cut after {after}", "allow more time: --deadline")
        what = f"the session ended after {after}: {closed}"
        return SessionLost(self._name, what, "read its state from a new session")


class Silent(SessionLost):
    """The device said nothing for too long."""


class CutOff(SessionLost):
    """Lost while reading; what the command had printed by then."""

    def __init__(self, lost: SessionLost, splitter: FrameSplitter) -> None:
        super().__init__(lost.where, lost.what, lost.next_step)
        self.command = splitter.command
        self.text = plain(splitter.output_so_far)
        self.silent = isinstance(lost, Silent)


def fell_silent(lost: SessionLost) -> bool:
    """Whether silence was the reason, not an end of the session."""
    return isinstance(lost, Silent) or (isinstance(lost, CutOff) and lost.silent)


def keys_of(reply: str, question: str) -> str:
    """What to press: `[confirm]` takes a single key, and a line end behind it would be the next answer."""
    return reply if reply and question.rstrip().endswith("[confirm]") else f"{reply}\n"


def named(line: str) -> str:
    """A line as an error may show it: what follows a secret's keyword is left out."""
    kept = _SECRET.match(line)
    return f"{kept[0]} …" if kept else line
