"""What a device holds after a step, asked from a session that did not type it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bothways.errors import BothwaysError, CouldNotSee
from bothways.planning.diff import Change, as_shown
from bothways.planning.plan import ConfigStep, Predicate
from bothways.planning.predicates import check
from bothways.platforms import Platform, device_state
from bothways.platforms.secrets import without_secret
from bothways.pushing.config import Config, differences, stands, told
from bothways.pushing.unit import Unit, running_config
from bothways.session.contract import Session
from bothways.state.log_rows import LogLine
from bothways.state.snapshot import Snapshot
from bothways.state.tables import R

_WARNING = 4  # syslog severity: this and lower numbers are worth quoting


@dataclass(frozen=True)
class Before:
    """What the device held before a step: its running configuration and its log."""

    config: Config
    log: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadBack:
    """One reading after a step.

    Attributes:
        failures: what is not as the step promises; empty means proven.
    """

    config: Config
    failures: tuple[str, ...]


def read_back(unit: Unit, step: ConfigStep, before: Before, predicted: frozenset[Change]) -> ReadBack:
    """Ask a new session whether the step stands, and nothing else was changed meanwhile.

    Args:
        unit: the device.
        step: what was typed.
        before: what the device held before it.
        predicted: what the plan's diff foretells.

    Raises:
        BothwaysError: the device cannot be read.
    """
    session = unit.reopen()
    after = running_config(session, unit.platform)
    failures = [*_missing(step, after), *_foreign(step, before.config, after, predicted)]
    if step.quiet:
        failures += _disturbed(step, session, unit.platform, before.log)
    if step.proofs:
        failures += unproven(step.proofs, unit, session)
    if failures:
        failures += _new_log_lines(session, unit.platform, before.log)
    return ReadBack(after, tuple(failures))


def unproven(proofs: Sequence[Predicate], unit: Unit, session: Session) -> list[str]:
    """Those facts that do not hold, each with what stands instead.

    Raises:
        BothwaysError: the device cannot be read.
    """
    snapshot = facts(proofs, unit, session)
    failures = []
    for proof in proofs:
        try:
            holds, seen = check(proof, snapshot)
        except CouldNotSee as error:
            holds, seen = False, error.what
        if not holds:
            failures.append(f"not so: {proof.because} (seen: {seen if seen is not None else 'nothing'})")
    return failures


def facts(predicates: Sequence[Predicate], unit: Unit, session: Session) -> Snapshot:
    """Only the tables these predicates look at, read now: a full read would load the device for nothing."""
    sources = {kind.__name__: source for kind, source in unit.platform.sources.items()}
    commands = {sources[fact.table].command for fact in predicates if fact.table in sources}
    outputs = {output.command: output for output in session.read(sorted(commands))}
    state = device_state(unit.name, unit.platform.name, outputs)
    return Snapshot({unit.name: state}, unit.clock.now(), {})


def log_lines(session: Session, platform: Platform) -> tuple[str, ...]:
    """The device's log buffer, or nothing where it cannot be read: it only explains, it proves nothing."""
    try:
        return tuple(f"{row.stamp}: {row.text}" for row in rows(session, platform, LogLine))
    except BothwaysError:
        return ()


def rows(session: Session, platform: Platform, row_type: type[R]) -> list[R]:
    """One table, read for itself.

    Raises:
        CouldNotSee: its command was refused or cut.
    """
    source = platform.sources[row_type]
    return table_rows(session, platform, row_type, source.command)


def table_rows(session: Session, platform: Platform, row_type: type[R], command: str) -> list[R]:
    """The rows of one kind out of a command of the same form as the table's own.

    Raises:
        CouldNotSee: the command was refused or cut.
    """
    output = session.read([command])[0]
    if output.refused or not output.complete:
        reason = output.refused or "it was cut short"
        raise CouldNotSee(session.device.name, f"`{command}` cannot be read: {reason}")
    return list(platform.sources[row_type].parse(output.text, command))


def _missing(step: ConfigStep, after: Config) -> list[str]:
    """F40: taken in silence, and not there."""
    lines = [
        place
        for undo in step.undo
        if undo.ours
        for place in (
            (undo.section, undo.ours),
            *((undo.section or undo.ours, text) for text in undo.contents),
        )
    ]
    return [
        f"`{text}` is not in the running configuration, although the device took every line"
        for section, text in dict.fromkeys(lines)
        if not stands(after, section, text)
    ]


def _foreign(step: ConfigStep, before: Config, after: Config, predicted: frozenset[Change]) -> list[str]:
    """F45: what came or went while we typed, and is not ours; equal text in another section is not."""
    explained = set(predicted)
    for undo in step.undo:
        places = ((undo.section, undo.ours), *((undo.section or undo.ours, text) for text in undo.contents))
        explained.update(as_shown(("+", *place)) for place in places)
    strange = tuple(change for change in differences(before, after) if as_shown(change) not in explained)
    return [f"somebody else changed {told(strange)}"] if strange else []


def _disturbed(step: ConfigStep, session: Session, platform: Platform, logged: Sequence[str]) -> list[str]:
    """What the device logged meanwhile and the step must not cause: a port that went down and came back."""
    old = Counter(logged)
    new = [
        row
        for row in rows(session, platform, LogLine)
        if row.code in step.quiet and f"{row.stamp}: {row.text}" not in old
    ]
    return [f"the device logged `{without_secret(row.text.strip())}`" for row in new[:2]]


def _new_log_lines(session: Session, platform: Platform, logged: Sequence[str]) -> list[str]:
    if LogLine not in platform.sources:
        return []
    try:
        now = rows(session, platform, LogLine)
    except BothwaysError:
        return []
    old = Counter(logged)
    new = [row for row in now if row.severity <= _WARNING and f"{row.stamp}: {row.text}" not in old]
    return [f"the device logged `{without_secret(row.text.strip())}`" for row in new[-2:]]
