"""Classic pcap: both byte orders, microseconds and nanoseconds, whatever was cut off."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bothways.diagnosis.capture.records import LARGEST_PACKET, Reader, Records, Troubles

_HEADER = 24
_RECORD = 16
_NOTHING = bytes(64 * _RECORD)
"""Records without time, bytes or length: a file whose end was reserved and never written."""
_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
    b"\xa1\xb2\x3c\x4d": (">", 1),
}


def is_pcap(head: bytes) -> bool:
    """Whether a file that starts so is one."""
    return head[:4] in _MAGICS


def pcap_records(reader: Reader, troubles: Troubles) -> Iterator[Records]:
    """The packets of a file, some thousands at a time."""
    head = reader.left
    while len(head) < _HEADER and not reader.ended:
        head = reader.more()
    if len(head) < _HEADER:
        troubles.could_not_see.append(f"the file ends within its header, after {len(head)} bytes")
        return
    order, tick_ns = _MAGICS[head[:4]]
    link_type = struct.unpack(order + "I", head[20:24])[0] & 0x0FFFFFFF
    reader.left = head[_HEADER:]
    first, unpack = 1, struct.Struct(order + "IIII").unpack_from
    damaged = False
    for buffer in reader.blocks():
        records = Records(buffer, link_type)
        used, damaged = _walk(records, unpack, tick_ns, troubles)
        records.numbers = list(range(first, first + len(records)))
        first += len(records)
        reader.left = buffer[used:]
        if len(records):
            yield records
        if damaged:
            break
    if damaged:
        troubles.could_not_see.append(f"record {first} is damaged, and with it all that follows in the file")
    elif reader.left:
        troubles.could_not_see.append(f"the file ends within record {first}: the capture is not complete")


def _walk(records: Records, unpack: object, tick_ns: int, troubles: Troubles) -> tuple[int, bool]:
    """Note every whole record of the buffer; where the rest starts, and whether it makes no sense."""
    assert callable(unpack)
    buffer, at, end = records.buffer, 0, len(records.buffer)
    starts, kept, lengths, times = records.starts, records.kept, records.lengths, records.times_ns
    while at + _RECORD <= end:
        seconds, fraction, held, length = unpack(buffer, at)
        if held > LARGEST_PACKET or (not held and buffer.startswith(_NOTHING, at)):
            return at, True
        body = at + _RECORD
        if body + held > end:
            break
        if held > length:
            troubles.liars += 1
            length = held
        starts.append(body)
        kept.append(held)
        lengths.append(length)
        times.append(seconds * 1_000_000_000 + fraction * tick_ns)
        at = body + held
    return at, False
