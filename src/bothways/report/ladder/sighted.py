"""A captured frame as a sighting: what the picture itself does not say of it."""

from __future__ import annotations

from bothways.diagnosis.capture.calls import CallPacket
from bothways.diagnosis.capture.packets import ACK
from bothways.diagnosis.capture.stream import Stream
from bothways.report.ladder.crossings import link_of
from bothways.report.ladder.picture import Sighting
from bothways.report.ladder.sockets import socket


def sighting(frame: CallPacket, at: str) -> Sighting:
    """The frame, seen at or beside a column."""
    capture, seen = frame.stream.capture, frame.seen
    return Sighting(capture.name, seen.number, clock(capture.moment(seen.time_ns)), at, _text(frame))


def clock(moment: str) -> str:
    """The time of day; the date is the capture's."""
    return moment.rpartition(" ")[2]


def day_of(stream: Stream) -> str:
    """The date of a stream's first packet, where the capture has one."""
    capture = stream.capture
    if "time" not in capture.known:
        return ""
    day, _, rest = capture.moment(int(capture.packets.time_ns[stream.rows[0]])).partition(" ")
    return f", {day}" if rest else ""


def _text(frame: CallPacket) -> str:
    seen, known = frame.seen, frame.stream.capture.known
    words = [seen.flag_names]
    if "numbers" in known:
        words += [f"seq {seen.seq}", *([f"ack {seen.ack}"] if seen.flags & ACK else [])]
    words += [f"len {seen.length}"] if "length" in known else []
    words += [f"ttl {seen.ttl}"] if "ttl" in known else []
    words += [f"win {seen.window}"] if "window" in known else []
    words.append(f"{socket(frame, frame.source)} > {socket(frame, frame.destination)}")
    link = link_of(frame)
    if link is not None and link.source:
        words.append(f"({link.source} > {link.destination})")
    if link is not None and link.vlan:
        words.append(f"vlan {link.vlan}")
    return " ".join(words)
