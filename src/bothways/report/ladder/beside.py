"""Predicted beside captured: the packets of a walk, and what a capture has of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bothways.diagnosis.capture.calls import CallPacket
from bothways.diagnosis.capture.course import Course
from bothways.diagnosis.capture.judgement import Judgement
from bothways.diagnosis.capture.packets import ACK
from bothways.report.ladder.crossings import Crossing, crossings_of, link_of, with_translations
from bothways.report.ladder.matching import Pairing, expected_kind, from_client, kind_of, paired
from bothways.report.ladder.numbering import Numbering
from bothways.report.ladder.odd_packet import Odd, dies, odd_of, shifts_of
from bothways.report.ladder.of_capture import LEFT_OUT
from bothways.report.ladder.picture import End, Fate, Number, Picture, Row, Stretch
from bothways.report.ladder.shortening import left_out, repetitions
from bothways.report.ladder.sighted import sighting
from bothways.report.ladder.sockets import socket
from bothways.report.ladder.symbols_solved import Solved
from bothways.report.ladder.thinning import thinned
from bothways.report.ladder.wires import Wires, addresses_differ

_MOST_EXTRA = 6
_MISSING = "predicted; not in this capture, and this place would have seen it"


def beside(predicted: Picture, what: Judgement | Course, seen_at: tuple[str, str] | None = None) -> Picture:
    """A prediction with what was captured of each packet, and the captured packets that nobody predicted.

    Args:
        predicted: the picture of a walk.
        what: a judged stream, or one about which there is nothing to say.
        seen_at: the device, by its column's key, and the interface that were captured at; None where that is
            not known, and then nothing is concluded from what is missing.
    """
    course = what.course if isinstance(what, Judgement) else what
    streams = (course.stream, *(what.also if isinstance(what, Judgement) else ()))
    told = (what.packet, *(line.number for line in what.lines)) if isinstance(what, Judgement) else ()
    parts = thinned(streams, told)
    crossings = [with_translations(one) for one in crossings_of(parts.streams)]
    pairs = paired(predicted, crossings)
    tries = [_Beside(predicted, what, crossings, seen_at, near_client=near) for near in (True, False)]
    drawn = [one.rows(pairs, hidden=len(parts.hidden)) for one in tries]
    # A place that nobody named is the one that the prediction fits.
    wrong = [sum(row.agrees is False for row in rows) for rows in drawn]
    best = 1 if wrong[1] < wrong[0] else 0
    for stream in streams:
        stream.forget()
    return Picture(
        title=f"{predicted.title}, beside {course.stream.capture.name}",
        source="predicted and captured",
        columns=predicted.columns,
        rows=tuple(drawn[best]),
        legend=tries[best].solved.legend(predicted.legend),
    )


class _Beside:
    """One guess of where the capture was taken, and what follows."""

    def __init__(
        self,
        predicted: Picture,
        what: Judgement | Course,
        crossings: Sequence[Crossing],
        seen_at: tuple[str, str] | None,
        *,
        near_client: bool,
    ) -> None:
        self.solved = Solved()
        self._predicted = predicted
        self._crossings = crossings
        self._wires = Wires(predicted, seen_at, near_client=near_client)
        judgement = what if isinstance(what, Judgement) else None
        self._odd: Odd | None = None
        if judgement is not None and dies(judgement) and not any(row.dead for row in predicted.rows):
            numbering = Numbering([one.first for one in crossings], shifts_of(judgement, crossings))
            self._odd = odd_of(judgement, crossings, numbering)
        self._ways: dict[bool, set[str]] = {True: set(), False: set()}
        for row in predicted.rows:
            self._ways[from_client(row, predicted)] |= {one.start for one in row.stretches}

    def rows(self, pairs: Sequence[Pairing], *, hidden: int = 0) -> list[Row]:
        """Predicted and captured packets in their order, and what else was captured in one row.

        Args:
            pairs: in their order.
            hidden: how many packets of a very long stream were not looked at.
        """
        foretold = [self._foretold(pair) for pair in pairs]
        found: list[Row] = []
        rest = {one.first.seen.place: one for one in self._crossings}
        room = _MOST_EXTRA
        for pair, row in zip(pairs, foretold, strict=True):
            crossing = pair.crossing
            if crossing is None:
                found += [row] if row is not None else []
                continue
            if row is None:
                if not room and not self._is_odd(crossing):
                    continue
                room -= bool(room)
            rest.pop(crossing.first.seen.place, None)
            drawn = self._filled(row) if row is not None else self._unexpected(crossing)
            found.append(self._marked(drawn, crossing))
        return [*found, *self._gap(list(rest.values()), hidden)]

    def _foretold(self, pair: Pairing) -> Row | None:
        """A predicted row with what was captured of it; symbols are learnt from all of them first."""
        if pair.row is None:
            return None
        return self._not_captured(pair.row) if pair.crossing is None else self._both(pair.row, pair.crossing)

    def _not_captured(self, row: Row) -> Row:
        passes = any(self._wires.passes(one) for one in row.stretches)
        if not passes or row.fate is Fate.SUPPOSED:
            return row
        return replace(row, agrees=False, remark=_joined(row.remark, _MISSING))

    def _both(self, row: Row, crossing: Crossing) -> Row:
        where = self._wires.stretches(row, crossing)
        differs = "; ".join(dict.fromkeys(filter(None, self._differs(row, crossing, where))))
        return replace(
            row,
            sightings=tuple(sighting(form, at) for form, _, at in where)
            or tuple(sighting(form, "") for form in crossing.forms),
            agrees=not differs,
            remark=_joined(row.remark, f"captured {differs}" if differs else ""),
        )

    def _differs(
        self, row: Row, crossing: Crossing, where: Sequence[tuple[object, Stretch, str]]
    ) -> Iterator[str]:
        if kind_of(crossing) != expected_kind(row):
            yield f"as {_kind(crossing)}, and not {row.kind}"
            return
        forms = crossing.forms
        numbers = "numbers" in forms[0].stream.capture.known and not forms[0].stream.capture.relative
        for (_, stretch, _), form in zip(where, forms, strict=False):
            yield addresses_differ(form, stretch)
            if numbers:
                yield _said("with seq ", self.solved.fits(stretch.seq, form.seen.seq))
                has_ack = form.seen.flags & ACK and stretch.ack is not None
                yield _said("with ack ", self.solved.fits(stretch.ack, form.seen.ack)) if has_ack else ""
        sent_on = {self._wires.column(mac) for mac in crossing.through} - {""}
        if row.end is not None and row.end.column in sent_on:
            yield f"behind {self._name(row.end.column)}, too, where it was to end"

    def _unexpected(self, crossing: Crossing) -> Row:
        """A packet that nobody predicted, from the device that sends its frame to the one that gets it."""
        form, ours = crossing.first, crossing.from_client
        ends = self._predicted.columns[0].key, self._predicted.columns[-1].key
        start, end = ends if ours else ends[::-1]
        link = link_of(form)
        came = self._wires.column(link.source) if link is not None else ""
        goes = self._wires.column(link.destination) if link is not None and not crossing.through else ""
        start = came if came and came not in (*ends, *self._ways[ours]) else start
        end = goes if goes and goes != start else end
        acked = form.seen.flags & ACK
        stretch = Stretch(
            start,
            end,
            socket(form, form.source),
            socket(form, form.destination),
            seq=self._symbolic(form.seen.seq, form, of_client=ours),
            ack=self._symbolic(form.seen.ack, form, of_client=not ours) if acked else None,
        )
        return Row(
            number=form.seen.number,
            kind=_kind(crossing),
            fate=Fate.SEEN,
            stretches=(stretch,),
            sightings=tuple(sighting(one, goes if one is form else "") for one in crossing.forms),
            remark="captured; not predicted",
        )

    def _symbolic(self, value: int, form: CallPacket, *, of_client: bool) -> Number | None:
        capture = form.stream.capture
        if "numbers" not in capture.known:
            return None
        if capture.relative:
            return Number(str(value))
        return self.solved.symbolic(value, of_client=of_client) or Number(str(value), value)

    def _is_odd(self, crossing: Crossing) -> bool:
        return self._odd is not None and self._odd.number in crossing.numbers

    def _marked(self, row: Row, crossing: Crossing) -> Row:
        """The packet that the capture says the flow dies of, where the prediction says that it lives."""
        odd = self._odd
        if odd is None or odd.number not in crossing.numbers:
            return row
        return replace(row, dead=True, fate=odd.fate, end=End(row.stretches[-1].end, odd.why, odd.counter))

    def _gap(self, rest: Sequence[Crossing], hidden: int) -> Iterator[Row]:
        if rest:
            said = left_out(rest, repetitions(rest), hidden).replace(" as they should be", "")
            yield Row(rest[0].first.seen.number, LEFT_OUT, Fate.SEEN, (), remark=f"captured besides: {said}")

    def _filled(self, row: Row) -> Row:
        """With the numbers that symbols were seen to be."""
        stretches = (
            replace(one, seq=self.solved.filled(one.seq), ack=self.solved.filled(one.ack))
            for one in row.stretches
        )
        return replace(row, stretches=tuple(stretches))

    def _name(self, key: str) -> str:
        return self._predicted.column(key).name


def _kind(crossing: Crossing) -> str:
    return crossing.first.seen.flag_names.replace(" ", "/")


def _said(before: str, text: str) -> str:
    return before + text if text else ""


def _joined(*texts: str) -> str:
    return "; ".join(filter(None, texts))
