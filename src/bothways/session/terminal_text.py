"""What a terminal's bytes say: ANSI, backspaces, NULs and four kinds of line end taken out of the view.

The raw bytes stay with whoever read them; this is the view for matching and parsing, and nothing that could
drive the user's own terminal survives in it.
"""

from __future__ import annotations

import re

# CSI, OSC (ended by BEL or ST), DCS/SOS/PM/APC (ended by ST), and two-byte escapes. Order matters: the
# two-byte form would eat the opening of the others.
_ESCAPES = (
    rb"\x1b\[[0-?]*[ -/]*[@-~]"
    rb"|\x1b\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)"
    rb"|\x1b[PX^_][^\x1b\r\n]*\x1b\\"
    rb"|\x1b[ -/]*[0-NQ-WYZ`-~]"
)

# What may stand between two characters of a prompt without changing what a human reads.
INVISIBLE = rb"[\x00\x07]|" + _ESCAPES

_ESCAPE = re.compile(_ESCAPES)
# The pager's line and the way the device wipes it: by returning and overwriting, or by backspaces.
_PAGER = rb"[ ]*(?:--More--|<--- More --->)[ ]*"
_PAGED = re.compile(_PAGER + rb"(?:\r+[ ]+\r|\x08+[ ]+\x08+|\r(?!\n)|" + _ESCAPES + rb")*")
_PAGER_LINE = re.compile(rb"[\n\r]" + _PAGER + rb"(?=[\r\x08\x1b]|$)")
_PAGER_TAIL = re.compile(_PAGER)
_UNASKED = re.compile(r"\*\*\*|.{0,80}%[A-Z][A-Z0-9_]*-(?:\w+-)?[0-7]-\w+: ")
_LINE_END = re.compile(r"\r*\n\r*|\r+")
# C0 and DEL, but what lines are made of; C1 comes apart, because only UTF-8 can carry it.
_C0 = bytes(code for code in (*range(32), 127) if code not in b"\b\t\n\r")
_C1 = re.compile(r"[\x80-\x9f]")


def plain(raw: bytes) -> str:
    r"""The text a human would read: lines joined by "\n", undecodable bytes replaced."""
    if b"More" in raw:
        raw = _PAGED.sub(b"", raw)
    if b"\x1b" in raw:
        raw = _ESCAPE.sub(b"", raw)
    # A return at the start of a line moves nothing: some devices end lines with LF CR.
    text = raw.translate(None, _C0).replace(b"\r\n", b"\n").lstrip(b"\r").decode("utf-8", "replace")
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if "\b" in text:
        text = "\n".join(_overtyped(line) if "\b" in line else line for line in text.split("\n"))
    return text if text.isascii() else _C1.sub("", text)


def one_line(text: str) -> str:
    """What a device said, as an error's single line shows it."""
    return " / ".join(line.strip() for line in text.splitlines() if line.strip())


def has_pager(raw: bytes) -> bool:
    """Whether the pager stood anywhere in some output."""
    return b"More" in raw and _PAGER_LINE.search(raw) is not None


def is_unasked(line: str) -> bool:
    """Whether a line is one a device prints on its own: blank, a log message, a broadcast."""
    return not line.strip() or _UNASKED.match(line) is not None


def is_pager(tail: bytes) -> bool:
    """Whether an unfinished line is the pager, waiting for a key."""
    return b"More" in tail and _PAGER_TAIL.fullmatch(_ESCAPE.sub(b"", tail).strip(b"\r\0")) is not None


def _overtyped(line: str) -> str:
    """A line as it stands after the cursor went back over it."""
    cells: list[str] = []
    column = 0
    for character in line:
        if character == "\b":
            column = max(column - 1, 0)
        else:
            cells[column : column + 1] = character
            column += 1
    return "".join(cells)
