"""What speaks for and against a RST being its sender's own, each sign weighed.

A device that resets in somebody's name usually turns the header of the packet it answers: its own time to
live, the other side's window. Odd RSTs of NATs, balancers and tired programs look alike in single signs, so
no sign is enough alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.packets import ACK, RST, after
from bothways.diagnosis.capture.stream import Seen, Stream

_INITIAL = (255, 128, 64)
_SOON_S = 0.001
_OVERTAKEN = 1 << 20


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign.

    Attributes:
        name: `ttl`, `window`, `flags`, `timing`, `ident`, `goes-on`.
        weight: above zero it speaks for a device in between, below for the sender's own.
        text: what was seen, in numbers.
    """

    name: str
    weight: int
    text: str


def trigger_of(stream: Stream, reset: Seen) -> Seen | None:
    """The last packet of the other side before it: what it answers."""
    found = None
    for one in stream.direct:
        if one.place >= reset.place:
            break
        if one.from_client != reset.from_client and not one.is_reset:
            found = one
    return found


def signs_of(stream: Stream, reset: Seen, usual_ttl: int | None) -> tuple[Sign, ...]:
    """Every sign that can be seen; `usual_ttl` is the sender's in other connections."""
    known = stream.capture.known
    own = [one for one in stream.direct if one.from_client == reset.from_client and one is not reset]
    before = [one for one in own if one.place < reset.place and not one.is_reset]
    trigger = trigger_of(stream, reset)
    found = [
        _ttl(reset, before, usual_ttl) if "ttl" in known else None,
        _window(reset, before, trigger) if "window" in known else None,
        _flags(reset, trigger),
        _timing(stream, reset, trigger) if "time" in known else None,
        _ident(reset, before) if "ident" in known else None,
        _goes_on(reset, own),
    ]
    return tuple(sign for sign in found if sign is not None)


def _ttl(reset: Seen, before: Sequence[Seen], usual: int | None) -> Sign | None:
    values = Counter(one.ttl for one in before)
    if not values and usual is not None:
        values[usual] = 1
    if not values:
        return None
    if min(abs(reset.ttl - value) for value in values) <= 1:
        return Sign("ttl", -3, f"TTL {reset.ttl}, as in the sender's other packets")
    common = values.most_common(1)[0][0]
    text = f"TTL {reset.ttl}, and the sender's other packets have {common}"
    if reset.ttl in _INITIAL:
        return Sign("ttl", 4, f"{text}: its maker is 0 hops away from here")
    return Sign("ttl", 3, text)


def hops_away(ttl: int) -> int:
    """How many routers decreased a TTL, if it started at one of the usual values."""
    return min(start - ttl for start in _INITIAL if start >= ttl)


def _window(reset: Seen, before: Sequence[Seen], trigger: Seen | None) -> Sign | None:
    if reset.window == 0:
        return Sign("window", -1, "window 0, as real RSTs mostly have")
    if trigger is None or reset.window != trigger.window:
        return None
    own = {one.window for one in before}
    if reset.window in own:
        return None
    told = f", where its own were {min(own)} to {max(own)}" if own else ""
    return Sign(
        "window", 3, f"window {reset.window} is copied from packet {trigger.number} of the other side{told}"
    )


def _flags(reset: Seen, trigger: Seen | None) -> Sign | None:
    if trigger is None or not trigger.is_fin or reset.flags & (RST | ACK) != RST | ACK:
        return None
    return Sign(
        "flags",
        2,
        f"RST ACK in answer to the FIN of packet {trigger.number}: an end with the connection says ACK, "
        "one without it a bare RST",
    )


def _timing(stream: Stream, reset: Seen, trigger: Seen | None) -> Sign | None:
    if trigger is None:
        return None
    usual = _fastest_s(stream, from_client=reset.from_client)
    waited = reset.time_s - trigger.time_s
    if usual is None or usual < 2 * _SOON_S or not _answers(reset, trigger):
        return None
    if waited < _SOON_S and waited * 5 < usual:
        return Sign(
            "timing",
            2,
            f"{waited * 1000:.3f} ms after packet {trigger.number}, and its sender needs {usual * 1000:.1f}",
        )
    if usual * 0.8 <= waited <= usual * 3:
        return Sign(
            "timing", -1, f"{waited * 1000:.1f} ms after packet {trigger.number}, as its sender needs"
        )
    return None


def _answers(reset: Seen, trigger: Seen) -> bool:
    """Whether a RST is about the packet before it: in the middle of a transfer it comes behind any."""
    if reset.flags & ACK:
        return after(reset.ack, trigger.seq) > 0 or not trigger.length
    return reset.seq == trigger.ack


def _fastest_s(stream: Stream, *, from_client: bool) -> float | None:
    """The fastest answer of an end to something new of the other one, as seen here."""
    fastest: float | None = None
    asked: Seen | None = None
    for one in stream.direct:
        if one.is_reset:
            continue
        if one.from_client != from_client:
            asked = one if one.length or one.is_syn or one.is_syn_ack or one.is_fin else asked
        elif asked is not None and one.flags & ACK and after(one.ack, asked.seq) > 0:
            waited = one.time_s - asked.time_s
            fastest = waited if fastest is None else min(fastest, waited)
            asked = None
    return fastest


def _ident(reset: Seen, before: Sequence[Seen]) -> Sign | None:
    """IP identifications of one sender mostly count upwards; random ones tell nothing."""
    idents = [one.ident for one in before]
    if len(idents) < 3 or len(set(idents)) < 3:
        return None
    steps = [(other - one) % 65536 for one, other in pairwise(idents)]
    usual = max(steps)
    if usual > 1000:
        return None
    step = (reset.ident - idents[-1]) % 65536
    if step <= max(4 * usual, 64):
        return Sign("ident", -1, f"IP identification {reset.ident} follows the sender's {idents[-1]}")
    return Sign("ident", 1, f"IP identification {reset.ident} does not follow the sender's {idents[-1]}")


def _goes_on(reset: Seen, own: Sequence[Seen]) -> Sign | None:
    later = [one for one in own if one.place > reset.place and not one.is_reset and not one.is_syn]
    beyond = _end_before(reset, own)
    new = [one for one in later if one.length and after(one.seq + one.length, beyond) > 0]
    if not new:
        return None
    return Sign(
        "goes-on", 4, f"its sender goes on with data (packet {new[0].number}) and knows nothing of it"
    )


def _end_before(reset: Seen, own: Sequence[Seen]) -> int:
    """Where its sender stood: packets that the RST overtook on the way carry what is before that."""
    sent = [one.seq + one.length for one in own if one.place < reset.place and not one.is_reset]
    if not sent:
        return reset.seq
    end = max(sent, key=lambda one: after(one, sent[0]))
    return reset.seq if 0 <= after(reset.seq, end) < _OVERTAKEN else end


def usual_ttls(capture: Capture) -> dict[int, int]:
    """Each address' usual TTL, RSTs left out."""
    if "ttl" not in capture.known:
        return {}
    packets = capture.packets
    plain = (packets.flags & RST) == 0
    pairs = packets.source[plain].astype(np.uint64) << np.uint64(8) | packets.ttl[plain]
    values, counts = np.unique(pairs, return_counts=True)
    best: dict[int, tuple[int, int]] = {}
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        address, ttl = value >> 8, value & 255
        if count > best.get(address, (0, 0))[0]:
            best[address] = (count, ttl)
    return {address: ttl for address, (_, ttl) in best.items()}
