"""A host route to a server's real address, on a side that is to know it by another one."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.one_way import OneWay, StaleLine, one_way, stale_routes
from bothways.diagnosis.trace import Trace
from bothways.rules.contract import Rule
from bothways.state.snapshot import Snapshot


class StaleRoute(Rule):
    """The call to the real address gets as far as the translation only because this route is still there."""

    id = "stale-route"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One for each such line between the client and the translation."""
        found = one_way(snapshot, trace)
        if found is not None:
            for stale in stale_routes(snapshot, found):
                yield self._finding(trace, found, stale)

    def _finding(self, trace: Trace, found: OneWay, stale: StaleLine) -> Finding:
        name, router = stale.device.name, found.router
        return Finding(
            id=self.id,
            severity=Severity.WARNING,
            device=name,
            sentence=(
                f"{name} still routes {found.real} towards {router.name}, which shows it to this side as "
                f"{found.alias}: calls to {found.real} get through there and their answers come back from "
                f"{found.alias}; if {found.alias} is what is to be called, this route is a leftover"
            ),
            evidence=(stale.device.evidence(stale.line), router.evidence(found.entry)),
            # That it is a leftover is what somebody meant; no device prints that.
            confidence=trace.confidence & Confidence.LIKELY,
            raises=(f"the one who set the translation up says that {found.alias} is to be called",),
            refutes=(f"somebody on this side is to reach {found.real} by that address",),
        )
