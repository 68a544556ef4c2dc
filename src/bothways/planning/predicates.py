"""The facts a plan rests on, compared one by one so that a refusal names the one that failed."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from bothways.errors import PlanRefused
from bothways.fixes.steps import Predicate
from bothways.state import link_rows, nat_rows, rows
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Row

_ROW_TYPES = {
    name: value
    for module in (rows, link_rows, nat_rows)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, Row)
}


def check(predicate: Predicate, snapshot: Snapshot) -> tuple[bool, str | None]:
    """Whether the fact holds in this snapshot, and the value seen (None: no such row).

    Raises:
        CouldNotSee: the device or the table was not read: the fact is unknown, not false.
        PlanRefused: the fact names a table or a column that this version does not have.
    """
    row_type = _row_type(predicate)
    table = snapshot.device(predicate.device).table(row_type)
    seen = [
        text_of(getattr(row, predicate.column))
        for row in table
        if all(text_of(getattr(row, name)) == wanted for name, wanted in predicate.key.items())
    ]
    if predicate.expected is None:
        return not seen, seen[0] if seen else None
    if predicate.expected in seen:
        return True, predicate.expected
    return False, "; ".join(dict.fromkeys(seen)) if seen else None


def text_of(value: Any) -> str:
    """A value of a row as predicates write it: `yes` and `no`, "" for nothing, lists with blanks between."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(text_of(part) for part in value)
    return str(value)


def _row_type(predicate: Predicate) -> type[Row]:
    row_type = _ROW_TYPES.get(predicate.table)
    known = {field.name for field in fields(row_type)} if row_type else set()
    if row_type is None or not {predicate.column, *predicate.key} <= known:
        what = f"{predicate.table}.{predicate.column}, which this version cannot look up"
        raise PlanRefused(predicate.device, f"the plan rests on {what}", "plan again")
    return row_type
