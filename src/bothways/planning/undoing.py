"""Which lines of an undo are still due, in the order they must be typed, and why the others are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bothways.fixes.grammar import is_remark
from bothways.fixes.steps import Predicate, Undo
from bothways.network import PlatformName
from bothways.planning.config_tree import ConfigTree, Line
from bothways.planning.uses import Named, Place, Uses, defined_by
from bothways.platforms.secrets import without_secret


@dataclass(frozen=True, slots=True)
class DueUndo:
    """An undo against the configuration that stands now.

    Attributes:
        due: what is to be typed, in order.
        skipped: the rest, each with the reason.
        in_use: those of the skipped whose line stands, and stays because somebody else builds on it.
    """

    due: tuple[Undo, ...]
    skipped: tuple[tuple[Undo, str], ...]
    in_use: tuple[Undo, ...] = ()


def due_undo(
    undo: Sequence[Undo],
    running_config: str,
    platform: PlatformName,
    holds: Callable[[Predicate], bool],
    typed: Iterable[str] = (),
) -> DueUndo:
    """Sort one step's undo into what is still ours to take back and what is not.

    Args:
        undo: of one step, in its order: a line that names an object comes before the object.
        running_config: as it stands now.
        platform: whose configuration that is.
        holds: whether a fact holds now; asked only for lines that carry one.
        typed: the lines of the step: where they stand in their own place, they are no foreign use.
    """
    standing = _Standing(undo, ConfigTree(running_config, platform), platform, typed)
    due: list[Undo] = []
    skipped: list[tuple[Undo, str]] = []
    in_use: list[Undo] = []
    for line in undo:
        why = standing.gone(line)
        if not why and line.only_if is not None and not holds(line.only_if):
            why = f"not so any more: {line.only_if.because}"
            standing.keep(line)
        if not why:
            why = standing.in_use(line)
            if why:
                standing.keep(line)
                in_use.append(line)
        if why:
            skipped.append((line, why))
        else:
            due.append(line)
    return DueUndo(tuple(due), tuple(skipped), tuple(in_use))


class _Standing:
    """What stands, whose it is, and what builds on it."""

    def __init__(
        self, undo: Sequence[Undo], tree: ConfigTree, platform: PlatformName, typed: Iterable[str]
    ) -> None:
        self._platform = platform
        self._tree = tree
        self._uses = Uses(tree.placed(), platform)
        empty = ConfigTree("", platform)
        empty.type(typed)
        self._ours = frozenset(empty.placed()) | {place for line in undo for place in _places(line)}
        self._kept: set[Place] = set()
        self._removed = {
            named
            for line in undo
            if (named := self._object(line)) is not None and not is_remark(line.ours) and not line.part
        }

    def gone(self, line: Undo) -> str:
        """Why there is nothing left to take back; "" when there is."""
        there = not line.ours or self._tree.find(line.ours, line.section) is not None
        return "" if there else f"`{line.ours}` is not there any more"

    def keep(self, line: Undo) -> None:
        """What a kept line names cannot go either."""
        self._kept.update(_places(line))

    def in_use(self, line: Undo) -> str:
        """Who else builds on it, as a clause; "" for nobody."""
        inside = [other.text for other in self._inside(line)]
        foreign = next((text for text in inside if text not in line.contents and text != "!"), "")
        if foreign:
            return f"`{without_secret(foreign)}` in it is not ours"
        named = self._object(line)
        # A remark that we added to somebody's list is no reason for the list to stay: nobody uses a remark.
        if named is None or named not in self._removed:
            return ""
        added = next((place for place in self._uses.defining(named) if place not in self._ours), None)
        if added:
            return f"`{without_secret(added[1])}` in the same {named.kind} is not ours"
        leaving = self._ours - self._kept
        used = next((place for place in self._uses.naming(named) if place not in leaving), None)
        return f"{_told(used)} uses it" if used else ""

    def _inside(self, line: Undo) -> Iterator[Line]:
        """What goes with the line when it is taken back."""
        if not line.section:
            return self._tree.under(line.ours) if line.ours else iter(())
        found = self._tree.find(line.ours, line.section)
        return (other for other in found.walk() if other is not found) if found else iter(())

    def _object(self, line: Undo) -> Named | None:
        return None if line.section else defined_by(line.ours, self._platform)


def _places(line: Undo) -> tuple[Place, ...]:
    return ((line.section, line.ours), *((line.section or line.ours, text) for text in line.contents))


def _told(place: Place) -> str:
    section, text = place
    under = f" under `{without_secret(section)}`" if section else ""
    return f"`{without_secret(text)}`{under}"
