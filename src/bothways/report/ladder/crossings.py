"""Captured frames as packets: where a device sends one on over the same wire, its forms are one packet.

A frame whose source is the MAC address that the frame before it went to, and which carries the same packet,
is that packet's next form: with other numbers or other addresses, if the device changes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bothways.diagnosis.capture.calls import CallPacket
from bothways.diagnosis.capture.capture import Capture, Link
from bothways.diagnosis.capture.packets import SEQUENCE_SPACE
from bothways.diagnosis.capture.stream import Opening, Stream, seen_rows

_AT_ONCE_NS = 100_000_000
"""A firewall sends on in far less; a retransmission comes later."""
_NEARBY = 128
_ADDRESSES_CHANGED_NS = 10_000_000
"""Where other addresses or no frames make it less sure."""


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """One packet as it passes the place of a capture, once or more often.

    Attributes:
        forms: in the order of its way.
    """

    forms: tuple[CallPacket, ...]

    @property
    def first(self) -> CallPacket:
        """As it came."""
        return self.forms[0]

    @property
    def last(self) -> CallPacket:
        """As it was seen last."""
        return self.forms[-1]

    @property
    def from_client(self) -> bool:
        """Who sent it, by its addresses."""
        return self.first.seen.from_client

    @property
    def numbers(self) -> tuple[int, ...]:
        """The places of its frames in the file."""
        return tuple(form.seen.number for form in self.forms)

    @property
    def through(self) -> tuple[str, ...]:
        """MAC addresses of the devices that sent it on."""
        links = [link_of(form) for form in self.forms[1:]]
        return tuple(link.source for link in links if link is not None)


def link_of(frame: CallPacket) -> Link | None:
    """The MAC addresses of a frame; None where the capture has none."""
    return frame.stream.capture.links[frame.seen.link] if frame.seen.link >= 0 else None


def crossings_of(streams: Sequence[Stream]) -> list[Crossing]:
    """The packets of a call, in their order."""
    frames = [CallPacket(stream, seen) for stream in streams for seen in stream.packets]
    if not any(_turned(stream, from_client=side) for stream in streams for side in (True, False)):
        frames.sort(key=lambda one: one.seen.place)
        return _renumbered(frames)
    frames += [CallPacket(stream, seen) for stream in streams for seen in stream.copies]
    frames.sort(key=lambda one: one.seen.place)
    return _chained(frames, {seen.place for stream in streams for seen in stream.copies})


def _renumbered(frames: Sequence[CallPacket]) -> list[Crossing]:
    """Without MAC addresses: a SYN twice at once with two numbers, and all that differs by as much."""
    syns = [one for one in frames if one.seen.is_syn and one.seen.from_client and one.seen.link < 0]
    shift = next((_apart(one, other) for one, other in pairwise(syns) if _alike(one, other)), 0)
    found: list[Crossing] = []
    for frame in frames:
        before = next((at for at in range(len(found) - 1, max(len(found) - 5, -1), -1)
                       if shift and len(found[at].forms) == 1 and _alike(found[at].last, frame)
                       and _apart(found[at].last, frame) == shift), None)  # fmt: skip
        if before is None:
            found.append(Crossing((frame,)))
        else:
            found[before] = Crossing((found[before].last, frame))
    return found


def _alike(one: CallPacket, other: CallPacket) -> bool:
    first, second = one.seen, other.seen
    same = (first.flags, first.ack, first.length, first.window, first.from_client) == (
        second.flags, second.ack, second.length, second.window, second.from_client,
    )  # fmt: skip
    at_once = second.time_ns - first.time_ns <= _ADDRESSES_CHANGED_NS
    return same and at_once and first.from_client and first.link < 0 and second.link < 0


def _apart(one: CallPacket, other: CallPacket) -> int:
    return (other.seen.seq - one.seen.seq) % SEQUENCE_SPACE


def _turned(stream: Stream, *, from_client: bool) -> bool:
    """Whether some frame of one end's packets starts where another one went to."""
    packets = stream.capture.packets
    ours = packets.source[stream.rows] == stream.client
    ours &= packets.sport[stream.rows] == stream.client_port
    used = np.unique(packets.link[stream.rows[ours == from_client]])
    links = [stream.capture.links[number] for number in used.tolist() if number >= 0]
    starts = {link.source for link in links if link.source}
    return any(link.destination in starts and link.source != link.destination for link in links)


def _chained(frames: Sequence[CallPacket], copies: set[int]) -> list[Crossing]:
    """Frames put behind those they follow; a copy that follows none was captured twice and is left out."""
    waiting: dict[Hashable, list[list[CallPacket]]] = defaultdict(list)
    chains: list[list[CallPacket]] = []
    for frame in frames:
        seen, link = frame.seen, link_of(frame)
        key = seen.from_client, seen.flags, seen.length, seen.ident
        waiting[key] = open_chains = [
            chain for chain in waiting[key] if seen.time_ns - chain[-1].seen.time_ns <= _AT_ONCE_NS
        ]
        before = next((chain for chain in open_chains if _follows(chain[-1], link)), None)
        if before is not None:
            before.append(frame)
        elif seen.place not in copies:
            chains.append([frame])
            open_chains.append(chains[-1])
    return [Crossing(tuple(chain)) for chain in chains]


def _follows(before: CallPacket, link: Link | None) -> bool:
    came = link_of(before)
    if link is None or came is None or not link.source:
        return False
    return link.source == came.destination and link.destination != came.source


def with_translations(crossing: Crossing) -> Crossing:
    """Its forms under other addresses put before and behind it, where the same wire shows them."""
    if link_of(crossing.first) is None:
        return crossing
    before = _other_form(crossing.first, earlier=True)
    after = _other_form(crossing.last, earlier=False)
    return Crossing((*([before] if before else ()), *crossing.forms, *([after] if after else ())))


def _other_form(frame: CallPacket, *, earlier: bool) -> CallPacket | None:
    """The nearest frame with the same packet and other addresses that this one follows, or that follows."""
    capture, seen = frame.stream.capture, frame.seen
    packets = capture.packets
    places = range(seen.place - 1, seen.place - _NEARBY, -1) if earlier else range(
        seen.place + 1, seen.place + _NEARBY
    )  # fmt: skip
    for place in places:
        if not 0 <= place < len(packets):
            return None
        if abs(int(packets.time_ns[place]) - seen.time_ns) > _ADDRESSES_CHANGED_NS:
            return None
        if not _same_packet(frame, place):
            continue
        other = _foreign(capture, place, from_client=seen.from_client)
        first, second = (other, frame) if earlier else (frame, other)
        if _follows(first, link_of(second)):
            return other
    return None


def _same_packet(frame: CallPacket, place: int) -> bool:
    """Flags, length and identification or number are the same, and one end is another."""
    packets, seen = frame.stream.capture.packets, frame.seen
    if packets.flags[place] != seen.flags or packets.length[place] != seen.length:
        return False
    source = int(packets.source[place]), int(packets.sport[place])
    destination = int(packets.destination[place]), int(packets.dport[place])
    if (source[0], destination[0]) == (frame.source[0], frame.destination[0]):
        return False
    if source[1] != frame.source[1] and destination[1] != frame.destination[1]:
        return False
    same_ident = seen.ident != 0 and packets.ident[place] == seen.ident
    return bool(same_ident or (seen.seq != 0 and packets.seq[place] == seen.seq))


def _foreign(capture: Capture, place: int, *, from_client: bool) -> CallPacket:
    """A frame of another stream, with the direction that this one's packet has."""
    packets, row = capture.packets, np.array([place], np.intp)
    source = int(packets.source[place]), int(packets.sport[place])
    destination = int(packets.destination[place]), int(packets.dport[place])
    client, server = (source, destination) if from_client else (destination, source)
    stream = Stream(capture, -1, *client, *server, Opening.PORTS, row)
    found = seen_rows(capture, row, *client) or seen_rows(capture, row, *client, copies=True)
    return CallPacket(stream, found[0])
