"""Captures: what was on a wire, as a pcap file."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import dpkt

from bothways.lab.events import EPOCH
from bothways.lab.wire import Tapped


def pcap_bytes(frames: Iterable[Tapped]) -> bytes:
    """A capture file with the lab's wall time on every frame; the same frames give the same bytes."""
    out = BytesIO()
    writer = dpkt.pcap.Writer(out, nano=False)
    for tapped in frames:
        writer.writepkt(tapped.frame.raw, ts=round(EPOCH.timestamp() + tapped.time_s, 6))
    return out.getvalue()


def write_pcap(path: Path, frames: Iterable[Tapped]) -> int:
    """Write a capture file.

    Returns:
        Its size in bytes.
    """
    return path.write_bytes(pcap_bytes(frames))
