"""The last audits, kept in the workspace: results and the snapshot they rest on, private to their owner."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bothways.audit.result import AuditRun
from bothways.clock import Clock
from bothways.errors import SnapshotError, WorkspaceError
from bothways.pushing.lock import held
from bothways.reading import load_snapshot, save_snapshot
from bothways.state.snapshot import Snapshot

_LOG = logging.getLogger(__name__)
KEPT = 30
"""Runs; a month of nightly ones."""
_RESULTS, _SNAPSHOT = "results.json", "snapshot"


class AuditStore:
    """A folder with a folder for each run, named by its id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def alone(self, run_id: str, clock: Clock) -> Iterator[None]:
        """No second audit of this workspace meanwhile: two of them would ask every device twice.

        Raises:
            LockHeld: one is under way, and which.
            WorkspaceError: nothing can be written there.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError(str(self.folder), f"cannot keep audits ({error.strerror})") from None
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise WorkspaceError(str(self.folder), "cannot keep audits: it may not be written to")
        with held(self.folder / "audit", "audit", run_id, clock, "is under way here:"):
            for half in self.folder.glob(".*.half"):  # of an audit that was killed
                shutil.rmtree(half, ignore_errors=True)
            yield

    def keep(self, run: AuditRun, snapshot: Snapshot) -> Path:
        """Write a run whole or not at all, and drop the oldest ones.

        Raises:
            WorkspaceError: there is no room, or no right to write.
        """
        place = self.folder / run.id
        half = self.folder / f".{run.id}.half"
        try:
            half.mkdir(mode=0o700, parents=True)
            text = run.model_dump_json(indent=2) + "\n"
            (half / _RESULTS).write_text(text, encoding="utf-8")
            (half / _RESULTS).chmod(0o600)
            if snapshot.devices:
                save_snapshot(snapshot, half / _SNAPSHOT)
            os.replace(half, place)  # noqa: PTH105  a folder, whole
        except (OSError, SnapshotError) as error:
            shutil.rmtree(half, ignore_errors=True)
            why = error.strerror if isinstance(error, OSError) else error.what
            what = f"the run cannot be kept: {why}"
            raise WorkspaceError(str(place), what, "make room there") from None
        for old in self.names()[:-KEPT]:
            shutil.rmtree(self.folder / old, ignore_errors=True)
        return place

    def names(self) -> list[str]:
        """The ids of the runs that are kept, the oldest first."""
        if not self.folder.is_dir():
            return []
        kept = (path for path in self.folder.iterdir() if path.is_dir() and not path.name.startswith("."))
        # By when they were written: two ids of one second say nothing of their order.
        return [path.name for path in sorted(kept, key=lambda path: (path.stat().st_mtime_ns, path.name))]

    def load(self, name: str) -> AuditRun:
        """A run by its id; `last` is the newest that can be read.

        Raises:
            WorkspaceError: there is no such run, or it is not what this release wrote.
        """
        names = self.names()
        if name == "last" and names:
            return self._newest(names)
        if name not in names:
            known = f"known: {', '.join(names[-5:])}" if names else "bothways audit makes the first"
            raise WorkspaceError("audit", f"no run {name!r}", known)
        path = self.folder / name / _RESULTS
        try:
            text = path.read_text(encoding="utf-8")
            _check_version(path, text)
            run = AuditRun.model_validate_json(text)
        except (OSError, ValueError) as error:
            raise WorkspaceError(str(path), "is not what an audit wrote", _ANOTHER) from error
        if run.id != name:
            raise WorkspaceError(str(path), f"is the run {run.id}", _ANOTHER)
        return run

    def _newest(self, names: list[str]) -> AuditRun:
        """One that is damaged, or of another release, must not stop all audits to come."""
        newest: WorkspaceError | None = None
        for name in reversed(names):
            try:
                return self.load(name)
            except WorkspaceError as error:
                _LOG.warning("left out: %s", error)
                newest = newest or error
        assert newest is not None
        raise newest

    def snapshot(self, name: str) -> Snapshot | None:
        """What a run rests on; None where no device was read."""
        path = self.folder / name / _SNAPSHOT
        return load_snapshot(path) if path.is_file() else None


_ANOTHER = "name another run, or audit again"


def _check_version(path: Path, text: str) -> None:
    known = AuditRun.model_fields["format_version"].default
    plain = json.loads(text)
    made = plain.get("format_version") if isinstance(plain, dict) else None
    if isinstance(made, int) and made != known:
        age = "a newer" if made > known else "an older"
        raise WorkspaceError(
            str(path), f"was made by {age} Bothways (format {made}, known: {known})", _ANOTHER
        )
