"""The TCP connections that end on a router, as it prints them."""

from __future__ import annotations

from zlib import crc32

from bothways.lab.ios.device import IosDevice
from bothways.lab.tcp_segments import Quad, State

_HEAD = "TCB       Local Address           Foreign Address        (state)\n"
_WORDS = {
    State.SYN_SENT: "SYNSENT",
    State.SYN_RECEIVED: "SYNRCVD",
    State.ESTABLISHED: "ESTAB",
    State.FIN_WAIT_1: "FINWAIT1",
    State.FIN_WAIT_2: "FINWAIT2",
    State.CLOSE_WAIT: "CLOSEWAIT",
    State.CLOSING: "CLOSING",
    State.LAST_ACK: "LASTACK",
    State.TIME_WAIT: "TIMEWAIT",
}


def render_tcp_brief(device: IosDevice) -> str:
    """`show tcp brief`: documented columns; nothing at all, not even the head, without a connection."""
    rows = [
        _row(one.quad, _WORDS[one.state])
        for stack in device.layer3.stacks.values()
        for one in stack.connections()
        if one.state in _WORDS
    ]
    return _HEAD + "".join(rows) if rows else ""


def _row(quad: Quad, word: str) -> str:
    block = 0x63000000 | (crc32(repr(quad).encode()) & 0x00FFFFFC)
    local, remote = f"{quad.local}.{quad.lport}", f"{quad.remote}.{quad.rport}"
    return f"{block:08X}  {local:<23} {remote:<22} {word}\n"
