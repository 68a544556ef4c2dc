"""Before anything is sent: is this the device, and is it still what the plan was made on?"""

from __future__ import annotations

from bothways.errors import CouldNotSee, PlanRefused, PlanStale, WrongUnit
from bothways.fixes.failover import inactive_role, role_unseen
from bothways.planning.plan import Binding, ConfigStep, Plan, ReloadStep
from bothways.planning.predicates import check
from bothways.platforms import Platform, config_digest, normalised_config, platform
from bothways.pushing.config import Config, differences, stands, told
from bothways.state.device import DeviceState
from bothways.state.rows import Version
from bothways.state.snapshot import Snapshot


def refuse_reload(plan: Plan, *, allowed: bool) -> None:
    """A reload needs consent, and what it cannot undo is named before.

    Raises:
        PlanRefused: there is no consent.
    """
    for step in plan.steps:
        if isinstance(step, ReloadStep) and not allowed:
            cannot = f"; {step.cannot_undo}" if step.cannot_undo else ""
            raise PlanRefused(
                step.device, f"the plan reloads it (step {plan.steps.index(step) + 1}){cannot}",
                "in a window, add: --allow-reload",
            )  # fmt: skip


def check_unit(name: str, binding: Binding, state: DeviceState) -> None:
    """The same box, and the one of the pair that passes its changes on.

    Raises:
        WrongUnit: another platform, serial number or host name, or a standby unit.
        CouldNotSee: the device does not say who it is.
    """
    rows = list(state.table(Version))
    if not rows:
        raise CouldNotSee(name, "`show version` does not say which unit this is")
    seen = rows[0]
    for what, wanted, found in (
        ("platform", binding.platform, state.platform),
        ("serial number", binding.serial, seen.serial),
        ("host name", binding.hostname, seen.hostname),
    ):
        if wanted != found:
            raise WrongUnit(
                name, f"has {what} {found!r}, and the plan is for {wanted!r}", "check the inventory"
            )
    unseen, inactive = role_unseen(state), inactive_role(state)
    if unseen:
        raise WrongUnit(name, unseen, "let the account read `show failover`")
    if inactive is not None:
        raise WrongUnit(name, f"is the {inactive.role} unit of a failover pair", "connect to the active unit")


def check_state(plan: Plan, snapshot: Snapshot) -> None:
    """Every fact the plan rests on, one by one, then the whole configuration of each device.

    Raises:
        PlanStale: names the facts that no longer hold, or the device whose configuration is another.
    """
    for predicate in plan.predicates:
        try:
            holds, seen = check(predicate, snapshot)
        except CouldNotSee as error:
            raise PlanStale(
                predicate.device, f"cannot tell whether {predicate.because} ({error.what})", _ANEW
            ) from None
        if not holds:
            now = seen if seen is not None else "no such row"
            raise PlanStale(predicate.device, f"no longer so: {predicate.because} (now: {now})", _ANEW)
    for name, binding in plan.bindings.items():
        state = snapshot.device(name)
        if digest_of(state) != binding.config_digest:
            raise PlanStale(name, _changed(plan, name, config_of(state)), _ANEW)


def config_of(state: DeviceState) -> Config:
    """The running configuration a device state holds.

    Raises:
        CouldNotSee: it was not read, refused or cut.
    """
    return _text_of(state, platform(state.platform).config_command)


def digest_of(state: DeviceState) -> str:
    """The digest that binds a plan to this state."""
    known = platform(state.platform)
    config_of(state)  # a cut configuration has no digest
    return config_digest(state.outputs[known.config_command].text, known)


def unsaved(state: DeviceState) -> str:
    """What running has and startup has not, as a clause; "" when they are equal.

    Raises:
        CouldNotSee: one of them cannot be read.
    """
    running = config_of(state)
    stored = _text_of(state, platform(state.platform).startup_command)
    if running == stored:
        return ""
    return told(differences(stored, running)) or "the order of its lines"


_ANEW = "make it anew: bothways plan"


def _text_of(state: DeviceState, command: str) -> Config:
    known: Platform = platform(state.platform)
    output = state.outputs.get(command)
    if output is None or output.refused or not output.complete or not known.is_whole_config(output.text):
        reason = (output.refused if output else "it was not read") or "it was cut short"
        raise CouldNotSee(state.name, f"`{command}`: {reason}")
    return normalised_config(output.text, known)


def _changed(plan: Plan, name: str, config: Config) -> str:
    undo = [
        line
        for step in plan.steps
        if isinstance(step, ConfigStep) and step.device == name
        for line in step.undo
        if line.ours
    ]
    if undo and all(stands(config, line.section, line.ours) for line in undo):
        return "the running configuration has changed: what the plan adds already stands"
    return "the running configuration has changed since the plan was made"
