"""Connections and drop counters of the ASA, as it prints them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bothways.lab.cli.asa_show.view import Conn, Drop, End
from bothways.lab.cli.timing import asa_age, short_span

_LEGEND = """\
Flags: A - awaiting inside ACK to SYN, a - awaiting outside ACK to SYN,
       B - initial SYN from outside, b - TCP state-bypass or nailed,
       C - CTIQBE media, c - cluster centralized,
       D - DNS, d - dump, E - outside back connection, F - outside FIN, f - inside FIN,
       G - group, g - MGCP, H - H.323, h - H.225.0, I - inbound data,
       i - incomplete, J - GTP, j - GTP data, K - GTP t3-response
       k - Skinny media, M - SMTP data, m - SIP media, n - GUP
       O - outbound data, P - inside back connection, p - Phone-proxy TFTP connection,
       q - SQL*Net data, R - outside acknowledged FIN,
       R - UDP SUNRPC, r - inside acknowledged FIN, S - awaiting inside SYN,
       s - awaiting outside SYN, T - SIP, t - SIP transient, U - up,
       V - VPN orphan, W - WAAS,
       X - inspected by service module,
       x - per session, Y - director stub flow, y - backup stub flow,
       Z - Scansafe redirection, z - forwarding stub flow

"""
_NARROW = 80
_WIDE = 113
_NAME_CUT = 100
_FITS = 70


def render_conns(conns: Sequence[Conn], in_use: int, most_used: int, form: str) -> str:
    """`show conn`, `show conn long`, `show conn detail`.

    Args:
        conns: those asked for.
        in_use: all there are.
        most_used: the most there were.
        form: "", "long" or "detail".
    """
    head = render_count(in_use, most_used)
    if not form:
        return head + ("\n" if conns else "") + "".join(_short(conn) for conn in conns)
    line = _long if form == "long" else _detail
    return head + _LEGEND + "".join(line(conn) for conn in conns)


def render_count(in_use: int, most_used: int) -> str:
    """`show conn count`."""
    return f"{in_use} in use, {most_used} most used\n"


def _short(conn: Conn) -> str:
    far, near = (f"{end.nameif}  {end.address}:{end.port}" for end in (conn.far, conn.near))
    return (
        f"{conn.protocol.upper()} {far} {near}, idle {asa_age(conn.idle_s)}, "
        f"bytes {conn.bytes}, flags {conn.flags} \n"
    )


def _long(conn: Conn) -> str:
    return (
        f"{conn.protocol.upper()} {_real_and_mapped(conn.far)} {_real_and_mapped(conn.near)}, "
        f"flags {conn.flags} , {_times(conn)}\n{_initiator(conn)}\n"
    )


def _detail(conn: Conn) -> str:
    far, near = (f"{end.nameif}: {end.address}/{end.port}" for end in (conn.far, conn.near))
    times = f"    flags {conn.flags} , {_times(conn)}\n"
    return f"{conn.protocol.upper()} {far} {near},\n{times}{_initiator(conn)}\n"


def _real_and_mapped(end: End) -> str:
    address = f"{end.address}/{end.port}"
    return f"{end.nameif}: {address} ({end.shown or address})"


def _times(conn: Conn) -> str:
    return (
        f"idle {short_span(conn.idle_s)}, uptime {short_span(conn.uptime_s)}, "
        f"timeout {short_span(conn.timeout_s)}, bytes {conn.bytes}"
    )


def _initiator(conn: Conn) -> str:
    if conn.protocol != "tcp":
        return ""
    other = conn.near if conn.far.address == conn.initiator else conn.far
    return f"  Initiator: {conn.initiator}, Responder: {other.address}\n"


def render_drops(drops: Iterable[Drop], cleared: str) -> str:
    """`show asp drop`: rows of 80 columns, of 113 where the name is long, and cut there.

    Args:
        drops: all counters; those at zero are not printed.
        cleared: `Never`, or when and by whom.
    """
    counted = [drop for drop in drops if drop.count]
    parts = []
    for section, title in (("frame", "Frame drop:"), ("flow", "Flow drop:")):
        rows = "".join(_drop(drop) for drop in counted if drop.section == section)
        parts.append(f"{title}\n{rows}\nLast clearing: {cleared}\n")
    return "\n".join(parts)


def _drop(drop: Drop) -> str:
    name = f"{drop.text} ({drop.name})"
    width = _NARROW if len(name) <= _FITS else _WIDE
    name = "  " + name[:_NAME_CUT]
    return f"{name}{drop.count:>{width - len(name)}}\n"
