"""Packets as hexadecimal text (`show capture NAME dump`, `tcpdump -xx`): rewritten as in a capture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bothways.scrubbing.packets import ETHERNET, RAW

_GROUP = r"(?:[0-9A-Fa-f]{2}){1,4}"
_LINE = re.compile(
    rf"^(?P<head>[ \t]*(?:0x[0-9A-Fa-f]{{4,8}}:?|[0-9A-Fa-f]{{4,8}}:|[0-9A-Fa-f]{{4}}(?=  ))[ \t]+)"
    rf"(?P<hex>{_GROUP}(?:[ \t]{{1,2}}{_GROUP}){{0,31}}[ \t]*)"
    r"(?P<shown>(?<=[ \t])\S[^\r\n]{0,40})?(?P<end>\r?)$"
)
_TYPES = (0x0800, 0x0806, 0x86DD, 0x8100, 0x88A8, 0x9100)
_NOTHING: Sequence[re.Match[str]] = ()

Rewrite = Callable[[bytes, int], bytes]


def turned_dumps(text: str, rewrite: Rewrite) -> str:
    """The text with every packet in it that stands there as bytes rewritten."""
    if "0000" not in text:
        return text
    return "\n".join(_lines(text.split("\n"), rewrite))


def _lines(lines: Sequence[str], rewrite: Rewrite) -> Iterator[str]:
    block: list[re.Match[str]] = []
    for line in lines:
        match = _LINE.match(line)
        if match and _follows(block, match):
            block.append(match)
            continue
        yield from _packet(block, rewrite)
        block = [match] if match and not _offset(match) else []
        if not block:
            yield line
    yield from _packet(block, rewrite)


def _follows(block: Sequence[re.Match[str]], match: re.Match[str]) -> bool:
    """Whether a line begins where the packet before it has come to."""
    return bool(block) and _offset(match) == sum(len(_bytes(one)) for one in block)


def _offset(match: re.Match[str]) -> int:
    return int(match["head"].strip().rstrip(":").removeprefix("0x"), 16)


def _bytes(match: re.Match[str]) -> bytes:
    """The bytes of a line; where the text beside them looks like some, it is taken for text."""
    return bytes.fromhex("".join(match["hex"].split())[:32])


def _packet(block: Sequence[re.Match[str]], rewrite: Rewrite) -> Iterator[str]:
    data = b"".join(_bytes(one) for one in block)
    new, at = rewrite(data, _link(data)) if data else b"", 0
    for one in block:
        size = len(_bytes(one))
        yield _written(one, new[at : at + size])
        at += size


def _link(data: bytes) -> int:
    """A frame, or a bare packet; else a link that nobody knows, and all is hidden."""
    if len(data) >= 14 and int.from_bytes(data[12:14], "big") in _TYPES:
        return ETHERNET
    return RAW if data[0] >> 4 in (4, 6) else -1


def _written(match: re.Match[str], data: bytes) -> str:
    """The line with other bytes: its groups, its case, and the letters beside them."""
    digits, said = iter(data.hex()), match["hex"]
    turn = str.upper if any(letter.isupper() for letter in said) else str.lower
    made = "".join(letter if letter.isspace() else turn(next(digits, "")) for letter in said)
    shown = "".join(chr(one) if 0x20 < one < 0x7F else "." for one in data) if match["shown"] else ""
    return f"{match['head']}{made}{shown}{match['end']}"
