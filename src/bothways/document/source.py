"""A read file: plain values, and where each of them stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bothways.errors import DocumentError

MOST_BYTES = 1024 * 1024

Trail = tuple[str | int, ...]
"""The way to a value: keys and indexes from the top."""
Place = tuple[int, int]
"""Line and column, both from 1."""


@dataclass(frozen=True)
class Document:
    """A file's values with their places.

    Attributes:
        name: the file as messages call it.
        data: dicts, lists, text, numbers, booleans and None; keys are text.
        keys: where each key stands (or, in a list, each element).
        values: where each value begins.
    """

    name: str
    data: Any
    keys: Mapping[Trail, Place] = field(default_factory=dict)
    values: Mapping[Trail, Place] = field(default_factory=dict)

    def where(self, trail: Trail = (), *, of_key: bool = False) -> str:
        """`file:line:col` of a value, or of its key; the nearest place above it when it has none."""
        places = self.keys if of_key else self.values
        for length in range(len(trail), -1, -1):
            place = places.get(trail[:length]) or self.values.get(trail[:length])
            if place:
                return f"{self.name}:{place[0]}:{place[1]}"
        return f"{self.name}:1:1"

    def fault(self, trail: Trail, what: str, next_step: str = "", *, of_key: bool = False) -> DocumentError:
        """An error to raise about a value (or its key) that the models cannot judge."""
        path = dotted(trail)
        return DocumentError(self.where(trail, of_key=of_key), f"{path}: {what}" if path else what, next_step)


def dotted(trail: Trail) -> str:
    """`hosts.edge-asa.ports[0]`, as messages name a value."""
    path = ""
    for part in trail:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def shown(value: Any, most: int = 60) -> str:
    """A value from a file as one harmless word of a message: no control characters, no length."""
    text = repr(value) if isinstance(value, str) else str(value)
    text = "".join("?" if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} else char for char in text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def read_text(path: Path) -> str:
    """The text of a file people write.

    Raises:
        DocumentError: it cannot be read, is over 1 MiB, is not UTF-8 or holds control characters.
    """
    name = str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except IsADirectoryError:
        raise DocumentError(name, "is a folder, not a file") from None
    except FileNotFoundError:
        raise DocumentError(name, "no such file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise DocumentError(name, f"cannot be read: {reason}") from None
    if len(raw) > MOST_BYTES:
        raise DocumentError(name, "is over 1 MiB, which no file of this kind needs", "is it the right file?")
    try:
        return checked_text(raw.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        place = _place_of(raw[: error.start].decode("latin-1"))
        raise DocumentError(f"{name}:{place}", "is not UTF-8 text", "save it as UTF-8") from None


def checked_text(text: str, name: str) -> str:
    """`text` without its byte order mark.

    Raises:
        DocumentError: it is over 1 MiB or holds a control character.
    """
    if len(text) > MOST_BYTES:
        raise DocumentError(name, "is over 1 MiB, which no file of this kind needs", "is it the right file?")
    text = text.removeprefix("\ufeff")
    for index, char in enumerate(text):
        if char not in "\t\n\r" and unicodedata.category(char) == "Cc":
            place = _place_of(text[:index])
            raise DocumentError(f"{name}:{place}", f"holds the control character U+{ord(char):04X}")
    return text


def _place_of(before: str) -> str:
    lines = before.replace("\r\n", "\n").split("\n")
    return f"{len(lines)}:{len(lines[-1]) + 1}"
