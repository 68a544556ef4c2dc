"""Half-seen flows put together: one group a cause, pair of interfaces and pair of networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import numpy as np

from bothways.diagnosis.census.answers import Answers
from bothways.diagnosis.census.causes import MANY, Cause
from bothways.diagnosis.census.ends import Column, Ends, ends_of
from bothways.diagnosis.census.marks import Indices
from bothways.diagnosis.census.networks import Networks, network
from bothways.diagnosis.scenario import Scenario
from bothways.flow import Flow
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import Conn
from bothways.state.tables import Table

VICTIMS = 3
_PILE = 20
"""Half-closed connections of one kind: fewer are being closed."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was met: `10.12.0.130`, `172.16.1.18:443`."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Flows of one cause between two networks.

    Attributes:
        interfaces: the client's and the server's; the server's is "" where a log line does not tell.
        count: connections, or lines of the log.
        clients: those that are hit most; `client_count` is how many there are.
        servers: the same, with their ports.
        longest_idle_s: None where the rows do not say.
        flow: the one that stands for the group when it is traced.
        remark: the limit or the day that is over, the rate of a storm; "" for none.
        still: how many of them an earlier read showed, too; None without one.
        grown: bytes that those have carried since.
        fresh: lines of the log that came since an earlier read; None without one.
        answered: of a pair on one interface, its connections that carry data of both ends.
    """

    device: str
    cause: Cause
    interfaces: tuple[str, str]
    networks: tuple[IPv4Network, IPv4Network]
    count: int
    clients: tuple[Tally, ...]
    client_count: int
    servers: tuple[Tally, ...]
    server_count: int
    flow: Flow
    evidence: tuple[Evidence, ...]
    longest_idle_s: int | None = None
    bytes: int = 0
    scenario: Scenario = Scenario.HANDSHAKE
    remark: str = ""
    still: int | None = None
    grown: int = 0
    fresh: int | None = None
    answered: int = 0

    @property
    def weighs(self) -> bool:
        """Whether it is a finding by itself; what healthy firewalls show as well is none."""
        if self.cause is Cause.HAIRPIN:
            return not self.answered or self.count >= max(MANY, self.answered)
        return self.cause in (Cause.STORM, Cause.PAST_IDLE, Cause.OVERDUE)

    @property
    def asks(self) -> bool:
        """Whether a walk is to tell if it is a finding: it may as well be a server that is down, or slow."""
        if self.cause is Cause.HALF_CLOSED:
            return self.count >= _PILE
        if self.cause is Cause.ONE_SIDED:
            return self.grown > 0
        return True

    @property
    def where(self) -> str:
        """`inside 10.12.0.0/24 -> outside 203.0.113.0/24`."""
        ours, theirs = (
            f"{name} {net}".strip() for name, net in zip(self.interfaces, self.networks, strict=True)
        )
        return f"{ours} -> {theirs}"


@dataclass(frozen=True, slots=True)
class Since:
    """What became of rows since an earlier read: which were there, and how much they carried."""

    still: np.ndarray[tuple[int], np.dtype[np.bool_]]
    grown: Column


@dataclass(frozen=True, slots=True)
class Grouped:
    """The largest groups of one cause, and how many flows and groups there are beside them."""

    groups: tuple[Group, ...]
    more_groups: int = 0
    more_flows: int = 0


class Grouping:
    """Groups rows of one connection table."""

    def __init__(
        self, device: DeviceState, table: Table[Conn], networks: Networks, answers: Answers, most: int
    ) -> None:
        self._device = device
        self._table = table
        self._networks = networks
        self._answers = answers
        self._most = most

    def of(
        self, cause: Cause, rows: Indices, remarks: Sequence[str] = (), since: Since | None = None
    ) -> Grouped:
        """The groups of these rows, largest first.

        Args:
            cause: theirs.
            rows: of the table.
            remarks: one a row; rows of different remarks are different groups.
            since: what is known of each row from an earlier read.
        """
        if not len(rows):
            return Grouped(())
        ends = ends_of(self._table, rows)
        members = self._members(ends, remarks)
        shown = members[: self._most]
        return Grouped(
            tuple(self._group(cause, rows, ends, chosen, remarks, since) for chosen in shown),
            len(members) - len(shown),
            sum(len(chosen) for chosen in members[self._most :]),
        )

    def _members(self, ends: Ends, remarks: Sequence[str]) -> list[Indices]:
        """Places within the rows, a list of them a group."""
        texts = {text: code for code, text in enumerate(dict.fromkeys(remarks))}
        told = [texts[text] for text in remarks] if remarks else [0]
        parts = (
            self._networks.keys(ends.client),
            self._networks.keys(ends.server),
            ends.client_interface,
            ends.server_interface,
            np.broadcast_to(np.array(told, np.int64), len(ends)),
        )
        groups = np.zeros(len(ends), np.int64)
        for part in parts:  # number by number, so that their product never overflows
            values, codes = np.unique(part, return_inverse=True)
            _, groups = np.unique(groups * len(values) + codes, return_inverse=True)
        order = np.argsort(groups, kind="stable")
        found = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
        return sorted(found, key=len, reverse=True)

    def _group(  # noqa: PLR0913, PLR0917  one argument a column of facts
        self,
        cause: Cause,
        rows: Indices,
        ends: Ends,
        chosen: Indices,
        remarks: Sequence[str],
        since: Since | None,
    ) -> Group:
        first = int(chosen[0])
        idle, carried = (self._table.column(name)[rows[chosen]] for name in ("idle_s", "bytes"))
        services = (ends.server[chosen] << 16) | ends.server_port[chosen]
        busiest = int(np.argmax(services == _most_frequent(services)))
        keys = self._networks.keys(np.array([ends.client[first], ends.server[first]]))
        examples = [self._table.row(int(row)) for row in rows[chosen[:_SHOWN]]]
        return Group(
            device=self._device.name,
            cause=cause,
            interfaces=ends.names(first),
            networks=(network(int(keys[0])), network(int(keys[1]))),
            count=len(chosen),
            clients=tuple(_tallies(ends.client[chosen], lambda value: str(IPv4Address(value)))),
            client_count=len(np.unique(ends.client[chosen])),
            servers=tuple(_tallies(services, lambda value: f"{IPv4Address(value >> 16)}:{value & 65535}")),
            server_count=len(np.unique(services)),
            flow=ends.flow(int(chosen[busiest])),
            evidence=tuple(self._device.evidence(row) for row in examples),
            longest_idle_s=_longest(idle),
            bytes=int(carried[carried > 0].sum()),
            remark=remarks[first] if remarks else "",
            still=int(since.still[chosen].sum()) if since else None,
            grown=int(since.grown[chosen].sum()) if since else 0,
            answered=self._answers.of(ends, first),
        )


def _most_frequent(values: Column) -> int:
    alone, counts = np.unique(values, return_counts=True)
    return int(alone[np.argmax(counts)])


def _tallies(values: Column, name: Callable[[int], str]) -> Iterator[Tally]:
    alone, counts = np.unique(values, return_counts=True)
    for place in np.argsort(-counts, kind="stable")[:VICTIMS]:
        yield Tally(name(int(alone[place])), int(counts[place]))


def _longest(idle: Column) -> int | None:
    longest = int(idle.max())
    return longest if longest >= 0 else None
