"""What may be typed on a device, judged before a byte leaves: a newline in a value is a command."""

from __future__ import annotations

import re

from bothways.errors import BadInput

# A `?` asks for help at once and a tab completes: neither waits for Enter.
_TYPEABLE = re.compile(r"[ ->@-~]+")
_LONGEST_LINE = 254  # what an IOS line holds

# Nothing here changes what a device holds; `terminal …` in exec lasts as long as the session.
_READ_ONLY = (
    re.compile(r"show \S.*"),
    re.compile(r"terminal (?:length|width|pager) \d+"),
    re.compile(r"more \S+.*"),
    re.compile(r"dir(?: .*)?"),
)
# Evidence by consent: only captures under our own names, of one TCP flow, into a small buffer.
_CAPTURE_NAME = r"bw-[0-9a-z]{6}-[0-9]{1,2}"
_MATCH = r" match tcp host [0-9.]{7,15} host [0-9.]{7,15} eq [0-9]{1,5}"
_CAPTURES = (
    re.compile(
        rf"capture {_CAPTURE_NAME} type (?:raw-data interface [A-Za-z][A-Za-z0-9_./:-]{{0,47}}|asp-drop all)"
        rf" buffer [0-9]{{4,6}} packet-length [0-9]{{2,4}}(?:{_MATCH}){{1,3}}"
    ),
    re.compile(rf"no capture {_CAPTURE_NAME}"),
)
# Filters of the shape `| redirect flash:x` write a file.
_WRITING_FILTER = re.compile(r"\|\s*(?:r(?:e(?:d\w*)?)?|t(?:ee?)?|a(?:p\w*)?)\s+\S")


def check_typeable(device: str, line: str) -> None:
    """Let one line pass.

    Raises:
        BadInput: it is empty, too long, or holds what is no plain printable text.
    """
    if not line.strip() or line != line.strip(" "):
        raise BadInput(device, f"{line!r} is blank, or begins or ends with one", "nothing was sent")
    if not _TYPEABLE.fullmatch(line):
        raise BadInput(
            device, f"{line!r} holds a character that cannot be typed in a line", "nothing was sent"
        )
    if len(line) > _LONGEST_LINE:
        what = f"`{line[:40]}…` has {len(line)} characters; {_LONGEST_LINE} is the most"
        raise BadInput(device, what, "nothing was sent")


def check_read_only(device: str, command: str) -> None:
    """Let one command pass.

    Raises:
        BadInput: it is not known to change nothing.
    """
    check_typeable(device, command)
    if not any(pattern.fullmatch(command) for pattern in _READ_ONLY) or _WRITING_FILTER.search(command):
        raise BadInput(device, f"`{command}` is not known to be read-only", "nothing was sent")


def check_capture(device: str, command: str) -> None:
    """Let one command pass that places or removes a capture of ours.

    Raises:
        BadInput: it is anything else.
    """
    check_typeable(device, command)
    if not any(pattern.fullmatch(command) for pattern in _CAPTURES):
        raise BadInput(device, f"`{command}` is no capture of ours", "nothing was sent")
