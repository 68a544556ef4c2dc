"""Saved text as it comes, in any encoding, made to what a session would have read."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from bothways.errors import SnapshotError

LARGEST_FILE = 512 * 1024 * 1024

_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Za-z0-9]|[=>])")
_PAGER = re.compile(r" ?--More--[ \x08\r]*|<--- More --->[ \r\x08]*")
_ENDS_IN_PAGER = re.compile(r"(?:--More--|<--- More --->)\s*\Z")
_BACKSPACES = re.compile(r"[ \x08]*\x08[ \x08]*")
_TYPOGRAPHY = str.maketrans(
    {
        "\u201c": '"',
        "\u201d": '"',
        "\u2018": "'",
        "\u2019": "'",
        "\u2013": "-",
        "\u00a0": " ",
        "\u2026": "...",
    }
)
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of one file.

    Attributes:
        cut: it ends in a pager that was never answered.
        remarks: what had to be put right, for the user to know.
    """

    text: str
    cut: bool
    remarks: tuple[str, ...]


def read_text(path: Path) -> FileText:
    """The file's text with plain line ends, quotes and blanks.

    Raises:
        SnapshotError: it cannot be read, is too large, or is no text.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SnapshotError(str(path), f"is larger than {LARGEST_FILE // 1024**2} MiB", "split it")
        data = path.read_bytes()
    except OSError as error:
        raise SnapshotError(str(path), f"cannot be read: {error.strerror}") from None
    remarks: list[str] = []
    text = _decoded(path, data, remarks)
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
        remarks.append("CRLF line ends were changed to LF")
    cut = bool(_ENDS_IN_PAGER.search(text))
    text = _PAGER.sub("", _ESCAPES.sub("", text))
    text = _BACKSPACES.sub("", text).replace("\r", "")
    plain = text.translate(_TYPOGRAPHY)
    if plain != text:
        remarks.append("typographic quotes, dashes or blanks were changed to plain ones")
    return FileText(plain, cut, tuple(remarks))


def _decoded(path: Path, data: bytes, remarks: list[str]) -> str:
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            remarks.append("a byte order mark was dropped")
            return data[len(mark) :].decode(encoding, errors="replace")
    if b"\0" in data:
        raise SnapshotError(str(path), "is no text", "save the terminal's output as plain text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        remarks.append("it is not UTF-8 and was read as Windows-1252")
        return data.decode("cp1252", errors="replace")
