"""A ladder as SVG: no script, nothing from elsewhere, colours that follow the reader's scheme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from bothways.report.ladder.aloud import FATES, picture_words, row_words
from bothways.report.ladder.drawing import group, lines, markup, named, path, rectangle, text
from bothways.report.ladder.heading import draw_heads, draw_names_again
from bothways.report.ladder.lanes import Lanes, lanes
from bothways.report.ladder.lettering import LINE, room, shown, wrapped
from bothways.report.ladder.picture import Picture, Row
from bothways.report.ladder.rungs import Rung
from bothways.report.ladder.words import agreement
from bothways.report.pages.rendering import joined_styles

LABEL_WIDTH = 132
_AGAIN = 8
"""Rows until the names of the columns are said again."""
_ROOT = {"xmlns": "http://www.w3.org/2000/svg", "class": "ladder"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A ladder in two parts, so that the first can stay in sight while the other is scrolled.

    Attributes:
        labels: which packet each row is; said by the other part, too, so that nobody need hear it.
        body: columns and arrows.
    """

    labels: Element
    body: Element
    width: float
    height: float


def ladder_svg(*pictures: Picture) -> str:
    """One file with its own style; several pictures stand below each other."""
    drawings = [drawn(picture) for picture in pictures]
    wide = LABEL_WIDTH + max((one.width for one in drawings), default=0)
    root = Element("svg", _ROOT)
    title = "; ".join(shown(picture.title) for picture in pictures)
    _entitle(root, title, " ".join(map(picture_words, pictures)))
    SubElement(root, "style").text = joined_styles("pages/colours.css", "ladder/ladder.css")
    rectangle(root, (0, 0, wide, 0), "ground")
    ground, y = root[-1], 0.0
    for picture, drawing in zip(pictures, drawings, strict=True):
        y = _entitled(root, picture, y, wide)
        y = _placed(root, drawing, y)
        y = _legend(root, picture, y, wide)
    ground.set("height", f"{y:.0f}")
    _size(root, wide, y)
    return markup(root) + "\n"


def ladder_parts(picture: Picture, dead_id: str = "") -> tuple[str, str]:
    """The two parts for a page that has the style, and tells title and legend itself.

    Args:
        picture: what is drawn.
        dead_id: what a link to the dead packet's cross names it by.
    """
    drawing = drawn(picture)
    if dead_id:
        for one in drawing.body.iter("path"):
            if one.get("class") == "cross big":
                one.set("id", dead_id)
    parts = []
    for part, wide in ((drawing.labels, LABEL_WIDTH), (drawing.body, drawing.width)):
        root = Element("svg", _ROOT)
        if part is drawing.body:
            _entitle(root, shown(picture.title), picture_words(picture))
        else:
            root.set("aria-hidden", "true")
        _size(root, wide, drawing.height)
        root.append(part)
        parts.append(markup(root))
    return parts[0], parts[1]


def drawn(picture: Picture) -> Drawing:
    """The picture's elements and how much room they take."""
    where = lanes(picture)
    labels, body = Element("g"), Element("g")
    behind = group(labels), group(body)
    rails = group(body)
    y = top = draw_heads(body, picture, where)
    rows = SubElement(body, "g", {"role": "list"})
    for index, row in enumerate(picture.rows):
        if index and not index % _AGAIN:
            y = draw_names_again(body, picture, where, y + 6)
        kind = "row dead" if row.dead else "row"
        item = named(SubElement(rows, "g", {"role": "listitem"}), row_words(row, picture), kind)
        foot = _label(group(labels, kind), row, picture, y)
        bottom = max(Rung(item, row, picture, where, y).draw(), foot)
        _ground(behind, row, (y, bottom), where)
        y = bottom
    for column in picture.columns:
        x = where.at[column.key]
        path(rails, f"M{x:.1f} {top:.1f}V{y:.1f}", f"rail {column.kind}")
    return Drawing(labels, body, where.width, y + 4)


def _ground(behind: tuple[Element, Element], row: Row, reach: tuple[float, float], where: Lanes) -> None:
    """What a packet stands on, in both parts: a line beneath it, or a frame around the one that decides."""
    top, y = reach
    for part, wide in zip(behind, (LABEL_WIDTH, where.width), strict=True):
        if row.dead:
            rectangle(part, (0, top, wide, y - top), "tint")
            path(part, f"M0 {top + 1:.1f}H{wide:.1f}M0 {y - 1:.1f}H{wide:.1f}", "frame")
        else:
            path(part, f"M0 {y:.1f}H{wide:.1f}", "line")
    if row.dead:
        rectangle(behind[0], (0, top, 6, y - top), "bar")


def _label(parent: Element, row: Row, picture: Picture, top: float) -> float:
    cells = room(LABEL_WIDTH - 20)
    if not row.stretches and row.end is None:
        return lines(parent, (14, top + 24), wrapped(row.kind, cells, 1), "packet")
    y = lines(parent, (14, top + 24), wrapped(f"{row.number} {row.kind}", cells - 1, 3), "packet")
    where = picture.column(row.end.column).name if row.dead and row.end is not None else ""
    word = ("✗ DIES at" if where else "✗ DIES") if row.dead else FATES[row.fate]
    y = lines(parent, (14, y + 1), wrapped(word, cells, 2), "fate")
    y = lines(parent, (14, y), wrapped(where, cells, 2), "soft")
    if row.agrees is not None:
        y = lines(parent, (14, y), wrapped(agreement(row), cells, 1), "agrees" if row.agrees else "differs")
    return y


def _entitle(root: Element, title: str, words: str) -> None:
    root.set("role", "group")
    SubElement(root, "title").text = title or "A ladder"
    SubElement(root, "desc").text = words


def _size(root: Element, wide: float, high: float) -> None:
    root.set("width", f"{wide:.0f}")
    root.set("height", f"{high:.0f}")
    root.set("viewBox", f"0 0 {wide:.0f} {high:.0f}")


def _entitled(root: Element, picture: Picture, y: float, wide: float) -> float:
    words = wrapped(picture.title, room(wide - 28), 2)
    y = lines(root, (14, y + 22), words, "title")
    text(root, (14, y), picture.source, "soft")
    return y + 8


def _placed(root: Element, drawing: Drawing, y: float) -> float:
    for part, x in ((drawing.labels, 0), (drawing.body, LABEL_WIDTH)):
        part.set("transform", f"translate({x} {y:.1f})")
        root.append(part)
    drawing.labels.set("aria-hidden", "true")
    return y + drawing.height


def _legend(root: Element, picture: Picture, y: float, wide: float) -> float:
    cells = room(wide - 28)
    told: Sequence[str] = [f"{symbol}: {words}" for symbol, words in picture.legend]
    for words in told:
        y = lines(root, (14, y + LINE + 2), wrapped(words, cells, 3), "soft") - LINE
    return y + 16
