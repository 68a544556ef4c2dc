"""Moments as people read them."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """A moment as a person reads it, wherever its devices and its readers are."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
