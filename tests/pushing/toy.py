"""A device as data: a text configuration, scripted answers, and what it was sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from bothways.errors import SessionLost
from bothways.network import Device
from bothways.planning.plan import Command, ConfigStep, Undo
from bothways.session.contract import Answer
from bothways.state.device import Output

START = """\
hostname DC_LAB_SWITCH
interface Vlan10
 ip address 10.12.0.254 255.255.255.0
interface Vlan172
 ip address 172.16.1.1 255.255.255.0
end"""


class SteppedClock:
    """Time that moves only when somebody waits for it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waiting: Callable[[float], None] = lambda _: None

    def now(self) -> datetime:
        return datetime(2026, 3, 1, 12, 0, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def wait_until(self, moment_s: float) -> None:
        self.seconds = max(self.seconds, moment_s)
        self.waiting(self.seconds)


@dataclass
class Toy:
    """A device that stores lines.

    Attributes:
        running: configuration lines, sections indented by one blank.
        answers: what it says to a line, and whether it stores it all the same.
        dies_at: lines after which it hangs up, each once; True when the line was stored before.
        outputs: what it prints for other show commands.
        dialogue: exec commands it knows.
        received: everything typed, in order.
        sessions: how many were opened; `open` is how many are now.
    """

    running: list[str] = field(default_factory=START.splitlines)
    startup: list[str] = field(default_factory=START.splitlines)
    answers: dict[str, tuple[str, bool]] = field(default_factory=dict)
    dies_at: dict[str, bool] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    dialogue: dict[str, Callable[[Sequence[Answer]], str]] = field(default_factory=dict)
    on_line: Callable[[str], None] = lambda _: None
    received: list[str] = field(default_factory=list)
    sessions: int = 0
    open: int = 0
    unreachable_until: float = -1.0

    def store(self, section: str, line: str) -> str:
        """Take a configuration line; the section one is in afterwards."""
        negated = line.startswith("no ")
        wanted = line.removeprefix("no ")
        if wanted.split()[0] in ("interface", "route-map"):
            if negated:
                self._cut(wanted)
                return ""
            if wanted not in self.running:
                self.running.insert(-1, wanted)
            return wanted
        if negated:
            self._drop(section, wanted)
        elif section:
            self._add(section, wanted)
        elif wanted not in self.running:
            self.running.insert(1, wanted)
        return section

    def _span(self, section: str) -> tuple[int, int]:
        start = self.running.index(section) + 1
        end = start
        while self.running[end].startswith(" "):
            end += 1
        return start, end

    def _add(self, section: str, line: str) -> None:
        start, end = self._span(section)
        if f" {line}" not in self.running[start:end]:
            self.running.insert(end, f" {line}")

    def _drop(self, section: str, line: str) -> None:
        if not section or line.startswith("access-list"):
            self.running[:] = [kept for kept in self.running if kept != line]
            return
        start, end = self._span(section)
        self.running[start:end] = [kept for kept in self.running[start:end] if kept != f" {line}"]

    def _cut(self, section: str) -> None:
        if section in self.running:
            start, end = self._span(section)
            del self.running[start - 1 : end]


class ToySession:
    """A session of the shape the product expects, over a toy device."""

    def __init__(self, toy: Toy, device: Device, clock: SteppedClock) -> None:
        self.device = device
        self._toy = toy
        self._clock = clock
        self._section = ""
        self._config = False
        self._alive = True
        toy.sessions += 1
        toy.open += 1

    def read(self, commands: Sequence[str]) -> list[Output]:
        self._needs_life()
        assert not self._config, "a show in configuration mode"
        return [self._output(command) for command in commands]

    def _output(self, command: str) -> Output:
        texts = {
            "show running-config": "\n".join(self._toy.running),
            "show startup-config": "\n".join(self._toy.startup),
            **self._toy.outputs,
        }
        if command in texts:
            return Output(command, texts[command], self._clock.now())
        refused = "% Invalid input detected at '^' marker."
        return Output(command, refused, self._clock.now(), complete=False, refused=refused)

    def enter_config(self) -> None:
        self._needs_life()
        self._config, self._section = True, ""

    def send_config(self, line: str) -> str:
        self._needs_life()
        assert self._config, "a line outside configuration mode"
        self._toy.received.append(line)
        self._toy.on_line(line)
        stored = self._toy.dies_at.pop(line, None)
        answer, keeps = self._toy.answers.get(line, ("", True))
        if (stored is None and keeps) or stored:
            self._section = self._toy.store(self._section, line)
        if stored is not None:
            self._end()
            raise SessionLost(self.device.name, "the device closed the session")
        return answer

    def leave_config(self) -> None:
        self._needs_life()
        self._config = False

    def converse(self, command: str, answers: Sequence[Answer]) -> str:
        self._needs_life()
        self._toy.received.append(command)
        return self._toy.dialogue[command](answers)

    def capture(self, command: str) -> str:
        raise AssertionError(f"a capture that nobody asked for: {command}")

    def close(self) -> None:
        if self._alive:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _end(self) -> None:
        self._alive = False
        self._toy.open -= 1

    def _needs_life(self) -> None:
        if not self._alive:
            raise SessionLost(self.device.name, "the session is closed")


DEVICE = Device("lab-switch", "192.0.2.1", 22, "cisco_ios", "netops", SecretStr("made-up"))

PBR = ConfigStep(
    device="lab-switch",
    fix="pbr-return",
    commands=tuple(
        Command(text=text)
        for text in (
            "access-list 101 permit ip 172.16.1.0 0.0.0.255 host 10.12.0.130",
            "route-map FIX_ROUTING permit 10",
            "match ip address 101",
            "set ip next-hop 10.12.0.1",
            "interface Vlan172",
            "ip policy route-map FIX_ROUTING",
        )
    ),
    undo=(
        Undo(
            section="interface Vlan172",
            ours="ip policy route-map FIX_ROUTING",
            enter=("interface Vlan172",),
            text="no ip policy route-map FIX_ROUTING",
        ),
        Undo(
            section="",
            ours="route-map FIX_ROUTING permit 10",
            text="no route-map FIX_ROUTING permit 10",
            contents=("match ip address 101", "set ip next-hop 10.12.0.1"),
        ),
        Undo(
            section="",
            ours="access-list 101 permit ip 172.16.1.0 0.0.0.255 host 10.12.0.130",
            text="no access-list 101 permit ip 172.16.1.0 0.0.0.255 host 10.12.0.130",
        ),
    ),
)
FORWARD = [command.text for command in PBR.commands]
BACKWARD = [text for undo in PBR.undo for text in (*undo.enter, undo.text)]
