"""Which run may be taken back: not one that is gone already, nor one that a newer one stands upon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bothways.errors import BothwaysError, NotSaved, PlanRefused
from bothways.fleet.records import JOURNAL, plan_of, steps_begun
from bothways.pushing.journal import Record, read_journal

OPENED = "rollback opened"
"""The note a rollback begins with."""
KEPT = "kept"
"""What a rollback left because somebody else uses it; its record says so, since that may still go."""

_TAKEN_BACK = {"0", "23"}
_FAILED_AND_TAKEN_BACK = "20"


def taken_back(records: Sequence[Record]) -> bool:
    """Whether the run itself, or a rollback of it, came to the end of taking it back.

    What stands there now is somebody else's, or a later run's, though its lines may be the same.
    """
    begun = [number for number, record in enumerate(records) if _is_rollback(record)]
    ends = [record for record in records[begun[-1] if begun else 0 :] if record.kind == "closed"]
    if not ends or KEPT in ends[-1].facts:
        return False
    code = ends[-1].facts["exit_code"]
    return code in _TAKEN_BACK if begun else code == _FAILED_AND_TAKEN_BACK


def saved(records: Sequence[Record]) -> bool:
    """Whether the end of a run that was taken back says that startup needs nothing more."""
    return records[-1].facts.get("exit_code") != str(NotSaved.exit_code)


def refuse_beneath_newer(folder: Path, opened: datetime, serials: Mapping[str, str]) -> None:
    """What a newer run typed may lean on what this one did: the newest goes first.

    Args:
        folder: of all runs.
        opened: when this run was.
        serials: of its devices, by name.

    Raises:
        PlanRefused: a newer run stands on one of them, and which.
    """
    for path in sorted(folder.glob(f"*/{JOURNAL}"), reverse=True):
        for name, serial in serials.items():
            if serial in _stands_on(path, opened):
                run = path.parent.name
                what = f"run {run} was applied to it later, and may build on this one"
                raise PlanRefused(name, what, f"roll back {run} first: bothways rollback {run}")


def _stands_on(path: Path, opened: datetime) -> set[str]:
    """The serial numbers of the devices a newer run stands on; none for an older one."""
    try:
        records = read_journal(path)
        if not records or records[0].at <= opened or taken_back(records):
            return set()
        plan = plan_of(path, records)
    except BothwaysError:
        return set()  # nobody can roll that one back, so it must not bar the others; `runs` shows what it has
    return {plan.bindings[begun.step.device].serial for begun in steps_begun(plan, records)}


def _is_rollback(record: Record) -> bool:
    return record.kind == "note" and record.text == OPENED
