"""A reload: a point of no return, proven by the device that comes back."""

from __future__ import annotations

from bothways.diagnosis.uptime import uptime_s
from bothways.errors import (
    BothwaysError,
    CannotConnect,
    CouldNotSee,
    PlanRefused,
    RolledBack,
    SessionLost,
    StateUnknown,
)
from bothways.planning.plan import ReloadStep
from bothways.platforms import Platform
from bothways.pushing.config import Config, differences, digest, told
from bothways.pushing.journal import State
from bothways.pushing.readback import rows, unproven
from bothways.pushing.unit import Unit, running_config, startup_config
from bothways.pushing.work import Work
from bothways.session.contract import Answer, Session
from bothways.state.rows import Version

_POLL_S = 15.0
_SLACK_S = 60.0  # `uptime is 3 minutes` is up to a minute old


def reload_step(unit: Unit, step: ReloadStep, work: Work) -> Config:
    """Reload a device and wait until it is back, the same, and with what the step promises.

    Returns:
        The running configuration of the device that came back.

    Raises:
        PlanRefused: running and startup differ, and the reload would lose that; or it was refused.
        RolledBack: it is back as it was, but a proof does not hold.
        StateUnknown: it did not come back, or not as it was.
    """
    session = unit.open()
    before = running_config(session, unit.platform)
    work.refuse_foreign(unit.name, before)
    stored = startup_config(session, unit.platform)
    if stored != before:
        lost = "startup cannot be read" if stored is None else told(differences(stored, before))
        raise PlanRefused(unit.name, f"a reload would lose what is not saved: {lost}", "save it first")
    version = _version(session, unit.platform)
    started_s = unit.clock.monotonic()
    _record(unit, step, work, "sent", digest(before))
    said = _asked(session, step)
    refusal = unit.platform.refusal(said)
    if refusal:
        _record(unit, step, work, "rejected", digest(before))
        raise PlanRefused(unit.name, f"`{step.command}` was refused: {refusal}")
    returned = _returned(unit, step, version, started_s, said)
    if returned.serial != version.serial:
        raise StateUnknown(
            unit.name, f"another unit came back: serial {returned.serial}, not {version.serial}"
        )
    return _proven(unit, step, work, before)


def _asked(session: Session, step: ReloadStep) -> str:
    """Hold the dialogue; the session usually dies of it, so what ended it says nothing yet."""
    try:
        said = session.converse(step.command, [Answer(reply.pattern, reply.reply) for reply in step.dialogue])
    except BothwaysError as error:
        said = error.what
    session.close()
    return "\n".join(line.strip() for line in said.splitlines() if line.strip())


def _returned(unit: Unit, step: ReloadStep, version: Version, started_s: float, said: str) -> Version:
    """Call until a device answers that has booted since."""
    give_up_s = started_s + step.wait_s
    words = " / ".join(said.splitlines())
    last = f"the device said `{words}`"
    while (now_s := unit.clock.monotonic()) < give_up_s:
        unit.clock.wait_until(min(now_s + _POLL_S, give_up_s))
        try:
            seen = _version(unit.open(), unit.platform)
        except (CannotConnect, SessionLost, CouldNotSee) as error:
            last = error.what
            continue
        if _booted(version.uptime, seen.uptime, unit.clock.monotonic() - started_s):
            return seen
        last = f"it is up for {seen.uptime} and said `{words}`"
    raise StateUnknown(
        unit.name,
        f"has not come back from `{step.command}` within {step.wait_s} s ({last})",
        "look at its console; nothing was typed since",
    )


def _version(session: Session, platform: Platform) -> Version:
    found = rows(session, platform, Version)
    if not found:
        raise CouldNotSee(session.device.name, "`show version` does not say which unit this is")
    return found[0]


def _booted(before: str, after: str, elapsed_s: float) -> bool:
    """Whether the up time says that a boot lies between two readings."""
    return uptime_s(after) < uptime_s(before) + elapsed_s - _SLACK_S


def _proven(unit: Unit, step: ReloadStep, work: Work, before: Config) -> Config:
    session = unit.reopen()
    after = running_config(session, unit.platform)
    _record(unit, step, work, "acked", digest(after))
    if after != before:
        raise StateUnknown(
            unit.name, f"came back with another configuration: {told(differences(before, after))}"
        )
    failures = unproven(step.proofs, unit, session)
    if failures:
        raise RolledBack(unit.name, f"came back with its configuration as before, but {'; '.join(failures)}")
    work.journal.record("verified", device=unit.name, step=work.number, digest=digest(after))
    return after


def _record(unit: Unit, step: ReloadStep, work: Work, state: State, seen: str) -> None:
    work.journal.record(
        "reload", device=unit.name, step=work.number, text=step.command, state=state, digest=seen
    )
