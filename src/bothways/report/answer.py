"""A whole answer about a flow: verdict, ladder, what was concluded and not seen, findings, next command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from bothways.diagnosis.findings import Finding
from bothways.diagnosis.trace import Trace
from bothways.report.escaping import clean
from bothways.report.findings_table import evidence_line, findings_markdown, findings_table
from bothways.report.ladder import ladder, ladder_markdown, picture_of
from bothways.report.markdown_text import literal
from bothways.report.verdict import next_command, verdict_line


def answer(trace: Trace, findings: Sequence[Finding] = (), *, evidence: bool = False) -> Group:
    """The answer for a rich console: the verdict first, the next command last."""
    drawn = ladder(picture_of(trace), packets=evidence)
    parts: list[RenderableType] = [Text(verdict_line(trace), style="bold"), Text(""), drawn, Text("")]
    parts += [Text(line) for line in statements(trace)]
    if evidence:
        parts += [Text(f"evidence: {evidence_line(line)}", style="dim") for line in trace.evidence]
    if findings:
        parts += [Text(""), findings_table(findings, evidence=evidence)]
    following = next_command(trace, findings)
    if following:
        parts += [Text(""), Text(following, style="bold")]
    return Group(*parts)


def answer_markdown(trace: Trace, findings: Sequence[Finding] = ()) -> str:
    """The answer for a document."""
    parts = [
        literal(verdict_line(trace)),
        ladder_markdown(picture_of(trace)),
        "\n".join(f"- {literal(line)}" for line in statements(trace)),
    ]
    if findings:
        parts.append(findings_markdown(findings))
    following = next_command(trace, findings)
    if following:
        parts.append(f"    {following}")
    return "\n\n".join(parts) + "\n"


def statements(trace: Trace) -> Iterator[str]:
    """What stands under the ladder, a line each."""
    for word, texts in (
        ("note", trace.remarks),
        ("inferred", trace.inferences),
        ("could not see", trace.could_not_see),
    ):
        yield from (clean(f"{word}: {text}") for text in texts)
