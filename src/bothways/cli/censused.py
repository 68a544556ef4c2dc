"""A census with its groups explained: the flow that stands for each is walked, and judged like any other."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence

from bothways.cli import exits
from bothways.cli.reply import Reply
from bothways.diagnosis import Finding, Severity, trace
from bothways.diagnosis.census import Cause, Census, Group, take_census
from bothways.errors import BadInput, CannotConnect, CouldNotSee
from bothways.fixes.menu import menu
from bothways.network import DeclaredHost
from bothways.report.census import Explained, census_lines
from bothways.report.census_keys import census_keys
from bothways.rules import diagnose
from bothways.rules.bypass_overdue import overdue
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot

_LOG = logging.getLogger("bothways.cli")
_WALKED = 10
"""Groups whose flow is walked; the walk is dear, and what is behind the tenth is the same fault again."""

Taken = list[tuple[Census, list[Explained]]]


def firewalls(snapshot: Snapshot, names: Sequence[str]) -> list[DeviceState]:
    """The ASAs of a snapshot, those that are named, or all.

    Raises:
        BadInput: a name is none of an ASA.
    """
    known = {state.name: state for state in snapshot if state.platform == "cisco_asa"}
    for name in names:
        if name not in known and name not in snapshot.unread:
            told = ", ".join(known) or "none"
            raise BadInput(name, "is no ASA that was read", f"ASAs here: {told}")
    return [state for name, state in known.items() if not names or name in names]


def taken(
    snapshot: Snapshot,
    earlier: Snapshot | None,
    hosts: tuple[DeclaredHost, ...],
    names: Sequence[str] = (),
) -> Taken:
    """The census of each firewall, its groups explained."""
    found: Taken = []
    for device in firewalls(snapshot, names):
        before = earlier.devices.get(device.name) if earlier is not None else None
        census = take_census(snapshot, device, before, _expired(snapshot, device))
        if earlier is not None and before is None:
            census.could_not_see.append(f"{device.name}: there is no earlier read of it")
        found.append((census, list(_explained(snapshot, census, hosts))))
    return found


def reply_of(found: Taken, snapshot: Snapshot, *, evidence: bool) -> Reply:
    """The answer: 2 when a group weighs, 3 when something needed was not seen, 11 when nobody was read."""
    groups = [one for _, explained in found for one in explained]
    dark = [text for census, _ in found for text in census.could_not_see]
    unread = tuple(
        CannotConnect(name, why.removeprefix(f"{name}: ")) for name, why in snapshot.unread.items()
    )
    code = exits.OK
    if dark or unread or not found:
        code = exits.COULD_NOT_SEE
    if unread and not snapshot.devices:
        code = exits.CANNOT_CONNECT
    if any(one.weighs for one in groups):
        code = exits.DIFFERENCE
    lines = tuple(census_lines(found, evidence=evidence))
    return Reply(code, lines, census_keys(found), unread)


def _explained(snapshot: Snapshot, census: Census, hosts: tuple[DeclaredHost, ...]) -> Iterator[Explained]:
    left = _WALKED
    for group in census.groups:
        if not group.weighs and not group.asks:
            yield Explained(group, why="a new connection says nothing about one that is open")
        elif not left:
            yield Explained(group, why=f"only the first {_WALKED} groups are")
        else:
            left -= 1
            yield _walked(snapshot, group, hosts)


def _walked(snapshot: Snapshot, group: Group, hosts: tuple[DeclaredHost, ...]) -> Explained:
    try:
        walk = trace(snapshot, group.flow, hosts, group.scenario)
        findings = _of_group(diagnose(snapshot, walk), group)
        return Explained(group, walk, findings, menu(snapshot, walk, findings, hosts))
    except Exception as broken:  # noqa: BLE001  a parser broke on one text; the census must still be heard
        _LOG.exception("%s", group.flow)
        return Explained(group, why=f"{type(broken).__name__}: {broken}")


def _of_group(findings: Sequence[Finding], group: Group) -> tuple[Finding, ...]:
    """Those that explain the group: what kills the flow; of a bypass, what is said of bypasses."""
    of_bypass = group.cause in (Cause.OVERDUE, Cause.PAST_IDLE)
    return tuple(
        one
        for one in findings
        if one.severity is Severity.ERROR or (of_bypass and one.id.startswith("bypass-"))
    )


def _expired(snapshot: Snapshot, device: DeviceState) -> Mapping[str, str]:
    """Access lists whose remark names a day that was over when the snapshot was taken, and what it says."""
    try:
        return {acl: finding.sentence for acl, finding in overdue(device, snapshot.taken_at.date())}
    except CouldNotSee:
        return {}  # the class of a bypass is not seen either, and the census says so
