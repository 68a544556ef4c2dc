"""Rows about links: channels, and groups of ports that go down together. Ports have their long names."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.state.tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class EtherChannel(Row):
    """IOS `show etherchannel summary`: one channel."""

    name: str
    """`Port-channel11`."""
    flags: str
    """As printed: `SU` is layer 2 and in use, `SD` down."""
    protocol: str
    """`LACP`, `PAgP`, or "" for neither."""
    members: tuple[str, ...]
    """Each with its flags: `GigabitEthernet1/45(P)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStateGroup(Row):
    """IOS `show link state group`: one group."""

    group: int
    enabled: bool
    """Whether `link state track` stands for it; without, it does nothing."""
    up: bool
    """Whether any of its uplinks is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStateMember(Row):
    """IOS `show link state group detail`: one interface of a group."""

    group: int
    role: str
    """`upstream` or `downstream`."""
    interface: str
    state: str
    """`up`, `down`, or `disabled` by its group."""
