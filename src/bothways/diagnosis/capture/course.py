"""How a stream went from its first packet to its last, told from the packets of both sides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bothways.diagnosis.capture.ending import Ending
from bothways.diagnosis.capture.packets import FIN, RST, SYN, after
from bothways.diagnosis.capture.sides import Side
from bothways.diagnosis.capture.stream import Seen, Stream

_ENDS = FIN | RST


class State(StrEnum):
    """Where the last packets leave a connection."""

    ASKED = "asked"
    ANSWERED = "answered"
    OPEN = "open"
    HALF_CLOSED = "half-closed"
    CLOSED = "closed"
    RESET = "reset"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The course of a stream.

    Attributes:
        client, server: what each end sent.
        reset: the RST that ends it; None without.
        unheeded: a RST behind which both ends went on as if it had not been.
        gap_s, gap_before: the longest silence, and the packet that ended it.
        ended_by: who said the first FIN or RST: `client`, `server`, or nobody.
    """

    stream: Stream
    state: State
    client: Side
    server: Side
    reset: Seen | None
    unheeded: Seen | None
    gap_s: float
    gap_before: Seen | None
    ended_by: str

    @property
    def plain(self) -> bool:
        """Nothing that any judge asks about: opened in order, no RST, nothing sent again."""
        sides = (self.client, self.server)
        if self.reset or self.unheeded or any(side.repeated > 1 or side.duplicate_acks > 1 for side in sides):
            return False
        if self.state in (State.ASKED, State.ANSWERED):
            return False
        syns, answers = self.stream.syns, self.stream.syn_acks
        known = "numbers" in self.stream.capture.known
        fits = len(answers) == 1 and (not known or accepts(syns[0], answers[0])) if len(syns) == 1 else False
        return fits or not (syns or answers)

    @property
    def missed(self) -> bool:
        """An end acknowledges what is not in the capture."""
        return self.client.missed(self.server) or self.server.missed(self.client)

    @property
    def one_sided(self) -> bool:
        """Only one end was seen sending."""
        return not (self.client.packets and self.server.packets)


def accepts(syn: Seen, syn_ack: Seen) -> bool:
    """Whether the client that sent this SYN takes this SYN/ACK: by number, and data sent with the SYN."""
    return 1 <= after(syn_ack.ack, syn.seq) <= 1 + syn.length


def course_of(stream: Stream) -> Course:
    """Walk the packets once."""
    client, server, ending = Side(), Side(), Ending()
    gap_before = None
    gap_ns = 0
    packets = stream.direct
    before = packets[0].time_ns
    for seen in packets:
        if seen.time_ns - before > gap_ns:
            gap_ns, gap_before = seen.time_ns - before, seen
        before = seen.time_ns
        if seen.flags & _ENDS or ending.reset is not None:
            ending.take(client, server, seen)
        if seen.from_client:
            client.take(server, seen)
        else:
            server.take(client, seen)
    return Course(
        stream=stream,
        state=_state(stream, client, server, ending.reset),
        client=client,
        server=server,
        reset=ending.reset,
        unheeded=ending.unheeded,
        gap_s=gap_ns / 1e9,
        gap_before=gap_before,
        ended_by="" if ending.first is None else "client" if ending.first.from_client else "server",
    )


def _state(stream: Stream, client: Side, server: Side, reset: Seen | None) -> State:
    fins = [side.fin for side in (client, server) if side.fin is not None]
    closed = len(fins) > 1
    if reset is not None:
        if closed and all(fin.place < reset.place for fin in fins):
            return State.CLOSED
        answered = any(one.is_syn_ack for one in stream.direct) or client.bytes or server.bytes
        refused = not answered and not reset.from_client and any(one.is_syn for one in stream.direct)
        return State.REFUSED if refused else State.RESET
    if fins:
        return State.CLOSED if closed else State.HALF_CLOSED
    opening = any(one.flags & SYN for one in stream.direct[:8])
    plain = any(not one.flags & SYN and one.from_client for one in stream.direct)
    if plain or not opening:
        return State.OPEN
    return State.ANSWERED if server.packets else State.ASKED
