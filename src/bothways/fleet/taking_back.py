"""A rollback under way: undone line by line, judged device by device, saved last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nornir.core import Nornir

from bothways.errors import BothwaysError, CouldNotSee, NotSaved, StateUnknown
from bothways.fleet.context import ApplyContext, Progress, RunOutcome, Standing, deaf, worst
from bothways.fleet.hosts import run_on
from bothways.fleet.reading import read_all
from bothways.fleet.records import Begun
from bothways.fleet.rollback_order import KEPT
from bothways.planning.plan import Undo
from bothways.pushing.check import unsaved
from bothways.pushing.config import Config, differences, digest, stands, told
from bothways.pushing.journal import Journal, told_lines, typed_lines
from bothways.pushing.stop import Stop
from bothways.pushing.undo import Undone
from bothways.pushing.work import Work
from bothways.state.device import DeviceState
from bothways.tasks import save_config, undo_change


@dataclass
class TakenDevice:
    """One device of the run, before and after.

    Attributes:
        begun: the steps of the run that may stand on it.
        met: its running configuration before the rollback.
        was_saved: running equalled startup then.
        left: its running configuration now.
        remarks: what could not be looked at beforehand.
        skipped: undo lines that were not typed, and why.
        in_use: those of them that somebody else builds on.
    """

    begun: list[Begun]
    met: Config
    was_saved: bool
    left: Config
    standing: Standing = "untouched"
    remarks: tuple[str, ...] = ()
    skipped: list[str] = field(default_factory=list)
    in_use: list[Undo] = field(default_factory=list)


@dataclass
class TakingBack:
    """A rollback under way."""

    context: ApplyContext
    nornir: Nornir
    journal: Journal
    run_id: str
    tell: Progress
    devices: dict[str, TakenDevice]
    stop: Stop = field(default_factory=Stop)
    sentences: list[str] = field(default_factory=list)
    errors: list[BothwaysError] = field(default_factory=list)
    kept: bool = False

    def run(self, begun: list[Begun], passed: list[str]) -> RunOutcome:
        """Undo, prove, save, close."""
        for remark in (remark for device in self.devices.values() for remark in device.remarks):
            self._say(remark)
        for step in reversed(begun):
            self._undone(step)
        for sentence in passed:
            self._say(sentence)
        for name, device in self.devices.items():
            if device.standing != "unknown":
                self._judged(name, device)
        for name, device in self.devices.items():
            if device.standing == "rolled-back":
                self._kept(name, device)
        return self._closed()

    def _say(self, sentence: str) -> None:
        self.sentences.append(sentence)
        try:
            self.tell(sentence)
        except Exception:  # noqa: BLE001  the caller's own code: nobody listens any more, the devices come first
            self.tell = deaf

    def _undone(self, begun: Begun) -> None:
        name = begun.step.device
        device = self.devices[name]
        if device.standing == "unknown":
            return  # an earlier undo stopped there: what it left may lean on these lines
        try:
            undone: Undone = run_on(
                self.nornir, name, undo_change, step=begun.step, standing=begun.standing,
                work=Work(begun.number, self.journal, self.context.clock, self.stop),
            )  # fmt: skip
        except BothwaysError as error:
            self._unknown(name, f"{error.what}{self._lines(begun)}")
            return
        except Exception as bug:  # noqa: BLE001  ours or Nornir's: the other devices still want taking back
            self._unknown(name, f"Bothways failed in the undo: {bug!r}{self._lines(begun)}")
            return
        device.left = undone.after
        device.in_use += undone.in_use
        device.skipped += (*undone.kept, *(undone.gone if begun.after else ()))
        count = len(undone.typed)
        lines = "line" if count == 1 else "lines"
        if count:
            self._say(f"{name}: step {begun.number + 1} ({begun.step.fix}): {count} {lines} taken back")

    def _judged(self, name: str, device: TakenDevice) -> None:
        """Prove a device, whatever happens: what nobody has proven is unknown."""
        try:
            self._proven(name, device)
        except Exception as bug:  # noqa: BLE001  ours: the other devices still want proving
            lines = "".join(self._lines(begun) for begun in device.begun)
            self._unknown(name, f"Bothways failed before it was proven: {bug!r}{lines}")

    def _lines(self, begun: Begun) -> str:
        return told_lines(typed_lines(self.journal.records, begun.number))

    def _kept(self, name: str, device: TakenDevice) -> None:
        """Write startup, whatever happens: it is taken back, and only that may be missing."""
        try:
            self._saved(name, device)
        except Exception as bug:  # noqa: BLE001  ours or Nornir's: the other devices still want saving
            what = f"taken back, but nobody knows whether startup was written: Bothways failed: {bug!r}"
            self._failed(NotSaved(name, what, "compare it with running"))

    def _failed(self, error: BothwaysError) -> None:
        self.errors.append(error)
        self._say(str(error))

    def _proven(self, name: str, device: TakenDevice) -> None:
        first, last = device.begun[0], device.begun[-1]
        for sentence in device.skipped:
            self._say(f"{name}: {sentence}")
        if digest(device.left) == first.before:
            device.standing = "rolled-back"
            self._say(f"{name}: the running configuration reads as before the run")
            return
        ours = [
            undo
            for begun in device.begun
            for index, undo in enumerate(begun.step.undo)
            if undo.ours and index not in begun.standing and stands(device.left, undo.section, undo.ours)
        ]
        failed = [undo for undo in ours if undo not in device.in_use]
        if failed:
            self._unknown(name, f"lines of the run still stand: {_quoted(failed)}")
            return
        if last.after and digest(device.met) == last.after and not device.skipped:
            gone = told(differences(device.met, device.left)) or "nothing"
            what = f"nobody changed it since the run, and it does not read as before; what went is {gone}"
            self._unknown(name, what)
            return
        device.standing = "rolled-back"
        self.kept |= bool(ours)
        kept = f", but for {_quoted(ours)}, which somebody else uses now" if ours else ""
        self._say(f"{name}: no line of the run stands{kept}; what somebody else changed was left alone")

    def _saved(self, name: str, device: TakenDevice) -> None:
        if device.left == device.met and device.was_saved:
            return
        if not device.was_saved:
            self._compared(name)
            return
        try:
            run_on(
                self.nornir, name, save_config,
                verified=device.left, journal=self.journal, clock=self.context.clock,
            )  # fmt: skip
        except BothwaysError as error:
            self._failed(error)
            return
        self._say(f"{name}: startup written, and reads like running")

    def _compared(self, name: str) -> None:
        """Startup was another before the rollback: writing it could keep what is not ours."""
        states, _ = read_all(self.nornir, [name], self.context.clock)
        if name in states and is_saved(states[name]):
            self._say(f"{name}: startup reads like running, and needs no writing")
            return
        what = "taken back, but startup was not written: it differed from running before the rollback"
        self._failed(NotSaved(name, what, "compare them, then save by hand"))

    def _unknown(self, name: str, why: str) -> None:
        self.devices[name].standing = "unknown"
        self._failed(StateUnknown(name, why, "look at the device, and type the rest by hand"))

    def _closed(self) -> RunOutcome:
        code = worst([error.exit_code for error in self.errors])
        if not self.devices and not self.sentences:
            self._say("the run sent nothing; there is nothing to take back")
        text = "rolled back" if code == 0 else self.sentences[-1]
        try:
            facts = {"exit_code": str(code)} | ({KEPT: "somebody else uses it"} if self.kept else {})
            self.journal.record("closed", text=text, facts=facts)
        except BothwaysError as error:  # the devices are as said; only the record of it is missing
            self.sentences.append(str(error))
        standing = {name: device.standing for name, device in self.devices.items()}
        return RunOutcome(code, self.run_id, standing, tuple(self.sentences), tuple(self.errors))


def is_saved(state: DeviceState) -> bool:
    """Whether startup is known to equal running."""
    try:
        return not unsaved(state)
    except CouldNotSee:
        return False


def _quoted(lines: Iterable[Undo]) -> str:
    return ", ".join(f"`{undo.ours}`" for undo in lines)
