"""Elements of SVG: whatever text goes in is escaped and fitted here, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from bothways.report.ladder.lettering import LINE, shown, width

CROSS, BIG_CROSS = 5, 12


def group(parent: Element, kind: str = "") -> Element:
    """Elements that belong together."""
    return SubElement(parent, "g", {"class": kind} if kind else {})


def named(parent: Element, words: str, kind: str = "") -> Element:
    """A group that is read aloud as one thing, by these words."""
    one = SubElement(parent, "g", {"class": kind, "role": "img"} if kind else {"role": "img"})
    SubElement(one, "title").text = words
    return one


def text(
    parent: Element, at: tuple[float, float], words: str, kind: str = "", *, anchor: str = "start"
) -> None:
    """A line of text; one in letters that fonts disagree about is held to the room it was given."""
    words = shown(words)
    if not words:
        return
    attributes = {"x": _number(at[0]), "y": _number(at[1]), "text-anchor": anchor}
    if kind:
        attributes["class"] = kind
    if not words.isascii():
        attributes |= {"textLength": _number(width(words)), "lengthAdjust": "spacingAndGlyphs"}
    SubElement(parent, "text", attributes).text = words


def lines(
    parent: Element, at: tuple[float, float], words: Sequence[str], kind: str = "", *, anchor: str = "start"
) -> float:
    """Lines below each other, the first one's foot at `at`; where the next one's foot would be."""
    x, y = at
    for line in words:
        text(parent, (x, y), line, kind, anchor=anchor)
        y += LINE
    return y


def framed(
    parent: Element, at: tuple[float, float], words: Sequence[str], kind: str = "", *, anchor: str = "start"
) -> float:
    """Lines that stand across lifelines, which end before them and go on behind."""
    x, y = at
    for row, line in enumerate(map(shown, words)):
        wide = width(line) + 4
        left = x - (wide / 2 if anchor == "middle" else 2)
        rectangle(parent, (left, y + row * LINE - 12, wide, LINE + 1), "back")
    return lines(parent, at, words, kind, anchor=anchor)


def path(parent: Element, steps: str, kind: str) -> None:
    """A stroke."""
    SubElement(parent, "path", {"d": steps, "class": kind})


def rectangle(
    parent: Element, box: tuple[float, float, float, float], kind: str, *, round_: float = 0
) -> None:
    """A box by its left, top, width and height."""
    keys = ("x", "y", "width", "height")
    corners = {"rx": _number(round_)} if round_ else {}
    sizes = {key: _number(value) for key, value in zip(keys, box, strict=True)}
    SubElement(parent, "rect", {**sizes, **corners, "class": kind})


def cross(parent: Element, x: float, y: float, *, big: bool) -> None:
    """Where a packet ends; of the one that decides it cannot be overlooked."""
    half = BIG_CROSS if big else CROSS
    if big:
        SubElement(
            parent, "circle", {"cx": _number(x), "cy": _number(y), "r": _number(half + 3), "class": "pit"}
        )
    stroke = f"M{_number(x - half)} {_number(y - half)}L{_number(x + half)} {_number(y + half)}"
    stroke += f"M{_number(x + half)} {_number(y - half)}L{_number(x - half)} {_number(y + half)}"
    path(parent, stroke, "cross big" if big else "cross")


def diamond(parent: Element, x: float, y: float) -> None:
    """Where a packet is rewritten."""
    path(parent, f"M{_number(x)} {_number(y - 7)}l7 7l-7 7l-7 -7z", "diamond")


def doubt(parent: Element, x: float, y: float) -> None:
    """Where a packet is lost sight of."""
    SubElement(parent, "circle", {"cx": _number(x), "cy": _number(y), "r": "9", "class": "doubt"})
    text(parent, (x, y + 4), "?", "doubted", anchor="middle")


def eye(parent: Element, x: float, y: float) -> None:
    """Where a packet was seen."""
    for radius, kind in ((6, "eye"), (2, "pupil")):
        SubElement(parent, "circle", {"cx": _number(x), "cy": _number(y), "r": str(radius), "class": kind})


def markup(root: Element) -> str:
    """The elements as text."""
    return tostring(root, encoding="unicode", short_empty_elements=True)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
