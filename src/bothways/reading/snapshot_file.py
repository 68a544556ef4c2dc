"""A snapshot file: a zip of raw texts and a manifest. Tables are never stored; they are parsed on access."""

from __future__ import annotations

import json
import os
import re
import zipfile
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import IO

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bothways.errors import CouldNotSee, SnapshotError
from bothways.platforms import PLATFORMS, device_state
from bothways.state.device import DeviceState, Output
from bothways.state.rows import Version
from bothways.state.snapshot import Snapshot

FORMAT_VERSION = 1
LARGEST_TEXT = 512 * 1024 * 1024
LARGEST_SUM = 2 * 1024 * 1024 * 1024
MOST_FILES = 20_000
LARGEST_MANIFEST = 16 * 1024 * 1024

_MANIFEST = "manifest.json"
_SAFE_NAME = re.compile(r"[0-9a-z][0-9a-z._-]*(?:/[0-9a-z][0-9a-z._-]*)*")
_BORN = (1980, 1, 1, 0, 0, 0)
"""The time of every member, so that the same snapshot makes the same bytes."""


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class _OutputEntry(_Model):
    """One command's text; `table` is the command whose tables it fills, mostly itself."""

    command: str
    table: str
    file: str
    taken_at: AwareDatetime
    complete: bool
    refused: str
    not_read: str
    part: bool = False


class _DeviceEntry(_Model):
    name: str
    platform: str
    hostname: str
    serial: str
    outputs: tuple[_OutputEntry, ...]


class _Manifest(_Model):
    format_version: int
    made_by: str
    taken_at: AwareDatetime
    devices: tuple[_DeviceEntry, ...]
    unread: dict[str, str] = Field(default_factory=dict)


def save_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write the snapshot, readable by its owner only: configurations hold secrets.

    Raises:
        SnapshotError: the file cannot be written.
    """
    texts: dict[str, str] = {}
    devices = tuple(
        _device_entry(number, state, texts) for number, state in enumerate(snapshot.devices.values(), 1)
    )
    manifest = _Manifest(
        format_version=FORMAT_VERSION,
        made_by=f"bothways {version('bothways')}",
        taken_at=snapshot.taken_at,
        devices=devices,
        unread=dict(snapshot.unread),
    )
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            _write(file, manifest, texts)
        part.replace(path)
    except OSError as error:
        raise SnapshotError(str(path), f"cannot be written: {error.strerror}") from None


def load_snapshot(path: Path) -> Snapshot:
    """Read a snapshot file back.

    Raises:
        SnapshotError: it is not one, is damaged, or was made by a newer Bothways.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(path, archive)
            manifest = _manifest(path, archive)
            devices = {entry.name: _device(path, archive, entry) for entry in manifest.devices}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise SnapshotError(
            str(path), "is not a snapshot file, or is damaged", "read the devices again"
        ) from None
    except OSError as error:
        raise SnapshotError(str(path), f"cannot be read: {error.strerror or error}") from None
    if len(devices) != len(manifest.devices):
        raise SnapshotError(str(path), "names a device twice", "read the devices again")
    return Snapshot(devices, manifest.taken_at, manifest.unread)


def _device_entry(number: int, state: DeviceState, texts: dict[str, str]) -> _DeviceEntry:
    outputs = []
    for index, (table, output) in enumerate(state.outputs.items(), 1):
        slug = re.sub(r"[^0-9a-z-]+", "_", output.command.lower())[:80].strip("_-")
        file = f"{number:04}/{index:03}_{slug}.txt"
        texts[file] = output.text
        outputs.append(
            _OutputEntry(
                command=output.command,
                table=table,
                file=file,
                taken_at=output.taken_at,
                complete=output.complete,
                refused=output.refused,
                not_read=output.not_read,
                part=output.part,
            )
        )
    hostname, serial = _identity(state)
    return _DeviceEntry(
        name=state.name, platform=state.platform, hostname=hostname, serial=serial, outputs=tuple(outputs)
    )


def _identity(state: DeviceState) -> tuple[str, str]:
    try:
        for row in state.table(Version):
            return row.hostname, row.serial
    except CouldNotSee:
        pass
    return "", ""


def _write(file: IO[bytes], manifest: _Manifest, texts: dict[str, str]) -> None:
    members = {_MANIFEST: manifest.model_dump_json(indent=2)} | texts
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, _BORN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            archive.writestr(info, text.encode("utf-8", "surrogatepass"))


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    """Nothing of the archive is believed before its names and sizes are looked at."""
    members = archive.infolist()
    names = [member.filename for member in members]
    unsafe = [name for name in names if not _SAFE_NAME.fullmatch(name)]
    if unsafe:
        raise SnapshotError(str(path), f"holds a file with an unsafe name: {unsafe[0]!r}", "do not use it")
    if len(set(names)) != len(names):
        raise SnapshotError(str(path), "holds two files of one name", "do not use it")
    if len(members) > MOST_FILES or sum(member.file_size for member in members) > LARGEST_SUM:
        raise SnapshotError(str(path), "is too large to be a snapshot", "do not use it")


def _manifest(path: Path, archive: zipfile.ZipFile) -> _Manifest:
    data = _member(path, archive, _MANIFEST, LARGEST_MANIFEST)
    try:
        plain = json.loads(data)
        known = plain.get("format_version") if isinstance(plain, dict) else None
    except (ValueError, RecursionError):
        known = None
    if not isinstance(known, int):
        raise SnapshotError(f"{path}:{_MANIFEST}", "is no manifest of a snapshot", "read the devices again")
    if known > FORMAT_VERSION:
        raise SnapshotError(
            str(path),
            f"was made by a newer Bothways (format {known}, known: {FORMAT_VERSION})",
            "update Bothways",
        )
    try:
        return _Manifest.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SnapshotError(
            f"{path}:{_MANIFEST}", f"{place}: {first['msg']}", "read the devices again"
        ) from None


def _device(path: Path, archive: zipfile.ZipFile, entry: _DeviceEntry) -> DeviceState:
    if entry.platform not in PLATFORMS:
        raise SnapshotError(str(path), f"{entry.name} is of an unknown platform, {entry.platform}")
    outputs: dict[str, Output] = {}
    for one in entry.outputs:
        data = _member(path, archive, one.file, LARGEST_TEXT)
        try:
            text = data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise SnapshotError(str(path), f"{one.file} is no text", "read the devices again") from None
        outputs[one.table] = Output(
            one.command, text, one.taken_at, one.complete, one.refused, one.not_read, one.part
        )
    return device_state(entry.name, entry.platform, outputs)


def _member(path: Path, archive: zipfile.ZipFile, name: str, largest: int) -> bytes:
    """One member, never more of it than allowed, whatever its header says."""
    try:
        with archive.open(name) as member:
            data = member.read(largest + 1)
    except KeyError:
        raise SnapshotError(str(path), f"lacks {name}", "read the devices again") from None
    if len(data) > largest:
        raise SnapshotError(str(path), f"{name} is too large", "do not use it")
    return data
