"""The picture of a trace: columns are hosts and devices, rows are packets."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from bothways.diagnosis.legs import Leg
from bothways.diagnosis.trace import Trace
from bothways.report.escaping import to_ascii
from bothways.report.ladder.arrows import listed, packet_lines
from bothways.report.ladder.columns import Columns, columns

_WIDEST = 120
DEFAULT_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Ladder:
    """A ladder that fits itself to the console it is printed on; colours and Unicode as that allows."""

    trace: Trace

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines as literal text; nothing in them is markup."""
        width = min(options.max_width, _WIDEST)
        for line, style in _lines(self.trace, width):
            shown = to_ascii(line) if options.ascii_only else line
            yield Text(shown, style=style, no_wrap=True, overflow="ellipsis")


def ladder(trace: Trace) -> Ladder:
    """The picture for a rich console."""
    return Ladder(trace)


def ladder_text(trace: Trace, width: int = DEFAULT_WIDTH, *, ascii_only: bool = False) -> str:
    """The picture as plain text, for a pipe or a file."""
    text = "\n".join(line for line, _ in _lines(trace, width))
    return to_ascii(text) if ascii_only else text


def ladder_markdown(trace: Trace, width: int = 88) -> str:
    """The picture for a document: a fenced block."""
    return f"```text\n{ladder_text(trace, width)}\n```"


def _lines(trace: Trace, width: int) -> list[tuple[str, str]]:
    where = columns(trace, width)
    if not where.readable:
        return [(listed(leg), _style(leg)) for leg in trace.legs]
    lines = [(where.heading(), "bold"), (_blank(where), "dim")]
    for leg in trace.legs:
        lines += [(line, _style(leg)) for line in packet_lines(leg, where)]
    return lines


def _blank(where: Columns) -> str:
    row = [" "] * where.width
    for position in where.at.values():
        row[position] = "│"
    return "".join(row).rstrip()


def _style(leg: Leg) -> str:
    if leg.hypothetical:
        return "dim"
    if leg.drop is not None or leg.refusal:
        return "yellow" if leg.consequence else "red"
    return "green"
