"""Answers for people: ladders, verdicts and findings, on a terminal and in Markdown."""

from bothways.report.answer import answer, answer_markdown, statements
from bothways.report.blind_half import blind_half_lines
from bothways.report.escaping import clean
from bothways.report.findings_table import evidence_line, findings_markdown, findings_table
from bothways.report.ladder import Ladder, ladder, ladder_keys, ladder_markdown, ladder_text, picture_of
from bothways.report.matrix import matrix_lines
from bothways.report.verdict import next_command, verdict_line

__all__ = [
    "Ladder",
    "answer",
    "answer_markdown",
    "blind_half_lines",
    "clean",
    "evidence_line",
    "findings_markdown",
    "findings_table",
    "ladder",
    "ladder_keys",
    "ladder_markdown",
    "ladder_text",
    "matrix_lines",
    "next_command",
    "picture_of",
    "statements",
    "verdict_line",
]
