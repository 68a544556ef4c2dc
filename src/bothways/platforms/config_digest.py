"""A configuration without what changes by itself, and the digest plans are bound to."""

from __future__ import annotations

import hashlib

from bothways.platforms.description import Platform
from bothways.platforms.lines import text_lines


def normalised_config(text: str, platform: Platform) -> tuple[str, ...]:
    """The lines that configure something, indented as printed; blank and volatile lines are left out."""
    return tuple(
        line
        for line in text_lines(text)
        if line and not any(pattern.fullmatch(line.strip()) for pattern in platform.volatile)
    )


def config_digest(text: str, platform: Platform) -> str:
    """SHA-256 of the normalised configuration, in hex."""
    return hashlib.sha256("\n".join(normalised_config(text, platform)).encode()).hexdigest()
