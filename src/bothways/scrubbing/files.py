"""Files and folders in, the same with everything replaced out: each by what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bothways.errors import BadInput
from bothways.platforms import device_state
from bothways.reading import load_snapshot, save_snapshot
from bothways.reading.terminal_log import speakers
from bothways.scrubbing.captures import rewritten
from bothways.scrubbing.gathering import Gathering
from bothways.scrubbing.packets import PacketWriter
from bothways.scrubbing.private_map import PrivateMap, save_map
from bothways.scrubbing.sorts import Found, Sort, files_in, text_of
from bothways.scrubbing.text import Replacing
from bothways.scrubbing.writing import write_all, write_bytes
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A file that was written, and what it is."""

    source: Path
    target: Path
    form: Sort


def scrub_files(  # noqa: PLR0913  what the verb is asked
    paths: Sequence[Path],
    out: Path,
    known: PrivateMap,
    names: Iterable[str] = (),
    private: Path | None = None,
    *,
    objects: bool = False,
) -> tuple[Scrubbed, ...]:
    """Replace everything in all files, the same everywhere.

    Nothing is written before all have been read once, and then everything or nothing. A single file becomes
    `out` itself.

    Args:
        paths: files and folders.
        out: a file for one file, else a folder.
        known: the private map; what is met is added to it.
        names: words to replace beside those that are found.
        private: where the map is saved, before any file appears.
        objects: replace the names that configurations give to their own parts, too.

    Raises:
        BadInput: a file that is neither snapshot nor capture nor text, or one that would be overwritten.
    """
    found = files_in(paths, out, private)
    if not found:
        raise BadInput(str(paths[0]), "holds no file", "name files, or a folder with some")
    gathering = Gathering(known, names, objects=objects)
    for one in found:
        _LOOKS[one.sort](one.path, gathering)
        gathering.look("\n".join(one.below.parts))
    replacing = gathering.finished()
    targets = _targets(found, paths, out, replacing.text, private)
    wanted = [
        (target, partial(_WRITES[one.sort], one.path, replacing))
        for one, target in zip(found, targets, strict=True)
    ]
    write_all(wanted, lambda: save_map(known, private) if private is not None else None)
    return tuple(Scrubbed(one.path, target, one.sort) for one, target in zip(found, targets, strict=True))


def undo_files(
    paths: Sequence[Path], out: Path, known: PrivateMap, private: Path | None = None
) -> tuple[Scrubbed, ...]:
    """Put back what stood in texts.

    Raises:
        BadInput: a file that is no text, or one that would be overwritten.
    """
    replacing = Replacing(known)
    found = files_in(paths, out, private)
    if not found:
        raise BadInput(str(paths[0]), "holds no file", "name files, or a folder with some")
    for one in found:
        if one.sort != "text":
            raise BadInput(str(one.path), f"is a {one.sort}: only text is put back", "ask who sent it for it")
    targets = _targets(found, paths, out, replacing.undone, private)
    texts = [text_of(one.path) for one in found]
    wanted = [
        (target, partial(_put_back, text, replacing)) for text, target in zip(texts, targets, strict=True)
    ]
    write_all(wanted, lambda: None)
    return tuple(Scrubbed(one.path, target, "text") for one, target in zip(found, targets, strict=True))


def _targets(
    found: Sequence[Found],
    paths: Sequence[Path],
    out: Path,
    turn: Callable[[str], str],
    private: Path | None,
) -> list[Path]:
    """Where each file goes; names of files are text as well."""
    alone = len(paths) == 1 and paths[0].is_file()
    targets = [out if alone and not out.is_dir() else out / turn(one.below.as_posix()) for one in found]
    sources = {one.path.resolve() for one in found}
    for target in targets:
        if target.resolve() in sources:
            raise BadInput(str(target), "would be written over what is read", "name another place with -o")
        if private is not None and target.resolve() == private.resolve():
            raise BadInput(str(target), "would be written over the private map", "name another place with -o")
    if len(set(targets)) != len(targets):
        raise BadInput("FILE", "two files have one name", "scrub the folder that holds both")
    return targets


def _look_at_text(path: Path, gathering: Gathering) -> None:
    text = text_of(path)
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


def _write_text(path: Path, replacing: Replacing, target: Path) -> None:
    write_bytes(target, replacing.text(text_of(path)).encode("utf-8", "surrogateescape"))


def _put_back(text: str, replacing: Replacing, target: Path) -> None:
    write_bytes(target, replacing.undone(text).encode("utf-8", "surrogateescape"))


def _write_capture(path: Path, replacing: Replacing, target: Path) -> None:
    write_bytes(target, rewritten(path.read_bytes(), PacketWriter(replacing).packet, str(path)))


def _write_snapshot(path: Path, replacing: Replacing, target: Path) -> None:
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


_LOOKS: dict[Sort, Callable[[Path, Gathering], None]] = {
    "text": _look_at_text,
    "snapshot": _look_at_snapshot,
    "capture": _look_at_capture,
}
_WRITES: dict[Sort, Callable[[Path, Replacing, Path], None]] = {
    "text": _write_text,
    "snapshot": _write_snapshot,
    "capture": _write_capture,
}
