"""What a plan changes in a configuration, for people to read; secrets are left out."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import unified_diff

from bothways.platforms.secrets import without_secret

_CONTEXT = 2


def config_diff(device: str, before: str, after: str) -> str:
    """A unified diff; "" when nothing changes. Separators and blank lines are not shown."""
    lines = unified_diff(
        _shown(before.split("\n")),
        _shown(after.split("\n")),
        fromfile=f"{device} running-config",
        tofile=f"{device} running-config, predicted",
        lineterm="",
        n=_CONTEXT,
    )
    # A plan travels by mail; no line of it, changed or not, must carry a password with it.
    return "\n".join(without_secret(line) for line in lines)


def _shown(lines: Iterable[str]) -> list[str]:
    return [line.rstrip() for line in lines if line.strip() not in ("", "!", ":")]
