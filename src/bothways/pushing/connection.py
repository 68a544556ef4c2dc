"""A connection of the flow on the ASA: what it proves of the flow, and what it does not.

One that is up is read from the connection table, one that came and went from the log. Only TCP is proven
so: the firewall counts a datagram, an echo request too, whether or not anybody answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from bothways.errors import CouldNotSee
from bothways.flow import Flow, Protocol
from bothways.pushing.readback import rows, table_rows
from bothways.pushing.stop import Stop
from bothways.pushing.unit import Unit
from bothways.session.contract import Session
from bothways.state.log_rows import LogLine
from bothways.state.rows import Conn

Ends = tuple[str, IPv4Address, int, IPv4Address, int]

_POLL_S = 2.0
_LOG_S = 10.0  # a log buffer may be a megabyte: it is read less often than one filtered table
_BYPASS = "b"
_ENDED = "302014"
_GONE = re.compile(
    r"Teardown TCP connection \d+ for [^:]*:(?P<a>[\d.]+)/(?P<a_port>\d+)(?:\([^)]*\))? "
    r"to [^:]*:(?P<b>[\d.]+)/(?P<b_port>\d+)(?:\([^)]*\))? "
    r"duration \S+ bytes (?P<bytes>\d+) TCP FINs.*"
)


@dataclass(frozen=True)
class Baseline:
    """What was there before, and proves nothing.

    Attributes:
        connections: their ends and bytes.
        log: the lines of the log buffer.
    """

    connections: Mapping[Ends, int] = field(default_factory=dict)
    log: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Watch:
    """What to watch for.

    Attributes:
        wait_s: how long; 0 looks once.
        before: what proves nothing.
    """

    flow: Flow
    wait_s: float = 60.0
    before: Baseline = field(default_factory=Baseline)


@dataclass(frozen=True)
class Proof:
    """A TCP connection that carried data.

    Attributes:
        line: as the device printed it, or the essence of it.
        flags: of one that is up; "" for one that the log speaks of.
        sentence: what it proves, where that is neither a firewall's row nor its log.
    """

    device: str
    line: str
    flags: str
    bytes: int
    sentence: str = ""

    @property
    def said(self) -> str:
        """What the device saw, and no more than that."""
        if self.sentence:
            return self.sentence
        if not self.flags:
            return f"a connection of the flow carried data until both ends closed it: {self.line}"
        if _BYPASS in self.flags:
            return (
                f"a connection of the flow carries data: {self.line}; it bypasses the state check, so this "
                "firewall does not tell its directions apart, and that answers come back is the trace's word"
            )
        return f"a connection of the flow carried data both ways: {self.line}"


def baseline(unit: Unit, session: Session, flow: Flow) -> Baseline:
    """The flow's connections and the log, now.

    Raises:
        CouldNotSee: the connection table cannot be read.
    """
    known = {ends(row): row.bytes or 0 for row in connections(unit, session, flow)}
    return Baseline(known, frozenset((row.stamp, row.text) for row in _log(unit, session)))


def connections(unit: Unit, session: Session, flow: Flow) -> list[Conn]:
    """The flow's rows, read by filter so that a big table costs the device nothing.

    Raises:
        CouldNotSee: the table cannot be read.
    """
    command = f"show conn address {flow.client} address {flow.server}"
    return [row for row in table_rows(session, unit.platform, Conn, command) if _is_of(row, flow)]


def wait_for_connection(unit: Unit, watch: Watch, stop: Stop | None = None) -> Proof | None:
    """Poll until a connection proves the flow; None when none does in time.

    Anything but TCP is not waited for: no row of it would prove anything.

    Raises:
        BothwaysError: the device cannot be read.
    """
    if watch.flow.protocol is not Protocol.TCP:
        return None
    log_s = unit.clock.monotonic()

    def look(session: Session, last: bool) -> Proof | None:
        nonlocal log_s
        now_s = unit.clock.monotonic()
        found = next(_up(unit, session, watch), None)
        if found is None and (last or now_s >= log_s):
            found = next(_ended(unit, session, watch), None)
            log_s = now_s + _LOG_S
        return found

    return polled(unit, watch, stop, look)


def polled(
    unit: Unit, watch: Watch, stop: Stop | None, look: Callable[[Session, bool], Proof | None]
) -> Proof | None:
    """Look again and again while the watch lasts; `look` is told which look is the last.

    Raises:
        BothwaysError: the device cannot be read.
    """
    session = unit.open()
    give_up_s = unit.clock.monotonic() + watch.wait_s
    while True:
        now_s = unit.clock.monotonic()
        last = now_s >= give_up_s or (stop is not None and stop.undo)
        found = look(session, last)
        if found is not None or last:
            return found
        unit.clock.wait_until(min(now_s + _POLL_S, give_up_s))


def proves(row: Conn, before: Mapping[Ends, int]) -> bool:
    """Whether a row is of a TCP connection that carries data, and not merely left over from before.

    It is up and has carried data in and out; one that bypasses the state check has no such flags, and is
    known by bytes that grow, whichever way they go. Of another protocol the client's own packets make
    the row and its bytes: it never proves anything.
    """
    if row.protocol.lower() != Protocol.TCP:
        return False
    grown = (row.bytes or 0) > before.get(ends(row), 0)
    if _BYPASS in row.flags:
        return grown
    return set("UIO") <= set(row.flags) and (grown or ends(row) not in before)


def doubt(flow: Flow, wait_s: float, *, watched: bool = True) -> tuple[str, str]:
    """Why a flow is not proven, as a clause, and what would prove it.

    Args:
        flow: the one to prove.
        wait_s: how long was waited.
        watched: a device on its way shows its connections.
    """
    if not watched and flow.protocol is Protocol.TCP:
        what = "no device that was read shows its connections: that it lives is the trace's word alone"
        return what, f"open it on {flow.client} and see that {flow.server} answers, then save by hand"
    if flow.protocol is Protocol.TCP:
        return f"no connection of it appeared within {wait_s:g} s", "open one, then: bothways verify"
    what = f"{flow.protocol.value} is never proven by a connection table: its bytes may all be the client's"
    return what, f"see on {flow.client} that {flow.server} answers, then save by hand"


def ends(row: Conn) -> Ends:
    """What tells one connection from another."""
    return (row.protocol, row.a_address, row.a_port, row.b_address, row.b_port)


def _up(unit: Unit, session: Session, watch: Watch) -> Iterator[Proof]:
    for row in connections(unit, session, watch.flow):
        if proves(row, watch.before.connections):
            line = f"{row.a_address}:{row.a_port} {row.b_address}:{row.b_port} flags {row.flags}"
            yield Proof(unit.name, f"{line}, bytes {row.bytes}", row.flags, row.bytes or 0)


def _ended(unit: Unit, session: Session, watch: Watch) -> Iterator[Proof]:
    """A connection that was closed by both ends after data: too short-lived to be met in the table."""
    for row in _log(unit, session):
        gone = _GONE.fullmatch(row.text.strip()) if row.code == _ENDED else None
        if gone is None or (row.stamp, row.text) in watch.before.log or not int(gone["bytes"]):
            continue
        sides = {(gone["a"], int(gone["a_port"])), (gone["b"], int(gone["b_port"]))}
        server = (str(watch.flow.server), watch.flow.port)
        if server in sides and {str(watch.flow.client), server[0]} == {address for address, _ in sides}:
            yield Proof(unit.name, row.text.strip(), "", int(gone["bytes"]))


def _log(unit: Unit, session: Session) -> list[LogLine]:
    try:
        return rows(session, unit.platform, LogLine)
    except CouldNotSee:
        return []


def _is_of(row: Conn, flow: Flow) -> bool:
    if row.protocol.lower() != flow.protocol:
        return False
    sides = {(row.a_address, row.a_port), (row.b_address, row.b_port)}
    if {address for address, _ in sides} != {flow.client, flow.server}:
        return False
    return flow.protocol is Protocol.ICMP or (flow.server, flow.port) in sides
