"""Rows about captures that stand on a firewall: its own list of them, not their packets."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.state.tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingCapture(Row):
    """ASA `show capture`: one capture, whoever placed it."""

    name: str
    kind: str
    """`raw-data`, `asp-drop`, …; "" where it is not printed."""
    interface: str
    """"" for a capture of dropped packets, or where it is not printed."""
    state: str
    """`Capturing`, `Buffer Full`, `Stopped`, … as printed; "" where it is not."""
    bytes: int
