"""An evidence run: what would be typed, and, by consent, typing it, reading what came, and removing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nornir.core import Nornir

from bothways.diagnosis import Trace, trace
from bothways.diagnosis.capture.spots import spots
from bothways.errors import BadInput, BothwaysError, CaptureRefused, CouldNotSee, StateUnknown
from bothways.fleet.capture_records import opened_record
from bothways.fleet.capture_removal import clean_up
from bothways.fleet.capture_run import CaptureRun
from bothways.fleet.context import ApplyContext, Progress, deaf, unbreakable
from bothways.fleet.evidence_files import write_evidence
from bothways.fleet.hosts import run_on
from bothways.fleet.proof import as_listed
from bothways.fleet.reading import read_all, snapshot_of
from bothways.fleet.records import new_run_id
from bothways.flow import Flow, Protocol
from bothways.pushing.capture_check import hindrance, serial_of
from bothways.pushing.capture_lines import Placement, new_tag, placements
from bothways.pushing.capture_place import Before
from bothways.pushing.capture_seen import Taken
from bothways.pushing.lock import locked
from bothways.pushing.stop import Stop
from bothways.state.snapshot import Snapshot
from bothways.tasks import check_captures


@dataclass(frozen=True)
class Proposal:
    """What an evidence run would do.

    Attributes:
        snapshot: what the devices said, read now.
        trace: what is foretold of the flow.
        wanted: the captures, device by device.
        left_out: firewalls that are not asked, and why.
    """

    flow: Flow
    snapshot: Snapshot
    trace: Trace
    wanted: tuple[Placement, ...]
    left_out: tuple[str, ...] = ()

    @property
    def by_device(self) -> dict[str, tuple[Placement, ...]]:
        """The captures of each firewall."""
        names = dict.fromkeys(one.device for one in self.wanted)
        return {name: tuple(one for one in self.wanted if one.device == name) for name in names}


@dataclass(frozen=True)
class Collected:
    """How an evidence run ended.

    Attributes:
        came: whether a packet of the flow came while the captures stood.
        interrupted: by Ctrl-C or SIGTERM; what was placed is gone all the same, or an error says so.
        taken: what each firewall gave.
        errors: what went wrong; a `StateUnknown` names captures that may still stand.
        notes: what could not be seen.
        files: the evidence that was written.
    """

    proposal: Proposal
    run_id: str
    came: bool
    interrupted: bool
    taken: tuple[Taken, ...]
    errors: tuple[BothwaysError, ...]
    notes: tuple[str, ...]
    files: tuple[Path, ...] = ()


def propose(
    flow: Flow, context: ApplyContext, names: Sequence[str] = (), progress: Progress = deaf
) -> Proposal:
    """Read the devices, walk the flow, and say what would be captured where; nothing is typed but `show`.

    Args:
        flow: TCP, as the client means it.
        context: devices and clock.
        names: only these firewalls.
        progress: told of each device.

    Raises:
        BadInput: another protocol, or a name that is not in the inventory.
        CaptureRefused: no firewall may be asked, and why.
        CouldNotSee: no firewall is on the way.
        CannotConnect: a firewall that was named cannot be read.
    """
    if flow.protocol is not Protocol.TCP:
        what = "only connections of TCP are judged by their packets"
        raise BadInput("flow", f"{flow.service}: {what}", "write CLIENT SERVER tcp/PORT")
    for name in names:
        context.network.device(name)
    with context.sessions() as nornir:
        states, failed = read_all(nornir, context.network.devices, context.clock, progress=progress)
    for name in names:
        if name in failed:
            raise failed[name]
    if failed and not states:
        raise next(iter(failed.values()))
    snapshot = snapshot_of(states, failed, context.clock)
    walked = trace(snapshot, flow, context.network.hosts)
    return _chosen(flow, snapshot, walked, names)


def _chosen(flow: Flow, snapshot: Snapshot, walked: Trace, names: Sequence[str]) -> Proposal:
    found = spots(snapshot, walked, names)
    refused = {name: why for name in found if (why := hindrance(snapshot.device(name)))}
    for name in names:
        if name in refused or name not in found:
            why = refused.get(name, hindrance(snapshot.device(name)) or "has no route to either end")
            raise CaptureRefused(name, why, "leave it out of --on")
    usable = {name: here for name, here in found.items() if name not in refused}
    if refused and not usable:
        name, why = next(iter(refused.items()))
        raise CaptureRefused(name, why, "capture on another device of the way, or by hand")
    if not usable:
        what = "no packet of it passes an ASA that was read"
        raise CouldNotSee(str(flow), what, "name the firewall: --on DEVICE")
    left_out = tuple(f"{name} {why}" for name, why in refused.items())
    return Proposal(flow, snapshot, walked, placements(usable, new_tag()), left_out)


def collect(
    proposal: Proposal,
    context: ApplyContext,
    *,
    wait_s: float = 60.0,
    folder: Path | None = None,
    progress: Progress = deaf,
) -> Collected:
    """Do what was proposed: place, wait for a connection, read, remove, prove.

    Args:
        proposal: from `propose`, made now.
        context: devices, clock, locks, and beside its runs the records of evidence runs.
        wait_s: how long to wait for a connection of the flow.
        folder: where the evidence goes; beside the run's record by default.
        progress: told each thing that has been done.

    Returns:
        How it ended, from the first byte on.

    Raises:
        PlanRefused: a lock is held, a firewall may not be asked after all: nothing was sent.
        StateUnknown: captures of an earlier run may still stand, and could not be taken away.
        CannotConnect: a firewall cannot be reached: nothing was sent.
    """
    tell = unbreakable(progress)
    _, errors = clean_up(context, tell)
    for error in errors:
        if isinstance(error, StateUnknown):
            raise error
        tell(str(error))
    run_id = new_run_id(context.clock)
    serials = {name: serial_of(proposal.snapshot.device(name)) for name in proposal.by_device}
    stop = Stop()
    with (
        stop.listening(),
        locked(context.locks, serials, run_id, context.clock),
        context.sessions() as nornir,
    ):
        before = _before(proposal, context, nornir)
        proposal = _renamed(proposal, before)
        journal = opened_record(
            context.captures / run_id, proposal.flow, serials, proposal.wanted, context.clock
        )
        run = CaptureRun(
            proposal.trace, proposal.by_device, serials, before,
            nornir, journal, context.clock, stop, tell,
        )  # fmt: skip
        run.notes += [note for one in before.values() for note in one.could_not_see]
        run.run(wait_s)
    target = folder or context.captures / run_id / "evidence"
    files, trouble = write_evidence(target, proposal.snapshot, run.taken, journal.records)
    run.notes += [trouble] if trouble else []
    return Collected(
        proposal, run_id, run.came, stop.undo, tuple(run.taken.values()),
        tuple(run.errors), tuple(run.notes), files,
    )  # fmt: skip


def _before(proposal: Proposal, context: ApplyContext, nornir: Nornir) -> dict[str, Before]:
    return {
        name: run_on(
            nornir, name, check_captures,
            client=str(as_listed(proposal.trace, name).client), clock=context.clock,
        )
        for name in proposal.by_device
    }  # fmt: skip


def _renamed(proposal: Proposal, before: dict[str, Before]) -> Proposal:
    """The same captures under names that stand nowhere."""
    taken = {name for one in before.values() for name in one.names}
    while any(one.name in taken for one in proposal.wanted):
        tag = new_tag()
        wanted = tuple(
            replace(one, name=f"bw-{tag}-{one.name.rpartition('-')[2]}") for one in proposal.wanted
        )
        proposal = replace(proposal, wanted=wanted)
    return proposal
