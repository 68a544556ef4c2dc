"""Which files there are to scrub, and what each of them is; what is none of these stops everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bothways.errors import BadInput
from bothways.scrubbing.captures import is_capture
from bothways.scrubbing.private_map import is_map

Sort = Literal["snapshot", "capture", "text"]
_LARGEST = 2 * 1024 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_NO_TEXT = (
    b"%PDF", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!", b"\x89PNG",
    b"GIF8", b"\xff\xd8\xff", b"\xff\xfe", b"\xfe\xff", b"\x7fELF",
)  # fmt: skip
"""Forms that need not hold a zero byte, and hold words that no search finds."""
_CONTROLS = bytes({*range(32)} - set(b"\a\b\t\n\v\f\r\x1b"))
"""Bytes that no log of a terminal holds."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to do.

    Attributes:
        below: its place in the folder that was named; its bare name for a file.
    """

    path: Path
    below: Path
    sort: Sort


def files_in(paths: Sequence[Path], out: Path, private: Path | None) -> list[Found]:
    """Every file that was named, or lies in a folder that was: but for the map, and what went out before.

    Raises:
        BadInput: a file that cannot be read, is a private map, or none of what is understood.
    """
    return [one for path in paths for one in _below(path, out.resolve(), private and private.resolve())]


def text_of(path: Path) -> str:
    """A text; bytes that are no UTF-8 are kept as they are.

    Raises:
        BadInput: it is none after all.
    """
    data = _read(path)
    if data.translate(None, _CONTROLS) != data:
        raise _not_understood(path)
    text = data.decode("utf-8", "surrogateescape")
    if sum("\udc80" <= letter <= "\udcff" for letter in text) > len(text) // 8:
        raise _not_understood(path)
    return text


def _below(path: Path, out: Path, private: Path | None) -> Iterator[Found]:
    if not path.is_dir():
        if private is not None and path.resolve() == private:
            raise BadInput(str(path), "is the private map: it never goes along", "leave it out")
        yield Found(path, Path(path.name), _sort(path))
        return
    for file in sorted(path.rglob("*")):
        real = file.resolve()
        ours = real == private or (real.is_relative_to(out) and out != path.resolve())
        if file.is_file() and not file.is_symlink() and not ours:
            yield Found(file, file.relative_to(path), _sort(file))


def _sort(path: Path) -> Sort:
    try:
        if path.stat().st_size > _LARGEST:
            raise BadInput(str(path), "is larger than 2 GB", "scrub a part of it")
        with path.open("rb") as file:
            head = file.read(65536)
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from None
    if head[:4] == _ZIP:
        return "snapshot"
    if is_capture(head):
        return "capture"
    if head.startswith(_NO_TEXT) or b"\0" in head:
        raise _not_understood(path)
    if is_map(head):
        raise BadInput(
            str(path), "is a private map: it never goes along", "leave it out: nothing was written"
        )
    return "text"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from None


def _not_understood(path: Path) -> BadInput:
    return BadInput(str(path), "is no snapshot, no capture and no text", "leave it out: nothing was written")
