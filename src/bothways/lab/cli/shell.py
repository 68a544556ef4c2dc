"""One session on one device: modes, commands, questions, answers."""

from __future__ import annotations

from functools import reduce

from bothways.lab.cli.commandlog import LoggedCommand
from bothways.lab.cli.dialect import (
    Ask,
    Command,
    ConfigLine,
    Conversation,
    Meaning,
    Mode,
    better,
)
from bothways.lab.cli.dialogue import Dialogue, only_asking
from bothways.lab.cli.faults import Fault
from bothways.lab.cli.filters import BadFilter, Filter, cut_filter
from bothways.lab.cli.grammar import Incomplete, Invalid, Match, Mistake
from bothways.lab.cli.pager import Pager
from bothways.lab.cli.station import Screen, Station
from bothways.lab.device import Device
from bothways.lab.terminal import Help, Interrupt, Key, Line, Reading, Terminal, Typed

_INSIDE_PAUSE_S = 0.15  # longer than the gap after which a guessing client believes that all has come


class Shell:
    """A session.

    Attributes:
        station: the device and what its sessions share.
        user: the name that logged in.
        mode: the mode the prompt shows.
        path: headers of the sections that are open.
        privilege: 1 or 15.
        monitor: whether the device's log comes to this terminal.
    """

    def __init__(self, station: Station, user: str, screen: Screen) -> None:
        dialect = station.dialect
        self.station = station
        self.user = user
        self.screen = screen
        self.mode: Mode = dialect.modes["exec"]
        self.path: tuple[str, ...] = ()
        self.privilege = 1
        self.monitor = False
        self.since_s = station.now()
        self.terminal = Terminal(screen.write)
        self.pager = Pager(screen.write, dialect.more, dialect.more_erase, dialect.page_length)
        self._dialogue = Dialogue(self._ask)
        self._filter: Filter | None = None
        self._config_lines = 0
        self._deaf = False
        self.gone = False

    @property
    def device(self) -> Device:
        """The device behind this session."""
        return self.station.device

    def start(self) -> None:
        """Greet, unasked, as real devices do."""
        self.station.shells.append(self)
        self.station.logins += 1
        self.print(self.station.dialect.login_text(self))
        self.prompt()

    def feed(self, data: bytes) -> None:
        """Take what the client typed."""
        if self._over():
            return
        for typed in self.terminal.feed(data):
            self._take(typed)
            if self._over():
                return

    def leave(self, status: int = 0) -> None:
        """End the session."""
        if not self.gone:
            self.gone = True
            self.station.shells.remove(self)
            self.screen.close(status)

    def show_log(self, line: str) -> None:
        """A message of the device on this terminal, in the middle of whatever is there."""
        self.print(f"\n{line}\n")

    def print(self, text: str) -> None:
        """Write text with the line ends of a terminal."""
        self.screen.write(text.replace("\n", "\r\n").encode())

    def prompt(self) -> None:
        """The prompt, once everything before it is out."""
        text = self._prompt().encode()
        if self.station.faults.strike("prompt"):
            self.screen.drip(text)
        else:
            self.screen.write(text)

    def go(self, mode: str, path: tuple[str, ...] = ()) -> None:
        """Change the mode."""
        self.mode = self.station.dialect.modes[mode]
        self.path = path

    def _prompt(self) -> str:
        return self.station.dialect.prompt(self.device.hostname, self.mode)

    def _take(self, typed: Typed) -> None:
        match typed:
            case Interrupt():
                self._interrupt()
            case Help(text):
                self._help(text)
            case Key(byte):
                self._key(byte)
            case Line(text, ends_config):
                if self._dialogue.busy:
                    self._answer(text)
                else:
                    self._line(text, ends_config)

    def _interrupt(self) -> None:
        self._dialogue.close()
        if self.pager.busy:
            self.pager.key(0x03)
        if self.terminal.reading is not Reading.LINE:
            self.print("\n")
        self.terminal.reading = Reading.LINE
        self.prompt()

    def _help(self, text: str) -> None:
        error = self.station.dialect.help_error(self, text)
        if error:
            self.print(f"{error}\n{self._prompt()}{text}")
            return
        words: list[str] = []
        for mode in self.station.dialect.chain(self.mode)[:1]:
            words += mode.grammar.next_words(text)
        self.print("".join(f"  {word}\n" for word in words) or "% Unrecognized command\n")
        self.print(self._prompt() + text)

    def _key(self, byte: int) -> None:
        if self._dialogue.busy:
            self._answer(chr(byte))
            return
        self.pager.key(byte)
        self._settle()

    def _answer(self, text: str) -> None:
        if self.terminal.reading is not Reading.SECRET:
            self._log("answer", text.strip())
        self._said(self._dialogue.answer(text))
        if not self.gone:
            self._settle()

    def _log(self, mode: str, line: str) -> None:
        if line:
            station = self.station
            station.log.entries.append(LoggedCommand(station.now(), station.name, self.user, mode, line))

    def _line(self, text: str, ends_config: bool) -> None:
        line = text.strip()
        self._log(self.mode.name, line)
        if line and not line.startswith("!"):
            self._act(text, line)
        if self._over():
            return
        if ends_config and self.mode.depth >= 0:
            self.go("privileged")
        self._settle()

    def _act(self, text: str, line: str) -> None:
        fault = self.station.faults.strike("line", line)
        if fault is not None and self._struck(fault):
            return
        configuring = self.mode.depth >= 0
        self._run(text)
        if fault is not None and fault.action in ("stall", "close"):
            self._cut(fault)
        elif configuring:
            self._config_lines += 1
            cut = self.station.faults.strike("config-line", str(self._config_lines))
            if cut is not None:
                self._cut(cut)

    def _struck(self, fault: Fault) -> bool:
        """Do what a fault says instead of the command; False when the command runs as well."""
        match fault.action:
            case "answer":
                self.print(fault.text + "\n")
            case "refuse-authorization":
                self.print(self.station.dialect.refused + "\n")
            case "ask":
                self._said(self._dialogue.begin(only_asking(fault.text)))
            case "prompt-inside":
                self.screen.write(self._prompt().encode())
                self.screen.pause(_INSIDE_PAUSE_S)
                self.print("\n")
                return False
            case "ignore":
                pass
            case _:
                return False
        return True

    def _over(self) -> bool:
        return self.gone or self._deaf

    def _cut(self, fault: Fault) -> None:
        if fault.action == "close":
            self.leave(1)
        else:
            self._deaf = True

    def _run(self, text: str) -> None:
        prompt = self._prompt()
        dialect = self.station.dialect
        try:
            command, self._filter = cut_filter(text, dialect.filters)
        except BadFilter as error:
            mistake: Mistake = Incomplete() if error.column is None else Invalid(error.column)
            self.print(dialect.explain(mistake, text, prompt, in_exec=False) + "\n")
            return
        found = self._find(command)
        if not isinstance(found, tuple):
            self.print(dialect.explain(found, text, prompt, in_exec=self.mode.depth < 0) + "\n")
            return
        mode, match = found
        if isinstance(match.meaning, Command):
            self._began(match.meaning.run(self, match.words))
        else:
            self._configure(mode, match.meaning, match)

    def _find(self, command: str) -> tuple[Mode, Match[Meaning]] | Mistake:
        mistakes: list[Mistake] = []
        for mode in self.station.dialect.chain(self.mode):
            found = mode.grammar.match(command)
            if isinstance(found, Match):
                return mode, found
            mistakes.append(found)
        return reduce(better, mistakes)

    def _configure(self, mode: Mode, meaning: ConfigLine, match: Match[Meaning]) -> None:
        problem = self.station.dialect.pair_error(match.words)
        if problem:
            self.print(problem + "\n")
            return
        path = self.path[: mode.depth]
        before = self.device.hostname
        line = " ".join(self.station.dialect.normal_form(match.words))
        answer = self.device.configure(path, line)
        self.station.last_editor = self.user
        if answer:
            self.print(answer.rstrip("\n") + "\n")
        refused = self.device.hostname == before and _is_error(answer)
        if meaning.enters and match.words[0] != "no" and not refused:
            self.go(meaning.enters, (*path, line))
        elif mode is not self.mode:
            self.go(mode.name, path)

    def _began(self, result: str | Conversation) -> None:
        self._said(result if isinstance(result, str) else self._dialogue.begin(result))

    def _said(self, text: str | None) -> None:
        """The end of a command, unless it asks."""
        if text is not None:
            self._finish(text)

    def _ask(self, ask: Ask) -> None:
        self.print(ask.question)
        self.terminal.reading = ask.reading

    def _finish(self, text: str) -> None:
        if self._filter is not None:
            text, self._filter = self._filter.apply(text.rstrip("\n")), None
        if not self.gone:
            self.pager.print(text)

    def _settle(self) -> None:
        """Behind a line: wait for a key, for an answer, or show the prompt."""
        if self.pager.busy:
            self.terminal.reading = Reading.KEY
        elif not self._dialogue.busy:
            self.terminal.reading = Reading.LINE
            self.prompt()


def _is_error(answer: str) -> bool:
    return answer.startswith(("%", "ERROR")) and "%Note" not in answer
