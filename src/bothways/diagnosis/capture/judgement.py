"""What is said about a stream: a cause, how sure, the packets it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bothways.diagnosis.capture.course import Course
from bothways.diagnosis.capture.packets import ACK
from bothways.diagnosis.capture.signs import Sign
from bothways.diagnosis.capture.stream import Seen, Stream
from bothways.diagnosis.findings import Confidence, Severity


class Cause(StrEnum):
    """Why a stream is odd; where `trace` has a fate for it, the word is the same."""

    WRONG_SOURCE = "wrong-source"
    ISN_MISMATCH = "isn-mismatch"
    HANDSHAKE_UNSEEN = "handshake-unseen"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    CLIENT_REFUSES = "client-refuses"
    ANSWER_NOT_TAKEN = "answer-not-taken"
    NO_ANSWER = "no-answer"
    RESET = "reset"
    RESET_BY_DEVICE = "reset-by-device"
    IDLE_TIMEOUT = "idle-timeout"
    PROXY_STALL = "proxy-stall"
    UNREPAIRED_LOSS = "unrepaired-loss"
    LOST_BETWEEN = "lost-between"
    DATA_UNANSWERED = "data-unanswered"
    DROPPED = "dropped"

    @property
    def severity(self) -> Severity:
        """A connection that both ends meant to have and did not get is an error; an end's own no is less."""
        return _SEVERITIES.get(self, Severity.ERROR)


_SEVERITIES = {
    Cause.REFUSED: Severity.WARNING,
    Cause.CLIENT_REFUSES: Severity.WARNING,
    Cause.RESET: Severity.NOTE,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A packet as evidence.

    Attributes:
        file: the capture's name.
        number: the packet's place in it.
        moment: when, in words.
        text: what it says.
    """

    file: str
    number: int
    moment: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judgement:
    """One stream's verdict.

    Attributes:
        packet: number of the packet, in the file, where it goes wrong.
        sentence: what happened, whole.
        lines: the packets it rests on.
        why: what may stand behind it where the packets do not tell, likeliest first.
        ask: what to capture or to ask for, to know more.
        signs: what was weighed, where the verdict is a weighing.
        also: streams that are part of the same call.
    """

    course: Course
    cause: Cause
    confidence: Confidence
    packet: int
    sentence: str
    lines: tuple[Line, ...]
    why: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    also: tuple[Stream, ...] = ()
    signs: tuple[Sign, ...] = ()

    @property
    def stream(self) -> Stream:
        """Whose verdict it is."""
        return self.course.stream


def line_of(stream: Stream, seen: Seen) -> Line:
    """A packet in words: ends, flags, numbers, length, and what the link layer says."""
    capture = stream.capture
    ends = (stream.client, stream.client_port), (stream.server, stream.server_port)
    source, destination = ends if seen.from_client else ends[::-1]
    text = " > ".join(
        f"{capture.address(one)}{f':{port}' if port else ''}" for one, port in (source, destination)
    )
    text += f" {seen.flag_names}"
    if "numbers" in capture.known:
        text += f" seq {seen.seq}" + (f" ack {seen.ack}" if seen.flags & ACK else "")
    text += f" win {seen.window}" + (f" len {seen.length}" if "length" in capture.known else "")
    text += f" ttl {seen.ttl}" if "ttl" in capture.known else ""
    if seen.link >= 0:
        link = capture.links[seen.link]
        words = [f"{link.source} > {link.destination}"] if link.source else []
        text += f" ({' '.join([*words, *([f'vlan {link.vlan}'] if link.vlan else [])])})"
    if seen.number in capture.drops:
        text += f" dropped: {capture.drops[seen.number].reason}"
    return Line(capture.name, seen.number, capture.moment(seen.time_ns), text)


def lines_of(stream: Stream, *packets: Seen | None) -> tuple[Line, ...]:
    """Packets as evidence, in their order; those that are not there left out."""
    there = {one.number: one for one in packets if one is not None}
    return tuple(line_of(stream, there[number]) for number in sorted(there))
