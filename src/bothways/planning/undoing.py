"""Which lines of an undo are still due, in the order they must be typed, and why the others are not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bothways.fixes.steps import Predicate, Undo
from bothways.network import PlatformName
from bothways.planning.config_tree import ConfigTree
from bothways.platforms.secrets import without_secret


@dataclass(frozen=True, slots=True)
class DueUndo:
    """An undo against the configuration that stands now.

    Attributes:
        due: what is to be typed, in order.
        skipped: the rest, each with the reason.
    """

    due: tuple[Undo, ...]
    skipped: tuple[tuple[Undo, str], ...]


def due_undo(
    undo: Sequence[Undo], running_config: str, platform: PlatformName, holds: Callable[[Predicate], bool]
) -> DueUndo:
    """Sort one step's undo into what is still ours to take back and what is not.

    Args:
        undo: of one step, in its order.
        running_config: as it stands now.
        platform: whose configuration that is.
        holds: whether a fact holds now; asked only for lines that carry one.
    """
    tree = ConfigTree(running_config, platform)
    due: list[Undo] = []
    skipped: list[tuple[Undo, str]] = []
    kept = ""
    for line in undo:
        why = _why_not(line, tree, holds)
        # What a kept section still names cannot go either; the lines are in the order of their use.
        if not why and kept:
            why = f"`{kept}` stays and may use it"
        if why:
            skipped.append((line, why))
            kept = kept or (line.ours if _foreign(line, tree) else "")
        else:
            due.append(line)
    return DueUndo(tuple(due), tuple(skipped))


def _why_not(line: Undo, tree: ConfigTree, holds: Callable[[Predicate], bool]) -> str:
    if line.ours and tree.find(line.ours, line.section) is None:
        return f"`{line.ours}` is not there any more"
    if line.only_if is not None and not holds(line.only_if):
        return f"not so any more: {line.only_if.because}"
    foreign = _foreign(line, tree)
    return f"`{without_secret(foreign)}` in it is not ours" if foreign else ""


def _foreign(line: Undo, tree: ConfigTree) -> str:
    """The first line under a section to be removed that we did not put there."""
    found = tree.find(line.ours, line.section) if line.ours else None
    inside = [] if found is None else [other.text for other in found.walk() if other is not found]
    return next((text for text in inside if text not in line.contents and text != "!"), "")
