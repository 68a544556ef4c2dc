"""An audit from a snapshot to a run with all its results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

from bothways.audit.judging import judge
from bothways.audit.next_step import with_next
from bothways.audit.playbook import AuditPlaybook
from bothways.audit.result import AuditRun, flow_of
from bothways.audit.suspects import failed_before, suspects
from bothways.network import DeclaredHost
from bothways.playbook import Playbook
from bothways.rules.fleet import Ground, WatchedFlow
from bothways.state.snapshot import Snapshot


@dataclass(frozen=True)
class Surroundings:
    """What rules may look at besides the snapshot.

    Attributes:
        before: an earlier snapshot, for rates.
        failed: the run this one is compared with; what failed in it is walked again.
        hosts: those the user declared.
        host_keys: device to the kinds of key it was trusted with.
        legacy_ssh: devices for which old algorithms were let in.
        remedies: finding to the playbook that cures it here.
        rules: how one names the playbook: `--playbook NAME`; "" for the shipped one.
        source: how a command names what was judged: `--snapshot FILE`; "" for the devices themselves.
    """

    before: Snapshot | None = None
    failed: AuditRun | None = None
    hosts: tuple[DeclaredHost, ...] = ()
    host_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    legacy_ssh: frozenset[str] = frozenset()
    remedies: Mapping[str, Playbook] = field(default_factory=dict)
    source: str = ""
    rules: str = ""


def audit(
    run_id: str, book: AuditPlaybook, snapshot: Snapshot, around: Surroundings | None = None
) -> AuditRun:
    """Judge a snapshot by a playbook. Whatever could not be read is a result, never an exception."""
    near = around or Surroundings()
    flows = _looked_at(book, snapshot, near.failed)
    ground = Ground(
        snapshot=snapshot,
        before=near.before,
        hosts=near.hosts,
        flows=flows,
        host_keys=near.host_keys,
        legacy_ssh=near.legacy_ssh,
    )
    results = judge(book, ground)
    return AuditRun(
        id=run_id,
        bothways=version("bothways"),
        playbook=book.model.name,
        origin=book.origin,
        taken_at=snapshot.taken_at,
        devices={**dict.fromkeys(snapshot.devices, "read"), **snapshot.unread},
        flows=tuple(flow_of(one) for one in flows),
        results=tuple(
            with_next(run_id, result, near.remedies, near.source, near.rules) for result in results
        ),
    )


def _looked_at(book: AuditPlaybook, snapshot: Snapshot, failed: AuditRun | None) -> tuple[WatchedFlow, ...]:
    """Those that must live, those that look ill now, and those that were ill."""
    named = (*book.flows, *suspects(snapshot, book.flows))
    known = {one.moment for one in named}
    again = failed_before(failed, snapshot.taken_at) if failed is not None else ()
    return (*named, *(one for one in again if one.moment not in known))
