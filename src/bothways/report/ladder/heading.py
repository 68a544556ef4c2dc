"""The heads of a drawn ladder's columns: hosts, devices and captures have each their own shape and word."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from bothways.report.ladder.aloud import column_words
from bothways.report.ladder.drawing import eye, framed, group, lines, named, path, rectangle, text
from bothways.report.ladder.lanes import Lanes
from bothways.report.ladder.lettering import LINE, room, wrapped
from bothways.report.ladder.picture import Column, Kind, Picture

_NAME_LINES, _ALIAS_LINES = 3, 3
_PAD = 8


def draw_heads(parent: Element, picture: Picture, where: Lanes) -> float:
    """The heads; how far down they reach."""
    names = {column.key: _name(column, where) for column in picture.columns}
    also = {column.key: _also(column, where) for column in picture.columns}
    high = 2 * _PAD + LINE * (1 + max(map(len, names.values()), default=0))
    for column in picture.columns:
        one = named(parent, column_words(column), f"head {column.kind}")
        x, wide = where.at[column.key], where.rooms[column.key]
        _shape(one, column.kind, (x - wide / 2, 4, wide, high))
        y = lines(one, (x, 4 + _PAD + 11), names[column.key], "name", anchor="middle")
        text(one, (x, y), column.kind, "soft", anchor="middle")
        lines(one, (x, 4 + high + LINE), also[column.key], "soft", anchor="middle")
    return 4 + high + LINE * max(map(len, also.values()), default=0) + 8


def draw_names_again(parent: Element, picture: Picture, where: Lanes, y: float) -> float:
    """The names once more, where the heads are out of sight; how far down they reach."""
    again = group(parent, "again")
    names = {column.key: _name(column, where) for column in picture.columns}
    deep = max(map(len, names.values()), default=0)
    for column in picture.columns:
        framed(again, (where.at[column.key], y + LINE), names[column.key], "soft", anchor="middle")
    return y + LINE * deep + 8


def _name(column: Column, where: Lanes) -> list[str]:
    return wrapped(column.name, room(where.rooms[column.key] - 2 * _PAD), _NAME_LINES) or ["?"]


def _also(column: Column, where: Lanes) -> list[str]:
    """The other addresses, as many as there is room for."""
    cells = room(where.rooms[column.key])
    kept = _ALIAS_LINES if len(column.aliases) <= _ALIAS_LINES else _ALIAS_LINES - 1
    found = [line for alias in column.aliases[:kept] for line in wrapped(f"also {alias}", cells, 1)]
    more = len(column.aliases) - kept
    return [*found, f"and {more} more"] if more > 0 else found


def _shape(parent: Element, kind: Kind, box: tuple[float, float, float, float]) -> None:
    """A host is round, a device has cut corners, a capture is dashed and has an eye."""
    x, y, wide, high = box
    if kind is Kind.HOST:
        rectangle(parent, box, "box", round_=high / 2.5)
    elif kind is Kind.DEVICE:
        corner, inner_wide, inner_high = 9, wide - 18, high - 18
        path(
            parent,
            f"M{x + corner:.1f} {y}h{inner_wide:.1f}l{corner} {corner}v{inner_high}l-{corner} {corner}"
            f"h-{inner_wide:.1f}l-{corner} -{corner}v-{inner_high}z",
            "box",
        )
    else:
        rectangle(parent, box, "box dashed")
        eye(parent, x + wide - 12, y + high - 12)
