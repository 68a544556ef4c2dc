"""A list on the way permits everything: it protects nothing, and it is not what kills the flow."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.acl import any_any
from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.legs import Hop
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import AccessGroup, AclEntry, Interface
from bothways.state.snapshot import Snapshot


class AnyAnyAcl(Rule):
    """`permit ip any any` bound to an interface that the flow passes."""

    id = "any-any-acl"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One note for each device and list."""
        found: dict[tuple[str, str], tuple[Evidence, ...]] = {}
        for hop in trace.hops:
            device = snapshot.devices[hop.device]
            for acl, binding in _bound(device, hop):
                rule = _open_rule(device, acl)
                if rule is not None:
                    found.setdefault((device.name, acl), (binding, device.evidence(rule)))
        for (name, acl), evidence in found.items():
            yield Finding(
                id=self.id,
                severity=Severity.NOTE,
                device=name,
                sentence=_sentence(name, acl, trace),
                evidence=evidence,
                confidence=Confidence.CERTAIN,
            )


def _sentence(device: str, acl: str, trace: Trace) -> str:
    text = f"access list {acl} of {device} permits ip any any and so protects nothing"
    if trace.fate in (Fate.COMPLETE, Fate.UNKNOWN, Fate.ACL_DENIED):
        return text
    return f"ACL is not the cause ({trace.fate} is): {text}"


def _bound(device: DeviceState, hop: Hop) -> Iterator[tuple[str, Evidence]]:
    """The lists on the interfaces of a hop."""
    directions = {"in": hop.ingress, "out": hop.egress, "global": ""}
    if device.platform == "cisco_asa":
        for group in device.table(AccessGroup) if device.sees(AccessGroup) else ():
            if group.direction in directions and group.interface == directions[group.direction]:
                yield group.acl, device.evidence(group)
        return
    for row in device.table(Interface) if device.sees(Interface) else ():
        for acl, interface in ((row.acl_in, hop.ingress), (row.acl_out, hop.egress)):
            if acl and row.name == interface:
                yield acl, device.evidence(row)


def _open_rule(device: DeviceState, acl: str) -> AclEntry | None:
    """The first rule that says no, and every rule that nobody understands, leaves something protected."""
    for row in device.table(AclEntry).where(acl=acl) if device.sees(AclEntry) else ():
        if any_any(row):
            return row
        if row.action != "permit" or not row.understood:
            return None
    return None
