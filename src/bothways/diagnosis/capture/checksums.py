"""Checksums of short TCP packets, and whether a wrong one was only not finished yet.

A network card that adds the checksum itself gets the packet with the sum of the pseudo header in its place.
A capture on that machine shows it so: every packet it sends looks damaged, and none is.
"""

from __future__ import annotations

from ipaddress import IPv4Address

import numpy as np
from numpy.typing import NDArray

from bothways.diagnosis.capture.link_layer import Bytes, Numbers
from bothways.diagnosis.capture.packets import Mark, Packets

LONGEST = 64
"""Bytes of TCP that are summed: every SYN, FIN, RST and empty ACK, and no bulk of data."""


def checksum_marks(data: Bytes, ip_at: Numbers, tcp_at: Numbers, size: Numbers) -> NDArray[np.uint8]:
    """Marks of packets whose `size` bytes of TCP are all there and at most `LONGEST`."""
    bytes_of = data.block(tcp_at, LONGEST)
    bytes_of[np.arange(LONGEST)[None, :] >= size[:, None]] = 0
    words = bytes_of.view(">u2").sum(axis=1, dtype=np.int64)
    pseudo = sum((data.two(ip_at + place) for place in (12, 14, 16, 18)), start=size + 6)
    found = data.two(tcp_at + 16)
    marks = np.zeros(len(size), np.uint8)
    wrong = _folded(words + pseudo) != 0xFFFF
    marks[wrong] = Mark.BAD_CHECKSUM
    marks[wrong & ((found == _folded(pseudo)) | (found == 0))] = Mark.UNFINISHED_CHECKSUM
    return marks


def _folded(total: Numbers) -> Numbers:
    for _ in range(2):
        total = (total & 0xFFFF) + (total >> 16)
    return total


def checksum_remarks(packets: Packets) -> list[str]:
    """What wrong checksums mean: a card that adds them later, or damage."""
    remarks = []
    unfinished = np.flatnonzero(packets.marks & Mark.UNFINISHED_CHECKSUM)
    if len(unfinished):
        ends = np.unique(packets.source[unfinished])[:4]
        senders = ", ".join(str(IPv4Address(int(one))) for one in ends)
        remarks.append(
            f"{len(unfinished)} packets of {senders} have no finished checksum: captured on the machine that "
            "sends them, whose network card adds it; no fault of theirs"
        )
    bad = np.flatnonzero(packets.marks & Mark.BAD_CHECKSUM)
    if len(bad):
        first = int(packets.number[bad[0]])
        remarks.append(
            f"{len(bad)} packets have a wrong checksum, the first one is packet {first}: "
            "whoever gets them throws them away"
        )
    return remarks
