"""Take a run back, from its journal and the plan stored with it: also one that died half way."""

from __future__ import annotations

from collections.abc import Sequence

from nornir.core import Nornir

from bothways.errors import NotSaved
from bothways.fleet.context import ApplyContext, Progress, RunOutcome, Standing, deaf, worst
from bothways.fleet.hindrance import refuse_hindered
from bothways.fleet.reading import read_all
from bothways.fleet.records import Begun, journal_path, plan_of, points_of_no_return, steps_begun
from bothways.fleet.rollback_order import OPENED, refuse_beneath_newer, saved, taken_back
from bothways.fleet.taking_back import TakenDevice, TakingBack, is_saved
from bothways.planning.plan import Plan
from bothways.pushing.check import check_unit, config_of
from bothways.pushing.journal import Journal, Record, read_journal
from bothways.pushing.lock import locked


def roll_back(run_id: str, context: ApplyContext, *, progress: Progress | None = None) -> RunOutcome:
    """Undo a run in reverse order, line by line, and prove it by reading back.

    Where nobody else changed the device since, it must read exactly as before the run; where somebody
    did, his lines stay, and ours must be gone.

    Returns:
        0 taken back and proven, or taken back already; 22 not proven, 23 taken back but startup not written,
        also when that was so at the end of an earlier rollback and still is.

    Raises:
        WorkspaceError: no such run.
        PlanRefused: its journal or plan was edited, a device is locked or another unit, a newer run stands on
            it, or others live on what it put there; nothing was sent.
        CannotConnect: a device cannot be read; nothing was sent.
    """
    tell = progress or deaf
    path = journal_path(context.runs, run_id)
    records = read_journal(path)
    plan = plan_of(path, records)
    serials = {
        step.step.device: plan.bindings[step.step.device].serial for step in steps_begun(plan, records)
    }
    with locked(context.locks, serials, run_id, context.clock):
        records = read_journal(path)  # anew: another rollback may have ended before we had the lock
        if taken_back(records):
            return _nothing_left(run_id, plan, context, records, tell)
        if records:
            refuse_beneath_newer(context.runs, records[0].at, serials)
        begun = steps_begun(plan, records)
        with context.sessions() as nornir:
            devices = _met(plan, context, nornir, begun)
            journal = Journal.reopen(path, context.clock)
            journal.record("note", text=OPENED)
            back = TakingBack(context, nornir, journal, run_id, tell, devices)
            with back.stop.listening():
                return back.run(begun, points_of_no_return(plan, records))


def _nothing_left(
    run_id: str, plan: Plan, context: ApplyContext, records: tuple[Record, ...], tell: Progress
) -> RunOutcome:
    """Nothing is typed; where startup was not written then, it is looked at again."""
    names = tuple(dict.fromkeys(record.device for record in records if record.kind == "step"))
    faults = () if saved(records) else _still_unsaved(plan, context, names)
    sentences = (
        "taken back already; nothing was typed",
        *points_of_no_return(plan, records),
        *map(str, faults),
    )
    for sentence in sentences:
        tell(sentence)
    standing: dict[str, Standing] = {} if saved(records) else dict.fromkeys(names, "rolled-back")
    return RunOutcome(worst([fault.exit_code for fault in faults]), run_id, standing, sentences, faults)


def _still_unsaved(plan: Plan, context: ApplyContext, names: Sequence[str]) -> tuple[NotSaved, ...]:
    """The devices whose startup may still hold what was taken back from running."""
    faults = []
    with context.sessions() as nornir:
        states, failed = read_all(nornir, names, context.clock)
    for name in names:
        if name in failed:
            raise failed[name]
        check_unit(name, plan.bindings[name], states[name])
        if not is_saved(states[name]):
            what = (
                "taken back, but startup is not known to read like running, and may bring it back at a reload"
            )
            faults.append(NotSaved(name, what, "compare them, then save by hand"))
    return tuple(faults)


def _met(plan: Plan, context: ApplyContext, nornir: Nornir, begun: list[Begun]) -> dict[str, TakenDevice]:
    """The devices as they are now, none of them touched; or why the run is not to be taken back."""
    names = list(dict.fromkeys(step.step.device for step in begun))
    states, failed = read_all(nornir, names, context.clock)
    devices = {}
    for name in names:
        if name in failed:
            raise failed[name]
        check_unit(name, plan.bindings[name], states[name])
        config = config_of(states[name])
        mine = [step for step in begun if step.step.device == name]
        remarks = refuse_hindered(plan, mine, states[name])
        devices[name] = TakenDevice(mine, config, is_saved(states[name]), config, remarks=remarks)
    return devices
