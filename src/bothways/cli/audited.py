"""An audit of the user's network: read, judged, compared, kept."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from bothways.audit.change import Changed, changes
from bothways.audit.playbook import BASELINE, open_audit
from bothways.audit.result import AuditRun
from bothways.audit.run import Surroundings, audit
from bothways.audit.store import AuditStore
from bothways.cli.from_audit import store_of
from bothways.cli.report_files import NO_REPORTS, WantedReports
from bothways.cli.site import Site
from bothways.errors import BadInput, SnapshotError, WorkspaceError
from bothways.fleet.records import new_run_id
from bothways.network import DeclaredHost
from bothways.playbook import remedies
from bothways.state.snapshot import Snapshot


@dataclass(frozen=True)
class Wanted:
    """What the user asked for; names as they were typed."""

    devices: tuple[str, ...]
    playbook: str
    snapshot: Path | None
    since: str | None
    full: bool
    deadline_s: int | None = None
    reports: WantedReports[...] = NO_REPORTS


@dataclass(frozen=True)
class Audited:
    """How it ended.

    Attributes:
        changed: what became of the failures of the run it is compared with; None where nobody asked.
        kept: why it could not be kept, which takes nothing from what was found.
    """

    run: AuditRun
    changed: tuple[Changed, ...] | None
    kept: WorkspaceError | None = None


def audited(site: Site, wanted: Wanted) -> Audited:
    """Read, judge, compare and keep; one audit of a workspace at a time."""
    book = open_audit(site.workspace, wanted.playbook)
    if wanted.snapshot is None:
        book.must_fit(site.network.devices)
    if wanted.devices:
        book = book.only_for(wanted.devices)
    cures = remedies(site.workspace)
    store = store_of(site)
    run_id = new_run_id(site.clock)
    with store.alone(run_id, site.clock):
        before = _before(store, wanted.since)
        rates = _snapshot_of(store, before, site) if before else None
        seen, hosts = _seen(site, wanted)
        if not seen.devices and not seen.unread:
            raise BadInput("audit", "there is no device to audit", "name some in the inventory")
        around = Surroundings(
            before=rates,
            failed=before,
            hosts=hosts,
            host_keys=_host_keys(site, seen) if wanted.snapshot is None else {},
            legacy_ssh=_legacy(site) if wanted.snapshot is None else frozenset(),
            remedies=cures,
            rules="" if wanted.playbook == BASELINE else f"--playbook {shlex.quote(wanted.playbook)}",
            source=f"--snapshot {shlex.quote(str(wanted.snapshot))}" if wanted.snapshot else "",
        )
        run = audit(run_id, book, seen, around)
        changed = changes(before, run) if before else None
        try:
            store.keep(run, seen)
        except WorkspaceError as error:
            return Audited(run, changed, error)
    return Audited(run, changed)


def told_again(site: Site, kept: str, since: str | None) -> Audited:
    """A run that was kept, as it was; no device is asked, and nothing is kept.

    Raises:
        WorkspaceError: there is no such run.
        BadInput: it is to be compared with itself, or with a later one.
    """
    store = store_of(site)
    run = store.load(kept)
    if since is None:
        return Audited(run, None)
    before = store.load(since)
    if before.id == run.id or before.taken_at > run.taken_at:
        raise BadInput("--since", f"{before.id} is not before {run.id}", "name an earlier run")
    return Audited(run, changes(before, run))


def _before(store: AuditStore, since: str | None) -> AuditRun | None:
    """The run to compare with; `last` is none the first time, which a schedule cannot know.

    Nor can it know that a file was damaged in the night before: the audit comes first, then what it is
    compared with.
    """
    if since is None or (since == "last" and not store.names()):
        return None
    try:
        return store.load(since)
    except WorkspaceError:
        if since == "last":  # none of them can be read; each was told by the log
            return None
        raise


def _snapshot_of(store: AuditStore, before: AuditRun, site: Site) -> Snapshot | None:
    """What the earlier run rests on; without it there are no rates, and everything else."""
    try:
        return store.snapshot(before.id)
    except SnapshotError as error:
        site.options.screen.progress(f"no rates since {before.id}: {error}")
        return None


def _seen(site: Site, wanted: Wanted) -> tuple[Snapshot, tuple[DeclaredHost, ...]]:
    if wanted.snapshot is not None:
        return site.seen(wanted.snapshot)
    return site.read(wanted.devices, full=wanted.full, deadline_s=wanted.deadline_s), site.network.hosts


def _host_keys(site: Site, seen: Snapshot) -> dict[str, tuple[str, ...]]:
    """What each device that was read is trusted with."""
    from bothways.session.host_keys import KnownHosts, trusted_kinds

    known = KnownHosts(site.workspace.known_hosts)
    return {name: trusted_kinds(site.network.device(name), known) for name in seen.devices}


def _legacy(site: Site) -> frozenset[str]:
    """The devices for which the inventory lets old algorithms in."""
    return frozenset(device.name for device in site.network.devices.values() if device.legacy_ssh)
