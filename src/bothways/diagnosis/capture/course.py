"""How a stream went from its first packet to its last, told from the packets of both sides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bothways.diagnosis.capture.packets import ACK, SEQUENCE_SPACE, SYN, after
from bothways.diagnosis.capture.stream import Seen, Stream


class State(StrEnum):
    """Where the last packets leave a connection."""

    ASKED = "asked"
    ANSWERED = "answered"
    OPEN = "open"
    HALF_CLOSED = "half-closed"
    CLOSED = "closed"
    RESET = "reset"
    REFUSED = "refused"


@dataclass(slots=True)
class Side:
    """What one end sent.

    Attributes:
        packets, bytes: how many; bytes by their numbers, so that repeated ones count once.
        repeated: packets with payload, SYN or FIN that were there before.
        duplicate_acks: acknowledgements that say the same once more, with nothing new.
        end: the number behind the highest byte sent; None before the first.
        acked: the highest acknowledgement sent.
    """

    packets: int = 0
    bytes: int = 0
    repeated: int = 0
    duplicate_acks: int = 0
    end: int | None = None
    acked: int | None = None
    fin: Seen | None = None
    last: Seen | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The course of a stream.

    Attributes:
        client, server: what each end sent.
        reset: the first RST; None without.
        gap_s, gap_before: the longest silence, and the packet that ended it.
        ended_by: who said the first FIN or RST: `client`, `server`, or nobody.
    """

    stream: Stream
    state: State
    client: Side
    server: Side
    reset: Seen | None
    gap_s: float
    gap_before: Seen | None
    ended_by: str

    @property
    def plain(self) -> bool:
        """Nothing that any judge asks about: opened in order, no RST, nothing sent again."""
        sides = (self.client, self.server)
        if self.reset is not None or any(side.repeated > 1 or side.duplicate_acks > 1 for side in sides):
            return False
        if self.state in (State.ASKED, State.ANSWERED):
            return False
        syns, answers = self.stream.syns, self.stream.syn_acks
        known = "numbers" in self.stream.capture.known
        fits = len(answers) == 1 and (not known or accepts(syns[0], answers[0])) if len(syns) == 1 else False
        return fits or not (syns or answers)

    @property
    def one_sided(self) -> bool:
        """Only one end was seen sending."""
        return not (self.client.packets and self.server.packets)


def accepts(syn: Seen, syn_ack: Seen) -> bool:
    """Whether the client that sent this SYN takes this SYN/ACK: by number, and data sent with the SYN."""
    return 1 <= after(syn_ack.ack, syn.seq) <= 1 + syn.length


def course_of(stream: Stream) -> Course:
    """Walk the packets once."""
    client, server = Side(), Side()
    reset = gap_before = None
    first_end: Seen | None = None
    gap_ns = 0
    before = stream.packets[0].time_ns
    for seen in stream.packets:
        if seen.time_ns - before > gap_ns:
            gap_ns, gap_before = seen.time_ns - before, seen
        before = seen.time_ns
        _take(client if seen.from_client else server, server if seen.from_client else client, seen)
        if seen.is_reset and reset is None:
            reset = seen
        if first_end is None and (seen.is_reset or seen.is_fin):
            first_end = seen
    return Course(
        stream=stream,
        state=_state(stream, client, server, reset),
        client=client,
        server=server,
        reset=reset,
        gap_s=gap_ns / 1e9,
        gap_before=gap_before,
        ended_by="" if first_end is None else "client" if first_end.from_client else "server",
    )


def _take(side: Side, other: Side, seen: Seen) -> None:
    side.packets += 1
    size = seen.length + (1 if seen.flags & SYN else 0) + (1 if seen.is_fin else 0)
    if seen.is_reset:
        side.last = seen
        return
    end = (seen.seq + size) % SEQUENCE_SPACE
    if side.end is None:
        side.end = end
        side.bytes += seen.length
    elif size:
        new = after(end, side.end)
        if new > 0:
            side.end = end
            side.bytes += min(new, seen.length)
        else:
            side.repeated += 1
    if seen.flags & ACK:
        if size == 0 and side.acked == seen.ack and other.end is not None and after(other.end, seen.ack) > 0:
            last = side.last
            if last is not None and last.window == seen.window and not last.flags & SYN:
                side.duplicate_acks += 1
        if side.acked is None or after(seen.ack, side.acked) > 0:
            side.acked = seen.ack
    if seen.is_fin and side.fin is None:
        side.fin = seen
    side.last = seen


def _state(stream: Stream, client: Side, server: Side, reset: Seen | None) -> State:
    if reset is not None:
        answered = any(one.is_syn_ack for one in stream.packets) or client.bytes or server.bytes
        refused = not answered and not reset.from_client and any(one.is_syn for one in stream.packets)
        return State.REFUSED if refused else State.RESET
    if client.fin is not None and server.fin is not None:
        return State.CLOSED
    if client.fin is not None or server.fin is not None:
        return State.HALF_CLOSED
    if not any(one.flags & SYN for one in stream.packets[:8]):
        return State.OPEN
    if server.packets == 0:
        return State.ASKED
    plain = any(not one.flags & SYN and one.from_client for one in stream.packets)
    return State.OPEN if plain else State.ANSWERED
