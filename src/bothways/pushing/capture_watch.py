"""Waiting for a connection: a look now and then at how much the captures hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bothways.pushing.capture_check import overloaded
from bothways.pushing.capture_lines import Placement
from bothways.pushing.capture_list import standing
from bothways.session.contract import Session

_FULL = "full"


@dataclass(frozen=True, slots=True)
class Look:
    """One look.

    Attributes:
        bytes: capture to how much it holds.
        full: all captures of an interface are full, and no more comes.
        gone: captures of ours that somebody took away.
        busy: why the firewall should be left alone, as a clause, or "".
    """

    bytes: dict[str, int]
    full: bool
    gone: tuple[str, ...]
    busy: str


def look(session: Session, placed: Sequence[Placement], *, cpu: bool) -> Look:
    """Look at the captures of one firewall.

    Raises:
        CouldNotSee: their list cannot be read.
        SessionLost: the session ended.
    """
    there = standing(session)
    ours = {one.name: there[one.name] for one in placed if one.name in there}
    interfaces = [ours[one.name] for one in placed if one.interface and one.name in ours]
    return Look(
        bytes={name: row.bytes for name, row in ours.items()},
        full=bool(interfaces) and all(_FULL in row.state.lower() for row in interfaces),
        gone=tuple(one.name for one in placed if one.name not in there),
        busy=overloaded(session.read(["show cpu usage"])[0].text) if cpu else "",
    )
