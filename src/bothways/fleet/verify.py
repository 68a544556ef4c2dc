"""Prove a plan that somebody typed himself: read-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bothways.diagnosis import Scenario, trace
from bothways.errors import CouldNotSee, NotSaved, Unproven
from bothways.fleet.context import ApplyContext, Progress, RunOutcome, Standing
from bothways.fleet.proof import baselines, unpredicted, wait_for_proof, watchers
from bothways.fleet.reading import read_all, snapshot_of
from bothways.planning.plan import ClearStep, ConfigStep, Plan, Step
from bothways.planning.predicates import check
from bothways.platforms import platform
from bothways.pushing.check import check_unit, config_of, unsaved
from bothways.pushing.config import stands
from bothways.pushing.connection import Baseline, Proof, doubt
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot


def verify(
    plan: Plan, context: ApplyContext, *, wait_s: float | None = None, progress: Progress | None = None
) -> RunOutcome:
    """Whether the plan stands on the devices and its flow lives; nothing is changed.

    Returns:
        Exit code 0 when it does, 2 when a line or the flow is missing, 23 when startup does not hold it, 24
        when no connection proved it.

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
        missing, devices = _lacking(plan, snapshot)
        seen = trace(snapshot, flow, context.network.hosts, Scenario(plan.scenario), plan.silence_s)
        wrong = unpredicted(plan, seen)
        missing += [wrong] if wrong else []
        if missing:
            return RunOutcome(2, "", devices, tuple(missing))
        if not plan.wait_s:
            said = "no connection can prove it while nothing has failed: every line and fact stands"
            return _proven(devices, states, said)
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
        return RunOutcome(error.exit_code, "", devices, (str(error),), (error,))
    return _proven(devices, states, f"{found.device}: {found.said}", found)


def _proven(
    devices: Mapping[str, Standing],
    states: Mapping[str, DeviceState],
    said: str,
    found: Proof | None = None,
) -> RunOutcome:
    """What stands is as it should be; whether it still will be after a reload is for startup to say."""
    faults = {name: fault for name in devices if (fault := _unsaved(states[name]))}
    standing: dict[str, Standing] = {name: "applied" if name in faults else "saved" for name in devices}
    sentences = (said, *map(str, faults.values()))
    code = NotSaved.exit_code if faults else 0
    return RunOutcome(code, "", standing, sentences, tuple(faults.values()), found)


def _unsaved(state: DeviceState) -> NotSaved | None:
    """What a reload would take away: verify proves the change, and somebody has to keep it."""
    save = platform(state.platform).save
    try:
        lacking = unsaved(state)
    except CouldNotSee as error:
        return NotSaved(state.name, f"whether startup holds it could not be seen: {error.what}", save)
    if not lacking:
        return None
    return NotSaved(state.name, f"stands and is proven, but startup lacks {lacking}", f"then type: {save}")


def _missing(step: Step, snapshot: Snapshot) -> tuple[list[str], int]:
    """What of a step does not stand, and of how many things that is said."""
    if isinstance(step, ClearStep):
        return [], 0
    missing, looked = [], len(step.proofs)
    if isinstance(step, ConfigStep):
        config = config_of(snapshot.device(step.device))
        ours = [undo for undo in step.undo if undo.ours]
        looked += len(ours)
        missing += [
            f"{step.device}: `{undo.ours}` does not stand"
            for undo in ours
            if not stands(config, undo.section, undo.ours)
        ]
    for proof in step.proofs:
        try:
            holds, seen = check(proof, snapshot)
        except CouldNotSee as error:
            holds, seen = False, error.what
        if not holds:
            missing.append(f"{proof.device}: not so: {proof.because} (seen: {seen})")
    return missing, looked


def _lacking(plan: Plan, snapshot: Snapshot) -> tuple[list[str], dict[str, Standing]]:
    """Every line and fact of the plan that is not there, and what stands on its devices."""
    missing: list[str] = []
    counts: dict[str, list[int]] = {}
    for step in plan.steps:
        gone, looked = _missing(step, snapshot)
        missing += gone
        count = counts.setdefault(step.device, [0, 0])
        count[0] += len(gone)
        count[1] += looked
    return missing, {name: _standing(gone, looked) for name, (gone, looked) in counts.items()}


def _standing(gone: int, looked: int) -> Standing:
    if not gone:
        return "applied"
    return "untouched" if gone == looked else "partly"
