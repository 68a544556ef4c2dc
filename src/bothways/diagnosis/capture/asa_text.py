"""What an ASA's `show capture NAME` prints, plain, with `detail`, and of a capture of dropped packets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bothways.diagnosis.capture.capture import Capture, Drop, Link
from bothways.diagnosis.capture.duplicates import without_order_faults
from bothways.diagnosis.capture.packets import ACK
from bothways.diagnosis.capture.rows import LETTERS, Names, TextPacket, columns_of, nanoseconds, numbered

_LINE = re.compile(r"^\s*(\d{1,9}): (\d\d:\d\d:\d\d\.\d{1,9})\s+(.*)$", re.ASCII)
_MACS = re.compile(
    r"^(?P<one>[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}) (?P<other>[0-9a-f]{4}(?:\.[0-9a-f]{4}){2})"
    r" 0x[0-9a-f]{4}(?: Length: \d+)?\s*",
    re.ASCII,
)
_VLAN = re.compile(r"^802\.1Q vlan#(\d{1,4})(?: P\d)?\s*", re.ASCII)
_TCP = re.compile(
    r"^(?P<source>\d+(?:\.\d+){3})\.(?P<sport>\d{1,5}) > (?P<dest>\d+(?:\.\d+){3})\.(?P<dport>\d{1,5}):\s+"
    r"(?P<flags>[SFRP.]+)(?:\s*\[[^\]]*\])?"
    r"(?:\s+(?P<seq>\d{1,10}):\d{1,10}\((?P<length>\d+)\))?(?P<rest>.*)$",
    re.ASCII,
)
_SEQ = re.compile(r" \d{1,10}:\d{1,10}\(\d+\)", re.ASCII)
_ACK = re.compile(r"\back (\d{1,10})\b", re.ASCII)
_WINDOW = re.compile(r"\bwin (\d{1,5})\b", re.ASCII)
_TTL = re.compile(r"\(ttl (\d{1,3})(?:, id (\d{1,5}))?", re.ASCII)
_DROP = re.compile(r"Drop-reason: \((?P<name>[\w-]+)\)\s*(?P<text>[^,]*)", re.ASCII)
_NAMED = re.compile(r"[>#]\s*sh\w*\s+cap\w*\s+(?P<name>[\w.-]+)", re.ASCII)
_COUNT = re.compile(r"^\s*\d+ packets? (?:captured|shown)", re.ASCII)
_LONGEST = 2000
"""More than a packet's lines ever hold."""
# As it was typed, or as `show capture` lists it: with the lines of what it matches beneath.
_PLACED = re.compile(r"^\s*capture (?P<name>[\w.-]+) .*?\btype (?P<kind>[\w-]+)", re.ASCII)
_MATCHES = re.compile(r"^\s+match \S", re.ASCII)
_DAY_NS = 86_400_000_000_000


def is_asa_text(text: str) -> bool:
    """Whether a text holds lines of that form."""
    return any(_LINE.match(line) or _COUNT.match(line) for line in text.splitlines()[:200])


@dataclass
class _Part:
    """One capture's records: a number, a time, and all their lines in one.

    Attributes:
        counted: the device said how many there are: none is an answer, too.
        kinds: of the captures whose commands stand above the packets.
    """

    name: str
    records: list[tuple[int, str, str]] = field(default_factory=list)
    strange: int = 0
    counted: bool = False
    kinds: set[str] = field(default_factory=set)

    @property
    def of_drops(self) -> bool:
        """The text says that it was placed for dropped packets, and names no other."""
        return self.kinds == {"asp-drop"}


def asa_captures(text: str, file: str) -> tuple[Capture, ...]:
    """The captures of a text: a new one where the numbers begin again."""
    parts = list(_parts(text, file))
    found = [part for part in parts if part.records] or [part for part in parts if part.counted][:1]
    return tuple(map(_capture, found))


def _parts(text: str, file: str) -> Iterator[_Part]:
    part = _Part(file)
    following = ""
    for line in text.splitlines():
        found = _LINE.match(line)
        named = _NAMED.search(line) if found is None else None
        if named is not None:
            following = named["name"]
        elif found is not None:
            number = int(found[1])
            if following or (part.records and number <= part.records[-1][0]):
                yield part
                part, following = _Part(f"{file}:{following}" if following else file), ""
            part.records.append((number, found[2], found[3].strip()))
        elif part.records and line[:1] in " \t" and line.strip() and not _COUNT.match(line):
            last = part.records[-1]
            if len(last[2]) < _LONGEST:
                part.records[-1] = (*last[:2], f"{last[2]} {line.strip()[:_LONGEST]}")
        elif _COUNT.match(line):
            part.counted = True
        elif placed := _PLACED.match(line):
            part.kinds.add(placed["kind"])
        elif line.strip() and not _MATCHES.match(line):
            part.strange += 1
    yield part


@dataclass
class _Read:
    """The TCP packets of a part, and what is known of some of them."""

    rows: list[TextPacket] = field(default_factory=list)
    drops: dict[int, Drop] = field(default_factory=dict)
    links: dict[Link, int] = field(default_factory=dict)


def _times(part: _Part) -> list[int]:
    """The time of each record; the text has times of day, and midnight passes."""
    times: list[int] = []
    day = before = 0
    for _, clock, _ in part.records:
        time_ns = nanoseconds(clock) + day
        if before - time_ns > _DAY_NS // 2:
            day += _DAY_NS
            time_ns += _DAY_NS
        before = time_ns
        times.append(time_ns)
    return times


def _read(part: _Part, times: list[int]) -> _Read:
    read, names = _Read(), Names()
    without: set[int] = set()
    for (number, _, rest), time_ns in zip(part.records, times, strict=True):
        packet, link = _packet(number, time_ns, rest, names)
        if packet is None:
            continue
        dropped = _DROP.search(rest)
        # A VLAN alone says where a packet was dropped, and nothing of who sends what.
        if link is not None and (link.source or dropped is not None):
            packet.link = read.links.setdefault(link, len(read.links))
        read.rows.append(packet)
        if packet.flags == ACK and not _SEQ.search(rest):
            without.add(number)
        if dropped is not None:
            read.drops[number] = Drop(dropped["name"], dropped["text"].strip())
    numbered(read.rows, without)
    return read


def _capture(part: _Part) -> Capture:
    times = _times(part)
    read = _read(part, times)
    rows, drops = read.rows, read.drops
    others = len(part.records) - len(rows)
    known = {"time", "ports", "numbers", "window", "length", "flags"}
    if any(row.ttl for row in rows):
        known |= {"ttl", "ident"}
    unseen = [] if rows or part.of_drops else [_nothing(part)]
    remarks = [f"not looked into, for it is no TCP: {others} packets"] if others and rows else []
    packets = columns_of(rows)
    if not drops:  # a dropped packet is not sent on
        packets, odd = without_order_faults(packets)
        remarks += odd
    if part.strange:
        remarks.append(f"{part.strange} lines of the text are no packets")
    return Capture(
        name=part.name,
        form="show capture",
        packets=packets,
        total=len(part.records),
        span_ns=(min(times, default=0), max(times, default=0)),
        links=tuple(read.links),
        known=frozenset(known),
        drops=drops,
        of_drops=part.of_drops or bool(drops),
        could_not_see=tuple(unseen),
        remarks=tuple(remarks),
    )


def _nothing(part: _Part) -> str:
    if part.records:
        return "none of the packets is TCP that can be read"
    return "no packet was captured"


def _packet(number: int, time_ns: int, rest: str, names: Names) -> tuple[TextPacket | None, Link | None]:
    macs = _MACS.match(rest)
    rest = rest[macs.end() :] if macs else rest
    vlan = _VLAN.match(rest)
    rest = rest[vlan.end() :] if vlan else rest
    found = _TCP.match(rest)
    if found is None or not all(int(found[port]) < 65536 for port in ("sport", "dport")):
        return None, None
    ack, window, ttl = (pattern.search(found["rest"]) for pattern in (_ACK, _WINDOW, _TTL))
    flags = sum(LETTERS[letter] for letter in set(found["flags"])) | (ACK if ack else 0)
    tag = int(vlan[1]) if vlan else 0
    # The ASA prints the source first, as tcpdump does.
    link = Link(macs["one"], macs["other"], tag) if macs else Link("", "", tag) if vlan else None
    return TextPacket(
        number=number,
        time_ns=time_ns,
        source=names.number(found["source"]),
        destination=names.number(found["dest"]),
        sport=int(found["sport"]),
        dport=int(found["dport"]),
        flags=flags,
        seq=int(found["seq"] or 0) % 2**32,
        ack=int(ack[1]) % 2**32 if ack else 0,
        window=min(int(window[1]), 65535) if window else 0,
        ttl=min(int(ttl[1]), 255) if ttl else 0,
        ident=min(int(ttl[2] or 0), 65535) if ttl else 0,
        length=int(found["length"] or 0),
    ), link
