"""What a firewall shows beside the captured packets: its connections, its drop counters, its log."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bothways.errors import CouldNotSee
from bothways.flow import Flow
from bothways.platforms.asa.asp_drop import parse_asp_drop
from bothways.platforms.secrets import without_secret
from bothways.pushing.capture_lines import Placement
from bothways.pushing.connection import connections
from bothways.pushing.unit import Unit
from bothways.session.contract import Session
from bothways.state.device import Output
from bothways.state.rows import Conn

_DROPS = "show asp drop"


@dataclass(frozen=True, slots=True)
class Taken:
    """What one firewall gave, while the captures stood.

    Attributes:
        texts: each capture and what `show capture NAME detail` printed of it.
        conns: the flow's rows of the connection table.
        drops: drop counters that rose meanwhile, by how much; those of the whole firewall.
        log: the lines about the flow that came meanwhile.
        could_not_see: what was asked and not answered.
    """

    device: str
    texts: tuple[tuple[Placement, str], ...] = ()
    conns: tuple[Conn, ...] = ()
    drops: Mapping[str, int] = field(default_factory=dict)
    log: tuple[str, ...] = ()
    could_not_see: tuple[str, ...] = ()


def fetch(
    unit: Unit,
    placed: Sequence[Placement],
    flow: Flow,
    before: Mapping[str, int] | None,
    logged: Sequence[str],
) -> Taken:
    """Read what the captures hold, and what belongs to the flow beside them.

    Args:
        unit: the firewall.
        placed: our captures.
        flow: as the firewall's connection table names it.
        before: the drop counters before; None where they could not be read.
        logged: the lines of the log that named the client before.

    Raises:
        BothwaysError: the session was lost.
    """
    session = unit.reopen()
    unseen: list[str] = []
    texts = []
    for one in placed:
        output = _packets(session, one.name)
        if output.refused or not output.complete:
            unseen.append(f"{one.place}: `{output.command}`: {output.refused or 'it was cut short'}")
        else:
            texts.append((one, output.text))
    try:
        conns = tuple(connections(unit, session, flow))
    except CouldNotSee as error:
        conns = ()
        unseen.append(error.what)
    after = drop_counts(session)
    if before is None or after is None:
        unseen.append(f"`{_DROPS}` cannot be read")
    new = Counter(log_of(session, str(flow.client))) - Counter(logged)
    log = [without_secret(line) for line in new.elements() if _is_about(line, placed)]
    told = tuple(f"{unit.name}: {what}" for what in unseen)
    return Taken(unit.name, tuple(texts), conns, _risen(before or {}, after or {}), tuple(log), told)


def drop_counts(session: Session) -> dict[str, int] | None:
    """Frame and flow drops, by name; None where they cannot be read."""
    output = session.read([_DROPS])[0]
    if output.refused or not output.complete:
        return None
    counts: Counter[str] = Counter()
    for row in parse_asp_drop(output.text, _DROPS):
        counts[row.name] += row.count
    return dict(counts)


def log_of(session: Session, client: str) -> tuple[str, ...]:
    """The lines of the log buffer that name the client; the device picks them out."""
    output = session.read([f"show logging | include {client}"])[0]
    if output.refused or not output.complete:
        return ()
    return tuple(line.rstrip() for line in output.text.splitlines() if _names(line, client))


def _packets(session: Session, name: str) -> Output:
    """With MAC addresses, TTL and identification where the release shows them."""
    output = session.read([f"show capture {name} detail"])[0]
    return output if not output.refused else session.read([f"show capture {name}"])[0]


def _risen(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """By how much each counter rose; one that fell was cleared, and counts from nought."""
    cleared = any(after.get(name, 0) < count for name, count in before.items())
    old = {} if cleared else before
    return {name: count - old.get(name, 0) for name, count in after.items() if count > old.get(name, 0)}


def _is_about(line: str, placed: Sequence[Placement]) -> bool:
    """Whether a line names a client of the flow, and its server with the port."""
    ends = [one for spot in placed for one in spot.ends]
    return any(_names(line, str(one.client)) for one in ends) and any(
        _names(line, f"{one.server}/{one.port}") for one in ends
    )


def _names(line: str, address: str) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(address)}(?![\d.]*\d)", line) is not None
