"""The streams of a capture: packets of one pair of ends, a new one where a port is used again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.packets import ACK, FIN, RST, SYN, Mark, Packets
from bothways.diagnosis.capture.stream import Opening, Stream

_SAME_CALL_NS = 1_000_000_000
"""A SYN with another number, so soon and with nothing between, is the same one behind a rewriting device."""
_UNADDRESSED_NS = 50_000_000
"""Where no MAC addresses tell the two apart, only what passes a device at once is the same."""
_CROSSING_NS = 3_000_000_000
"""Both ends may call each other at the same time: their SYNs cross, and make one connection."""


def streams_of(capture: Capture) -> tuple[Stream, ...]:
    """Every stream, in the order of their first packets."""
    packets = capture.packets
    found = [part for rows in _pairs(packets) for part in _calls(packets, rows)]
    found.sort(key=lambda rows: int(rows[0]))
    return tuple(_stream(capture, number, rows) for number, rows in enumerate(found))


def _pairs(packets: Packets) -> Iterator[NDArray[np.intp]]:
    """The rows of each pair of ends, in order."""
    if not len(packets):
        return
    one = packets.source.astype(np.uint64) << np.uint64(16) | packets.sport
    other = packets.destination.astype(np.uint64) << np.uint64(16) | packets.dport
    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    edges = np.flatnonzero((low[1:] != low[:-1]) | (high[1:] != high[:-1])) + 1
    yield from np.split(order, edges)


def _calls(packets: Packets, rows: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Cut where a new call begins: a SYN with a number that the call before it did not have."""
    flags = packets.flags[rows]
    own = (packets.marks[rows] & Mark.DUPLICATE) == 0
    syns = np.flatnonzero(((flags & (SYN | ACK | RST)) == SYN) & own)
    if len(syns) < 2:
        yield rows
        return
    known = {int(packets.seq[rows[syns[0]]])}
    cuts = []
    for before, at in zip(syns[:-1].tolist(), syns[1:].tolist(), strict=True):
        seq = int(packets.seq[rows[at]])
        if seq in known:
            continue
        if _rewritten(packets, rows, before, at):
            known.add(seq)
        else:
            cuts.append(at)
            known = {seq}
    yield from np.split(rows, cuts)


def _rewritten(packets: Packets, rows: NDArray[np.intp], before: int, at: int) -> bool:
    """Whether a SYN is the one before it, sent on by a device that changes numbers, or crosses it."""
    between = packets.flags[rows[before + 1 : at]]
    if (between & (FIN | RST)).any():
        return False
    first, second = rows[before], rows[at]
    apart_ns = packets.time_ns[second] - packets.time_ns[first]
    ends = [(int(packets.source[row]), int(packets.sport[row])) for row in (first, second)]
    if ends[0] != ends[1]:
        return bool(apart_ns <= _CROSSING_NS and not (between & ACK).any())
    if packets.link[first] < 0:
        return bool(apart_ns <= _UNADDRESSED_NS)
    return bool(apart_ns <= _SAME_CALL_NS and packets.link[first] != packets.link[second])


def _stream(capture: Capture, number: int, rows: NDArray[np.intp]) -> Stream:
    packets = capture.packets
    flags = packets.flags[rows]
    kinds = flags & (SYN | ACK | RST)
    syns, syn_acks = np.flatnonzero(kinds == SYN), np.flatnonzero(kinds == SYN | ACK)
    first = rows[0]
    if len(syns):
        opening, row, turned = Opening.SYN, rows[syns[0]], False
    elif len(syn_acks):
        opening, row, turned = Opening.SYN_ACK, rows[syn_acks[0]], True
    else:
        # Servers have the lower port, nearly always.
        opening, row, turned = Opening.PORTS, first, bool(packets.sport[first] < packets.dport[first])
    source = int(packets.source[row]), int(packets.sport[row])
    destination = int(packets.destination[row]), int(packets.dport[row])
    client, server = (destination, source) if turned else (source, destination)
    return Stream(capture, number, *client, *server, opening, rows)
