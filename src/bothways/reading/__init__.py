"""Reading: from live devices, from saved outputs, from snapshot files."""

from __future__ import annotations

from bothways.reading.collection import collect
from bothways.reading.from_files import read_files, read_files_with_remarks
from bothways.reading.snapshot_file import load_snapshot, save_snapshot

__all__ = ["collect", "load_snapshot", "read_files", "read_files_with_remarks", "save_snapshot"]
