"""Which captured packet is which predicted one: by its place, its direction and its flags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bothways.diagnosis.capture.packets import ACK, FIN, RST, SYN
from bothways.report.ladder.crossings import Crossing
from bothways.report.ladder.picture import Fate, Picture, Row

_BASIC = SYN | FIN | RST
_NAMES = {"SYN": SYN, "FIN": FIN, "RST": RST}


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """A row of a ladder of both.

    Attributes:
        row: what is predicted; None for a packet that nobody predicted.
        crossing: what was captured; None where nothing was.
    """

    row: Row | None
    crossing: Crossing | None


def paired(picture: Picture, crossings: Sequence[Crossing]) -> list[Pairing]:
    """Predicted and captured packets in one order; what is captured again stands for nothing new."""
    fresh = list(_fresh(crossings))
    expected = [row for row in picture.rows if row.fate is not Fate.SUPPOSED]
    found: list[Pairing] = []
    for row in picture.rows:
        if row.fate is Fate.SUPPOSED:
            found.append(Pairing(row, None))
            continue
        expected.pop(0)
        at = _place(row, fresh, expected, picture)
        if at is None:
            found.append(Pairing(row, None))
            continue
        found += [Pairing(None, one) for one in fresh[:at]]
        found.append(Pairing(row, fresh[at]))
        del fresh[: at + 1]
    return [*found, *(Pairing(None, one) for one in fresh)]


def _fresh(crossings: Sequence[Crossing]) -> Iterator[Crossing]:
    """Packets that say something the first time."""
    said: set[tuple[bool, int, int, int, int]] = set()
    for one in crossings:
        seen = one.first.seen
        word = one.from_client, seen.flags & (_BASIC | ACK), seen.seq, seen.ack, seen.length
        # A server that is asked again begins anew with another number.
        opening = (one.from_client, seen.flags & (_BASIC | ACK), 0, 0, -1)
        known = opening if seen.flags & SYN else word
        if known not in said:
            said.add(known)
            yield one


def _place(row: Row, fresh: Sequence[Crossing], later: Sequence[Row], picture: Picture) -> int | None:
    """Where among the captured packets the one stands that this row is about.

    The next packet of its sender is, whatever it says; unless that is what another row expects.
    """
    side = from_client(row, picture)
    mine = [at for at, one in enumerate(fresh) if one.from_client == side]
    if not mine:
        return None
    following = mine[0]
    if kind_of(fresh[following]) == expected_kind(row):
        return following
    expected = [expected_kind(one) for one in later if from_client(one, picture) == side]
    if kind_of(fresh[following]) in expected or row is picture.rows[0]:
        return next((at for at in mine if kind_of(fresh[at]) == expected_kind(row)), None)
    return following


def from_client(row: Row, picture: Picture) -> bool:
    """Who sends a predicted packet."""
    client, server = picture.columns[0].key, picture.columns[-1].key
    if row.stretches:
        start = row.stretches[0].start
        return start == client if start in (client, server) else row.number % 2 == 1
    return row.end is None or row.end.column != server


def kind_of(crossing: Crossing) -> tuple[int, bool]:
    """Flags that tell the parts of a handshake, and whether data is in it."""
    seen = crossing.first.seen
    basic = seen.flags & _BASIC
    acked = bool(seen.flags & ACK) if basic == SYN else False
    return basic | (ACK if acked else 0), bool(seen.length) and not basic


def expected_kind(row: Row) -> tuple[int, bool]:
    """The same of a predicted packet."""
    words = row.kind.split("/")
    basic = 0
    for word in words:
        basic |= _NAMES.get(word, 0)
    acked = basic == SYN and "ACK" in words
    return basic | (ACK if acked else 0), "PSH" in words and not basic
