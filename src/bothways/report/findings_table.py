"""Findings as a table for the terminal and as Markdown, each with its lines, their command and time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from bothways.diagnosis.findings import Finding
from bothways.report.escaping import clean
from bothways.state.device import Evidence

if TYPE_CHECKING:
    from bothways.audit.result import Line

_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def findings_table(findings: Sequence[Finding], *, evidence: bool = True) -> Table:
    """A table; every cell is literal text."""
    table = Table(show_lines=evidence, expand=False)
    for heading in ("finding", "device", "sure", "what"):
        table.add_column(heading)
    for finding in findings:
        what = Text(clean(finding.sentence))
        for line in finding.evidence if evidence else ():
            what.append(f"\n{evidence_line(line)}", style="dim")
        table.add_row(
            Text(clean(finding.id), style=_STYLES[finding.severity]),
            Text(clean(finding.device)),
            Text(str(finding.confidence)),
            what,
        )
    return table


def findings_markdown(findings: Sequence[Finding]) -> str:
    """One section for each finding, with what would raise and what would refute it."""
    sections: list[str] = []
    for finding in findings:
        lines = [
            f"### {finding.id}: {_literal(finding.device)} ({finding.severity}, {finding.confidence})",
            "",
            _literal(finding.sentence),
            "",
        ]
        lines += [f"    {evidence_line(line)}" for line in finding.evidence]
        lines += ["", *(f"- more certain if: {_literal(text)}" for text in finding.raises)]
        lines += [f"- wrong if: {_literal(text)}" for text in finding.refutes]
        sections.append("\n".join(lines).rstrip())
    return "\n\n".join(sections)


def evidence_line(line: Evidence | Line) -> str:
    """`device: command:line at time: text`; line 0 is the whole text."""
    return clean(
        f"{line.device}: {line.command}:{line.line} at {line.taken_at:%H:%M:%S%z}: {line.text.strip()}"
    )


def _literal(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{mark}" if mark in "\\`*_[]<>#|" else mark for mark in clean(text))
