"""Configuration lines without their secrets: what a message or a plan shows travels further than a device."""

from __future__ import annotations

import re

_SECRET = re.compile(
    r"(?i)\b(password|passwd|secret|key-string|key|community|pre-shared-key|md5|authentication)\b.*"
)


def without_secret(line: str) -> str:
    """The line with whatever stands behind a word that announces a secret left out."""
    return _SECRET.sub(r"\1 <hidden>", line)
