"""Two captures joined, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bothways.diagnosis.capture import Joined, JoinedCall
from bothways.diagnosis.capture.calls import CallPacket
from bothways.diagnosis.capture.pairing import Pair
from bothways.diagnosis.capture.rewrites import change_of
from bothways.report.capture_pictures import TERMINAL_ROWS, odd_calls
from bothways.report.escaping import clean
from bothways.report.ladder import ladder, ladder_keys
from bothways.report.ladder.of_capture import MOST_ROWS
from bothways.report.ladder.of_join import joined_picture

_MOST_CALLS = 5
_MOST_PACKETS = 10
_FATES = {
    "lost": "lost between",
    "made": "made between",
    "one": "not on the other side",
    "recut": "in other pieces there",
}


def join_lines(joined: Joined, *, everything: bool = False) -> Iterator[RenderableType]:
    """The verdict, the clocks, each odd call as a ladder and packet by packet: here, there, changed how."""
    yield Text(clean(join_verdict(joined)), style="bold")
    yield clean(_clocks(joined))
    odd = [call for call in joined.calls if call.cause is not None]
    told = odd or list(joined.calls[:1])
    shown = told if everything else told[:_MOST_CALLS]
    drawn = odd_calls(joined, everything=everything)
    for call in shown:
        yield ""
        yield from _told(call, drawn=call in drawn, everything=everything)
    if len(told) > len(shown):
        yield f"and {len(told) - len(shown)} more odd calls; all of them: --all"


def join_verdict(joined: Joined) -> str:
    """One line: how many calls are in both, and the worst of them."""
    names = f"{joined.here.capture.name} and {joined.there.capture.name}"
    if not joined.calls:
        return f"{names}: no call is in both"
    odd = [call for call in joined.calls if call.cause is not None]
    count = len(joined.calls)
    head = f"{names}: {count} call{'' if count == 1 else 's'} in both"
    alone = f" ({joined.here_only} here alone, {joined.there_only} there alone)"
    head += alone if joined.here_only or joined.there_only else ""
    if not odd:
        return f"{head}; none is odd"
    worst = odd[0]
    return f"{head}; {len(odd)} odd: {worst.cause} ({worst.confidence}), {worst.here.stream.name}"


def _clocks(joined: Joined) -> str:
    clocks = joined.clocks
    if clocks is None:
        return "the clocks cannot be compared"
    ahead = "ahead" if clocks.offset_s >= 0 else "behind"
    said = f"the clock there is {abs(clocks.offset_s):.6f} s {ahead}"
    if clocks.drift_ppm is not None:
        said += f", and drifts by {clocks.drift_ppm:+.1f} parts per million"
    if clocks.way_s is not None:
        said += f"; a packet takes {clocks.way_s * 1000:.3f} ms between the two"
    fates = joined.fates
    names = (("both", "in both"), ("recut", "in other pieces"), ("lost", "lost between"),
             ("made", "made between"), ("one", "on one side"))  # fmt: skip
    return f"{said}; packets: {', '.join(f'{fates[key]} {name}' for key, name in names if fates[key])}"


def _told(call: JoinedCall, *, drawn: bool, everything: bool) -> Iterator[RenderableType]:
    cause = f"{call.cause} ({call.confidence}): " if call.cause else ""
    yield Text(clean(f"{cause}{call.here.stream.name}"), style="bold")
    if call.sentence:
        yield clean(f"  {call.sentence}")
    for sentence in call.rewrites.sentences:
        if sentence not in call.sentence:
            yield clean(f"  rewritten between: {sentence}")
    if call.client_here is not None:
        near, far = ("here", "there") if call.client_here else ("there", "here")
        hops = call.rewrites.hops
        routers = f", {hops} hop{'' if hops == 1 else 's'} by the TTLs" if hops else ""
        yield f"  the client is on the side of {near}, the server on that of {far}{routers}"
    if drawn:
        yield ""
        yield ladder(joined_picture(call, most=MOST_ROWS if everything else TERMINAL_ROWS))
        yield ""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("packet", "here", "there", "what became of it"):
        table.add_column(heading, no_wrap=heading != "what became of it")
    pairs = call.pairs if everything else call.pairs[:_MOST_PACKETS]
    for row in _rows(call, pairs):
        table.add_row(*(Text(clean(cell)) for cell in row))
    yield table
    if len(call.pairs) > len(pairs):
        yield f"  and {len(call.pairs) - len(pairs)} more packets; all of them: --all"


def _rows(call: JoinedCall, pairs: Sequence[Pair]) -> Iterator[tuple[str, ...]]:
    """A row a packet; a change like the one before it in the same direction is not spelt out again."""
    before: dict[bool, str] = {}
    for pair in pairs:
        packet = pair[0] or pair[1]
        assert packet is not None
        ours = packet.seen.from_client
        became = _became(call, pair)
        same = ";" in became and before.get(ours) == became
        before[ours] = became
        arrow = "client >" if ours else "server <"
        became = "the same" if same else became
        yield f"{arrow} {packet.seen.flag_names}", _at(pair[0]), _at(pair[1]), became


def _at(packet: CallPacket | None) -> str:
    if packet is None:
        return "-"
    capture = packet.stream.capture
    return f"{packet.seen.number} {capture.moment(packet.seen.time_ns).rpartition(' ')[2]}"


def _became(call: JoinedCall, pair: Pair) -> str:
    one, other = pair
    if one is not None and other is not None:
        return change_of(one, other).words or "as it was"
    return _FATES[call.fate(pair)]


def join_keys(joined: Joined, *, everything: bool = False) -> dict[str, Any]:
    """Two captures for programs; the odd calls that a person would be shown come with their ladders."""
    clocks = joined.clocks
    drawn = odd_calls(joined, everything=everything)
    return {
        "here": joined.here.capture.name,
        "there": joined.there.capture.name,
        "clock_offset_s": None if clocks is None else round(clocks.offset_s, 9),
        "clock_drift_ppm": None if clocks is None or clocks.drift_ppm is None else round(clocks.drift_ppm, 3),
        "way_s": None if clocks is None or clocks.way_s is None else round(clocks.way_s, 9),
        "packets": dict(joined.fates),
        "here_only": joined.here_only,
        "there_only": joined.there_only,
        "calls": [_call_keys(call, drawn=call in drawn) for call in joined.calls],
    }


def _call_keys(call: JoinedCall, *, drawn: bool) -> dict[str, Any]:
    rewrites = call.rewrites
    return {
        "here": call.here.stream.number,
        "there": call.there.stream.number,
        "cause": call.cause.value if call.cause else None,
        "confidence": call.confidence.value if call.confidence else None,
        "sentence": call.sentence,
        "client_here": call.client_here,
        "client": rewrites.client,
        "server": rewrites.server,
        "client_numbers": rewrites.client_numbers,
        "server_numbers": rewrites.server_numbers,
        "undone": rewrites.undone,
        "packets": [
            {
                "here": pair[0].seen.number if pair[0] else None,
                "there": pair[1].seen.number if pair[1] else None,
                "became": _became(call, pair),
            }
            for pair in call.pairs
        ],
        "ladder": ladder_keys(joined_picture(call)) if drawn else None,
    }
