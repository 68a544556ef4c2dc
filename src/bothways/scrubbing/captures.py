"""Captures rewritten packet by packet: pcap and pcapng, of either byte order; names and keys in them go."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from bothways.errors import BadInput
from bothways.scrubbing.packets import ETHERNET

_PCAP = {
    b"\xd4\xc3\xb2\xa1": "<",
    b"\xa1\xb2\xc3\xd4": ">",
    b"\x4d\x3c\xb2\xa1": "<",
    b"\xa1\xb2\x3c\x4d": ">",
}
_PCAPNG = b"\x0a\x0d\x0d\x0a"
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_SECTION, _INTERFACE, _SIMPLE, _STATISTICS, _ENHANCED = 0x0A0D0D0A, 1, 3, 5, 6
_CLOCK_OPTIONS = (9, 14)
"""if_tsresol and if_tsoffset: without them no time is right. All other options are words about a machine."""

Rewrite = Callable[[bytes, int], bytes]


def is_capture(data: bytes) -> bool:
    """Whether a file that starts so is one."""
    return data[:4] in _PCAP or data[:4] == _PCAPNG


def rewritten(data: bytes, rewrite: Rewrite, where: str) -> bytes:
    """The capture with every packet replaced by what `rewrite` makes of it; a cut one ends as it did.

    Raises:
        BadInput: it makes no sense as a capture.
    """
    parts = _pcapng(data, rewrite, where) if data[:4] == _PCAPNG else _pcap(data, rewrite, where)
    return b"".join(parts)


def _pcap(data: bytes, rewrite: Rewrite, where: str) -> Iterator[bytes]:
    if len(data) < 24:
        raise BadInput(where, "ends within its header")
    order = _PCAP[data[:4]]
    link_type = struct.unpack(f"{order}I", data[20:24])[0] & 0x0FFFFFFF
    yield data[:24]
    at = 24
    while at + 16 <= len(data):
        held = struct.unpack(f"{order}I", data[at + 8 : at + 12])[0]
        body = at + 16
        yield data[at:body]
        yield rewrite(data[body : body + held], link_type)  # the last may be cut
        at = body + held
    yield data[at : at + 15]  # of a header that is cut: times and sizes


def _pcapng(data: bytes, rewrite: Rewrite, where: str) -> Iterator[bytes]:
    order, links, at = "<", list[int](), 0
    while at + 12 <= len(data):
        if data[at : at + 4] == _PCAPNG:
            order = _ORDERS.get(data[at + 8 : at + 12], "")
            links = []
            if not order:
                raise BadInput(where, "is no pcapng that can be read: its byte order is not told")
        kind, size = struct.unpack(f"{order}II", data[at : at + 8])
        if size < 12 or size % 4 or at + size > len(data):
            yield data[at : at + 8] + bytes(4)  # whoever reads it sees that it is cut
            return
        body = data[at + 8 : at + size - 4]
        if kind == _INTERFACE and len(body) >= 8:
            links.append(struct.unpack(f"{order}H", body[:2])[0])
        made = _block(kind, body, order, links, rewrite)
        if made is not None:
            whole = struct.pack(f"{order}II", kind, len(made) + 12) + made
            yield whole + struct.pack(f"{order}I", len(made) + 12)
        at += size
    yield data[at : at + 8]


def _block(kind: int, body: bytes, order: str, links: list[int], rewrite: Rewrite) -> bytes | None:
    """A block's new body; None for one that is left out: names, keys, statistics, and what nobody knows."""
    if kind == _SECTION:
        return body[:8] + b"\xff" * 8
    if kind == _INTERFACE:
        return body[:8] + _clock(body[8:], order)
    if kind == _ENHANCED and len(body) >= 20:
        interface, _, _, held, _ = struct.unpack(f"{order}5I", body[:20])
        link = links[interface] if interface < len(links) else -1
        return body[:20] + _padded(rewrite(body[20 : 20 + held], link))
    if kind == _SIMPLE and len(body) >= 4:
        held = min(struct.unpack(f"{order}I", body[:4])[0], len(body) - 4)
        return body[:4] + _padded(rewrite(body[4 : 4 + held], links[0] if links else ETHERNET))
    return None


def _clock(options: bytes, order: str) -> bytes:
    kept, at = b"", 0
    while at + 4 <= len(options):
        code, size = struct.unpack(f"{order}HH", options[at : at + 4])
        if not code:
            break
        end = at + 4 + size + -size % 4
        if code in _CLOCK_OPTIONS:
            kept += options[at:end]
        at = end
    return kept + bytes(4) if kept else b""


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
