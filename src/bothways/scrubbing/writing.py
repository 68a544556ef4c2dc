"""Files that appear all together or not at all, for their owner alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from bothways.errors import BadInput

Make = Callable[[Path], None]


def write_all(wanted: Sequence[tuple[Path, Make]], before: Callable[[], None]) -> None:
    """Make every file beside its place, then put all in their places.

    Args:
        wanted: each place, and what makes the file.
        before: called when all are made, and none is in its place.

    Raises:
        BadInput: one cannot be written; then none was.
    """
    mark = f".{secrets.token_hex(4)}.part"
    parts = [target.with_name(f".{target.name[:200]}{mark}") for target, _ in wanted]
    for target, _ in wanted:
        if target.is_dir():
            raise BadInput(str(target), "cannot be written: it is a folder", "name another place")
    try:
        for part, (target, make) in zip(parts, wanted, strict=True):
            _make_folder(target.parent)
            make(part)
        before()
        for part, (target, _) in zip(parts, wanted, strict=True):
            _move(part, target)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """A file that others cannot read.

    Raises:
        BadInput: it cannot be written.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
    except OSError as error:
        raise BadInput(
            str(path.parent), f"cannot be written to: {error.strerror}", "name another place"
        ) from None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(str(folder), f"cannot be made: {error.strerror}", "name another folder") from None


def _move(part: Path, target: Path) -> None:
    try:
        part.replace(target)
    except OSError as error:
        raise BadInput(str(target), f"cannot be written: {error.strerror}", "name another place") from None
