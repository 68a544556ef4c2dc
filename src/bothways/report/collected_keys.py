"""An evidence run for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bothways.diagnosis import Trace
from bothways.diagnosis.capture.evidence import Captured, Evidence
from bothways.fleet.collect import Collected, Proposal
from bothways.report.capture import capture_keys
from bothways.report.capture_join import join_keys
from bothways.report.collected import unseen, verdict
from bothways.report.collected_pictures import picture_of_capture
from bothways.report.ladder import ladder_keys
from bothways.state.rows import Conn


def proposal_keys(proposal: Proposal) -> dict[str, Any]:
    """What would be typed where."""
    trace = proposal.trace
    return {
        "flow": str(proposal.flow),
        "foretold": {
            "fate": trace.fate.value,
            "at": {"device": trace.at.device, "packet": trace.at.packet},
            "mechanism": trace.mechanism,
        },
        "captures": [
            {
                "name": one.name,
                "device": one.device,
                "interface": one.interface,
                "command": one.command,
                "removal": one.removal,
            }
            for one in proposal.wanted
        ],
        "left_out": list(proposal.left_out),
    }


def collected_keys(collected: Collected, evidence: Evidence, folder: Path, wait: str) -> dict[str, Any]:
    """What was found."""
    return {
        **proposal_keys(collected.proposal),
        "run": collected.run_id,
        "verdict": verdict(collected, evidence, wait),
        "outcome": evidence.outcome.value,
        "agrees": evidence.agrees,
        "differences": list(evidence.differences),
        "captured": [
            {
                "device": one.device,
                "interface": one.interface,
                **capture_keys(one.judged),
                "ladder": _ladder(one, collected.proposal.trace),
            }
            for one in evidence.captured
        ],
        "joins": [{"device": device, **join_keys(joined)} for device, joined in evidence.joins],
        "firewalls": [
            {
                "device": one.device,
                "connections": [_conn_keys(row) for row in one.conns],
                "drops": dict(one.drops),
                "log": list(one.log),
            }
            for one in collected.taken
        ],
        "could_not_see": list(unseen(collected, evidence)),
        "evidence": str(folder) if collected.files else "",
    }


def _ladder(one: Captured, trace: Trace) -> dict[str, Any] | None:
    """What was foretold beside what passed the interface."""
    picture = picture_of_capture(one, trace) if one.interface else None
    return None if picture is None else ladder_keys(picture)


def _conn_keys(row: Conn) -> dict[str, Any]:
    return {
        "protocol": row.protocol,
        "ends": [
            f"{row.a_interface} {row.a_address}:{row.a_port}",
            f"{row.b_interface} {row.b_address}:{row.b_port}",
        ],
        "idle_s": row.idle_s,
        "bytes": row.bytes,
        "flags": row.flags,
    }
