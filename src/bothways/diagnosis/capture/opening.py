"""A capture file, whatever form it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.checksums import checksum_remarks
from bothways.diagnosis.capture.decode import Decoder
from bothways.diagnosis.capture.duplicates import without_order_faults
from bothways.diagnosis.capture.packets import joined
from bothways.diagnosis.capture.pcap import is_pcap, pcap_records
from bothways.diagnosis.capture.pcapng import is_pcapng, pcapng_records
from bothways.diagnosis.capture.records import Reader, Records, Troubles
from bothways.diagnosis.capture.text import encoding, text_captures
from bothways.diagnosis.capture.unzipped import GZIP, Unzipped
from bothways.errors import BadInput

_LARGEST_TEXT = 256 << 20
_HOW = "give a pcap or pcapng file, what `show capture NAME` printed, or a dissector's list of packets"
Form = Callable[[Reader, Troubles], Iterator[Records]]
_FORMS: tuple[tuple[str, Callable[[bytes], bool], Form], ...] = (
    ("pcap", is_pcap, pcap_records),
    ("pcapng", is_pcapng, pcapng_records),
)


def read_captures(path: Path) -> tuple[Capture, ...]:
    """Read a file: one capture, or several that were pasted into one text.

    Raises:
        BadInput: it is not there, or no capture at all. A damaged capture is read as far as it goes.
    """
    if path.is_fifo() and not path.is_relative_to("/dev"):
        raise BadInput(str(path), "is a named pipe, to which nobody may ever write", _HOW)
    try:
        with path.open("rb") as plain:
            troubles = Troubles()
            file = cast("BinaryIO", plain)
            if plain.peek(2)[:2] == GZIP:
                file = cast("BinaryIO", Unzipped(plain, troubles))
            return _read(file, path, troubles)
    except OSError as error:
        raise BadInput(str(path), error.strerror or str(error), _HOW) from None


def _read(file: BinaryIO, path: Path, troubles: Troubles) -> tuple[Capture, ...]:
    reader = Reader(file)
    head = reader.more()
    for name, fits, records in _FORMS:
        if fits(head):
            decoder = Decoder()
            for some in records(reader, troubles):
                decoder.take(some)
            return (_capture(path.name, name, decoder, troubles),)
    found = text_captures(_all_of(reader, path), path.name) if _is_text(head) else ()
    if found:
        return found
    raise BadInput(str(path), "is no capture that is understood" if head else "is empty", _HOW)


def _is_text(head: bytes) -> bool:
    return bool(head) and (b"\0" not in head[:4096] or encoding(head) != "utf-8")


def _all_of(reader: Reader, path: Path) -> str:
    while not reader.ended:
        if len(reader.more()) > _LARGEST_TEXT:
            raise BadInput(str(path), f"is a text of more than {_LARGEST_TEXT >> 20} MB", _HOW)
    return reader.left.decode(encoding(reader.left), "replace")


def _capture(name: str, form: str, decoder: Decoder, troubles: Troubles) -> Capture:
    packets, missing = decoder.fragments.mended(joined(decoder.parts))
    packets, remarks = without_order_faults(packets)
    troubles.told()
    unseen = [*troubles.could_not_see, *(f"{count} packets {what}" for what, count in _told(decoder))]
    if missing:
        unseen.append(f"the last fragments of {missing} TCP packets: how much they carry is not known")
    if not decoder.total:
        unseen.append("there is no packet in the file")
    elif not len(packets):
        unseen.append(f"none of the {decoder.total} packets is TCP that can be read")
    return Capture(
        name=name,
        form=form,
        packets=packets,
        total=decoder.total,
        span_ns=decoder.span_ns or (0, 0),
        links=decoder.links.listed(),
        unreachables=tuple(decoder.messages.errors),
        echoes=decoder.messages.echoes(),
        could_not_see=tuple(unseen),
        remarks=(*troubles.remarks, *remarks, *checksum_remarks(packets), *_remarks(decoder)),
    )


def _told(decoder: Decoder) -> list[tuple[str, int]]:
    return [(what, count) for what, count in decoder.unread.most_common() if count]


def _remarks(decoder: Decoder) -> list[str]:
    remarks = []
    if decoder.quiet:
        kinds = ", ".join(f"{count} {what}" for what, count in decoder.quiet.most_common())
        remarks.append(f"not looked into, for it is no TCP: {kinds}")
    if decoder.oversized:
        remarks.append(
            f"{decoder.oversized} packets are larger than the wire carries: "
            "the machine that captured splits or joins segments in its network card"
        )
    if decoder.fragments.seen:
        remarks.append(
            f"{decoder.fragments.seen} fragments of TCP packets: a way with a smaller MTU, or none"
        )
    return remarks
