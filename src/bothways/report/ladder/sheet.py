"""What a page about flows holds: values only; each form of report file is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bothways.diagnosis.findings import Finding
from bothways.fixes.menu_item import MenuItem
from bothways.report.ladder.picture import Picture
from bothways.state.device import Evidence


class Mood(StrEnum):
    """How a verdict sounds; what was not seen is never good."""

    BAD = "bad"
    DIM = "dim"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Said:
    """Lines below a heading of their own."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One flow at one moment, or one stream.

    Attributes:
        heading: tells it from the others; "" where there is no other.
        verdict: one sentence.
        said: notes, inferences and the like; those without lines are left out.
        could_not_see: what would be needed to be surer.
        evidence: the lines that the verdict rests on.
        ways: out of it.
    """

    heading: str = ""
    verdict: str
    mood: Mood
    picture: Picture | None = None
    said: tuple[Said, ...] = ()
    could_not_see: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    findings: tuple[Finding, ...] = ()
    ways: tuple[MenuItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole report.

    Attributes:
        title: what it is about, and which verb made it.
        headline: the verdict in a few words.
        next: what to type; "" where nothing is to be done.
        made_at: when.
        source: of what: `state read 2026-10-02 02:00:05 UTC`, or files.
        keys: what `--format json` prints.
    """

    title: str
    headline: str
    mood: Mood
    chapters: tuple[Chapter, ...]
    next: str = ""
    made_at: datetime
    source: str
    keys: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Those of all chapters."""
        return tuple(one.picture for one in self.chapters if one.picture is not None)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What nobody saw, each once."""
        return tuple(dict.fromkeys(gap for one in self.chapters for gap in one.could_not_see))
