"""An audit from a snapshot to a run with all its results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

from bothways.audit.judging import judge
from bothways.audit.next_step import with_next
from bothways.audit.playbook import AuditPlaybook
from bothways.audit.result import AuditRun
from bothways.audit.suspects import suspects
from bothways.network import DeclaredHost
from bothways.playbook import Playbook
from bothways.rules.fleet import Ground, WatchedFlow
from bothways.state.snapshot import Snapshot


@dataclass(frozen=True)
class Surroundings:
    """What rules may look at besides the snapshot.

    Attributes:
        before: an earlier snapshot, for rates.
        failed: flows that failed in the run this one is compared with.
        hosts: those the user declared.
        host_keys: device to the kinds of key it was trusted with.
        legacy_ssh: devices for which old algorithms were let in.
        remedies: finding to the playbook that cures it here.
        source: how a command names what was judged: `--snapshot FILE`; "" for the devices themselves.
    """

    before: Snapshot | None = None
    failed: tuple[WatchedFlow, ...] = ()
    hosts: tuple[DeclaredHost, ...] = ()
    host_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    legacy_ssh: frozenset[str] = frozenset()
    remedies: Mapping[str, Playbook] = field(default_factory=dict)
    source: str = ""


def audit(
    run_id: str, book: AuditPlaybook, snapshot: Snapshot, around: Surroundings | None = None
) -> AuditRun:
    """Judge a snapshot by a playbook. Whatever could not be read is a result, never an exception."""
    near = around or Surroundings()
    looked_at = (*book.flows, *suspects(snapshot, book.flows))
    known = {(one.flow, one.scenario, one.silence_s) for one in looked_at}
    again = (one for one in near.failed if (one.flow, one.scenario, one.silence_s) not in known)
    ground = Ground(
        snapshot=snapshot,
        before=near.before,
        hosts=near.hosts,
        flows=(*looked_at, *again),
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
        results=tuple(with_next(run_id, result, near.remedies, near.source) for result in results),
    )
