"""Proof, before a plan is written, that its undo gives back what was there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from bothways.errors import DocumentError, PlaybookError
from bothways.fixes.steps import ConfigStep, Step
from bothways.network import PlatformName
from bothways.planning.config_tree import ConfigTree
from bothways.planning.prediction import running_config
from bothways.planning.undoing import due_undo
from bothways.platforms.secrets import without_secret
from bothways.state.device import DeviceState


def must_restore(state: DeviceState, steps: Sequence[Step], template: str) -> None:
    """Type the steps and their undo into the configuration; it must come out as it went in.

    Raises:
        PlaybookError: a line that stands names an object the step makes: making it would put that in force.
        DocumentError: it does not: the template types something that the fix does not take back.
    """
    name = cast("PlatformName", state.platform)
    start = running_config(state)
    for step in steps:
        if not isinstance(step, ConfigStep):
            continue
        tree = ConfigTree(start, name)
        lines = [command.text for command in step.commands]
        tree.type(lines)
        found = due_undo(step.undo, str(tree), name, lambda _: True, lines)
        for undo, why in found.skipped:
            if undo in found.in_use:
                what = f"`{undo.ours}` would not be ours alone: {why}"
                raise PlaybookError(f"{state.name}: {step.fix}", what, "choose another name for it")
        for undo in found.due:
            tree.type((*undo.enter, undo.text))
        was, now = _configured(start), _configured(str(tree))
        if now != was:
            left = sorted(set(now) ^ set(was))
            line = without_secret(next(iter(left), "the order of lines").strip())
            raise DocumentError(template, f"the undo of {step.fix} does not take back {line!r}")


def _configured(text: str) -> list[str]:
    """The lines without separators, which a line that is typed anew may stand on either side of."""
    return [line for line in text.split("\n") if line.strip() not in ("", "!")]
