"""Startup is written last, and believed only when it reads like running."""

from __future__ import annotations

from bothways.errors import BothwaysError, NotSaved
from bothways.pushing.config import Config, differences, digest, told
from bothways.pushing.journal import Journal
from bothways.pushing.unit import Unit, running_config, startup_config
from bothways.session.contract import Answer

_QUESTIONS = (
    Answer(r"Destination filename \[startup-config\]\?", ""),
    Answer(r"Overwrite the previous NVRAM configuration\?\s*\[confirm\]", ""),
)


def save(unit: Unit, journal: Journal, verified: Config) -> bool:
    """Write the startup configuration, if running is still what was verified.

    Returns:
        Whether it was written; False when it read like running already.

    Raises:
        NotSaved: running was changed meanwhile, the device refused, or startup does not read like running.
    """
    try:
        session = unit.reopen()
        running = running_config(session, unit.platform)
        if running != verified:
            strange = told(differences(verified, running)) or "the order of its lines"
            raise _not_saved(unit, f"somebody changed the running configuration since: {strange}")
        if startup_config(session, unit.platform) == running:
            return False
        journal.record(
            "save", device=unit.name, text=unit.platform.save, state="sent", digest=digest(running)
        )
        said = session.converse(unit.platform.save, _QUESTIONS)
    except NotSaved:
        raise
    except BothwaysError as error:
        said = error.what
    _proven(unit, journal, verified, said)
    return True


def _proven(unit: Unit, journal: Journal, verified: Config, said: str) -> None:
    words = " / ".join(line.strip() for line in said.splitlines() if line.strip())
    try:
        stored = startup_config(unit.reopen(), unit.platform)
    except BothwaysError as error:
        raise _not_saved(unit, f"startup cannot be read back ({error.what})") from None
    if stored is None:
        raise _not_saved(unit, f"startup cannot be read back; the device said `{words}`")
    if stored != verified:
        wrong = told(differences(verified, stored)) or "the order of its lines"
        raise _not_saved(unit, f"startup differs from running: {wrong}; the device said `{words}`")
    journal.record("save", device=unit.name, text=unit.platform.save, state="acked", digest=digest(stored))


def _not_saved(unit: Unit, why: str) -> NotSaved:
    what = f"the running configuration is as wanted, but not saved: {why}"
    return NotSaved(unit.name, what, f"type: {unit.platform.save}")
