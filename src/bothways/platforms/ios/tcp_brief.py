"""`show tcp brief`: the connections that end on the device itself."""

from __future__ import annotations

import re

from bothways.platforms.addresses import DOTTED, address
from bothways.platforms.ios.heads import HEADS
from bothways.platforms.lines import LineParser, known
from bothways.state.rows import TcpEnd
from bothways.state.tables import Table

_ENTRY = re.compile(
    rf"\s*[0-9A-Fa-f]{{6,16}}\s+(?P<local>{DOTTED})\.(?P<local_port>\d{{1,5}})\s+"
    rf"(?P<remote>{DOTTED})\.(?P<remote_port>\d{{1,5}})\s+(?P<state>[A-Z0-9]+)",
    re.ASCII,
)


class _Entries(LineParser[TcpEnd]):
    # A name in place of an address, or a listener's `*`, is no end that could be compared.
    known = known(r"TCB\s+Local Address\s", r"\s*[0-9A-Fa-f]{6,16}\s+\S+\.(?:\d+|\*)\s+.*", *HEADS)

    def take(self, number: int, line: str) -> bool:
        match = _ENTRY.fullmatch(line.rstrip())
        ends = [address(match[name]) for name in ("local", "remote")] if match else []
        if match is None or len(ends) != 2 or ends[0] is None or ends[1] is None:
            return False
        return self.add(
            line=number,
            local=ends[0],
            local_port=int(match["local_port"]),
            remote=ends[1],
            remote_port=int(match["remote_port"]),
            state=match["state"],
        )


def parse_tcp_brief(text: str, command: str) -> Table[TcpEnd]:
    """Connections with dotted addresses, in whatever state."""
    return _Entries(TcpEnd, command).read(text)
