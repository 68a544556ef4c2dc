"""A ladder on a terminal, in a pipe or a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from bothways.report.escaping import to_ascii
from bothways.report.ladder.arrows import REWRITTEN, row_lines
from bothways.report.ladder.cells import fitted, plain, plain_ascii, wrapped
from bothways.report.ladder.columns import Columns, columns
from bothways.report.ladder.listed import listed
from bothways.report.ladder.packets import packet_lines
from bothways.report.ladder.picture import CAPTURED, Fate, Picture, Row
from bothways.report.ladder.texts import with_texts
from bothways.report.ladder.words import agreement, sighting_text

_WIDEST = 120
_MOST_SIGHTINGS = 3
DEFAULT_WIDTH = 100
_NOTES = 14
"""Where notes stand, behind a word of their own."""
_STYLES = {
    Fate.ARRIVES: "green",
    Fate.DIES: "red",
    Fate.REFUSED: "red",
    Fate.AFTERWARDS: "yellow",
    Fate.UNSEEN: "yellow",
    Fate.SUPPOSED: "dim",
    Fate.SEEN: "",
}


@dataclass(frozen=True, slots=True)
class Ladder:
    """A ladder that fits itself to the console it is printed on; colours and Unicode as that allows.

    Attributes:
        packets: with every packet in full beneath.
    """

    picture: Picture
    packets: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines as literal text; nothing in them is markup."""
        width = min(options.max_width, _WIDEST)
        for line, style in _lines(self.picture, width, packets=self.packets, ascii_only=options.ascii_only):
            yield Text(line, style=style, no_wrap=True, overflow="ellipsis")


def ladder(picture: Picture, *, packets: bool = False) -> Ladder:
    """The picture for a rich console; with `packets`, every packet in full beneath."""
    return Ladder(picture, packets)


def ladder_text(
    picture: Picture, width: int = DEFAULT_WIDTH, *, ascii_only: bool = False, packets: bool = False
) -> str:
    """The picture as plain text of at most `width` cells, for a pipe or a file."""
    return "\n".join(line for line, _ in _lines(picture, width, packets=packets, ascii_only=ascii_only))


def _lines(picture: Picture, width: int, *, packets: bool, ascii_only: bool) -> Iterator[tuple[str, str]]:
    """Each line with its colour."""
    said = with_texts(picture, plain_ascii if ascii_only else plain)
    for line, style in _drawn(said, width, packets=packets):
        yield (to_ascii(line) if ascii_only else line), style


def _drawn(picture: Picture, width: int, *, packets: bool) -> Iterator[tuple[str, str]]:
    where = columns(picture, width)
    if where.readable:
        yield from ((line, "bold") for line in where.heading())
        yield str(where.lifelines()), "dim"
    for row in picture.rows:
        style = "bold red" if row.dead else _STYLES[row.fate]
        lines = row_lines(row, where) if where.readable else listed(row, picture, width)
        yield from ((line, style) for line in lines)
        wrong = "bold red" if row.agrees is False else "dim"
        yield from ((line, wrong) for line in _beneath(row, picture, where))
    legend = _legend(picture)
    if legend:
        yield "", ""
        yield from ((line, "dim") for line in wrapped(legend, width))
    if packets and picture.rows:
        yield "", ""
        yield from ((line, "") for line in packet_lines(picture, width))


def _beneath(row: Row, picture: Picture, where: Columns) -> Iterator[str]:
    """What was captured of a packet, and what else there is to say of it.

    Where nothing was predicted the row itself is the captured packet: only the dead one's line is worth two.
    """
    word = agreement(row)
    sightings = row.sightings if row.dead or picture.source != CAPTURED else ()
    if row.agrees is False:
        yield from _noted(where, word, "what was captured is not what was predicted")
        word = "captured"
    elif row.agrees and not sightings:
        yield from _noted(where, word, "with what was predicted")
    for sighting in sightings[:_MOST_SIGHTINGS]:
        yield from _noted(where, word, sighting_text(sighting, picture), cut=True)
        word = ""
    more = len(sightings) - _MOST_SIGHTINGS
    if more > 0:
        yield from _noted(where, "", f"and {more} more")
    if row.remark:
        yield from _noted(where, "note", row.remark)


def _noted(where: Columns, word: str, text: str, *, cut: bool = False) -> list[str]:
    """A word at the left, the text at the right of it; beneath each other where that is too narrow."""
    if not where.readable:
        line = f"  {word}: {text}" if word else f"  {text}"
        return [fitted(line, where.width)] if cut else wrapped(line, where.width, 4)
    room = where.width - _NOTES
    head = f"  {word}".ljust(_NOTES)
    lines = [fitted(text, room)] if cut else wrapped(text, room)
    return [(head if index == 0 else " " * _NOTES) + line for index, line in enumerate(lines)]


def _legend(picture: Picture) -> str:
    """What the symbols stand for, and the signs that occur."""
    said = [f"{symbol} = {meaning}" for symbol, meaning in picture.legend]
    if any(stretch.changes for row in picture.rows for stretch in row.stretches):
        said.append(f"{REWRITTEN} = rewritten there")
    if any(row.fate is Fate.SUPPOSED for row in picture.rows):
        said.append("(…) = not sent")
    return "; ".join(said)
