"""A ladder as a value: columns are hosts and devices, rows are packets. Every form is drawn from it alone.

Texts in it are as devices, captures and inventories have them; each form makes them harmless itself.
Columns are named by their keys everywhere. A row has its stretches in the order of the way, each starting
where the one before it ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PREDICTED, CAPTURED, BESIDE = "predicted", "captured", "predicted and captured"
"""What a picture may be made of."""


class Kind(StrEnum):
    """What a column stands for."""

    HOST = "host"
    DEVICE = "device"
    CAPTURE = "capture"


class Fate(StrEnum):
    """What becomes of one packet; told apart by words and strokes, never by colour alone."""

    ARRIVES = "arrives"
    DIES = "dies"
    REFUSED = "refused"
    AFTERWARDS = "afterwards"
    """It dies, too, but was sent only because the flow was dead already."""
    SUPPOSED = "supposed"
    """Never sent; drawn to show where it would go."""
    SEEN = "seen"
    """A capture has it; what became of it further on is not known."""
    UNSEEN = "unseen"
    """A prediction loses sight of it: what becomes of it there could not be read."""


@dataclass(frozen=True, slots=True)
class Column:
    """A host, a device, or a place where somebody captured.

    Attributes:
        key: what stretches and ends name it by; unique in a picture.
        name: what stands over it.
        aliases: other addresses that stand for it on some stretch of the way.
    """

    key: str
    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """A sequence or acknowledgement number.

    Attributes:
        relative: counted from the initial one of its end: `C+1` where it is predicted, `1` where captured.
        absolute: as in the packet; None where nobody saw the packet.
    """

    relative: str
    absolute: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What the column at the start of a stretch has just rewritten.

    Attributes:
        what: `source`, `destination`, `seq`, `ack`, each with its words as people say them.
        before, after: as it came and as it goes on.
    """

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The wire between two columns, as far as it is known; "" for what is not.

    Attributes:
        leaves: interface of the one that sends it.
        next_hop: whom that asks for by ARP: a router, or the receiver itself.
        source_mac, next_hop_mac: of the frame.
        enters: interface of the one that gets it.
        vrf: whose routing table that looks it up in.
    """

    leaves: str = ""
    next_hop: str = ""
    source_mac: str = ""
    next_hop_mac: str = ""
    enters: str = ""
    vrf: str = ""

    def __str__(self) -> str:
        """`out of inside to 10.12.0.254, frame 0011.2233.0001 to 0011.2233.0254, in on Vlan10`."""
        frame = ""
        if self.source_mac or self.next_hop_mac:
            frame = f"frame {self.source_mac or '?'} to {self.next_hop_mac or '?'}"
        out = f"out of {self.leaves}" if self.leaves else ""
        to = f"to {self.next_hop}" if self.next_hop else ""
        parts = (
            " ".join(filter(None, (out, to))),
            frame,
            f"in on {self.enters}" if self.enters else "",
            f"VRF {self.vrf}" if self.vrf else "",
        )
        return ", ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A packet from one column to the next one that handles it.

    Attributes:
        start, end: keys of columns.
        source, destination: addresses on this stretch, with ports where they are known.
        changes: what was rewritten at `start`; empty on the first stretch.
        through: how it leaves `start` and comes to `end`.
    """

    start: str
    end: str
    source: str
    destination: str
    seq: Number | None = None
    ack: Number | None = None
    changes: tuple[Change, ...] = ()
    through: Passage = Passage()


@dataclass(frozen=True, slots=True)
class End:
    """Where a packet's way ends before its receiver takes it.

    Attributes:
        column: key.
        why: a few words.
        counter: the drop counter that counts it, "" for none.
        through: how it would have gone on from there, as far as that was looked up.
    """

    column: str
    why: str
    counter: str = ""
    through: Passage = Passage()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A packet of a capture that stands for this row.

    Attributes:
        file: the capture's name.
        number: the packet's place in it.
        time: as the capture tells it.
        at: key of the column it was seen at or beside, "" where that is not known.
        text: the packet in one line.
    """

    file: str
    number: int
    time: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One packet.

    Attributes:
        number: its place in the handshake, or in the capture.
        kind: `SYN`, `SYN/ACK`, `RST`, `PSH/ACK`, `echo`, …
        dead: this is the packet that decides: what it dies of is what the flow dies of. Exactly one row of
            a flow that dies; none of one that lives, or whose fate could not be seen.
        sightings: what was captured of it; empty where nothing was captured.
        agrees: whether what was captured is what was predicted; None where only one of them is there.
        remark: what else is to be said of it, in one line.
    """

    number: int
    kind: str
    fate: Fate
    stretches: tuple[Stretch, ...]
    end: End | None = None
    dead: bool = False
    sightings: tuple[Sighting, ...] = ()
    agrees: bool | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A ladder.

    Attributes:
        title: the flow, or the stream.
        source: `PREDICTED`, `CAPTURED` or `BESIDE`.
        columns: from the client to the server.
        legend: what symbols in the numbers stand for: `C` to `the client's first number, 2507699367`.
    """

    title: str
    source: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    legend: tuple[tuple[str, str], ...] = ()

    def column(self, key: str) -> Column:
        """The column of a key.

        Raises:
            KeyError: there is none.
        """
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)
