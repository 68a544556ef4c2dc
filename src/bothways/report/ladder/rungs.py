"""One packet of a drawn ladder: its arrows with their texts, its end, and what was captured of it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from rich.cells import cell_len

from bothways.report.ladder.aloud import agreement, number_words, sightings, way_words
from bothways.report.ladder.drawing import BIG_CROSS, cross, diamond, doubt, eye, framed, lines, path
from bothways.report.ladder.lanes import INSET, Lanes
from bothways.report.ladder.lettering import LINE, room, shown, width, wrapped
from bothways.report.ladder.picture import Change, End, Fate, Picture, Row, Stretch
from bothways.report.ladder.words import DEAD, change_text

_PAD = 10
_END_CELLS, _END_LINES = 48, 4
_TOLD_LINES = 3
_DEADLY = {
    Fate.REFUSED: f"{DEAD}: REFUSED",
    Fate.SUPPOSED: "WOULD DIE HERE",
    Fate.SEEN: "THE FLOW DIES OF THIS",
}
_ENDS = {
    Fate.REFUSED: "refused here",
    Fate.AFTERWARDS: "dies here, too",
    Fate.UNSEEN: "not seen further",
    Fate.SUPPOSED: "would die here",
}


class Rung:
    """Draws from the top downwards; `y` is how far it has come."""

    def __init__(self, parent: Element, row: Row, picture: Picture, where: Lanes, top: float) -> None:
        self._parent = parent
        self._row = row
        self._seen = sightings(row, picture, shown)
        self._where = where
        self.y = top + _PAD

    def draw(self) -> float:
        """The whole packet; how far down it reaches."""
        runs = _runs(self._row.stretches, self._where)
        arrows = [self._run(run, first=not index) for index, run in enumerate(runs)]
        for run, above, below in zip(runs[1:], arrows, arrows[1:], strict=False):
            x = self._where.at[run[0].start]
            path(self._parent, f"M{x:.1f} {above:.1f}V{below:.1f}", self._stroke)
        self._end(arrows)
        self._told()
        return self.y

    @property
    def _stroke(self) -> str:
        return f"arrow {self._row.fate}{' dead' if self._row.dead else ''}"

    def _run(self, run: Sequence[Stretch], *, first: bool) -> float:
        """Stretches in one direction, beside each other; where their line is."""
        above = [self._numbers(one, first=first and one is run[0]) for one in run]
        below = [self._under(one) for one in run]
        top = self.y + LINE * max(map(len, above))
        line = top + 6
        for stretch, over, under in zip(run, above, below, strict=True):
            self._arrow(stretch, line)
            middle = sum(self._where.gap(stretch)) / 2
            lines(self._parent, (middle, top - LINE * (len(over) - 1) - 3), over, "number", anchor="middle")
            changed = len(_changed(stretch.changes, self._cells(stretch)))
            y = lines(self._parent, (middle, line + LINE + 3), under[:changed], "changed", anchor="middle")
            lines(self._parent, (middle, y), under[changed:], "soft", anchor="middle")
        self.y = line + 8 + LINE * max(map(len, below))
        return line

    def _cells(self, stretch: Stretch) -> int:
        start, end = self._where.gap(stretch)
        return room(abs(end - start) - 2 * INSET)

    def _numbers(self, stretch: Stretch, *, first: bool) -> list[str]:
        """Where a packet sets out, and where its numbers are others than before."""
        if not first and not stretch.changes:
            return []
        cells = self._cells(stretch)
        numbers = (("seq", stretch.seq), ("ack", stretch.ack))
        told = (number_words(what, number) for what, number in numbers if number is not None)
        return [line for words in told for line in wrapped(words, cells, 2)]

    def _under(self, stretch: Stretch) -> list[str]:
        cells = self._cells(stretch)
        return [
            *_changed(stretch.changes, cells),
            *(line for words in way_words(stretch.through) for line in wrapped(words, cells, 2)),
        ]

    def _arrow(self, stretch: Stretch, y: float) -> None:
        """It bows over the lifelines that it does not stop at."""
        start, end = self._where.at[stretch.start], self._where.at[stretch.end]
        way = 1 if end >= start else -1
        steps = f"M{start:.1f} {y:.1f}"
        for x in self._where.passed(stretch):
            steps += f"H{x - 7 * way:.1f}a7 7 0 0 {1 if way > 0 else 0} {14 * way} 0"
        stops = self._place == stretch.end
        tip = end - way * ((BIG_CROSS + 5 if self._row.dead else 7) if stops else self._marked(stretch.end))
        path(self._parent, f"{steps}H{tip:.1f}", self._stroke)
        path(self._parent, f"M{tip:.1f} {y:.1f}l{-9 * way} -5v10z", f"{self._stroke} head")
        if stretch.changes:
            diamond(self._parent, start, y)
        for one in self._row.sightings:
            if one.at in {stretch.start, stretch.end} and not (stops and one.at == stretch.end):
                # A diamond stays in sight.
                raised = 15 if self._rewritten(one.at) else 0
                eye(self._parent, self._where.at[one.at], y - raised)

    @property
    def _place(self) -> str:
        """Where the cross is; a packet that decides has one, too, where nobody knows what becomes of it."""
        if self._row.end is not None:
            return self._row.end.column
        return self._row.stretches[-1].end if self._row.dead and self._row.stretches else ""

    def _marked(self, column: str) -> int:
        """The room a mark on a lifeline takes."""
        seen = any(one.at == column for one in self._row.sightings)
        return 8 if seen or self._rewritten(column) else 1

    def _rewritten(self, column: str) -> bool:
        return any(one.start == column and one.changes for one in self._row.stretches)

    def _end(self, arrows: Sequence[float]) -> None:
        """The cross on the lifeline, and why beneath it."""
        row, end = self._row, self._row.end or End(self._place, "")
        if not end.column:
            return
        if not arrows:
            self.y += BIG_CROSS
        x, y = self._where.at[end.column], arrows[-1] if arrows else self.y
        if row.fate is Fate.UNSEEN:
            doubt(self._parent, x, y)
        else:
            cross(self._parent, x, y, big=row.dead)
        self.y = max(self.y, y + (BIG_CROSS + 4 if row.dead else 4))
        head = _DEADLY.get(row.fate, DEAD) if row.dead else _ENDS.get(row.fate, "dies here")
        cells = min(_END_CELLS, room(self._where.width - 12))
        why = wrapped(end.why, cells, _END_LINES)
        why += wrapped(f"counted as {end.counter}", cells, 2) if end.counter else []
        half = max(map(width, (head, *why))) / 2 + 6
        x = min(max(x, half), max(self._where.width - half, half))
        below = framed(self._parent, (x, self.y + 13), [head], "end", anchor="middle")
        self.y = framed(self._parent, (x, below), why, "why", anchor="middle") - LINE + 4

    def _told(self) -> None:
        """What was captured beside what was predicted, and what else is to be said."""
        cells = room(self._where.width - 44)
        for words in self._seen:
            eye(self._parent, 18, self.y + LINE)
            found = wrapped(words, cells, _TOLD_LINES)
            self.y = framed(self._parent, (32, self.y + LINE + 4), found, "seen") - LINE
        verdict = agreement(self._row)
        if verdict:
            kind = "agrees" if self._row.agrees else "differs"
            self.y = framed(self._parent, (32, self.y + LINE + 4), wrapped(verdict, cells, 2), kind) - LINE
        remark = wrapped(self._row.remark, cells, _TOLD_LINES)
        self.y = framed(self._parent, (32, self.y + LINE + 4), remark, "soft") - LINE if remark else self.y
        self.y += _PAD


def _changed(changes: Sequence[Change], cells: int) -> list[str]:
    """What was rewritten; the old above the new where they do not fit beside each other."""
    found: list[str] = []
    for change in changes:
        whole = shown(f"≠ {change_text(change)}")
        if cell_len(whole) <= cells:
            found.append(whole)
            continue
        found += wrapped(f"≠ {change.what} {change.before}", cells, 2)
        found += wrapped(f"now {change.after}", cells, 2)
    return found


def _runs(stretches: Sequence[Stretch], where: Lanes) -> list[list[Stretch]]:
    """Stretches that go on in one direction."""
    runs: list[list[Stretch]] = []
    before = 0
    for stretch in stretches:
        way = 1 if where.at[stretch.end] >= where.at[stretch.start] else -1
        if way != before:
            runs.append([])
        runs[-1].append(stretch)
        before = way
    return runs
