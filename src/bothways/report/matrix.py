"""All calls between the two ends of a flow as a table, a line each, so that none is wrapped or cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.report.escaping import clean

_HEAD = ("call", "fate", "where")


def matrix_lines(traces: Sequence[Trace]) -> Iterator[str]:
    """The heading, then each call: its fate, and where it dies."""
    rows = [_HEAD, *((str(one.flow), str(one.fate), _where(one)) for one in traces)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        yield clean("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _where(trace: Trace) -> str:
    return str(trace.at) if trace.fate is not Fate.COMPLETE and trace.at.device else ""
