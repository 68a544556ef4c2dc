"""Verdicts over generated captures, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path

from bothways.diagnosis import Confidence, Severity
from bothways.diagnosis.capture import Judged, judged, read_captures

from .generated import NAMES, Generated, generate

NOTHING = "nothing odd"


@dataclass
class Tally:
    """What was said about captures of known cause.

    Attributes:
        table: (cause, verdict) to how many.
        alarms: failures said of calls that work: seed, cause, sentence.
        wrong: verdicts that are not the cause: seed, cause, verdict.
        confident: those of them, and alarms, that call themselves certain.
    """

    table: Counter[tuple[str, str]] = field(default_factory=Counter)
    alarms: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    confident: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many captures."""
        return self.table.total()

    @property
    def right(self) -> int:
        """Those whose cause was said, or where nothing is odd and nothing was said."""
        return sum(count for (cause, verdict), count in self.table.items() if cause == verdict)

    def markdown(self) -> Iterator[str]:
        """A row a cause."""
        yield "| cause | captures | right | said instead |"
        yield "|---|---:|---:|---|"
        for cause in dict.fromkeys(cause for cause, _ in self.table):
            said = {verdict: count for (one, verdict), count in self.table.items() if one == cause}
            others = ", ".join(f"{count} {verdict}" for verdict, count in said.items() if verdict != cause)
            yield f"| {cause} | {sum(said.values())} | {said.get(cause, 0)} | {others or '-'} |"


def tally(captures: int, folder: Path, first: int = 0) -> Tally:
    """Judge so many captures, the causes in turn."""
    counted = Tally()
    for seed in range(first, first + captures):
        made = generate(seed, NAMES[seed % len(NAMES)])
        path = folder / "generated.pcap"
        path.write_bytes(made.content)
        (capture,) = read_captures(path)
        _count(counted, seed, made, judged(capture))
    return counted


def _count(counted: Tally, seed: int, made: Generated, said: Judged) -> None:
    cause = made.cause or NOTHING
    client = int(IPv4Address(made.talk.client))
    ends = (client, made.talk.cport)
    mine = [one for one in said.judgements if (one.stream.client, one.stream.client_port) == ends]
    others = [one for one in said.judgements if one not in mine and one.cause.severity is not Severity.NOTE]
    verdict = mine[0].cause.value if mine else NOTHING
    counted.table[cause, verdict] += 1
    if verdict != cause:
        counted.wrong.append(f"{seed} {cause}: {verdict}")
        counted.confident += [counted.wrong[-1]] if mine and mine[0].confidence is Confidence.CERTAIN else []
    for one in others:
        counted.alarms.append(
            f"{seed} {cause}: {one.cause} ({one.confidence}) of a call that works: {one.sentence}"
        )
        counted.confident += [counted.alarms[-1]] if one.confidence is Confidence.CERTAIN else []
