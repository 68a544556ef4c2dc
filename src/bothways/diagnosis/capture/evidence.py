"""What the captures of an evidence run say together, beside what was foretold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from bothways.diagnosis.capture.course import Course, State
from bothways.diagnosis.capture.joining import Joined, join
from bothways.diagnosis.capture.judgement import Judgement
from bothways.diagnosis.capture.judging import Judged, judged
from bothways.diagnosis.capture.packets import ACK, after
from bothways.diagnosis.capture.text import text_captures
from bothways.diagnosis.findings import Severity
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate


class Outcome(StrEnum):
    """What the flow was seen to do."""

    LIVES = "lives"
    DIES = "dies"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, eq=False)
class Captured:
    """One capture of a run.

    Attributes:
        interface: "" for dropped packets.
        file: name of the file that keeps it.
    """

    device: str
    interface: str
    file: str
    judged: Judged


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All captures of a run.

    Attributes:
        worst: what kills the flow, where that was seen; the surest first.
        joins: two interfaces of one firewall, the client's side first.
        agrees: whether the captures show what was foretold; None where that cannot be told.
        differences: what was foretold and not captured, and the other way round.
    """

    outcome: Outcome
    captured: tuple[Captured, ...]
    worst: tuple[tuple[Captured, Judgement], ...]
    joins: tuple[tuple[str, Joined], ...]
    agrees: bool | None
    differences: tuple[str, ...]

    @property
    def drops(self) -> tuple[tuple[Captured, Judgement], ...]:
        """What the firewalls say they dropped of the flow; of the worst call first."""
        found = [(one, said) for one in self.captured if not one.interface for said in one.judged.judgements]
        port = self.worst[0][1].stream.client_port if self.worst else 0
        return tuple(sorted(found, key=lambda pair: pair[1].stream.client_port != port))

    @property
    def opened(self) -> bool:
        """Whether a connection was opened while the captures stood."""
        return any("SYN" in _kinds(one.judged) for one in self.captured if one.interface)

    @property
    def packets(self) -> int:
        """How many packets of the flow passed an interface."""
        return sum(one.judged.capture.total for one in self.captured if one.interface)


def evidence_of(texts: Sequence[tuple[str, str, str, str]], trace: Trace) -> Evidence:
    """Judge each capture, join the interfaces of a firewall, and hold all of it against the walk.

    Args:
        texts: device, interface ("" for dropped packets), file name, and the text.
        trace: the walk of the flow, made before.
    """
    captured = [
        Captured(device, interface, file, judged(one))
        for device, interface, file, text in texts
        for one in text_captures(text, file)
    ]
    joins = tuple(_joined(captured))
    worst = tuple(_odd(captured))
    outcome = _outcome(captured, worst)
    agrees, differences = _held_against(captured, outcome, trace)
    return Evidence(outcome, tuple(captured), worst, joins, agrees, differences)


def _joined(captured: Sequence[Captured]) -> Iterator[tuple[str, Joined]]:
    for device in dict.fromkeys(one.device for one in captured):
        sides = [one for one in captured if one.device == device and one.interface and one.judged.courses]
        for here, there in pairwise(sides):
            if here.interface != there.interface:
                yield device, join(here.judged, there.judged)


def _odd(
    captured: Sequence[Captured],
) -> Iterator[tuple[Captured, Judgement]]:
    """Judgements that mean the end of a connection; a drop alone, only where no interface tells more."""
    found = [
        (one, said)
        for one in captured
        if one.interface
        for said in one.judged.judgements
        if said.cause.severity is not Severity.NOTE
    ]
    order = list(type(found[0][1].confidence)) if found else []
    yield from sorted(found, key=lambda pair: order.index(pair[1].confidence))


def _outcome(captured: Sequence[Captured], worst: Sequence[object]) -> Outcome:
    if worst:
        return Outcome.DIES
    courses = [course for one in captured if one.interface for course in one.judged.courses]
    if any(_carries(course) for course in courses):
        return Outcome.LIVES
    if any(not one.interface and one.judged.judgements for one in captured):
        return Outcome.DIES
    return Outcome.LIVES if any(_opened(course) for course in courses) else Outcome.UNSEEN


def _carries(course: Course) -> bool:
    """Data came back, and was taken; where one direction passes elsewhere, it acknowledges more and more."""
    if course.state is State.REFUSED:
        return False
    if course.one_sided:
        return _progresses(course)
    return bool(course.server.bytes) and course.client.packets > 1


def _opened(course: Course) -> bool:
    """All three packets of the handshake passed, and nobody complained in the seconds that followed."""
    if course.state not in (State.OPEN, State.HALF_CLOSED, State.CLOSED):
        return False
    stream = course.stream
    return bool(stream.syns and stream.syn_acks) and course.client.packets > len(stream.syns)


def _progresses(course: Course) -> bool:
    acks = [one.ack for one in course.stream.packets if one.flags & ACK and not one.is_reset]
    return len(acks) > 1 and after(acks[-1], acks[0]) > 0


def _held_against(
    captured: Sequence[Captured], outcome: Outcome, trace: Trace
) -> tuple[bool | None, tuple[str, ...]]:
    """Whether kind by kind, interface by interface, what passed is what was to pass."""
    seen = {(one.device, one.interface): _kinds(one.judged) for one in captured if one.interface}
    opened = any("SYN" in kinds for kinds in seen.values())
    if trace.fate is Fate.UNKNOWN or outcome is Outcome.UNSEEN or not opened:
        return None, ()
    third = next((leg.sent.kind for leg in trace.legs if leg.sent.number == 3 and not leg.hypothetical), "")
    kinds = ["SYN", "SYN/ACK", *(["RST"] if third == "RST" else [])]
    foretold = _foretold(trace)
    differences = []
    for place, passed in seen.items():
        for kind in kinds:
            was_to = kind in foretold.get(place, set())
            if was_to != (kind in passed):
                said = "was to pass, and did not" if was_to else "passed, and was not to"
                differences.append(f"{place[0]}, {place[1]}: a {kind} {said}")
    lives = trace.fate is Fate.COMPLETE
    if lives != (outcome is Outcome.LIVES):
        differences.append(
            f"it was foretold to {'live' if lives else 'die'}, and was seen to {_verb(outcome)}"
        )
    return not differences, tuple(differences)


def _verb(outcome: Outcome) -> str:
    return "live" if outcome is Outcome.LIVES else "die"


def _foretold(trace: Trace) -> dict[tuple[str, str], set[str]]:
    """Where each kind of packet was to pass."""
    places: dict[tuple[str, str], set[str]] = {}
    for leg in trace.legs:
        if leg.hypothetical:
            continue
        for hop in leg.hops:
            places.setdefault((hop.device, hop.ingress), set()).add(leg.sent.kind)
            if hop.left is not None:
                places.setdefault((hop.device, hop.egress), set()).add(leg.sent.kind)
    return places


def _kinds(judged: Judged) -> set[str]:
    kinds = set()
    for course in judged.courses:
        for seen in course.stream.packets:
            if seen.is_reset:
                kinds.add("RST")
            elif seen.is_syn:
                kinds.add("SYN")
            elif seen.is_syn_ack:
                kinds.add("SYN/ACK")
            else:
                kinds.add("ACK")
    return kinds
