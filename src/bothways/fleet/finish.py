"""Every step stands: the flow must prove it, and only then startup is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bothways.errors import BothwaysError, JournalFailed, NotSaved, RolledBack, Unproven
from bothways.fleet.context import RunOutcome
from bothways.fleet.failure import failed, interrupted
from bothways.fleet.hosts import run_on
from bothways.fleet.proof import fresh_trace, unpredicted, wait_for_proof
from bothways.fleet.run import Run, unfulfilled
from bothways.planning.plan import ReloadStep
from bothways.pushing.connection import doubt
from bothways.tasks import save_config

_SETTLE_S = 10.0
# After a reload a port is held for 30 s by spanning tree, then OSPF waits 40 s for its neighbours and BGP
# may take another minute. How long a connection may take to appear (`--wait`) says nothing about that.
_ROUTING_S = 180.0


def finished(run: Run, stimulate: Callable[[], None] | None) -> RunOutcome:
    """Every step stands: prove the flow, then write startup; or take everything back."""
    wrong = unfulfilled(run) or _astray(run)
    if wrong:
        return failed(run, RolledBack(run.plan.flow, f"{wrong}; every step is taken back"))
    run.say(f"{run.plan.proven}: read anew, the flow is {run.plan.after.fate}, as predicted")
    if not run.plan.wait_s:
        run.say("no connection can prove it while nothing has failed: what was read back does")
        return _saved(run)
    if stimulate is not None:
        _stimulated(run, stimulate)
    flow = run.plan.proven
    watches = {name: replace(watch, wait_s=run.wait_s) for name, watch in run.baselines.items()}
    found = wait_for_proof(run.nornir, watches, run.context.clock, run.stop)
    if run.stop.undo:
        return interrupted(run)
    if found is None:
        what, proves = doubt(flow, run.wait_s, watched=bool(watches))
        unproven = Unproven(
            str(flow),
            f"applied, but {what}; kept, startup not written",
            f"{proves}; or: bothways rollback {run.run_id}",
        )
        run.errors.append(unproven)
        run.say(str(unproven))
        return run.closed(unproven.exit_code)
    run.proof = found
    run.say(f"{found.device}: {found.said}")
    try:
        run.journal.record("proof", device=found.device, text=found.line)
    except JournalFailed as error:
        run.errors.append(
            NotSaved(found.device, f"proven, but startup was not written: the journal {error.what}")
        )
        return run.closed(NotSaved.exit_code)
    return _saved(run)


def _astray(run: Run) -> str:
    """How the flow differs from the prediction; after a reload, routing gets its time to come back."""
    patient = any(isinstance(step, ReloadStep) for step in run.plan.steps)
    clock = run.context.clock
    give_up_s = clock.monotonic() + (_ROUTING_S if patient else 0.0)
    while True:
        try:
            wrong = unpredicted(run.plan, fresh_trace(run.plan, run.context, run.nornir))
        except BothwaysError as error:
            wrong = f"the devices cannot be read again ({error})"
        now_s = clock.monotonic()
        if not wrong or now_s >= give_up_s or run.stop.undo:
            return wrong
        clock.wait_until(min(now_s + _SETTLE_S, give_up_s))


def _stimulated(run: Run, stimulate: Callable[[], None]) -> None:
    try:
        stimulate()
    except BothwaysError as error:  # no traffic of ours; the client's own may still prove the flow
        run.say(str(error))


def _saved(run: Run) -> RunOutcome:
    if not run.save:
        run.say("startup was not written, as asked")
        return run.closed(0)
    code = 0
    for name, config in run.verified.items():
        try:
            run_on(
                run.nornir, name, save_config,
                verified=config, journal=run.journal, clock=run.context.clock,
            )  # fmt: skip
        except Exception as fault:  # noqa: BLE001  ours or Nornir's too: it is proven, and startup may be written
            error = _unsaved(name, fault)
            run.errors.append(error)
            run.say(str(error))
            code = NotSaved.exit_code
            continue
        run.standing[name] = "saved"
        run.say(f"{name}: startup written, and reads like running")
    return run.closed(code)


def _unsaved(name: str, fault: Exception) -> BothwaysError:
    if isinstance(fault, BothwaysError):
        return fault
    what = f"proven, but nobody knows whether startup was written: Bothways failed: {fault!r}"
    return NotSaved(name, what, "compare it with running")
