"""Files and folders in, the same with everything replaced out: each by what it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from bothways.errors import BadInput
from bothways.platforms import device_state
from bothways.reading import load_snapshot, save_snapshot
from bothways.reading.terminal_log import speakers
from bothways.scrubbing.captures import is_capture, rewritten
from bothways.scrubbing.gathering import Gathering
from bothways.scrubbing.packets import PacketWriter
from bothways.scrubbing.private_map import PrivateMap
from bothways.scrubbing.text import Replacing
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot

Form = Literal["snapshot", "capture", "text"]
_LARGEST = 2 * 1024 * 1024 * 1024
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A file that was written, and what it is."""

    source: Path
    target: Path
    form: Form


@dataclass(frozen=True, slots=True)
class _Found:
    """A file to do.

    Attributes:
        below: its place in the folder that was named; its bare name for a file.
    """

    path: Path
    below: Path
    form: Form


def scrub_files(
    paths: Sequence[Path], out: Path, known: PrivateMap, names: Iterable[str] = ()
) -> tuple[Scrubbed, ...]:
    """Replace everything in all files, the same everywhere.

    Nothing is written before all have been read once. A single file becomes `out` itself.

    Raises:
        BadInput: a file that is neither snapshot nor capture nor text, or one that would be overwritten.
    """
    found = [one for path in paths for one in _below(path)]
    if not found:
        raise BadInput(str(paths[0]), "holds no file", "name files, or a folder with some")
    gathering = Gathering(known, names)
    for one in found:
        _LOOKS[one.form](one.path, gathering)
        gathering.look("\n".join(one.below.parts))
    replacing = gathering.finished()
    alone = len(paths) == 1 and paths[0].is_file()
    targets = [out if alone and not out.is_dir() else out / _renamed(replacing, one.below) for one in found]
    _check_targets(found, targets)
    for one, target in zip(found, targets, strict=True):
        _make_folder(target.parent)
        _WRITES[one.form](one.path, target, replacing)
    return tuple(Scrubbed(one.path, target, one.form) for one, target in zip(found, targets, strict=True))


def undo_files(paths: Sequence[Path], out: Path, known: PrivateMap) -> tuple[Scrubbed, ...]:
    """Put back what stood in texts.

    Raises:
        BadInput: a file that is no text, or one that would be overwritten.
    """
    replacing = Replacing(known)
    found = [one for path in paths for one in _below(path)]
    for one in found:
        if one.form != "text":
            raise BadInput(str(one.path), f"is a {one.form}: only text is put back", "ask who sent it for it")
    alone = len(paths) == 1 and paths[0].is_file()
    targets = [
        out if alone and not out.is_dir() else out / replacing.undone(one.below.as_posix()) for one in found
    ]
    _check_targets(found, targets)
    for one, target in zip(found, targets, strict=True):
        _make_folder(target.parent)
        _write(target, replacing.undone(_text(one.path)).encode("utf-8", "surrogateescape"))
    return tuple(Scrubbed(one.path, target, "text") for one, target in zip(found, targets, strict=True))


def _below(path: Path) -> Iterator[_Found]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield _Found(file, file.relative_to(path), _form(file))
    else:
        yield _Found(path, Path(path.name), _form(path))


def _form(path: Path) -> Form:
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
    if b"\0" in head:
        raise BadInput(
            str(path), "is no snapshot, no capture and no text", "leave it out: nothing was written"
        )
    return "text"


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")


def _look_at_text(path: Path, gathering: Gathering) -> None:
    text = _text(path)
    for host in speakers(text):
        gathering.name(host)
    gathering.look(text)


def _look_at_snapshot(path: Path, gathering: Gathering) -> None:
    snapshot = load_snapshot(path)
    for name, why in snapshot.unread.items():
        gathering.name(name)
        gathering.look(why)
    for device in snapshot:
        gathering.name(device.name)
        for said in device.outputs.values():
            for text in (said.command, said.text, said.refused, said.not_read):
                gathering.look(text)


def _look_at_capture(path: Path, gathering: Gathering) -> None:
    """The addresses of its packets, found by writing it with a writer that only looks."""

    def noting(width: int) -> Callable[[int], int]:
        def note(address: int) -> int:
            gathering.address(width, address)
            return address

        return note

    looking = PacketWriter(Replacing(PrivateMap(bytes(32))))
    looking.turn = {width: noting(width) for width in (32, 48, 128)}
    rewritten(path.read_bytes(), looking.packet, str(path))


def _write_text(path: Path, target: Path, replacing: Replacing) -> None:
    _write(target, replacing.text(_text(path)).encode("utf-8", "surrogateescape"))


def _write_capture(path: Path, target: Path, replacing: Replacing) -> None:
    _write(target, rewritten(path.read_bytes(), PacketWriter(replacing).packet, str(path)))


def _write_snapshot(path: Path, target: Path, replacing: Replacing) -> None:
    """Text by text; what is derived from texts is derived anew."""
    snapshot, turn = load_snapshot(path), replacing.text

    def scrubbed(said: Output) -> Output:
        return replace(
            said,
            command=turn(said.command),
            text=turn(said.text),
            refused=turn(said.refused),
            not_read=turn(said.not_read),
        )

    devices = {}
    for device in snapshot:
        name = turn(device.name)
        outputs = {turn(table): scrubbed(said) for table, said in device.outputs.items()}
        devices[name] = device_state(name, device.platform, outputs)
    unread = {turn(name): turn(why) for name, why in snapshot.unread.items()}
    save_snapshot(Snapshot(devices, snapshot.taken_at, unread), target)


_LOOKS: dict[Form, Callable[[Path, Gathering], None]] = {
    "text": _look_at_text,
    "snapshot": _look_at_snapshot,
    "capture": _look_at_capture,
}
_WRITES: dict[Form, Callable[[Path, Path, Replacing], None]] = {
    "text": _write_text,
    "snapshot": _write_snapshot,
    "capture": _write_capture,
}


def _renamed(replacing: Replacing, below: Path) -> str:
    """Names of files are text as well."""
    return replacing.text(below.as_posix())


def _check_targets(found: Sequence[_Found], targets: Sequence[Path]) -> None:
    sources = {one.path.resolve() for one in found}
    for target in targets:
        if target.resolve() in sources:
            raise BadInput(str(target), "would be written over what is read", "name another place with -o")
    if len(set(targets)) != len(targets):
        raise BadInput("FILE", "two files have one name", "scrub the folder that holds both")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(str(folder), f"cannot be made: {error.strerror}", "name another folder") from None


def _write(path: Path, data: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
    except OSError as error:
        raise BadInput(str(path), f"cannot be written: {error.strerror}") from None
