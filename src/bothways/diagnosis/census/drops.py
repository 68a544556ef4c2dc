"""What a firewall counted as dropped, as far as it bears on flows that are half seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bothways.diagnosis.uptime import was_restarted
from bothways.state.device import DeviceState, Evidence
from bothways.state.log_rows import AspDrop

_CLEARED = re.compile(r"^Last clearing: (.*)$", re.MULTILINE)

# Name to what it says about a half-seen flow; the wording after it is Cisco's "show asp drop command usage".
MATTERS = {
    "tcp-not-syn": "no SYN, and no connection: the connection is gone, or was opened by another way",
    "tcp-3whs-failed": "a packet that does not fit its handshake",
    "tcp-discarded-ooo": "an ACK that does not fit its handshake",
    "tcp-ack-syn-diff": "a SYN/ACK for another number than was sent: numbers were changed on one way alone",
    "tcp-seq-syn-diff": "a second SYN with another number: the first was never answered",
    "tcp-rstfin-ooo": "a RST or FIN outside the numbers expected: the answer to one that came by another way",
    "tcp-synack-ooo": "a SYN/ACK on an open connection",
    "tcp-syn-ooo": "a SYN on an open connection",
    "tcp-seq-past-win": "data outside the window: its acknowledgements take another way",
    "tcp-invalid-ack": "an acknowledgement of what was never seen",
    "tcp-buffer-full": "waits for a segment that is never sent again",
    "tcp-buffer-timeout": "waited in vain for a segment to be sent again",
    "tcp-global-buffer-full": "waits for segments that are never sent again",
    "acl-drop": "denied by a rule: a list, or the default of interfaces and levels",
    "rpf-violated": "came in by another interface than its source is routed by",
    "no-route": "no route",
    "no-adjacency": "no ARP entry of the next hop",
    "sp-security-failed": "no way out that the security levels allow",
    "nat-rpf-failed": "translated on one way and not on the other",
    "nat-no-xlate-to-pat-pool": "for a translated address, without a translation",
    "nat-xlate-failed": "could not be translated",
    "inspect-fail": "an inspection refused it",
    "conn-limit": "too many connections",
    "tcp-conn-limit": "too many connections",
    "unable-to-create-flow": "no room for a connection",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DropCount:
    """One counter.

    Attributes:
        count: of the later read.
        more: since the earlier read; None without one, or where a clearing lies between and hides it.
        per_minute: of `more`.
        at_least: the counters were cleared in between: `more` is what came since that.
    """

    phase: str
    name: str
    count: int
    meaning: str
    evidence: Evidence
    more: int | None = None
    per_minute: float | None = None
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Drops:
    """The counters that matter, the largest first, and how many others are above zero."""

    counts: tuple[DropCount, ...]
    others: int
    cleared: str
    """When they were cleared, as printed: `Never`, or a time and a name; "" where it is not printed."""
    seconds: float | None = None
    cleared_between: bool = False


def drops_of(device: DeviceState, earlier: DeviceState | None = None) -> Drops:
    """The counters of a firewall, whose `show asp drop` was read, now and earlier."""
    table = device.table(AspDrop)
    said = _CLEARED.search(device.outputs[table.command].text)
    if earlier is None:
        counts = sorted(_counts(device), key=lambda one: -one.count)
        return Drops(tuple(counts), _others(device), said[1].strip() if said else "")
    cleared, seconds = was_cleared(earlier, device), _seconds(earlier, device)
    old = {} if cleared else {(row.phase, row.name): row.count for row in earlier.table(AspDrop)}
    counts = [
        DropCount(
            phase=one.phase, name=one.name, count=one.count, meaning=one.meaning, evidence=one.evidence,
            more=(more := one.count - old.get((one.phase, one.name), 0)),
            per_minute=more * 60 / seconds if seconds > 0 else None,
            at_least=cleared,
        )
        for one in _counts(device)
    ]  # fmt: skip
    counts.sort(key=lambda one: (-(one.more or 0), -one.count))
    return Drops(tuple(counts), _others(device), said[1].strip() if said else "", seconds, cleared)


def was_cleared(earlier: DeviceState, device: DeviceState) -> bool:
    """Somebody cleared them, or it was restarted: another stamp, a counter that fell, the up time."""
    command = device.table(AspDrop).command
    stamps = [_CLEARED.findall(one.outputs[command].text) for one in (earlier, device)]
    counts = {(row.phase, row.name): row.count for row in device.table(AspDrop)}
    fell = any(counts.get((row.phase, row.name), 0) < row.count for row in earlier.table(AspDrop))
    return fell or stamps[0] != stamps[1] or was_restarted(earlier, device)


def _seconds(earlier: DeviceState, device: DeviceState) -> float:
    command = device.table(AspDrop).command
    return (device.outputs[command].taken_at - earlier.outputs[command].taken_at).total_seconds()


def _counts(device: DeviceState) -> Iterator[DropCount]:
    for row in device.table(AspDrop):
        if row.count and row.name in MATTERS:
            yield DropCount(
                phase=row.phase,
                name=row.name,
                count=row.count,
                meaning=MATTERS[row.name],
                evidence=device.evidence(row),
            )


def _others(device: DeviceState) -> int:
    return sum(1 for row in device.table(AspDrop) if row.count and row.name not in MATTERS)
