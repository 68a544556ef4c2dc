"""IPsec over TCP (cTCP): which ports speak it. Its ends never send again what was lost."""

from __future__ import annotations

from bothways.flow import Flow, Protocol
from bothways.state.device import Evidence
from bothways.state.rows import ConfigLine
from bothways.state.snapshot import Snapshot

DEFAULT_PORT = 10000
_WORD = "ipsec-over-tcp"
_COMMANDS = tuple(f"crypto {word} {_WORD}" for word in ("ikev1", "isakmp"))


def speaks_ctcp(snapshot: Snapshot, flow: Flow) -> tuple[str, tuple[Evidence, ...]] | None:
    """Why a flow is taken for cTCP, and the lines that say so; None when nothing does."""
    if flow.protocol is not Protocol.TCP:
        return None
    for name, (ports, line) in _configured(snapshot).items():
        if flow.port in ports:
            return f"{name} takes IPsec over TCP on port {flow.port}", (line,)
    if flow.port == DEFAULT_PORT:
        return f"port {DEFAULT_PORT} is that of IPsec over TCP", ()
    return None


def _configured(snapshot: Snapshot) -> dict[str, tuple[frozenset[int], Evidence]]:
    """Headends among the devices: their ports, and the line."""
    found: dict[str, tuple[frozenset[int], Evidence]] = {}
    for state in snapshot:
        if not (state.mentions(ConfigLine, _WORD) and state.sees(ConfigLine)):
            continue
        for row in state.table(ConfigLine):
            if row.text.startswith(_COMMANDS):
                words = row.text.split()[3:]
                ports = frozenset(int(word) for word in words if word.isascii() and word.isdigit())
                found[state.name] = (ports or frozenset((DEFAULT_PORT,)), state.evidence(row))
    return found
