"""What a reload of a switch may bring besides what it is for: another image, other members of its stack."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bothways.fixes.config_lines import beginning
from bothways.fixes.steps import Lint
from bothways.state.device import DeviceState
from bothways.state.rows import Version

_BOOT = "boot system "
_STACKED = re.compile(r"(?:WS-)?C3[67]50", re.IGNORECASE)


def reload_checks(state: DeviceState) -> Iterator[Lint]:
    """The image that comes up, and what nobody has looked at."""
    unit = next(iter(state.table(Version)), None)
    named = [image for row in beginning(state, _BOOT) for image in row.text.split()[-1].split(";")]
    unseen = [] if named else ["boot image (show boot)"]
    if named and unit is not None and _file(unit.image) not in map(_file, named):
        text = f"the reload boots {named[0]}, and what runs is {unit.image}: another release, another image"
        yield Lint(id="reload-image", severity="blocking", device=state.name, text=text)
    if unit is None or _STACKED.match(unit.model):
        unseen.append("other stack members (show switch)")
    unseen.append("whether you reach the switch when it does not come back")
    text = f"not looked at: {' and '.join(unseen)}"
    yield Lint(id="reload-unchecked", severity="note", device=state.name, text=text)


def _file(image: str) -> str:
    """The file of `flash:/folder/image.bin`."""
    return re.split(r"[:/]", image)[-1].lower()
