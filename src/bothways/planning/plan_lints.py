"""Remarks that no single fix can make: on the plan as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from bothways.diagnosis import Trace
from bothways.fixes.failover import role_unseen
from bothways.fixes.steps import Lint, ReloadStep, Step
from bothways.flow import Fate, Flow
from bothways.planning.plan import Binding
from bothways.planning.unsaved import unsaved_loss
from bothways.platforms.secrets import without_secret
from bothways.state.snapshot import Snapshot


def plan_lints(
    steps: Sequence[Step],
    bindings: Mapping[str, Binding],
    snapshot: Snapshot,
    after: Trace,
    *,
    revives: bool = True,
) -> tuple[Lint, ...]:
    """All remarks, as far as there are steps to remark on.

    Args:
        steps: of the plan.
        bindings: of every device that is changed or that a fact speaks of.
        snapshot: what the devices said.
        after: the flow as it is predicted once the plan is applied.
        revives: whether the playbook means to let it live.
    """
    if not steps:
        return ()
    return (
        *_role_unseen(bindings, snapshot),
        *_not_cured(steps, after, revives=revives),
        *_unsaved(steps, bindings, snapshot),
    )


def _role_unseen(bindings: Mapping[str, Binding], snapshot: Snapshot) -> Iterator[Lint]:
    """What the run would refuse to touch is said before anybody reviews the plan."""
    for device in bindings:
        unseen = role_unseen(snapshot.device(device))
        if unseen:
            yield Lint(id="failover-unseen", severity="blocking", device=device, text=unseen)


def observed_alive(before: Trace) -> tuple[Lint, ...]:
    """A flow that a firewall shows open is no reason to change anything, least of all to reload."""
    return tuple(
        Lint(
            id="observed-alive",
            severity="blocking",
            device=one.line.device,
            text=f"{one.sentence} ({without_secret(str(one.line))})",
        )
        for one in before.contradicted
        if before.fate is not Fate.COMPLETE
    )


def old_call(afterwards: Trace, call: Flow | None) -> tuple[Lint, ...]:
    """What becomes of the call that was asked about, where the cure is to make another one."""
    if call is None or call == afterwards.flow:
        return ()
    end = "lives on" if afterwards.fate is Fate.COMPLETE else f"is {afterwards.fate}"
    text = (
        f"call {call.server} instead; a call to {afterwards.flow.server} then {end}: {afterwards.mechanism}"
    )
    return (Lint(id="old-call", severity="note", device=afterwards.at.device, text=text),)


def _not_cured(steps: Sequence[Step], after: Trace, *, revives: bool) -> Iterator[Lint]:
    device = after.at.device or steps[-1].device
    if after.fate is not Fate.COMPLETE:
        text = f"predicted after it: {after.fate} at packet {after.at.packet}, {after.mechanism}"
        severity: Literal["blocking", "note"] = "blocking" if revives else "note"
        yield Lint(id="not-cured", severity=severity, device=device, text=text)
    elif after.could_not_see:
        text = f"the prediction does without: {'; '.join(after.could_not_see)}"
        yield Lint(id="partly-unseen", severity="warning", device=device, text=text)


def _unsaved(steps: Sequence[Step], bindings: Mapping[str, Binding], snapshot: Snapshot) -> Iterator[Lint]:
    for device in dict.fromkeys(step.device for step in steps):
        state = bindings[device].saved
        reloads = any(isinstance(step, ReloadStep) and step.device == device for step in steps)
        if state is False and reloads:
            loss = unsaved_loss(snapshot.device(device))
            text = f"running and startup configuration differ: the reload would {loss}"
            yield Lint(id="unsaved-lines", severity="blocking", device=device, text=text)
        elif state is False:
            text = "running and startup configuration differ already: the change will not be saved over them"
            yield Lint(id="unsaved-lines", severity="warning", device=device, text=text)
        elif state is None and reloads:
            text = "the startup configuration was not read: what is not saved in it is lost by the reload"
            yield Lint(id="unsaved-unseen", severity="warning", device=device, text=text)
