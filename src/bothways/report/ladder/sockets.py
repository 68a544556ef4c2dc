"""Addresses with their ports, and numbers, as captured frames have them."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.capture.calls import CallPacket
from bothways.report.ladder.numbering import Numbering
from bothways.report.ladder.picture import Change, Number


def socket(frame: CallPacket, end: tuple[int, int]) -> str:
    """An address with its port, where the capture has ports."""
    address, port = end
    return f"{frame.stream.capture.address(address)}{f':{port}' if port else ''}"


def changes(came: CallPacket, goes: CallPacket, numbers: tuple[Numbering, Numbering]) -> Iterator[Change]:
    """What differs in two forms of a packet, each with the numbering of its place."""
    one, other = numbers
    values = (
        ("source", socket(came, came.source), socket(goes, goes.source)),
        ("destination", socket(came, came.destination), socket(goes, goes.destination)),
        ("seq", _said(one.seq(came)), _said(other.seq(goes))),
        ("ack", _said(one.ack(came)), _said(other.ack(goes))),
    )
    for what, before, behind in values:
        if before != behind:
            yield Change(what, before, behind)


def _said(number: Number | None) -> str:
    return number.relative if number is not None else ""
