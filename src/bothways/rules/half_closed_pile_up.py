"""Connections of which one end has closed and the other has not heap up on a firewall."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.timers import span
from bothways.diagnosis.trace import Trace
from bothways.flow import Protocol
from bothways.rules.contract import Rule
from bothways.rules.teardowns import ends_on
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import Conn, Timeout
from bothways.state.snapshot import Snapshot

_MANY = 20
_QUIET_S = 60
"""A close that is under way takes a moment; one that nobody finishes stays."""
_SHOWN = 3
_DEFAULT_S = 600


class HalfClosedPileUp(Rule):
    """Many connections to the flow's server with one FIN: an end does not close, or hears nothing."""

    id = "half-closed-pile-up"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One warning for each ASA on the way."""
        for name in trace.devices if trace.flow.protocol is Protocol.TCP else ():
            asa = snapshot.devices[name]
            rows = _half_closed(asa, trace) if asa.platform == "cisco_asa" else []
            if len(rows) >= _MANY:
                yield self._finding(asa, trace, rows)

    def _finding(self, asa: DeviceState, trace: Trace, rows: list[Conn]) -> Finding:
        limit, line = _limit(asa)
        return Finding(
            id=self.id,
            severity=Severity.WARNING,
            device=asa.name,
            sentence=(
                f"{len(rows)} connections to port {trace.flow.port} of the flow's server are half closed on "
                f"{asa.name} for more than {_QUIET_S} s: one end sent its FIN and the other never did; each "
                f"stays {span(limit)}, and an ASA resets none of them"
            ),
            evidence=(*(asa.evidence(row) for row in rows[:_SHOWN]), *line),
            confidence=Confidence.LIKELY,
            raises=(f"302014 with FIN Timeout in the log of {asa.name}",),
            refutes=("the number falls by itself within a minute",),
        )


def _half_closed(asa: DeviceState, trace: Trace) -> list[Conn]:
    if not asa.sees(Conn):
        return []
    servers = {address for pair in ends_on(asa.name, trace) for address in pair}
    found = []
    for row in asa.table(Conn):
        one_fin = ("f" in row.flags) != ("F" in row.flags)
        ends = ((str(row.a_address), row.a_port), (str(row.b_address), row.b_port))
        ours = any(address in servers and port == trace.flow.port for address, port in ends)
        if "U" in row.flags and one_fin and ours and (row.idle_s or 0) > _QUIET_S:
            found.append(row)
    return found


def _limit(asa: DeviceState) -> tuple[int, tuple[Evidence, ...]]:
    rows = asa.table(Timeout).where(name="half-closed") if asa.sees(Timeout) else []
    return (rows[0].seconds, (asa.evidence(rows[0]),)) if rows else (_DEFAULT_S, ())
