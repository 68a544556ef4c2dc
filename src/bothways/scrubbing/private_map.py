"""The private map: the key, and what stood where. Who has it can undo everything; it stays with its owner."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bothways.errors import BadInput
from bothways.scrubbing.permutation import Prefix

FORMAT_VERSION = 1
_LARGEST = 512 * 1024 * 1024


class _Saved(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    format_version: int
    key: str = Field(pattern=r"^[0-9a-f]{64}$")
    networks_v4: list[list[int]]
    networks_v6: list[list[int]]
    addresses_v4: list[int]
    addresses_v6: list[int]
    hardware: list[int]
    ranges_v4: list[list[int]]
    words: dict[str, str]
    spellings: dict[str, str]


@dataclass(slots=True)
class PrivateMap:
    """All that is needed to replace, and to put back.

    Attributes:
        networks: whose images are networks; by width of their addresses.
        addresses: those that were replaced; what is not among them is not put back.
        ranges: first and last of IPv4 addresses whose images are in the same order.
        words: each that was replaced, and by what.
        spellings: images of addresses, and how the address was written where that does not follow from it.
        fresh: nothing was replaced with it yet.
        seen: the file it was read from, as it was; None for one that was made now.
    """

    key: bytes
    networks: dict[int, set[Prefix]] = field(default_factory=lambda: {32: set(), 128: set()})
    addresses: dict[int, set[int]] = field(default_factory=lambda: {32: set(), 128: set(), 48: set()})
    ranges: set[tuple[int, int]] = field(default_factory=set)
    words: dict[str, str] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    fresh: bool = False
    seen: bytes | None = None


def new_map() -> PrivateMap:
    """One with a key of its own."""
    return PrivateMap(secrets.token_bytes(32), fresh=True)


def is_map(head: bytes) -> bool:
    """Whether a file that begins so holds a map: who has it can undo everything."""
    return b'"key"' in head[:200] and b'"networks_v4"' in head[:400] and head.lstrip()[:1] == b"{"


def load_map(path: Path) -> PrivateMap:
    """A map that was saved.

    Raises:
        BadInput: it is none, is damaged, or others may read it.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise BadInput(str(path), "may be read by others on this machine", f"chmod 600 {path}")
        if path.stat().st_size > _LARGEST:
            raise BadInput(str(path), "is too large to be a map of ours")
        data = path.read_bytes()
        saved = _Saved.model_validate_json(data)
    except OSError as error:
        raise BadInput(
            str(path), f"cannot be read: {error.strerror}", "--map names the private map"
        ) from None
    except ValidationError:
        raise BadInput(str(path), "is no private map of bothways scrub", "name another file") from None
    if saved.format_version > FORMAT_VERSION:
        raise BadInput(str(path), "was made by a newer Bothways", "update Bothways")
    try:
        networks = {32: {(a, b) for a, b in saved.networks_v4}, 128: {(a, b) for a, b in saved.networks_v6}}
        ranges = {(a, b) for a, b in saved.ranges_v4}
        words = {_bytes_as_text(old): new for old, new in saved.words.items()}
    except ValueError:
        raise BadInput(str(path), "is damaged", "name another file") from None
    addresses = {32: set(saved.addresses_v4), 128: set(saved.addresses_v6), 48: set(saved.hardware)}
    return PrivateMap(
        bytes.fromhex(saved.key), networks, addresses, ranges, words, dict(saved.spellings), seen=data
    )


def save_map(known: PrivateMap, path: Path) -> None:
    """Write it, for its owner alone.

    Raises:
        BadInput: the file cannot be written, or another run has changed it meanwhile.
    """
    _must_be_as_it_was(known, path)
    saved = _Saved(
        format_version=FORMAT_VERSION,
        key=known.key.hex(),
        networks_v4=[list(one) for one in sorted(known.networks[32])],
        networks_v6=[list(one) for one in sorted(known.networks[128])],
        addresses_v4=sorted(known.addresses[32]),
        addresses_v6=sorted(known.addresses[128]),
        hardware=sorted(known.addresses[48]),
        ranges_v4=[list(one) for one in sorted(known.ranges)],
        words={_text_as_bytes(old): new for old, new in known.words.items()},
        spellings=known.spellings,
    )
    data = saved.model_dump_json().encode()
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
        part.replace(path)
        known.seen = data
    except OSError as error:
        raise BadInput(str(path), f"cannot be written: {error.strerror}", "name another file") from None


def _must_be_as_it_was(known: PrivateMap, path: Path) -> None:
    """Two runs at once: what the other one has replaced since could never be put back."""
    try:
        now = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}", "name another file") from None
    if now != known.seen:
        raise BadInput(str(path), "was changed by another run meanwhile: nothing was written", "scrub again")


def _text_as_bytes(word: str) -> str:
    """A word of any bytes (a text in Latin-1 is read with marks that no JSON holds) as letters for each."""
    return word.encode("utf-8", "surrogateescape").decode("latin-1")


def _bytes_as_text(said: str) -> str:
    return said.encode("latin-1").decode("utf-8", "surrogateescape")
