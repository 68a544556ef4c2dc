"""Which call of one capture is which of the other, and which packet is which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from statistics import median

from bothways.diagnosis.capture.calls import Call, CallPacket
from bothways.diagnosis.capture.clocks import Clocks, Twin

Pair = tuple[CallPacket | None, CallPacket | None]
_ENOUGH = 4
_STRONG = 6
_APART_S = 2.0
_SAME_S = 0.4
_AT_ONCE_S = 0.1
_SHAPED = 12
_HANDSHAKE = 3
_VOTES = 4
_EARLY = 24


def paired_calls(here: Sequence[Call], there: Sequence[Call]) -> list[tuple[Call, Call]]:
    """Calls that are one: by numbers, ports, identification and time, best fits first, each used once."""
    index: dict[Hashable, list[int]] = defaultdict(list)
    for number, call in enumerate(there):
        for key in _keys(call):
            index[key].append(number)
    fits = []
    alike = []
    for one, call in enumerate(here):
        candidates = {other for key in _keys(call) for other in index.get(key, ())[:64]}
        fits += [(_fit(call, there[other]), one, other) for other in candidates]
        alike += [(one, other) for other in index.get(_shape(call), ())[:64]]
    offset = _usual_offset(here, there, fits)
    if offset is None:
        offset = _voted_offset([_start(there[other]) - _start(here[one]) for one, other in alike])
    if offset is not None:
        # Where names, ports and numbers are all changed, the course of a call and its moment are left.
        fits += [(_ENOUGH, one, other) for one, other in alike
                 if abs(_start(there[other]) - _start(here[one]) - offset) <= _AT_ONCE_S]  # fmt: skip
    fits = sorted((fit for fit in fits if fit[0] >= _ENOUGH), key=lambda fit: (-fit[0], fit[1], fit[2]))
    used_here: set[int] = set()
    used_there: set[int] = set()
    pairs = []
    for fit, one, other in fits:
        late = (
            abs(_start(there[other]) - _start(here[one]) - offset) > _APART_S if offset is not None else False
        )
        if one in used_here or other in used_there or (late and fit < _STRONG + 2):
            continue
        used_here.add(one)
        used_there.add(other)
        pairs.append((here[one], there[other]))
    pairs.sort(key=lambda pair: pair[0].stream.number)
    return pairs


def _keys(call: Call) -> Iterator[Hashable]:
    stream, first = call.stream, call.packets[0].seen
    if call.client_isn is not None:
        yield "client", call.client_isn
        yield "ident", first.ident, first.window, stream.server_port, first.length
    if call.server_isn is not None:
        yield "server", call.server_isn
    yield "ports", stream.client_port, stream.server_port
    yield "ends", stream.client, stream.server, stream.server_port
    yield _shape(call)


def _shape(call: Call) -> Hashable:
    """The course of a call: who sends how much, in its first packets."""
    seen = [packet.seen for packet in call.packets[:_SHAPED]]
    course = tuple((one.from_client, one.flags & 0x17, one.length) for one in seen)
    return "shape", call.stream.server_port, course if len(course) > _HANDSHAKE else call.stream.number


def _voted_offset(offsets: Sequence[float]) -> float | None:
    """The distance in time that most pairs of like calls have; None where another is nearly as frequent."""
    votes = Counter(round(one / _AT_ONCE_S) for one in offsets)
    (best, count), (_, second) = [*votes.most_common(2), (0, 0), (0, 0)][:2]
    if count < _VOTES or count < 2 * second:
        return None
    return median(one for one in offsets if round(one / _AT_ONCE_S) == best)


def _fit(one: Call, other: Call) -> int:
    """How much speaks for one call: numbers that are the same are hard to have by chance."""
    ours, theirs = one.stream, other.stream
    weight = 4 * (one.client_isn is not None and one.client_isn == other.client_isn)
    weight += 4 * (one.server_isn is not None and one.server_isn == other.server_isn)
    weight += 2 * (ours.client_port == theirs.client_port) + (ours.server_port == theirs.server_port)
    weight += (ours.client == theirs.client) + (ours.server == theirs.server)
    first, second = one.packets[0].seen, other.packets[0].seen
    same_ident = first.ident == second.ident and first.flags == second.flags
    weight += 2 * bool(same_ident and first.ident)
    if (one.client_isn is None) != (other.client_isn is None):
        weight -= 1
    return weight


def _start(call: Call) -> float:
    return call.packets[0].seen.time_s


def _usual_offset(
    here: Sequence[Call], there: Sequence[Call], fits: Sequence[tuple[int, int, int]]
) -> float | None:
    strong = [_start(there[other]) - _start(here[one]) for fit, one, other in fits if fit >= _STRONG]
    return median(strong) if strong else None


def paired_packets(here: Call, there: Call, clocks: Clocks | None) -> list[Pair]:
    """Packets of two calls that are one, in the order of time; None where one side does not have it."""
    key = _key_of(here, there)
    waiting: dict[Hashable, list[CallPacket]] = defaultdict(list)
    for packet in there.packets:
        waiting[key(there, packet)].append(packet)
    pairs: list[Pair] = []
    for packet in here.packets:
        found = _same(packet, waiting[key(here, packet)], clocks)
        pairs.append((packet, found))
    pairs += [(None, packet) for rest in waiting.values() for packet in rest]

    def moment(pair: Pair) -> float:
        one, other = pair
        if one is not None:
            return one.seen.time_s
        assert other is not None
        return other.seen.time_s - (clocks.offset_s if clocks else 0.0)

    return sorted(pairs, key=moment)


def _key_of(here: Call, there: Call) -> Callable[[Call, CallPacket], Hashable]:
    """What two forms of one packet have in common."""
    known = here.client_isn is not None and there.client_isn is not None
    answered = here.server_isn is not None and there.server_isn is not None

    def key(call: Call, packet: CallPacket) -> Hashable:
        seen = packet.seen
        by_isn = known if seen.from_client else answered
        return seen.from_client, seen.flags & 0x17, call.relative(seen, by_isn=by_isn), seen.length

    return key


def possible_twins(here: Call, there: Call) -> Iterator[Twin]:
    """Each early packet beside each one there that may be it: which is, is known when the clocks are."""
    key = _key_of(here, there)
    waiting: dict[Hashable, list[CallPacket]] = defaultdict(list)
    for packet in there.packets[:_EARLY]:
        waiting[key(there, packet)].append(packet)
    for packet in here.packets[:_EARLY]:
        for other in waiting.get(key(here, packet), ()):
            yield packet.seen.time_s, other.seen.time_s, packet.seen.from_client


def _same(packet: CallPacket, waiting: list[CallPacket], clocks: Clocks | None) -> CallPacket | None:
    """Take the one of the waiting packets that is this one."""
    if not waiting:
        return None
    if clocks is None:
        return waiting.pop(0)
    expected = clocks.there(packet.seen.time_s)
    nearest = min(waiting, key=lambda one: abs(one.seen.time_s - expected))
    if abs(nearest.seen.time_s - expected) > _SAME_S + (clocks.way_s or 0.0):
        return None
    waiting.remove(nearest)
    return nearest
