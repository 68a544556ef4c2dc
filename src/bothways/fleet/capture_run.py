"""One evidence run under way: captures placed, a connection waited for, what came read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from nornir.core import Nornir

from bothways.clock import Clock
from bothways.diagnosis import Trace
from bothways.errors import BothwaysError, RolledBack, StateUnknown
from bothways.fleet.capture_records import may_stand
from bothways.fleet.capture_removal import take_away
from bothways.fleet.context import Progress
from bothways.fleet.hosts import run_on
from bothways.fleet.proof import as_listed
from bothways.pushing.capture_lines import Placement
from bothways.pushing.capture_place import Before
from bothways.pushing.capture_seen import Taken
from bothways.pushing.capture_watch import Look
from bothways.pushing.journal import Journal
from bothways.pushing.stop import Stop
from bothways.tasks import fetch_captures, place_captures, watch_captures

POLL_S = 1.0
QUIET_S = 3.0
"""A SYN that nobody answers is sent again after one to three seconds."""
LONGEST_S = 10.0
"""So long after the first packet it ends, quiet or not: a client that tries on is never quiet."""
_CPU_EVERY = 5


@dataclass
class CaptureRun:
    """A run, from the first byte on.

    Attributes:
        wanted: device to the captures for it.
        serials: device to the serial number it had when it was read.
        before: device to what it showed before.
        came: whether a packet of the flow came while the captures stood.
        taken: device to what it gave.
        notes: what could not be seen, a sentence each.
    """

    trace: Trace
    wanted: Mapping[str, tuple[Placement, ...]]
    serials: Mapping[str, str]
    before: Mapping[str, Before]
    nornir: Nornir
    journal: Journal
    clock: Clock
    stop: Stop
    say: Progress
    came: bool = False
    taken: dict[str, Taken] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    errors: list[BothwaysError] = field(default_factory=list)

    def run(self, wait_s: float) -> None:
        """All of it; whatever happens, what was placed is taken away, or named.

        Raises:
            StateUnknown: a bug of ours, and captures may still stand.
        """
        try:
            self._gather(wait_s)
        except BothwaysError as error:
            self.errors.append(error)
        except BaseException:  # a bug, or the end of the process: what was placed goes first
            unknown = self._take_away()
            if unknown:
                raise unknown[0] from None
            raise
        self.errors += self._take_away()
        self._close()

    def _gather(self, wait_s: float) -> None:
        why = self._placed()
        if why:
            device, clause = why
            if not self.stop.undo:
                raise RolledBack(device, f"{clause}; what was placed is taken away", "see: bothways runs")
            return
        self._wait(wait_s)
        if not self.stop.undo:
            self._fetch()

    def _placed(self) -> tuple[str, str] | None:
        """The device and the clause that ended it early."""
        for device, wanted in self.wanted.items():
            why: str = run_on(
                self.nornir, device, place_captures, wanted=wanted, journal=self.journal,
                serial=self.serials[device], stop=self.stop, clock=self.clock,
            )  # fmt: skip
            if why:
                return device, why
            self.say(f"{device}: {len(wanted)} captures stand")
        return None

    def _wait(self, wait_s: float) -> None:
        flow = self.trace.flow
        self.say(
            f"open the connection now: {flow.client} -> {flow.server} {flow.service} "
            f"(waiting up to {wait_s:g} s)"
        )
        end_s = self.clock.monotonic() + wait_s
        held: dict[str, int] = {}
        first_s: float | None = None
        changed_s = end_s
        for number in count():
            looks = self._looks(cpu=number % _CPU_EVERY == _CPU_EVERY - 1)
            now_s = self.clock.monotonic()
            now = {name: size for one in looks.values() for name, size in one.bytes.items()}
            if any(size > held.get(name, 0) for name, size in now.items()):
                if first_s is None:
                    first_s = now_s
                    self.say("packets of it have come")
                changed_s, self.came = now_s, True
            held = now
            if self.stop.undo or now_s >= end_s or self._enough(looks):
                return
            if first_s is not None and (now_s - changed_s >= QUIET_S or now_s - first_s >= LONGEST_S):
                return
            self.clock.wait_until(min(now_s + POLL_S, end_s))

    def _looks(self, *, cpu: bool) -> dict[str, Look]:
        """A look at each firewall; one that does not answer is not waited for."""
        looks = {}
        for device, placed in self.wanted.items():
            try:
                looks[device] = run_on(
                    self.nornir, device, watch_captures, placed=placed, cpu=cpu, clock=self.clock
                )
            except BothwaysError as error:
                self._note(f"{device}: while waiting: {error.what}")
        return looks

    def _enough(self, looks: Mapping[str, Look]) -> bool:
        """Nothing more is to be had, or a firewall is to be left alone."""
        for device, one in looks.items():
            if one.gone:
                self._note(f"{device}: somebody took {', '.join(one.gone)} away")
            if one.busy:
                self._note(f"{device}: {one.busy}: nothing more was waited for")
        over = any(one.busy or one.gone for one in looks.values())
        return over or not looks or all(one.full for one in looks.values())

    def _fetch(self) -> None:
        for device, placed in self.wanted.items():
            try:
                taken: Taken = run_on(
                    self.nornir, device, fetch_captures, placed=placed,
                    flow=as_listed(self.trace, device), before=self.before[device], clock=self.clock,
                )  # fmt: skip
            except BothwaysError as error:
                self._note(f"{device}: what was captured cannot be read: {error.what}")
                continue
            self.taken[device] = taken
            self.notes += [note for note in taken.could_not_see if note not in self.notes]
            self.say(f"{device}: read")

    def _take_away(self) -> list[StateUnknown]:
        ours = {
            device: placed
            for device, placed in self.wanted.items()
            if may_stand(self.journal.records, device)
        }
        return take_away(self.nornir, self.journal, ours, self.serials, self.clock, self.stop, self.say)

    def _close(self) -> None:
        """The record is closed when all is proven gone, and only then."""
        if any(isinstance(error, StateUnknown) for error in self.errors):
            return
        number = sum(len(placed) for placed in self.wanted.values())
        code = max((error.exit_code for error in self.errors), default=130 if self.stop.undo else 0)
        text = str(self.errors[0]) if self.errors else f"{number} captures placed, read, and proven gone"
        if self.stop.undo and not self.errors:
            text = "interrupted; what was placed is proven gone"
        try:
            self.journal.record("closed", text=text, facts={"exit_code": str(code)})
        except BothwaysError as error:  # the devices are clean; only the record of it is missing
            self._note(str(error))

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)
            self.say(sentence)
