"""Rows about the routing tables that a router keeps apart."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.state.tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class VrfMember(Row):
    """IOS: an interface that is in a VRF; the others are in the global table."""

    interface: str
    vrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VrfLeak(Row):
    """IOS: a line that brings routes of one table into another."""

    vrf: str
    """Into which, or out of which."""
    text: str
