"""Packets as people paste them: four columns of a dissector (S3), or its packet list (S1)."""

from __future__ import annotations

import re

from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.packets import FIN, SYN
from bothways.diagnosis.capture.rows import NAMES, Names, TextPacket, columns_of, nanoseconds

_FOUR = re.compile(
    r"(?<!\S)(?P<source>[\w.-]*\.[\w.-]+)[\s,;]+0x(?P<flags>[0-9a-fA-F]{3,8})[\s,;]+(?P<ttl>\d{1,3})[\s,;]+"
    r"(?P<window>\d{1,5})(?!\S)",
    re.ASCII,
)
_LISTED = re.compile(
    r"^\s*(?:(?P<number>\d{1,9})\s+)?(?P<time>\d{1,10}\.\d{1,9})\s+(?P<source>[\w.:-]+)\s+(?:(?:→|->)\s*)?"
    r"(?P<dest>[\w.:-]+)\s+TCP\s+(?:\d+\s+)?(?:\[TCP [^\]]*\]\s*)?"
    r"(?P<sport>[\w-]+)\s*(?:→|->|>)\s*(?P<dport>[\w-]+)\s+\[(?P<flags>[A-Z, ]+)\](?P<rest>.*)$"
)
_FIELD = re.compile(r"\b(Seq|Ack|Win|Len)=(\d{1,10})\b", re.ASCII)
_PORTS = {
    "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "http": 80, "pop3": 110, "bgp": 179,
    "https": 443, "microsoft-ds": 445, "ms-sql-s": 1433, "mysql": 3306, "ms-wbt-server": 3389,
    "http-alt": 8080,
}  # fmt: skip


def is_four_columns(text: str) -> bool:
    """Whether at least two rows of address, flags, TTL and window are there."""
    return len(_FOUR.findall(text[:20000])) > 1


def is_packet_list(text: str) -> bool:
    """Whether a line is one of a dissector's list."""
    return any(_LISTED.match(line) for line in text.splitlines()[:200])


def four_columns(text: str, file: str) -> Capture:
    """One connection: who sent, flags, TTL, window, in their order; neither times, ports nor numbers."""
    found = list(_FOUR.finditer(text))
    names = Names()
    ends = list(dict.fromkeys(match["source"] for match in found))
    rows = []
    for number, match in enumerate(found, 1):
        if match["source"] not in ends[:2]:
            continue
        other = ends[1 - ends.index(match["source"])] if len(ends) > 1 else "?"
        flags = int(match["flags"], 16) & 0x1F
        source, destination = names.number(match["source"]), names.number(other)
        rows.append(
            TextPacket(
                number=number,
                time_ns=number,
                source=source,
                destination=destination,
                flags=flags,
                # With lengths unknown only what SYN and FIN count can be followed.
                length=0,
                ttl=min(int(match["ttl"]), 255),
                window=min(int(match["window"]), 65535),
            )
        )
    unseen = ["times, ports and sequence numbers are not in the text"]
    if len(ends) > 2:
        unseen.append(f"packets of {len(ends)} addresses: only those of {ends[0]} and {ends[1]} were taken")
    return Capture(
        name=file,
        form="columns",
        packets=columns_of(rows),
        total=len(found),
        span_ns=(0, 0),
        known=frozenset({"flags", "ttl", "window"}),
        names=names.words,
        could_not_see=tuple(unseen),
    )


def packet_list(text: str, file: str) -> Capture:
    """Lines of a dissector's list, with its relative numbers."""
    names, strange = Names(), 0
    rows: list[TextPacket] = []
    for line in text.splitlines():
        match = _LISTED.match(line)
        sport, dport = (_port(match[name]) for name in ("sport", "dport")) if match else (None, None)
        if match is None or sport is None or dport is None:
            strange += bool(line.strip()) and not line.lstrip().startswith(("Time", "No."))
            continue
        fields = {name: int(value) for name, value in _FIELD.findall(match["rest"])}
        flags = sum(NAMES.get(word.strip(), 0) for word in match["flags"].split(","))
        rows.append(
            TextPacket(
                number=int(match["number"] or len(rows) + 1),
                time_ns=nanoseconds(match["time"]),
                source=names.number(match["source"]),
                destination=names.number(match["dest"]),
                sport=sport,
                dport=dport,
                flags=flags,
                seq=fields.get("Seq", 0) % 2**32,
                ack=fields.get("Ack", 0) % 2**32,
                window=min(fields.get("Win", 0), 65535),
                length=fields.get("Len", 0),
            )
        )
    times = [row.time_ns for row in rows] or [0]
    return Capture(
        name=file,
        form="packet list",
        packets=columns_of(rows),
        total=len(rows),
        span_ns=(min(times), max(times)),
        known=frozenset({"time", "ports", "numbers", "window", "length", "flags"}),
        names=names.words,
        relative=not any(row.flags & (SYN | FIN) == SYN and row.seq for row in rows),
        could_not_see=(f"{strange} lines of the text were not understood",) if strange else (),
    )


def _port(word: str) -> int | None:
    if word.isascii() and word.isdigit():
        return int(word) if int(word) < 65536 else None
    return _PORTS.get(word)
