"""What a rule must be, checked when its class is defined, and the list of all rules."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from bothways.diagnosis.findings import Finding
from bothways.diagnosis.trace import Trace
from bothways.state.snapshot import Snapshot

_ID = re.compile(r"[a-z]+(-[a-z0-9]+)+$")
_rules: dict[str, Rule] = {}


class Rule(ABC):
    """One fault, looked for in a snapshot and a trace through it.

    A subclass names its finding (`id`, words joined by hyphens, never used twice), says in its
    docstring what it looks for, and yields findings of that id with evidence.
    """

    id: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        name = cls.__dict__.get("id", "")
        if not isinstance(name, str) or not _ID.match(name):
            raise TypeError(f"{cls.__name__}: id {name!r} is not words joined by hyphens")
        if name in _rules:
            raise TypeError(f"{cls.__name__}: {type(_rules[name]).__name__} already has the id {name!r}")
        if not (cls.__doc__ or "").strip():
            raise TypeError(f"{cls.__name__}: a docstring must say what the rule looks for")
        if "findings" not in cls.__dict__:
            raise TypeError(f"{cls.__name__}: findings(snapshot, trace) is missing")
        _rules[name] = cls()

    @abstractmethod
    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """The findings of this rule. Never raises CouldNotSee: what is unread yields nothing."""


def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of definition."""
    return tuple(_rules.values())
