"""One packet of a ladder as lines of characters."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.diagnosis.legs import Leg
from bothways.diagnosis.packets import Packet
from bothways.report.escaping import clean
from bothways.report.ladder.columns import LABEL_WIDTH, Columns

_MOST_RUNS = 4


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one line to another; `text` stands on it."""

    start: str
    end: str
    text: str


def arrows(leg: Leg) -> list[Arrow]:
    """The arrows of a packet: one for each device it reaches, one for the host that gets it."""
    found: list[Arrow] = []
    here, packet = str(leg.sent.source), leg.sent
    text = _numbers(packet)
    for hop in leg.hops:
        found.append(Arrow(here, hop.device, text))
        here, packet = hop.device, hop.left or packet
        text = _changed(hop.arrived, packet) or _numbers(packet)
    if leg.arrived is not None:
        found.append(Arrow(here, str(leg.sent.destination), text))
    return found


def packet_lines(leg: Leg, where: Columns) -> list[str]:
    """The packet's arrows, one line for each stretch in one direction, and why it dies."""
    lines: list[str] = []
    runs = _runs(arrows(leg), where)
    for run in runs[:_MOST_RUNS]:
        row = _lifelines(where)
        for arrow in run:
            _draw(row, arrow, where, dash="╌" if leg.hypothetical else "─")
        lines.append("".join(row))
    if len(runs) > _MOST_RUNS:
        lines.append("".join(_lifelines(where)).replace("│", "…"))
    lines = lines or ["".join(_lifelines(where))]
    why, place = _end(leg)
    if why:
        lines[-1] = _mark(lines[-1], where.position(place))
        lines.append(_reason(why, where, place))
    label = f"{leg.sent.number} {leg.sent.kind}"
    label = f"({label})" if leg.hypothetical else label
    lines[0] = label[: LABEL_WIDTH - 1].ljust(LABEL_WIDTH) + lines[0][LABEL_WIDTH:]
    return [line.rstrip() for line in lines]


def listed(leg: Leg) -> str:
    """The packet on one line, for pictures too narrow for arrows."""
    stops = " → ".join([str(leg.sent.source), *leg.path, *(_destination(leg))])
    why, _ = _end(leg)
    line = f"{leg.sent.number} {leg.sent.kind}: {clean(stops)}"
    return f"{line} ✗ {why}" if why else line


def _destination(leg: Leg) -> list[str]:
    return [str(leg.sent.destination)] if leg.arrived is not None else []


def _end(leg: Leg) -> tuple[str, str]:
    """Why the packet is not taken, and at whose line."""
    if leg.refusal:
        return clean(leg.refusal), str(leg.sent.destination)
    drop = leg.drop
    if drop is None:
        return "", ""
    words = clean(drop.label or str(drop.fate))
    return (f"{words} ({drop.counter})" if drop.counter else words), leg.dropped_at


def _changed(before: Packet, after: Packet) -> str:
    """The address that a device has just rewritten."""
    if after.source != before.source:
        return str(after.source)
    return str(after.destination) if after.destination != before.destination else ""


def _numbers(packet: Packet) -> str:
    """The number that matters: what a SYN or RST carries, what a SYN/ACK acknowledges."""
    if packet.kind in ("SYN", "RST"):
        return f"seq {packet.seq}"
    return f"ack {packet.ack}" if packet.kind == "SYN/ACK" and packet.ack else ""


def _runs(found: list[Arrow], where: Columns) -> list[list[Arrow]]:
    """Arrows grouped into stretches that keep their direction."""
    runs: list[list[Arrow]] = []
    previous = 0
    for arrow in found:
        direction = 1 if where.position(arrow.end) > where.position(arrow.start) else -1
        if direction != previous:
            runs.append([])
        runs[-1].append(arrow)
        previous = direction
    return runs


def _lifelines(where: Columns) -> list[str]:
    row = [" "] * where.width
    for position in where.at.values():
        row[position] = "│"
    return row


def _draw(row: list[str], arrow: Arrow, where: Columns, *, dash: str) -> None:
    """A lifeline that the arrow passes without stopping keeps its stroke."""
    start, end = where.position(arrow.start), where.position(arrow.end)
    low, high = sorted((start, end))
    for position in range(low + 1, high):
        if row[position] == " ":
            row[position] = dash
    row[end - 1 if end > start else end + 1] = "►" if end > start else "◄"
    text = f" {clean(arrow.text)} "
    # Text goes beside the sender, where no foreign lifeline is in the way.
    room = where.gap - 4
    if arrow.text and len(text) <= room:
        at = start + 2 if end > start else start - 1 - len(text)
        row[at : at + len(text)] = text


def _mark(line: str, position: int) -> str:
    return line[:position] + "✗" + line[position + 1 :]


def _reason(why: str, where: Columns, place: str) -> str:
    """The reason under the mark, moved left where it would not fit."""
    position = where.position(place)
    text = f"✗ {why}"
    if len(text) > where.width - LABEL_WIDTH:
        text = text[: where.width - LABEL_WIDTH - 1] + "…"
    start = min(position, where.width - len(text))
    row = _lifelines(where)
    padded = f" {text} " if start > position - 1 and start + len(text) < where.width else text
    row[start : start + len(text)] = text
    if padded is not text and row[start + len(text)] == "│":
        row[start + len(text)] = " "
    return "".join(row)
