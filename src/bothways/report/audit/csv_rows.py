"""An audit as CSV: a line for each result, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from bothways.audit.change import Changed
from bothways.audit.result import AuditRun, Result
from bothways.report.escaping import clean
from bothways.report.findings_table import evidence_line

COLUMNS = (
    "run", "taken_at", "id", "outcome", "severity", "change", "device", "rule", "subject", "sentence",
    "confidence", "fixes", "flow", "scenario", "silence_s", "next", "evidence",
)  # fmt: skip
"""In this order for good; new ones come behind."""
_FORMULA = re.compile(r"(^\s*|;\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""What a spreadsheet would calculate: at the start of a cell, or where one begins that parts lines at `;`."""


def csv_rows(run: AuditRun, changed: Sequence[Changed] | None = None) -> str:
    """The file, RFC 4180, every cell quoted, no cell of more than one line.

    Failures of the earlier run that have no result in this one are lines without an outcome, so that nobody
    counts them.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in row] for row in _rows(run, changed or ()))
    return text.getvalue()


def cell(text: str) -> str:
    """One line of text that no spreadsheet takes for a formula."""
    return _FORMULA.sub(r"\1'", clean(text))


def _rows(run: AuditRun, changed: Sequence[Changed]) -> Iterator[tuple[str, ...]]:
    became = {one.result.id: str(one.change) for one in changed}
    for result in run.results:
        yield _row(run, result, str(result.outcome), became.get(result.id, ""))
    here = {result.id for result in run.results}
    for one in changed:
        if one.result.id not in here:
            yield _row(run, one.result, "", str(one.change))


def _row(run: AuditRun, result: Result, outcome: str, change: str) -> tuple[str, ...]:
    flow = result.flow
    return (
        run.id,
        run.taken_at.isoformat(),
        result.id,
        outcome,
        str(result.severity),
        change,
        result.device,
        result.rule,
        result.subject,
        result.sentence,
        str(result.confidence or ""),
        " ".join(result.fixes),
        flow.flow if flow else "",
        str(flow.scenario) if flow else "",
        str(flow.silence_s or "") if flow else "",
        result.next if outcome else "",
        " | ".join(evidence_line(line) for line in result.evidence),
    )
