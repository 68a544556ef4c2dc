"""The row about a firewall that is one of several units acting as one."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.state.tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster(Row):
    """ASA `show cluster info`. One row where the unit's cluster is on, none where it has none or is out."""

    name: str
    text: str
    """The line that says so."""
