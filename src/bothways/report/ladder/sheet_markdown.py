"""A report about flows as Markdown: for a ticket, a wiki or a merge request."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

from bothways.diagnosis.findings import Finding
from bothways.fixes.menu_item import MenuItem
from bothways.report.findings_table import evidence_line
from bothways.report.ladder.markdown import ladder_markdown
from bothways.report.ladder.sheet import Chapter, Sheet
from bothways.report.markdown_text import fenced, literal
from bothways.report.moments import stamp


def sheet_markdown(sheet: Sheet) -> str:
    """The document: the verdict, the picture and its packets, what was found and not seen, what to type."""
    return "\n\n".join(_parts(sheet)) + "\n"


def _parts(sheet: Sheet) -> Iterator[str]:
    yield f"# {literal(sheet.headline)}"
    yield literal(sheet.title)
    if sheet.gaps:
        yield "Not everything was seen."
    if sheet.next:
        yield fenced([sheet.next], "sh")
    for chapter in sheet.chapters:
        yield from _chapter(chapter, "##" if chapter.heading else "#")
    made = f"Made {stamp(sheet.made_at)} by Bothways {version('bothways')} from {sheet.source}."
    yield literal(made)


def _chapter(chapter: Chapter, level: str) -> Iterator[str]:
    if chapter.heading:
        yield f"{level} {literal(chapter.heading)}"
    yield literal(chapter.verdict)
    if chapter.picture is not None:
        yield ladder_markdown(chapter.picture)
    for finding in chapter.findings:
        yield from _finding(finding, level)
    if chapter.ways:
        yield f"{level}# Ways out"
        for way in chapter.ways:
            yield from _way(way)
    for said in chapter.said:
        if said.lines:
            yield f"{level}# {literal(said.heading)}"
            yield _listed(said.lines)
    if chapter.could_not_see:
        yield f"{level}# Could not see"
        yield _listed(chapter.could_not_see)
    if chapter.evidence:
        yield f"{level}# What it rests on"
        yield fenced([evidence_line(line) for line in chapter.evidence])


def _finding(finding: Finding, level: str) -> Iterator[str]:
    about = f"{finding.id}: {finding.device} ({finding.severity}, {finding.confidence})"
    yield f"{level}# {literal(about)}"
    yield literal(finding.sentence)
    more = [f"more certain if: {text}" for text in finding.raises]
    more += [f"wrong if: {text}" for text in finding.refutes]
    if more:
        yield _listed(tuple(more))
    if finding.evidence:
        yield fenced([evidence_line(line) for line in finding.evidence])


def _way(way: MenuItem) -> Iterator[str]:
    here = "available" if way.available else "not available here"
    yield f"**{literal(way.name)}**: {literal(f'{here}: {way.reason}')}"
    told = (f"needs: {way.needs}" if way.needs else "", f"price: {way.price}")
    yield _listed(tuple(filter(None, told)))
    if way.text:
        yield fenced(way.text.splitlines())


def _listed(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {literal(line)}" for line in lines)
