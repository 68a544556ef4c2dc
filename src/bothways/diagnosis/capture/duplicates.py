"""The order of packets, and packets that were captured twice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bothways.diagnosis.capture.packets import FIN, RST, SYN, Mark, Packets

_STEP_NS = 1_000_000_000
"""A clock that jumps back further than this was set; less is two cards written into one file."""
_TWICE_NS = 10_000_000
"""A copy comes at once; the fastest retransmission of any stack takes longer."""
_MIX = np.uint64(0x9E3779B97F4A7C15)


def without_order_faults(packets: Packets) -> tuple[Packets, list[str]]:
    """The packets in order of time, copies marked; and what is odd about order and copies."""
    remarks = []
    # Of a file with several link types the packets come kind by kind.
    packets = packets.taken(np.argsort(packets.number, kind="stable")) if _mixed(packets) else packets
    back = -np.diff(packets.time_ns)
    back = back[back > 0]
    if len(back):
        furthest = int(back.max())
        kept = furthest > _STEP_NS
        remarks.append(
            f"timestamps run backwards at {len(back)} places, by up to {furthest / 1e9:.6f} s: packets "
            f"are taken " + ("in the order of the file" if kept else "in the order of their times")
        )
        if not kept:
            packets = packets.taken(np.argsort(packets.time_ns, kind="stable"))
    first, second = _copies(packets)
    packets.marks[second] |= Mark.DUPLICATE
    return packets, remarks + _of_copies(packets, first, second)


def _mixed(packets: Packets) -> bool:
    return bool((np.diff(packets.number) < 0).any())


def _of_copies(packets: Packets, first: NDArray[np.intp], second: NDArray[np.intp]) -> list[str]:
    if not len(second):
        return []
    turned = int(np.count_nonzero(packets.link[first] != packets.link[second]))
    bare = int(np.count_nonzero((packets.link[first] < 0) & (packets.link[second] < 0)))
    same = len(second) - turned - bare
    remarks = []
    if bare:
        remarks.append(
            f"{bare} packets stand twice, without MAC addresses that would tell why: captured twice, or "
            "sent on over the wire they came on; counted once"
        )
    if same:
        remarks.append(
            f"{same} packets stand twice in the file, as a SPAN of both directions gives them; counted once"
        )
    if turned:
        remarks.append(
            f"{turned} packets pass twice, with other MAC addresses: a device sends them on over the wire "
            "they came on; counted once"
        )
    return remarks


def _copies(packets: Packets) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows, and the later rows that hold the same packet once more."""
    mixed = np.zeros(len(packets), np.uint64)
    for name in (
        "source",
        "destination",
        "sport",
        "dport",
        "seq",
        "ack",
        "flags",
        "window",
        "ident",
        "length",
    ):
        mixed = (mixed ^ getattr(packets, name).astype(np.uint64)) * _MIX
        mixed ^= mixed >> np.uint64(29)
    order = np.argsort(mixed, kind="stable")
    one, other = order[:-1], order[1:]
    near = packets.time_ns[other] - packets.time_ns[one] <= _TWICE_NS
    # Empty acknowledgements without a number of their own may well be two.
    own = (packets.ident > 0) | (packets.length > 0) | ((packets.flags & (SYN | FIN | RST)) > 0)
    same = (mixed[one] == mixed[other]) & near & own[other]
    return one[same], other[same]
