"""`clear conn` for one flow: counted first, capped, and never undone."""

from __future__ import annotations

from bothways.errors import BothwaysError, PlanRefused
from bothways.planning.plan import ClearStep
from bothways.pushing.journal import State
from bothways.pushing.readback import table_rows
from bothways.pushing.unit import Unit
from bothways.pushing.work import Work
from bothways.state.rows import Conn


def clear_step(unit: Unit, step: ClearStep, work: Work) -> int:
    """Clear the connections that match; how many there were.

    Raises:
        PlanRefused: more than the plan allows match, or the device refused; nothing was cleared.
        BothwaysError: the device is gone; what it did is `unknown` in the journal.
    """
    session = unit.open()
    count = len(table_rows(session, unit.platform, Conn, step.count_command))
    if count > step.most:
        raise PlanRefused(
            unit.name,
            f"`{step.command}` would end {count} connections, and the plan allows {step.most}",
            "narrow the flow: bothways plan",
        )
    _record(unit, step, work, "sent")
    try:
        said = session.converse(step.command, ())
    except BothwaysError as error:
        _record(unit, step, work, "unknown", error.what)
        raise
    refusal = unit.platform.refusal(said)
    _record(unit, step, work, "rejected" if refusal else "acked", said)
    if refusal:
        raise PlanRefused(unit.name, f"`{step.command}` was refused: {refusal}")
    return count


def _record(unit: Unit, step: ClearStep, work: Work, state: State, answer: str = "") -> None:
    work.journal.record(
        "clear", device=unit.name, step=work.number, text=step.command, state=state, answer=answer
    )
