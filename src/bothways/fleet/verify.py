"""Prove a plan that somebody typed himself: read-only."""

from __future__ import annotations

from dataclasses import replace

from bothways.diagnosis import Scenario, trace
from bothways.errors import BothwaysError, CouldNotSee, Unproven
from bothways.fleet.context import ApplyContext, Progress, RunOutcome
from bothways.fleet.proof import baselines, unpredicted, wait_for_proof, watchers
from bothways.fleet.reading import read_all, snapshot_of
from bothways.planning.plan import ClearStep, ConfigStep, Plan
from bothways.planning.predicates import check
from bothways.pushing.check import check_unit, config_of
from bothways.pushing.config import stands
from bothways.pushing.connection import Baseline, doubt
from bothways.state.snapshot import Snapshot


def verify(
    plan: Plan, context: ApplyContext, *, wait_s: float | None = None, progress: Progress | None = None
) -> RunOutcome:
    """Whether the plan stands on the devices and its flow lives; nothing is changed.

    Returns:
        Exit code 0 when it does, 2 when a line or the flow is missing, 24 when no connection proved it.

    Raises:
        WrongUnit: a device is not the one the plan was made for.
        BothwaysError: a device of the plan cannot be read.
    """
    wait = plan.wait_s if wait_s is None else wait_s
    for name in plan.bindings:
        context.network.device(name)
    with context.sessions() as nornir:
        states, failed = read_all(nornir, context.network.devices, context.clock, progress=progress)
        for name, binding in plan.bindings.items():
            if name in failed:
                raise failed[name]
            check_unit(name, binding, states[name])
        snapshot = snapshot_of(states, failed, context.clock)
        flow = plan.proven
        missing = [*_missing(plan, snapshot)]
        seen = trace(snapshot, flow, context.network.hosts, Scenario(plan.scenario), plan.silence_s)
        wrong = unpredicted(plan, seen)
        missing += [wrong] if wrong else []
        if missing:
            return _outcome(plan, 2, missing)
        if not plan.wait_s:
            said = "no connection can prove it while nothing has failed: every line and fact stands"
            return RunOutcome(0, "", dict.fromkeys(plan.bindings, "applied"), (said,))
        known = baselines(nornir, watchers(plan, snapshot, seen), context.clock)
        # One that is up proves it now; what the log tells of earlier days does not.
        watches = {
            name: replace(old, wait_s=wait, before=Baseline(log=old.before.log))
            for name, old in known.items()
        }
        found = wait_for_proof(nornir, watches, context.clock)
    if found is None:
        what, proves = doubt(flow, wait, watched=bool(watches))
        error = Unproven(str(flow), f"stands, but {what}", proves)
        return _outcome(plan, error.exit_code, [str(error)], error)
    said = f"{found.device}: {found.said}"
    return RunOutcome(0, "", dict.fromkeys(plan.bindings, "applied"), (said,), (), found)


def _missing(plan: Plan, snapshot: Snapshot) -> list[str]:
    missing = []
    for step in plan.steps:
        if isinstance(step, ConfigStep):
            config = config_of(snapshot.device(step.device))
            missing += [
                f"{step.device}: `{undo.ours}` does not stand"
                for undo in step.undo
                if undo.ours and not stands(config, undo.section, undo.ours)
            ]
        if isinstance(step, ClearStep):
            continue
        for proof in step.proofs:
            try:
                holds, seen = check(proof, snapshot)
            except CouldNotSee as error:
                holds, seen = False, error.what
            if not holds:
                missing.append(f"{proof.device}: not so: {proof.because} (seen: {seen})")
    return missing


def _outcome(plan: Plan, code: int, sentences: list[str], *errors: BothwaysError) -> RunOutcome:
    return RunOutcome(code, "", dict.fromkeys(plan.bindings, "untouched"), tuple(sentences), errors)
