"""What an evidence run would type, and what it found, for people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from bothways.diagnosis.capture.evidence import Evidence, Outcome
from bothways.fleet.collect import Collected, Proposal
from bothways.pushing.capture_seen import Taken
from bothways.report.capture import capture_lines
from bothways.report.capture_join import join_lines
from bothways.report.capture_pictures import TERMINAL_ROWS, terse
from bothways.report.collected_pictures import picture_of_capture
from bothways.report.escaping import clean
from bothways.report.ladder import ladder
from bothways.report.verdict import verdict_line
from bothways.state.rows import Conn

_MOST_LINES = 12


def proposal_lines(proposal: Proposal, again: str) -> Iterator[RenderableType]:
    """What would be typed where, and how it would be taken away; the command that does it comes last.

    Args:
        proposal: what would be done.
        again: the command line that does it.
    """
    count = len(proposal.wanted)
    yield Text(
        clean(
            f"{proposal.flow}: nothing was typed but `show`: {count} captures on "
            f"{', '.join(proposal.by_device)} would be placed, read and removed"
        ),
        style="bold",
    )
    yield clean(f"foretold: {verdict_line(proposal.trace)}")
    for device, placed in proposal.by_device.items():
        yield ""
        yield clean(f"on {device}, in privileged EXEC; no configuration mode is entered:")
        yield from (clean(f"  {one.command}") for one in placed)
        yield "and afterwards:"
        yield from (clean(f"  {one.removal}") for one in placed)
    yield ""
    yield "each has a buffer of 64 KB that does not wrap, and takes 128 bytes of a packet: headers"
    yield from (clean(f"left out: {what}") for what in proposal.left_out)
    yield Text(again, style="bold")


def collected_lines(
    collected: Collected, evidence: Evidence, folder: Path, wait: str
) -> Iterator[RenderableType]:
    """The verdict, the captures, what the firewalls show beside them, and what was not seen."""
    proposal = collected.proposal
    yield Text(clean(verdict(collected, evidence, wait)), style="bold")
    yield clean(f"foretold: {verdict_line(proposal.trace)}")
    yield from (clean(f"  but {what}") for what in evidence.differences)
    for one in evidence.captured:
        # Two interfaces of one firewall are drawn as one, below, unless something is wrong at one of them.
        drawn = one.interface and (one.judged.judgements or not evidence.joins)
        picture = picture_of_capture(one, proposal.trace, most=TERMINAL_ROWS) if drawn else None
        if picture is not None:
            yield from ("", ladder(terse(picture)))
    for one in evidence.captured:
        if one.judged.courses:
            yield ""
            yield from capture_lines(one.judged)
    for _, joined in evidence.joins:
        yield ""
        yield from join_lines(joined)
    yield ""
    for one_taken in collected.taken:
        yield from map(clean, beside(one_taken, evidence))
    yield from (clean(f"could not see: {what}") for what in unseen(collected, evidence))
    if collected.files:
        yield clean(
            f"evidence: {folder}; again: bothways capture {folder}/*.txt --snapshot {folder}/read.snapshot"
        )


def verdict(collected: Collected, evidence: Evidence, wait: str) -> str:
    """One line: what was seen of the flow, where, and whether that was foretold."""
    flow = collected.proposal.flow
    if not evidence.packets:
        where = ", ".join(collected.proposal.by_device)
        return f"{flow}: not seen: no packet of it came to {where} within {wait}"
    if evidence.outcome is Outcome.UNSEEN:
        count = evidence.packets
        return f"{flow}: not seen to the end: {count} packets were captured, and no connection was whole"
    foretold = {True: ", as foretold", False: ", NOT as foretold", None: ""}[evidence.agrees]
    if evidence.outcome is Outcome.LIVES:
        return f"{flow}: seen to live{foretold}: a connection was opened, and nobody gave it up"
    return f"{flow}: seen to die{foretold}: {_death(evidence)}"


def _death(evidence: Evidence) -> str:
    said = []
    if evidence.worst:
        one, judgement = evidence.worst[0]
        where = f"{one.device}, {one.interface}, packet {judgement.packet}"
        said.append(f"{judgement.cause} ({judgement.confidence}) at {where}")
    said += [
        f"{one.device} {judgement.sentence.removeprefix('the firewall ')}"
        for one, judgement in evidence.drops[:1]
    ]
    if not evidence.opened:
        said.append("it was open before, and nobody opened one meanwhile")
    return "; ".join(said)


def unseen(collected: Collected, evidence: Evidence) -> Iterator[str]:
    """What could not be seen, each once."""
    proposal = collected.proposal
    unread = [f"{why}, so it was not read" for why in proposal.snapshot.unread.values()]
    notes = [*collected.notes, *proposal.left_out, *unread]
    for one in evidence.captured:
        if one.judged.capture.total and one.interface:
            notes += [f"{one.file}: {what}" for what in one.judged.could_not_see]
    for one in evidence.captured:
        if one.interface and not one.judged.capture.total and evidence.packets:
            notes.append(f"{one.device}, {one.interface}: no packet passed")
    yield from dict.fromkeys(notes)


def beside(taken: Taken, evidence: Evidence) -> Iterator[str]:
    """What a firewall shows beside the packets: its connections of the flow, its drop counters, its log."""
    mine = {drop.reason for one in evidence.captured for drop in one.judged.capture.drops.values()}
    yield from (f"{taken.device}: connection: {conn_text(row)}" for row in taken.conns[:_MOST_LINES])
    if not taken.conns:
        yield f"{taken.device}: connection: none of the flow"
    for name, count in taken.drops.items():
        of = "of this flow, too" if name in mine else "of the whole firewall"
        yield f"{taken.device}: drop counter {name} rose by {count} ({of})"
    yield from (f"{taken.device}: log: {line.strip()}" for line in taken.log[-_MOST_LINES:])
    if len(taken.log) > _MOST_LINES:
        yield f"and {len(taken.log) - _MOST_LINES} older lines, in the transcript"


def conn_text(row: Conn) -> str:
    """A row of the connection table, as the firewall means it."""
    idle = "" if row.idle_s is None else f", idle {row.idle_s} s"
    size = "" if row.bytes is None else f", bytes {row.bytes}"
    return (
        f"{row.protocol} {row.a_interface} {row.a_address}:{row.a_port} "
        f"{row.b_interface} {row.b_address}:{row.b_port}{idle}{size}, flags {row.flags}"
    )
