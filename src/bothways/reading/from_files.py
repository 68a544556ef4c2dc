"""Saved outputs as a snapshot: a folder per device with a file per command, or a terminal's log per device.

DIR/edge-asa/show_route.txt      DIR/edge-asa/show_access-list.txt      DIR/edge-asa/platform (optional)
DIR/lab-switch.log               DIR/lab-switch.platform (optional)
DIR/edge-router.txt with a piece of its configuration, as somebody pasted it
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bothways.errors import SnapshotError
from bothways.platforms import PLATFORMS, Platform, device_state
from bothways.reading.commands import expanded, table_command
from bothways.reading.file_text import read_text
from bothways.reading.outputs import judged
from bothways.reading.pasted import indented, is_configuration
from bothways.reading.platform_signs import told_by_commands, told_by_text
from bothways.reading.terminal_log import Said, speakers, split_log, twice
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot

_SUFFIXES = (".txt", ".log")
_PLATFORM_FILE = "platform"
_CONFIGURATION = ("show running-config", "write terminal")
_log = logging.getLogger("bothways.reading")


@dataclass(frozen=True, slots=True)
class _Piece:
    """One command's text out of one file."""

    typed: str
    text: str
    taken_at: datetime
    whole: bool
    file: Path


@dataclass(slots=True)
class _Saved:
    """What the files of one device hold."""

    name: str
    place: Path
    platform_file: Path
    pieces: list[_Piece] = field(default_factory=list)
    speakers: dict[str, Path] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def remark(self, file: Path, what: str) -> None:
        self.remarks.append(f"{file}: {what}")


def read_files(folder: Path) -> Snapshot:
    """The snapshot that saved outputs make; what had to be put right is logged as warnings.

    Raises:
        SnapshotError: there is no device in the folder, or one that cannot be told.
    """
    snapshot, remarks = read_files_with_remarks(folder)
    for remark in remarks:
        _log.warning("%s", remark)
    return snapshot


def read_files_with_remarks(folder: Path) -> tuple[Snapshot, tuple[str, ...]]:
    """The snapshot, and what the user should know about how its texts were read."""
    if not folder.is_dir():
        raise SnapshotError(str(folder), "is no folder", "name the folder that holds the saved outputs")
    devices: dict[str, DeviceState] = {}
    remarks: list[str] = []
    for saved in _devices_in(folder, remarks):
        if saved.name in devices:
            raise SnapshotError(str(folder), f"{saved.name} has a folder and a log", "keep one of them")
        devices[saved.name] = _state(saved)
        remarks += saved.remarks
    if not devices:
        raise SnapshotError(
            str(folder),
            "holds no saved outputs",
            f"expected {folder}/DEVICE/show_route.txt or {folder}/DEVICE.log",
        )
    moments = [output.taken_at for state in devices.values() for output in state.outputs.values()]
    return Snapshot(devices, max(moments), {}), tuple(remarks)


def _devices_in(folder: Path, remarks: list[str]) -> list[_Saved]:
    found: list[_Saved] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix == f".{_PLATFORM_FILE}":
            continue
        if path.is_dir():
            saved = _Saved(path.name, path, path / _PLATFORM_FILE)
            for file in sorted(path.iterdir()):
                if file.is_file() and file.suffix in _SUFFIXES:
                    _take_file(saved, file, file.stem.replace("_", " "))
            if saved.pieces:
                found.append(saved)
                continue
        elif path.suffix in _SUFFIXES:
            if path.stem.startswith("show_"):
                raise SnapshotError(
                    str(path), "belongs to no device", f"move it to {folder}/DEVICE/{path.name}"
                )
            saved = _Saved(path.stem, path, path.with_suffix(f".{_PLATFORM_FILE}"))
            _take_file(saved, path, "")
            if not saved.pieces:
                raise SnapshotError(
                    str(path),
                    "shows no prompt with a show command",
                    f"save each output as {folder}/{path.stem}/show_COMMAND.txt instead",
                )
            found.append(saved)
            continue
        remarks.append(f"{path}: was not read, it holds no saved outputs")
    return found


def _take_file(saved: _Saved, file: Path, command: str) -> None:
    """The pieces of one file; `command` names the whole of it where it shows no prompts."""
    content = read_text(file)
    for remark in content.remarks:
        saved.remark(file, remark)
    taken_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    hosts = speakers(content.text)
    for host in hosts:
        saved.speakers.setdefault(host, file)
    if len(hosts) > 1:
        first, second = list(hosts)[:2]
        raise SnapshotError(
            f"{file}:{hosts[second]}",
            f"two devices speak here, {first} and {second}",
            "save one log per device",
        )
    text = content.text
    if not hosts and (command in _CONFIGURATION or (not command and is_configuration(text))):
        command, text = _CONFIGURATION[0], _pasted(saved, file, text)
    said = split_log(text, next(iter(hosts))) if hosts else [_whole(command, text)]
    for typed in twice(said):
        saved.remark(file, f"`{typed}` stands there more than once; the last one counts")
    for one in said:
        if not one.command:
            continue
        if not one.ended:
            saved.remark(file, f"no prompt follows `{one.command}`; it may be cut")
        last = one is said[-1]
        saved.pieces.append(_Piece(one.command, one.text, taken_at, not (content.cut and last), file))


def _pasted(saved: _Saved, file: Path, text: str) -> str:
    """A configuration, or a piece of one: how it was read is told."""
    blanks = indented(text)
    if blanks != text:
        saved.remark(file, "its lines had lost the blanks before them; they were put back by what they say")
    return blanks


def _whole(command: str, text: str) -> Said:
    """A file without prompts; the command itself may head it."""
    first, _, rest = text.lstrip("\n").partition("\n")
    return Said(command, rest if command and first.strip() == command else text, 1, ended=True)


def _state(saved: _Saved) -> DeviceState:
    if len(saved.speakers) > 1:
        (first, one), (second, other) = list(saved.speakers.items())[:2]
        raise SnapshotError(
            str(saved.place),
            f"two devices speak here, {first} in {one.name} and {second} in {other.name}",
            "keep one folder per device",
        )
    platform = PLATFORMS[_platform_name(saved)]
    outputs: dict[str, Output] = {}
    for exact in (False, True):
        for piece in saved.pieces:
            command = expanded(piece.typed, platform)
            table = table_command(command, platform)
            if (table == command) == exact:
                outputs[table] = _output(piece, command, platform)
    state = device_state(saved.name, platform.name, outputs)
    _remark_strange(saved, state, platform)
    return state


def _output(piece: _Piece, command: str, platform: Platform) -> Output:
    output = Output(command, piece.text.removesuffix("\n"), piece.taken_at, complete=piece.whole)
    whole = judged(output, platform)
    if table_command(command, platform) == platform.config_command and not whole.refused:
        part = not platform.is_whole_config(output.text)
        return replace(whole, complete=piece.whole and not part, part=part)
    return replace(whole, complete=whole.complete and piece.whole)


def _remark_strange(saved: _Saved, state: DeviceState, platform: Platform) -> None:
    """Outputs that hold text, none of which the parser of their command knows."""
    for source in {source.command: source for source in platform.sources.values()}.values():
        output = state.outputs.get(source.command)
        if output is None or output.refused or len(output.text) > 1_000_000:
            continue
        table = source.parse(output.text, source.command)
        if not len(table) and table.unknown:
            saved.remark(
                saved.place, f"nothing under `{output.command}` was understood; is it of that command?"
            )


def _platform_name(saved: _Saved) -> str:
    if saved.platform_file.is_file():
        named = read_text(saved.platform_file).text.strip()
        if named not in PLATFORMS:
            known = " or ".join(sorted(PLATFORMS))
            raise SnapshotError(str(saved.platform_file), f"names no platform: {named!r}", f"write {known}")
        return named
    signs: dict[str, Path] = {}
    for piece in saved.pieces:
        for name in told_by_text(piece.text):
            signs.setdefault(name, piece.file)
    told = set(signs) or told_by_commands(piece.typed for piece in saved.pieces)
    if len(told) == 1:
        return told.pop()
    what = "cannot be told to be an ASA or IOS"
    if len(signs) > 1:
        what = " and ".join(f"{file.name} looks like {name}" for name, file in sorted(signs.items()))
    raise SnapshotError(str(saved.place), what, f"write cisco_asa or cisco_ios into {saved.platform_file}")
