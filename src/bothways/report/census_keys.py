"""The census for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bothways.diagnosis.census import Census, Group, Tally
from bothways.report.census import Explained
from bothways.state.device import Evidence


def census_keys(taken: Sequence[tuple[Census, Sequence[Explained]]]) -> dict[str, Any]:
    """Everything, device by device."""
    return {"devices": {census.device: _device(census, explained) for census, explained in taken}}


def _device(census: Census, explained: Sequence[Explained]) -> dict[str, Any]:
    return {
        "connections": census.connections,
        "half_seen": census.flows,
        "groups": [_group(one) for one in explained],
        "left_out": {
            cause.value: {"groups": one.more_groups, "flows": one.more_flows}
            for cause, one in census.grouped.items()
            if one.more_groups
        },
        "drops": _drops(census),
        "could_not_see": list(dict.fromkeys(census.could_not_see)),
    }


def _group(one: Explained) -> dict[str, Any]:
    return {
        **_counted(one.group),
        "weighs": one.weighs,
        "fate": one.trace.fate.value if one.trace else None,
        "not_walked": one.why,
        "findings": [
            {"id": found.id, "confidence": found.confidence.value, "sentence": found.sentence}
            for found in one.findings
        ],
        "menu": [asdict(item) for item in one.menu],
        "next": one.next_command,
    }


def _counted(group: Group) -> dict[str, Any]:
    return {
        "cause": group.cause.value,
        "count": group.count,
        "interfaces": list(group.interfaces),
        "networks": [str(network) for network in group.networks],
        "clients": _tallies(group.clients),
        "client_count": group.client_count,
        "servers": _tallies(group.servers),
        "server_count": group.server_count,
        "longest_idle_s": group.longest_idle_s,
        "bytes": group.bytes,
        "remark": group.remark,
        "at_the_earlier_read": group.still,
        "grown_bytes": group.grown if group.still is not None else None,
        "since_the_earlier_read": group.fresh,
        "answered_beside": group.answered,
        "flow": str(group.flow),
        "scenario": group.scenario.value,
        "evidence": [_evidence(line) for line in group.evidence],
    }


def _tallies(tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    return [{"name": one.name, "count": one.count} for one in tallies]


def _drops(census: Census) -> dict[str, Any] | None:
    drops = census.drops
    if drops is None:
        return None
    return {
        "cleared": drops.cleared,
        "seconds": drops.seconds,
        "cleared_between": drops.cleared_between,
        "others": drops.others,
        "counters": [
            {
                "phase": one.phase,
                "name": one.name,
                "count": one.count,
                "more": one.more,
                "per_minute": one.per_minute,
                "at_least": one.at_least,
                "meaning": one.meaning,
                "evidence": _evidence(one.evidence),
            }
            for one in drops.counts
        ],
    }


def _evidence(line: Evidence) -> dict[str, Any]:
    return {
        "device": line.device,
        "command": line.command,
        "line": line.line,
        "text": line.text,
        "taken_at": line.taken_at.isoformat(),
    }
