"""What a plan changes in a configuration, for people to read; secrets are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import unified_diff

from bothways.platforms.secrets import without_secret

Change = tuple[str, str, str]
"""`+` or `-`, the unindented line it stands under ("" for an unindented one), and the line."""

_CONTEXT = 2
_UNDER = "\0"  # between a line and its section, so that lines of two sections are never taken for the same


def config_diff(device: str, before: str, after: str) -> str:
    """A unified diff; "" when nothing changes. Separators and blank lines are not shown.

    The head of a part that begins within a section names the section.
    """
    lines = list(
        unified_diff(
            _with_sections(before),
            _with_sections(after),
            fromfile=f"{device} running-config",
            tofile=f"{device} running-config, predicted",
            lineterm="",
            n=_CONTEXT,
        )
    )
    # A plan travels by mail; no line of it, changed or not, must carry a password with it.
    return "\n".join(without_secret(line) for line in _readable(lines))


def changes(diff: str) -> frozenset[Change]:
    """What a diff adds and takes away."""
    parts = diff.split("\n")
    heads = (index for index, line in enumerate(parts) if line.startswith("@@"))
    net: Counter[tuple[str, str]] = Counter()
    section = {"+": "", "-": ""}
    for line in parts[next(heads, len(parts)) :]:
        if line.startswith("@@"):
            section = dict.fromkeys("+-", line.split("@@", 2)[2].strip())
            continue
        sign, text = line[:1], line[1:]
        for side in sign.strip() or "+-":
            if text[:1] != " ":
                section[side] = text
            under = section[side] if text[:1] == " " else ""
            net[under, text.strip()] += {"+": 1, "-": -1}[side]
    return frozenset(("+" if count > 0 else "-", *place) for place, count in net.items() if count)


def as_shown(change: Change) -> Change:
    """A change as a diff shows it."""
    sign, section, text = change
    return (sign, without_secret(section), without_secret(text))


def _with_sections(text: str) -> list[str]:
    marked, section = [], ""
    for line in (raw.rstrip() for raw in text.split("\n")):
        if line.strip() in ("", "!", ":"):
            continue
        if line[0] != " ":
            section = line
        marked.append(f"{line}{_UNDER}{section if line[0] == ' ' else ''}")
    return marked


def _readable(lines: Sequence[str]) -> Iterator[str]:
    for index, line in enumerate(lines):
        if line.startswith("@@"):
            section = lines[index + 1].partition(_UNDER)[2]
            yield f"{line} {section}" if section else line
        else:
            yield line.partition(_UNDER)[0]
