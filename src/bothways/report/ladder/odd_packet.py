"""The packet that a verdict about a captured stream rests on: what becomes of it, in a few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bothways.diagnosis.capture.data_phase import covers
from bothways.diagnosis.capture.judgement import Cause, Judgement
from bothways.diagnosis.capture.packets import SEQUENCE_SPACE
from bothways.diagnosis.capture.stream import Seen, seen_rows
from bothways.diagnosis.findings import Severity
from bothways.report.ladder.crossings import Crossing, link_of
from bothways.report.ladder.numbering import Numbering, Shift
from bothways.report.ladder.picture import Fate


@dataclass(frozen=True, slots=True)
class Odd:
    """The marked packet of a picture.

    Attributes:
        number: its place in the file.
        why: a few words.
        reaches: whether it is drawn up to its receiver; else its way ends where it was seen last.
        fate: what becomes of it.
        counter: the drop counter that counts it.
        by: the address of a router that says so, "" for nobody.
    """

    number: int
    why: str
    reaches: bool
    fate: Fate
    counter: str = ""
    by: str = ""


Said = tuple[str, bool, Fate]
_WORDS: dict[Cause, Said] = {
    Cause.CLIENT_REFUSES: ("refuses a SYN/ACK that is right as seen here", True, Fate.SEEN),
    Cause.REFUSED: ("nobody listens, or a device says so in the server's name", True, Fate.SEEN),
    Cause.NO_ANSWER: ("no answer passes here", False, Fate.DIES),
    Cause.RESET: ("ends an open connection", True, Fate.SEEN),
    Cause.DATA_UNANSWERED: ("sent again and again, never answered", False, Fate.DIES),
}


def odd_of(judgement: Judgement, crossings: Sequence[Crossing], numbering: Numbering) -> Odd:
    """The packet to mark."""
    cause = judgement.cause
    if cause in _WORDS:
        return Odd(judgement.packet, *_WORDS[cause])
    return _JUDGED[cause](judgement, crossings, numbering)


def dies(judgement: Judgement) -> bool:
    """Whether the connection is dead of it: an open one that somebody ends may be meant to end."""
    return judgement.cause.severity is not Severity.NOTE


def shifts_of(judgement: Judgement | None, crossings: Sequence[Crossing]) -> dict[bool, Shift | None]:
    """What is added to the numbers of the client, and of the server: by frames, else by the verdict."""
    found: dict[bool, Shift | None] = {True: None, False: None}
    for one in crossings:
        value = (one.last.seen.seq - one.first.seen.seq) % SEQUENCE_SPACE
        if value and found[one.from_client] is None and "numbers" in one.first.stream.capture.known:
            who = "client" if one.from_client else "server"
            by = one.through[0] if one.through else "the device that was captured at"
            found[one.from_client] = Shift(value, f"what {by} adds to the {who}'s numbers")
    if found[True] is None and judgement is not None and judgement.cause is Cause.ISN_MISMATCH:
        found[True] = _judged_shift(judgement)
    return found


def _judged_shift(judgement: Judgement) -> Shift | None:
    stream = judgement.stream
    if not stream.syn_acks:
        return None
    answer = stream.syn_acks[0]
    if answer.number == judgement.packet and stream.syns:
        value = (answer.ack - stream.syns[0].seq - 1) % SEQUENCE_SPACE
        return Shift(value, "what a device on the way of the SYN adds to the client's numbers")
    reset = _packet(judgement)
    if reset is None or not reset.is_reset:
        return None
    value = (reset.seq - answer.ack) % SEQUENCE_SPACE
    return Shift(value, "what a device on the way of the RST adds to the client's numbers")


def _packet(judgement: Judgement) -> Seen | None:
    """The packet that the verdict names."""
    for stream in (judgement.stream, *judgement.also):
        rows = stream.rows[stream.capture.packets.number[stream.rows] == judgement.packet]
        for copies in (False, True):
            found = seen_rows(stream.capture, rows, stream.client, stream.client_port, copies=copies)
            if found:
                return found[0]
    return None


def _wrong_source(judgement: Judgement, crossings: Sequence[Crossing], numbering: Numbering) -> Odd:
    del crossings, numbering
    called = judgement.stream.side(client=False)
    other = judgement.also[0].side(client=False) if judgement.also else "another address"
    why = f"comes from {other}, and the client called {called}"
    return Odd(judgement.packet, why, reaches=True, fate=Fate.REFUSED)


def _isn_mismatch(judgement: Judgement, crossings: Sequence[Crossing], numbering: Numbering) -> Odd:
    frame = next((one.first for one in crossings if judgement.packet in one.numbers), None)
    if frame is None or frame.seen.is_reset:
        why = "its number is not the one it was asked for: Δ was added"
        return Odd(judgement.packet, why, reaches=True, fate=Fate.SEEN)
    ack = numbering.ack(frame)
    said = ack.relative if ack is not None else "another number"
    return Odd(
        judgement.packet, f"acknowledges {said}, and the SYN asked for 1", reaches=True, fate=Fate.REFUSED
    )


def _unseen(judgement: Judgement, crossings: Sequence[Crossing], numbering: Numbering) -> Odd:
    del numbering
    frame = next((one.first for one in crossings if judgement.packet in one.numbers), None)
    link = link_of(frame) if frame is not None else None
    turns = link is not None and any(link.destination in one.through for one in crossings)
    why = "not sent on: the SYN/ACK came back past it" if turns else "does not get to the server"
    return Odd(judgement.packet, why, reaches=False, fate=Fate.DIES)


def _not_taken(judgement: Judgement, crossings: Sequence[Crossing], numbering: Numbering) -> Odd:
    del numbering
    place = next((at for at, one in enumerate(crossings) if judgement.packet in one.numbers), 0)
    asks = any(one.from_client and one.first.seen.is_syn for one in crossings[place + 1 :])
    why = "the client asks again" if asks else "the client says nothing more"
    return Odd(judgement.packet, why, reaches=False, fate=Fate.DIES)


def _by_device(judgement: Judgement, crossings: Sequence[Crossing], numbering: Numbering) -> Odd:
    del crossings, numbering
    seen = _packet(judgement)
    who = "client" if seen is None or seen.from_client else "server"
    return Odd(judgement.packet, f"not sent by the {who}: a device made it", reaches=True, fate=Fate.SEEN)


def _idle(judgement: Judgement, crossings: Sequence[Crossing], numbering: Numbering) -> Odd:
    del crossings, numbering
    seen = _packet(judgement)
    if seen is not None and seen.is_reset:
        return Odd(judgement.packet, "answers after a long silence", reaches=True, fate=Fate.SEEN)
    return Odd(judgement.packet, "never answered, after a long silence", reaches=False, fate=Fate.DIES)


def _unrepaired(judgement: Judgement, crossings: Sequence[Crossing], numbering: Numbering) -> Odd:
    """The lost packet, where it passed here; else the first one that asks for it."""
    del numbering
    asking = _packet(judgement)
    if asking is None:
        return Odd(judgement.packet, "asks for lost bytes", reaches=True, fate=Fate.SEEN)
    for one in crossings:
        if one.from_client != asking.from_client and covers(one.first.seen, asking.ack):
            number = one.first.seen.number
            return Odd(number, "lost behind here, and never sent again", reaches=False, fate=Fate.DIES)
    why = "asks for bytes that never passed here, and never do"
    return Odd(judgement.packet, why, reaches=True, fate=Fate.SEEN)


def _dropped(judgement: Judgement, crossings: Sequence[Crossing], numbering: Numbering) -> Odd:
    del crossings, numbering
    drop = judgement.stream.capture.drops[judgement.packet]
    return Odd(judgement.packet, drop.text or "dropped", reaches=False, fate=Fate.DIES, counter=drop.reason)


def _unreachable(judgement: Judgement, crossings: Sequence[Crossing], numbering: Numbering) -> Odd:
    """The last SYN before the router's answer."""
    del numbering
    capture = judgement.stream.capture
    error = next(one for one in capture.unreachables if one.number == judgement.packet)
    before = [one.first.seen.number for one in crossings if one.first.seen.time_ns <= error.time_ns]
    number = before[-1] if before else crossings[0].first.seen.number
    sender = capture.address(error.sender)
    return Odd(number, error.says, reaches=False, fate=Fate.DIES, by=sender)


_JUDGED: dict[Cause, Callable[[Judgement, Sequence[Crossing], Numbering], Odd]] = {
    Cause.WRONG_SOURCE: _wrong_source,
    Cause.ISN_MISMATCH: _isn_mismatch,
    Cause.HANDSHAKE_UNSEEN: _unseen,
    Cause.UNREACHABLE: _unreachable,
    Cause.ANSWER_NOT_TAKEN: _not_taken,
    Cause.RESET_BY_DEVICE: _by_device,
    Cause.IDLE_TIMEOUT: _idle,
    Cause.PROXY_STALL: _unrepaired,
    Cause.UNREPAIRED_LOSS: _unrepaired,
    Cause.DROPPED: _dropped,
}
