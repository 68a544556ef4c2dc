"""Apply a plan: all of it stands and is proven, or it is taken back, or we say what nobody knows."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from getpass import getuser

from nornir.core import Nornir

from bothways.diagnosis import Scenario, trace
from bothways.errors import BadInput, BothwaysError, CouldNotSee, JournalFailed, PlanRefused, RolledBack
from bothways.fleet.context import ApplyContext, Progress, RunOutcome, deaf
from bothways.fleet.failure import failed, interrupted
from bothways.fleet.finish import finished
from bothways.fleet.hosts import run_on
from bothways.fleet.proof import baselines, watchers
from bothways.fleet.reading import read_all, snapshot_of
from bothways.fleet.records import JOURNAL, PLAN, new_run_id
from bothways.fleet.run import Run
from bothways.planning.canonical import content_hash
from bothways.planning.plan import ConfigStep, Plan
from bothways.planning.plan_file import check_expiry, write_plan
from bothways.pushing.check import (
    check_state,
    check_unit,
    config_of,
    refuse_reload,
    unsaved,
)
from bothways.pushing.config import Config
from bothways.pushing.journal import FORMAT_VERSION, Journal
from bothways.pushing.lock import locked
from bothways.pushing.stop import Stop
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot
from bothways.tasks import push_change


def apply_plan(  # noqa: PLR0913  the verb's own options, one for one
    plan: Plan,
    context: ApplyContext,
    *,
    allow_reload: bool = False,
    wait_s: float | None = None,
    save: bool = True,
    progress: Progress | None = None,
    stimulate: Callable[[], None] | None = None,
) -> RunOutcome:
    """Apply a reviewed plan to live devices.

    Args:
        plan: as `load_plan` returned it.
        context: devices, clock, where the journal goes.
        allow_reload: consent to a step that reloads a device.
        wait_s: how long to wait for a connection that proves the flow; None for as long as the plan says.
        save: write startup at the end.
        progress: told each thing that has been done.
        stimulate: called once everything stands, to cause traffic of the flow.

    Returns:
        How it ended, from the first line sent on.

    Raises:
        PlanRefused: stale, locked, wrong unit, no consent: nothing was sent.
        CannotConnect: a device of the plan cannot be read: nothing was sent.
    """
    _refuse_unasked(plan, context, allow_reload=allow_reload)
    if not plan.steps:
        return RunOutcome(0, "", dict.fromkeys(plan.bindings, "untouched"), ("nothing is to be changed",))
    run_id = new_run_id(context.clock)
    serials = {name: binding.serial for name, binding in plan.bindings.items()}
    with locked(context.locks, serials, run_id, context.clock), context.sessions() as nornir:
        wait = plan.wait_s if wait_s is None else wait_s
        run = _begun(plan, context, nornir, run_id, progress or deaf, save=save, wait_s=wait)
        with run.stop.listening():
            return _applied(run, stimulate)


def _refuse_unasked(plan: Plan, context: ApplyContext, *, allow_reload: bool) -> None:
    """What can be refused before anybody is called."""
    check_expiry(plan, context.clock)
    refuse_reload(plan, allowed=allow_reload)
    for name in plan.bindings:
        context.network.device(name)


def _begun(  # noqa: PLR0913  what a run is made of
    plan: Plan,
    context: ApplyContext,
    nornir: Nornir,
    run_id: str,
    tell: Progress,
    *,
    save: bool,
    wait_s: float,
) -> Run:
    """The run, once everything has been read and nothing speaks against it; its journal is open."""
    snapshot = _checked(plan, context, nornir, tell, save=save)
    flow = plan.proven
    seen = trace(snapshot, flow, context.network.hosts, Scenario(plan.scenario), plan.silence_s)
    known = baselines(nornir, watchers(plan, snapshot, seen), context.clock)
    configs = {name: config_of(snapshot.device(name)) for name in plan.bindings}
    journal = _opened(plan, context, run_id)
    return Run(plan, context, nornir, journal, run_id, Stop(), tell, save, wait_s, configs, known)


def _checked(plan: Plan, context: ApplyContext, nornir: Nornir, tell: Progress, *, save: bool) -> Snapshot:
    """Read everything anew, and refuse what is no longer so."""
    states, failed = read_all(nornir, context.network.devices, context.clock, progress=tell)
    for name, binding in plan.bindings.items():
        if name in failed:
            raise failed[name]
        check_unit(name, binding, states[name])
    snapshot = snapshot_of(states, failed, context.clock)
    check_state(plan, snapshot)
    for name in dict.fromkeys(step.device for step in plan.steps) if save else ():
        _refuse_unsaved(name, states[name])
    return snapshot


def _refuse_unsaved(name: str, state: DeviceState) -> None:
    """Startup is written only where it equalled running: else somebody's trial would become permanent."""
    without = "save by hand first, or apply without saving: --no-save"
    try:
        strange = unsaved(state)
    except CouldNotSee as error:
        raise PlanRefused(name, f"cannot tell whether it is saved ({error.what})", without) from None
    if strange:
        raise PlanRefused(
            name,
            f"holds unsaved changes that are not the plan's, and saving would keep them: {strange}",
            without,
        )


def _opened(plan: Plan, context: ApplyContext, run_id: str) -> Journal:
    """A folder for the run, with the plan and a journal in it.

    Raises:
        JournalFailed: it cannot be written.
    """
    folder = context.runs / run_id
    try:
        folder.mkdir(parents=True, mode=0o700)
        write_plan(plan, folder / PLAN)
    except (OSError, BadInput) as error:
        raise JournalFailed(
            str(folder), f"cannot be written ({error})", "nothing was sent; make room and try again"
        ) from None
    lines = sum(len(step.commands) if isinstance(step, ConfigStep) else 1 for step in plan.steps)
    journal = Journal.create(folder / JOURNAL, context.clock, lines=lines)
    journal.record(
        "opened",
        facts={
            "format_version": str(FORMAT_VERSION),
            "plan": plan.id,
            "content_hash": content_hash(plan),
            "devices": "\n".join(plan.bindings),
            "serials": "\n".join(binding.serial for binding in plan.bindings.values()),
            "user": getuser(),
            "host": socket.gethostname(),
            "pid": str(os.getpid()),
        },
    )
    return journal


def _applied(run: Run, stimulate: Callable[[], None] | None) -> RunOutcome:
    for number, step in enumerate(run.plan.steps):
        name = step.device
        if run.stop.undo:
            return interrupted(run)
        try:
            config: Config | None = run_on(run.nornir, name, push_change, step=step, work=run.work(number))
        except BothwaysError as error:
            return failed(run, error)
        except Exception as bug:  # noqa: BLE001  ours or Nornir's: lines may stand, so they are taken back first
            run.done.append(number)
            return failed(run, run.unknown(number, f"Bothways failed in step {number + 1}: {bug!r}"))
        run.done.append(number)
        if config is not None:
            run.verified[name] = config
            run.standing[name] = "applied"
        what = step.fix if isinstance(step, ConfigStep) else f"{step.fix}, {step.kind}"
        run.say(f"{name}: step {number + 1} of {len(run.plan.steps)} ({what}) done, proven")
    try:
        return finished(run, stimulate)
    except Exception as bug:  # noqa: BLE001  as above: what stands is never left behind unspoken of
        what = f"Bothways failed before the run was proven: {bug!r}; every step is taken back"
        return failed(run, RolledBack(run.plan.flow, what))
