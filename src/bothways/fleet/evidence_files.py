"""The evidence of a run as files: the snapshot, each capture's text, and what was typed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bothways.errors import BothwaysError
from bothways.pushing.capture_lines import Placement
from bothways.pushing.capture_seen import Taken
from bothways.pushing.journal import Record
from bothways.reading import save_snapshot
from bothways.state.snapshot import Snapshot

SNAPSHOT = "read.snapshot"
TRANSCRIPT = "transcript.log"
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")


def write_evidence(
    folder: Path, snapshot: Snapshot, taken: Mapping[str, Taken], records: Sequence[Record]
) -> tuple[tuple[Path, ...], str]:
    """Write it, readable by its owner only.

    Returns:
        The files, and what could not be written, "" when all was.
    """
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        save_snapshot(snapshot, folder / SNAPSHOT)
        written.append(folder / SNAPSHOT)
        written += [_write(folder / name, text) for _, name, text in named_texts(taken.values())]
        written.append(_write(folder / TRANSCRIPT, "".join(_transcript(taken, records))))
    except OSError as error:
        return tuple(written), f"the evidence cannot be written to {folder} ({error.strerror})"
    except BothwaysError as error:
        return tuple(written), str(error)
    return tuple(written), ""


def named_texts(taken: Iterable[Taken]) -> Iterator[tuple[Placement, str, str]]:
    """Each capture, a file name that no other has, and its text under the line that tells its kind."""
    used: set[str] = set()
    for one in taken:
        for placement, text in one.texts:
            stem = _UNSAFE.sub("_", f"{placement.device}-{placement.place}")
            name = stem
            number = 2
            while name in used:
                name, number = f"{stem}-{number}", number + 1
            used.add(name)
            yield placement, f"{name}.txt", f"{placement.command}\n{text.rstrip()}\n"


def _transcript(taken: Mapping[str, Taken], records: Sequence[Record]) -> Iterator[str]:
    """What was typed besides `show`, when, and what became of it; then what was seen beside the packets."""
    for record in records:
        if record.kind in ("command", "undo") and record.state != "planned":
            answer = f": {record.answer}" if record.answer else ""
            yield f"{record.at:%Y-%m-%d %H:%M:%SZ} {record.device}# {record.text}  [{record.state}{answer}]\n"
        elif record.kind == "verified":
            yield f"{record.at:%Y-%m-%d %H:%M:%SZ} {record.device}: nothing of ours stands there\n"
    for one in taken.values():
        yield from (f"{one.device}: log: {line}\n" for line in one.log)
        yield from (f"{one.device}: {name} rose by {count}\n" for name, count in one.drops.items())


def _write(path: Path, text: str) -> Path:
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    return path
