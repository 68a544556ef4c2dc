"""What can be said of a flow without its other half, in lines that can be sent to its administrator."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bothways.diagnosis.blind_half import BlindHalf, Hypothesis, Seen
from bothways.report.escaping import clean
from bothways.report.findings_table import evidence_line


def blind_half_lines(blind: BlindHalf, seen: Collection[Seen]) -> Iterator[str]:
    """Hypotheses with what is for and against them, exclusions with their lines, and what to ask for."""
    routers = " and ".join(map(str, blind.routers))
    yield clean(f"nothing was read of {routers}; if the flow fails all the same, the likeliest first:")
    for number, one in enumerate(blind.hypotheses, 1):
        yield clean(f"  {number}. {one.id}: {one.sentence}{_stands(one, seen)}")
    if blind.excluded:
        yield "excluded:"
    for excluded in blind.excluded:
        yield clean(f"  {excluded.what}")
        yield from (f"    {clean(evidence_line(line))}" for line in excluded.evidence)
    yield "to ask for:"
    yield from (clean(f"  {line}") for line in blind.ask)
    yield from (clean(f"  {line}") for line in blind.captures)


def _stands(one: Hypothesis, seen: Collection[Seen]) -> str:
    fits = [str(word) for word in seen if word in one.explains]
    not_so = [str(word) for word in seen if word in one.against]
    words = [f"explains {', '.join(fits)}"] if fits else []
    words += [f"does not fit {', '.join(not_so)}"] if not_so else []
    return f" ({'; '.join(words)})" if words else ""
