"""The picture of a call that two captures have: each packet here, there, and what was done to it between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bothways.diagnosis.capture.calls import CallPacket
from bothways.diagnosis.capture.join_verdicts import packet_of
from bothways.diagnosis.capture.joined_call import JoinedCall
from bothways.diagnosis.capture.pairing import Pair
from bothways.diagnosis.capture.stream import Stream
from bothways.report.ladder.captured_columns import CLIENT, SERVER
from bothways.report.ladder.crossings import link_of
from bothways.report.ladder.heard import Heard
from bothways.report.ladder.joined_numbers import numberings
from bothways.report.ladder.numbering import Numbering
from bothways.report.ladder.odd_pair import OddPair, odd_pair
from bothways.report.ladder.of_capture import LEFT_OUT, MOST_ROWS
from bothways.report.ladder.picture import (
    Change,
    Column,
    End,
    Fate,
    Kind,
    Passage,
    Picture,
    Row,
    Sighting,
    Stretch,
)
from bothways.report.ladder.shortening import chosen
from bothways.report.ladder.sighted import day_of, sighting
from bothways.report.ladder.sockets import changes, socket

HERE, THERE, BETWEEN = "here", "there", "between"
_REMARKS = {
    "made": "made between",
    "recut": "its bytes are in other packets on the other side",
}


def joined_picture(call: JoinedCall, *, most: int = MOST_ROWS) -> Picture:
    """The ladder of a joined call; what is done to it between the two places stands in a column there."""
    drawing = _Drawing(call)
    ours, theirs = call.here.stream, call.there.stream
    unknown = "" if call.client_here is not None else ", in an order that is not known"
    return Picture(
        title=f"{ours.name} in {ours.capture.name} and {theirs.capture.name}{day_of(ours)}{unknown}",
        source="captured",
        columns=drawing.columns,
        rows=tuple(drawing.rows(most)),
        legend=drawing.legend,
    )


class _Drawing:
    """What the rows of one picture share. The first packet of its pairs is the one nearer to the client."""

    def __init__(self, call: JoinedCall) -> None:
        self._call = call
        turned = call.client_here is False
        self._near, self._far = (THERE, HERE) if turned else (HERE, THERE)
        calls = (call.there, call.here) if turned else (call.here, call.there)
        self._pairs = [pair[::-1] if turned else pair for pair in call.pairs]
        self._fates = [call.fate(pair) for pair in call.pairs]
        self._odd = odd_pair(call)
        if self._odd is not None:
            self._fates[self._odd.index] = call.between(call.pairs[self._odd.index])
        self._captures = tuple(one.stream.capture for one in calls)
        self._numbers = numberings(call, *calls)
        self._heard = [Heard(one.packets, numbers) for one, numbers in zip(calls, self._numbers, strict=True)]
        self.legend = self._numbers[0].legend()
        self._busy = any(self._works(pair, fate) for pair, fate in zip(self._pairs, self._fates, strict=True))
        self.columns = self._columns(calls[0].stream, calls[1].stream)

    def _works(self, pair: Pair, fate: str) -> bool:
        """Whether something is done to a packet between the two places."""
        one, other = pair
        if one is not None and other is not None:
            return any(changes(one, other, self._numbers))
        return fate in ("lost", "made")

    def _columns(self, near: Stream, far: Stream) -> tuple[Column, ...]:
        hops = self._call.rewrites.hops
        name = "between" if not hops else f"between, {hops} hop{'' if hops == 1 else 's'}"
        client, server = near.side(client=True), far.side(client=False)
        others = {near.side(client=False), *(self._call.rewrites.server or ())} - {server}
        translated = {far.side(client=True)} - {client}
        return (
            Column(CLIENT, client, Kind.HOST, tuple(translated)),
            Column(self._near, near.capture.name, Kind.CAPTURE),
            *([Column(BETWEEN, name, Kind.DEVICE)] if self._busy else []),
            Column(self._far, far.capture.name, Kind.CAPTURE),
            Column(SERVER, server, Kind.HOST, tuple(sorted(others))),
        )

    def _place(self, frame: CallPacket) -> int:
        """0 for the place nearer to the client, 1 for the other one."""
        return 0 if frame.stream.capture is self._captures[0] else 1

    def _numbering(self, frame: CallPacket) -> Numbering:
        return self._numbers[self._place(frame)]

    def _got(self, frame: CallPacket | None) -> bool:
        return frame is not None and self._heard[self._place(frame)].got(frame)

    def rows(self, most: int) -> Iterator[Row]:
        """The packets in their order; what is left out is said in rows without a way."""
        shown = chosen(self._by_worth(), len(self._pairs), most)
        for before, index in pairwise([-1, *shown]):
            yield from self._gap(before + 1, index)
            yield self._row(index)
        yield from self._gap(shown[-1] + 1 if shown else 0, len(self._pairs))

    def _by_worth(self) -> Iterator[int]:
        if self._odd is not None:
            yield self._odd.index
        kinds = [packet_of(pair).seen for pair in self._pairs]
        for kind in ("is_syn", "is_syn_ack"):
            yield from [at for at, seen in enumerate(kinds) if getattr(seen, kind)][:1]
        yield from [at for at, seen in enumerate(kinds) if seen.from_client and not seen.is_syn][:1]
        yield len(self._pairs) - 1
        yield from [at for at, fate in enumerate(self._fates) if fate in ("lost", "made")]
        yield from range(len(self._pairs))

    def _gap(self, start: int, end: int) -> Iterator[Row]:
        fates = self._fates[start:end]
        if not fates:
            return
        odd = {"lost": "lost between", "made": "made between", "one": "on one side alone",
               "recut": "in other pieces"}  # fmt: skip
        told = [f"{fates.count(fate):,} {words}" for fate, words in odd.items() if fate in fates]
        words = f"{len(fates):,} packet{'s' if len(fates) > 1 else ''} in both"
        if told:
            words = f"{len(fates):,} packets, among them {', '.join(told)}"
        yield Row(packet_of(self._pairs[start]).seen.number, LEFT_OUT, Fate.SEEN, (), remark=words)

    def _row(self, index: int) -> Row:
        pair, fate = self._pairs[index], self._fates[index]
        odd = self._odd if self._odd is not None and self._odd.index == index else None
        stretches = self._stretches(pair, fate, reaches=odd is not None)
        packet = packet_of(pair)
        return Row(
            number=packet.seen.number,
            kind=packet.seen.flag_names.replace(" ", "/"),
            fate=self._fate(stretches, fate, odd),
            stretches=stretches,
            end=self._end(stretches, fate, odd),
            dead=odd is not None,
            sightings=tuple(self._sightings(pair)),
            remark="" if odd is not None else self._remark(pair, fate),
        )

    def _fate(self, stretches: Sequence[Stretch], fate: str, odd: OddPair | None) -> Fate:
        if fate == "lost":
            return Fate.DIES
        if odd is not None:
            return Fate.REFUSED if odd.refused else Fate.SEEN
        return Fate.ARRIVES if stretches[-1].end in (CLIENT, SERVER) else Fate.SEEN

    def _end(self, stretches: Sequence[Stretch], fate: str, odd: OddPair | None) -> End | None:
        if odd is None:
            return End(BETWEEN, "lost between") if fate == "lost" else None
        ack = stretches[-1].ack
        said = ack.relative if ack is not None else "another number"
        return End(stretches[-1].end, odd.why or f"acknowledges {said}, and the SYN asked for 1")

    def _sightings(self, pair: Pair) -> Iterator[Sighting]:
        for key, frame in zip((self._near, self._far), pair, strict=True):
            if frame is not None:
                yield sighting(frame, key)

    def _remark(self, pair: Pair, fate: str) -> str:
        if fate == "one":
            other = self._captures[1 - self._place(packet_of(pair))]
            return f"not in {other.name}, and nothing follows from that"
        return _REMARKS.get(fate, "")

    def _stretches(self, pair: Pair, fate: str, *, reaches: bool) -> tuple[Stretch, ...]:
        """From its sender past the captures that have it; lost and made packets end and begin between."""
        from_client = packet_of(pair).seen.from_client
        frames = {self._near: pair[0], self._far: pair[1]}
        stops = [CLIENT, self._near, *([BETWEEN] if self._busy else []), self._far, SERVER]
        stops = stops if from_client else stops[::-1]
        if fate == "lost":
            stops = stops[: stops.index(BETWEEN) + 1]
        elif fate == "made":
            stops = stops[stops.index(BETWEEN) :]
        elif None in frames.values():
            stops = [stop for stop in stops if stop != BETWEEN and frames.get(stop, pair) is not None]
        if stops[-1] in (CLIENT, SERVER) and not (reaches or self._got(frames[stops[-2]])):
            stops.pop()
        return tuple(self._stretch(frames, ends) for ends in pairwise(stops))

    def _stretch(self, frames: dict[str, CallPacket | None], ends: tuple[str, str]) -> Stretch:
        start, end = ends
        frame = frames.get(end) or frames.get(start)
        assert frame is not None
        numbers, link = self._numbering(frame), link_of(frame)
        seen = link is not None and end in frames
        return Stretch(
            *ends,
            source=socket(frame, frame.source),
            destination=socket(frame, frame.destination),
            seq=numbers.seq(frame),
            ack=numbers.ack(frame),
            changes=self._changed(frames, from_near=end == self._far) if start == BETWEEN else (),
            through=Passage(source_mac=link.source, next_hop_mac=link.destination)
            if link is not None and seen
            else Passage(),
        )

    def _changed(self, frames: dict[str, CallPacket | None], *, from_near: bool) -> tuple[Change, ...]:
        near, far = frames[self._near], frames[self._far]
        if near is None or far is None:
            return ()
        one, other = (near, far) if from_near else (far, near)
        return tuple(changes(one, other, (self._numbering(one), self._numbering(other))))
