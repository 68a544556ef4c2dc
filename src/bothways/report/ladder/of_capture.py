"""The picture of a captured stream: what passed the place of the capture, and what that says of its way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bothways.diagnosis.capture.course import Course
from bothways.diagnosis.capture.judgement import Cause, Judgement
from bothways.report.ladder.captured_columns import CAPTURE, CLIENT, SERVER, places_of, router_key
from bothways.report.ladder.captured_ways import Ways
from bothways.report.ladder.crossings import Crossing, crossings_of, with_translations
from bothways.report.ladder.numbering import Numbering
from bothways.report.ladder.odd_packet import Odd, dies, odd_of, shifts_of
from bothways.report.ladder.picture import End, Fate, Picture, Row, Sighting, Stretch
from bothways.report.ladder.shortening import kept, left_out, repetitions
from bothways.report.ladder.sighted import clock, day_of, sighting
from bothways.report.ladder.thinning import Thinned, thinned

MOST_ROWS = 24
LEFT_OUT = "…"
_NO_PLACE = 1 << 62
_SILENCE_S = 60.0


def captured(what: Judgement | Course, *, most: int = MOST_ROWS) -> Picture:
    """The ladder of a stream: of an odd one with its odd packet marked, the only dead row if it failed.

    Args:
        what: a judged stream, or one about which there is nothing to say.
        most: how many packets are shown; what is left out between them is said in rows without a way.
    """
    judgement = what if isinstance(what, Judgement) else None
    course = what.course if isinstance(what, Judgement) else what
    streams = (course.stream, *(judgement.also if judgement is not None else ()))
    told = () if judgement is None else (judgement.packet, *(line.number for line in judgement.lines))
    picture = _Drawing(course, thinned(streams, told), judgement, most).picture()
    for stream in streams:
        stream.forget()
    return picture


class _Drawing:
    """What the rows of one picture share."""

    def __init__(
        self,
        course: Course,
        parts: Thinned,
        judgement: Judgement | None,
        most: int,
    ) -> None:
        streams = parts.streams
        self._stream, self._judgement = streams[0], judgement
        self._hidden = parts
        self._crossings = crossings = crossings_of(streams)
        self._numbering = Numbering([one.first for one in crossings], shifts_of(judgement, crossings))
        self._odd = odd_of(judgement, crossings, self._numbering) if judgement is not None else None
        self._repeated = repetitions(crossings)
        self._shown = kept(crossings, course, self._told(), most)
        for index in self._shown:
            crossings[index] = with_translations(crossings[index])
        self._places = places_of(streams, crossings, judgement, self._odd.by if self._odd else "")
        self._ways = Ways(self._places, self._numbering, crossings)

    def picture(self) -> Picture:
        return Picture(
            title=f"{self._stream.name} in {self._stream.capture.name}{day_of(self._stream)}",
            source="captured",
            columns=self._places.columns,
            rows=tuple(self._rows()),
            legend=self._numbering.legend(),
        )

    def _told(self) -> Iterator[int]:
        """The packets that the verdict rests on, the odd one first."""
        if self._odd is not None and self._judgement is not None:
            yield self._odd.number
            yield self._judgement.packet
            yield from (line.number for line in self._judgement.lines)

    def _rows(self) -> Iterator[Row]:
        shown = self._shown
        for before, index in pairwise([-1, *shown]):
            yield from self._gap(before + 1, index)
            yield from self._row(index)
        yield from self._gap(shown[-1] + 1 if shown else 0, len(self._crossings))

    def _gap(self, start: int, end: int) -> Iterator[Row]:
        """A row that says what is left out."""
        some, hidden = self._crossings[start:end], self._hidden_between(start - 1, end)
        if some or hidden:
            first = some[0] if some else self._crossings[start - 1]
            words = left_out(some, self._repeated[start:end], hidden)
            yield Row(first.first.seen.number, LEFT_OUT, Fate.SEEN, (), remark=words)

    def _hidden_between(self, one: int, other: int) -> int:
        """How many packets of a very long stream were not looked at between two that were."""
        before = self._crossings[one].first.seen.place if one >= 0 else -1
        after = self._crossings[other].first.seen.place if other < len(self._crossings) else _NO_PLACE
        return self._hidden.between(before, after)

    def _row(self, index: int) -> Iterator[Row]:
        crossing = self._crossings[index]
        odd = self._odd if self._odd is not None and self._odd.number in crossing.numbers else None
        stretches = self._ways.stretches(crossing, reaches=self._reaches(crossing, odd))
        if odd is not None and odd.by:
            stretches = self._up_to_router(stretches, odd)
        end = End(stretches[-1].end, odd.why, odd.counter) if odd is not None else self._dropped(crossing)
        arrives = stretches[-1].end == (SERVER if crossing.from_client else CLIENT)
        fate = Fate.ARRIVES if arrives else Fate.DIES if end is not None else Fate.SEEN
        yield Row(
            number=crossing.first.seen.number,
            kind=crossing.first.seen.flag_names.replace(" ", "/"),
            fate=odd.fate if odd is not None else fate,
            stretches=stretches,
            end=end,
            dead=odd is not None and self._judgement is not None and dies(self._judgement),
            sightings=tuple(self._sightings(crossing)),
            remark="; ".join(self._remarks(index, crossing, odd)),
        )
        if odd is not None and odd.by:
            yield self._error(odd)

    def _reaches(self, crossing: Crossing, odd: Odd | None) -> bool:
        if crossing.first.seen.number in self._stream.capture.drops:
            return False
        return odd.reaches if odd is not None else self._ways.got(crossing)

    def _up_to_router(self, stretches: tuple[Stretch, ...], odd: Odd) -> tuple[Stretch, ...]:
        """The way of a packet that a router behind the capture answers with an error."""
        last = stretches[-1]
        key = SERVER if odd.by == self._stream.side(client=False) else router_key(odd.by)
        onward = Stretch(last.end, key, last.source, last.destination, last.seq, last.ack)
        return (*stretches, onward)

    def _error(self, odd: Odd) -> Row:
        """The router's answer."""
        capture, judgement = self._stream.capture, self._judgement
        assert judgement is not None
        error = next(one for one in capture.unreachables if one.number == judgement.packet)
        key = SERVER if odd.by == self._stream.side(client=False) else router_key(odd.by)
        client = self._stream.side(client=True)
        line = judgement.lines[-1]
        return Row(
            number=error.number,
            kind="ICMP",
            fate=Fate.SEEN,
            stretches=(Stretch(key, CAPTURE, odd.by, client), Stretch(CAPTURE, CLIENT, odd.by, client)),
            sightings=(Sighting(line.file, line.number, clock(line.moment), CAPTURE, line.text),),
            remark=error.says,
        )

    def _dropped(self, crossing: Crossing) -> End | None:
        """Why a firewall dropped it, where the capture is one of dropped packets."""
        drop = self._stream.capture.drops.get(crossing.first.seen.number)
        return End(CAPTURE, drop.text or "dropped", drop.reason) if drop is not None else None

    def _sightings(self, crossing: Crossing) -> Iterator[Sighting]:
        for form in crossing.forms:
            yield sighting(form, CAPTURE)

    def _remarks(self, index: int, crossing: Crossing, odd: Odd | None) -> Iterator[str]:
        timed = "time" in self._stream.capture.known
        if index and timed and not self._hidden_between(index - 1, index):
            gap = crossing.first.seen.time_s - self._crossings[index - 1].last.seen.time_s
            if gap >= _SILENCE_S:
                yield f"after {gap:.1f} s of silence"
        if self._repeated[index] == "again":
            yield "sent again"
        elif self._repeated[index]:
            yield "acknowledges the same again"
        if odd is None:
            maker = self._ways.made_by(crossing)
            if maker:
                yield f"made by {maker}"
            elif self._ways.kept_back(crossing):
                yield "not sent on over this wire"
        elif self._judgement is not None and self._judgement.cause is Cause.RESET_BY_DEVICE:
            yield from (sign.text for sign in self._judgement.signs if sign.weight > 0)
