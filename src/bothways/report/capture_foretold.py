"""A capture's verdict beside what a snapshot of the devices foretells, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from bothways.diagnosis.capture.foretold import Foretold
from bothways.report.escaping import clean
from bothways.report.findings_table import evidence_line
from bothways.report.ladder import ladder, ladder_keys, picture_of
from bothways.report.ladder.beside import beside
from bothways.report.ladder.picture import Picture


def foretold_lines(found: Sequence[Foretold]) -> Iterator[RenderableType]:
    """Each judged stream: what the devices' state says of it, and by which lines."""
    for one in found:
        yield Text(clean(f"by the snapshot: {one.judgement.stream.name}"), style="bold")
        yield clean(f"  {one.sentence}")
        for line in one.walked.evidence if one.agrees else ():
            yield Text(clean(f"    {evidence_line(line)}"), style="dim")
        for sentence in one.idle_sentences:
            yield clean(f"  {sentence}")
        if one.walked.legs:
            yield ""
            yield ladder(foretold_picture(one))


def foretold_picture(found: Foretold) -> Picture:
    """The walk of the flow beside what was captured of it."""
    return beside(picture_of(found.walked), found.judgement)


def foretold_keys(found: Sequence[Foretold]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "file": one.judgement.stream.capture.name,
            "stream": one.judgement.stream.number,
            "cause": one.judgement.cause.value,
            "fate": one.walked.fate.value,
            "at": {"device": one.walked.at.device, "packet": one.walked.at.packet},
            "mechanism": one.walked.mechanism,
            "agrees": one.agrees,
            "evidence": [evidence_line(line) for line in one.walked.evidence],
            "idle": list(one.idle_sentences),
            "ladder": ladder_keys(foretold_picture(one)) if one.walked.legs else None,
        }
        for one in found
    ]
