"""Who else is inside the match of a state bypass, and how many connections will pile up there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address

from bothways.diagnosis.inspected import looks_into
from bothways.diagnosis.nat_table import translations
from bothways.diagnosis.packets import outbound
from bothways.diagnosis.sight import Sight
from bothways.fixes.bypass_objects import BypassInputs
from bothways.fixes.steps import Lint
from bothways.flow import Flow, Protocol
from bothways.platforms.addresses import address
from bothways.state.device import DeviceState
from bothways.state.log_rows import LogLine
from bothways.state.rows import Conn, ConnCount
from bothways.state.snapshot import Snapshot

_BUILT = ("302013", "302303")
_END = re.compile(r"\S+:(\d{1,3}(?:\.\d{1,3}){3})/(\d{1,5})(?= )", re.ASCII)
_STAMP = "%b %d %Y %H:%M:%S"
_NAMED = 3
_MOST_ROWS = 2000
_PARENTHESES = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class _Pair:
    """One connection: who called whom, as far as its ports tell."""

    client: IPv4Address
    server: IPv4Address
    port: int
    interfaces: tuple[str, str] = ("", "")


def inside_the_match(snapshot: Snapshot, state: DeviceState, inputs: BypassInputs) -> tuple[Lint, ...]:
    """What a bypass does to others, as far as tables and log tell."""
    found = (*_no_longer_inspected(snapshot, state, inputs), *_translated(state, inputs))
    return (*found, _growth(state, inputs))


def _no_longer_inspected(snapshot: Snapshot, state: DeviceState, inputs: BypassInputs) -> Iterator[Lint]:
    sight, named = Sight(snapshot), {}
    for pair in _connections(state):
        if not _inside(inputs, pair):
            continue
        packet = outbound(Flow(pair.client, pair.server, Protocol.TCP, pair.port), 1, "SYN")
        look = looks_into(sight, state, pair.interfaces, packet)
        if look is not None:
            named[f"{pair.client} {pair.server} tcp/{pair.port}"] = look.line
    if named:
        shown = ", ".join(f"{flow} ({line})" for flow, line in list(named.items())[:_NAMED])
        more = f" and {len(named) - _NAMED} others" if len(named) > _NAMED else ""
        text = f"nobody looks any more into flows inside the match: {shown}{more}"
        yield Lint(id="inspection-lost", severity="warning", device=state.name, text=text)


def _translated(state: DeviceState, inputs: BypassInputs) -> Iterator[Lint]:
    """NAT lines of the interfaces: the other way's firewall must translate alike, or the flow breaks."""
    names = {side.interface for side in inputs.sides} | set(inputs.uncovered)
    rules = [
        state.evidence(rule.row).text.strip()
        for rule in translations(state)
        if not rule.same and _about(state.evidence(rule.row).text, names)
    ]
    if rules:
        shown = ", ".join(f"`{rule}`" for rule in rules[:_NAMED])
        text = f"flows inside the match that {shown} translates need the same static NAT on every firewall"
        yield Lint(id="nat-inside", severity="warning", device=state.name, text=text)


def _about(rule: str, interfaces: set[str]) -> bool:
    named = _PARENTHESES.search(rule)
    return named is None or bool({"any", *interfaces} & {name.strip() for name in named[1].split(",")})


def _growth(state: DeviceState, inputs: BypassInputs) -> Lint:
    """Rate of new connections by idle time: FIN and RST end none of them."""
    hours, minutes, seconds = (int(part) for part in inputs.idle.split(":"))
    idle_s = hours * 3600 + minutes * 60 + seconds
    now = sum(_inside(inputs, pair) for pair in _connections(state))
    total = next((row.in_use for row in state.table(ConnCount)), None) if state.sees(ConnCount) else None
    table = f"today {now} of the match" + (f", {total} in all" if total is not None else "")
    rate = _rate(state, inputs)
    if rate is None:
        text = (
            f"each new connection a minute inside the match keeps {idle_s // 60} entries for idle "
            f"{inputs.idle}; how many there are the log does not tell ({table})"
        )
    else:
        text = (
            f"{rate * 60:.1f} new connections a minute inside the match (log) for idle {inputs.idle} each: "
            f"about {round(rate * idle_s)} entries that no FIN ends ({table})"
        )
    return Lint(id="table-growth", severity="note", device=state.name, text=text)


def _rate(state: DeviceState, inputs: BypassInputs) -> float | None:
    """New connections a second, from what the log's buffer holds; None without time stamps."""
    rows = list(state.table(LogLine)) if state.sees(LogLine) else []
    times = [time for time in map(_time, rows) if time is not None]
    span_s = (max(times) - min(times)).total_seconds() if times else 0
    if span_s <= 0:
        return None
    built = [pair for row in rows if row.code in _BUILT for pair in _built(row.text)]
    return sum(_inside(inputs, pair) for pair in built) / span_s


def _time(row: LogLine) -> datetime | None:
    for read in (lambda text: datetime.strptime(text, _STAMP), datetime.fromisoformat):  # noqa: DTZ007
        try:
            return read(row.stamp).replace(tzinfo=None)  # only differences matter
        except ValueError:
            continue
    return None


def _built(text: str) -> Iterator[_Pair]:
    ends = [(address(host), int(port)) for host, port in _END.findall(text)[:2]]
    ends.sort(key=lambda end: -end[1])
    if len(ends) == 2 and ends[0][0] is not None and ends[1][0] is not None:
        yield _Pair(ends[0][0], ends[1][0], ends[1][1])


def _connections(state: DeviceState) -> Iterator[_Pair]:
    """TCP connections; of two ports the lower one is the server's."""
    rows = state.table(Conn) if state.sees(Conn) else ()
    for row, _ in zip(rows, range(_MOST_ROWS), strict=False):
        if row.protocol.lower() == "tcp":
            one = (row.a_address, row.a_port, row.a_interface)
            other = (row.b_address, row.b_port, row.b_interface)
            client, server = sorted((one, other), key=lambda end: -end[1])
            yield _Pair(client[0], server[0], server[1], (client[2], server[2]))


def _inside(inputs: BypassInputs, pair: _Pair) -> bool:
    if inputs.port is not None and pair.port != inputs.port:
        return False
    there = pair.client in inputs.users and pair.server in inputs.lab
    back = pair.client in inputs.lab and pair.server in inputs.users
    if inputs.port is None:
        return there or back
    return back if inputs.server_first else there
