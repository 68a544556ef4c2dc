"""The last audits, kept in the workspace: results and the snapshot they rest on, private to their owner."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from bothways.audit.result import AuditRun
from bothways.clock import Clock
from bothways.errors import WorkspaceError
from bothways.pushing.lock import held
from bothways.reading import load_snapshot, save_snapshot
from bothways.state.snapshot import Snapshot

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
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with held(self.folder / "audit", "audit", run_id, clock, "is under way here:"):
            yield

    def keep(self, run: AuditRun, snapshot: Snapshot) -> Path:
        """Write a run whole or not at all, and drop the oldest ones."""
        place = self.folder / run.id
        half = self.folder / f".{run.id}.half"
        half.mkdir(mode=0o700, parents=True)
        try:
            text = run.model_dump_json(indent=2) + "\n"
            (half / _RESULTS).write_text(text, encoding="utf-8")
            (half / _RESULTS).chmod(0o600)
            if snapshot.devices:
                save_snapshot(snapshot, half / _SNAPSHOT)
            os.replace(half, place)  # noqa: PTH105  a folder, whole
        except OSError as error:
            shutil.rmtree(half, ignore_errors=True)
            what = f"the run cannot be kept: {error.strerror}"
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
        """A run by its id; `last` is the newest.

        Raises:
            WorkspaceError: there is no such run, or it was changed by hand.
        """
        names = self.names()
        if name == "last" and names:
            name = names[-1]
        if name not in names:
            known = f"known: {', '.join(names[-5:])}" if names else "bothways audit makes the first"
            raise WorkspaceError("audit", f"no run {name!r}", known)
        path = self.folder / name / _RESULTS
        try:
            return AuditRun.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValidationError) as error:
            what = "is not what an audit wrote"
            raise WorkspaceError(str(path), what, "name another run, or audit again") from error

    def snapshot(self, name: str) -> Snapshot | None:
        """What a run rests on; None where no device was read."""
        path = self.folder / name / _SNAPSHOT
        return load_snapshot(path) if path.is_file() else None
