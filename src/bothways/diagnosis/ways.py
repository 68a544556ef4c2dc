"""Every way a flow may take where the facts leave more than one open: each is walked from end to end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import combinations, islice

from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.handshake import Outcome, exchange
from bothways.diagnosis.legs import Place
from bothways.diagnosis.location import Location, locate
from bothways.diagnosis.segments import Topology
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.walk import Walker
from bothways.flow import Fate, Flow
from bothways.network import DeclaredHost
from bothways.state.snapshot import Snapshot

_MOST_WAYS = 32

Exchange = Callable[[Walker, Flow], Outcome]
"""What is walked: a handshake from its start, or a flow from its middle."""


@dataclass(frozen=True)
class Way:
    """One walk of a flow, and what it took for granted at each fork.

    Attributes:
        chosen: question to the number of the way taken there.
    """

    chosen: Mapping[str, int]
    sight: Sight
    topology: Topology
    ends: Mapping[IPv4Address, Location]
    outcome: Outcome

    @property
    def verdict(self) -> tuple[Fate, Place, str]:
        """A flow is not called complete while something unread could have killed it."""
        hidden = [statement for statement, deadly in self.sight.could_not_see.items() if deadly]
        if self.outcome.fate is Fate.COMPLETE and hidden:
            return Fate.UNKNOWN, Place("", 0), f"nothing that was read kills it, but: {hidden[0]}"
        return self.outcome.fate, self.outcome.at, self.outcome.mechanism

    def taken(self, question: str) -> str:
        """What was taken for granted at a fork, "" when this walk did not meet it."""
        options = self.sight.forks.get(question)
        return options[self.chosen.get(question, 0)] if options else ""


def settled(snapshot: Snapshot, flow: Flow, hosts: Sequence[DeclaredHost], walk: Exchange = exchange) -> Way:
    """The walk to report. Where ways with different fates are open, its outcome is `unknown`."""
    ways = list(islice(_ways(snapshot, flow, hosts, walk), _MOST_WAYS + 1))
    result = _together(ways[:_MOST_WAYS]) if len(ways) > 1 else ways[0]
    if len(ways) > _MOST_WAYS:
        text = f"more than {_MOST_WAYS} ways are open to {flow}; the rest was not walked"
        result.sight.miss(text, deadly=True)
    return result


def _ways(snapshot: Snapshot, flow: Flow, hosts: Sequence[DeclaredHost], walk: Exchange) -> Iterator[Way]:
    """Each combination of what is open once: a walk tells which forks it met, its siblings turn there."""
    waiting: list[dict[str, int]] = [{}]
    while waiting:
        chosen = waiting.pop(0)
        way = _walked(snapshot, flow, hosts, chosen, walk)
        yield way
        before = dict(chosen)
        for question, options in way.sight.forks.items():
            if question not in chosen:
                waiting += [{**before, question: number} for number in range(1, len(options))]
                before[question] = 0


def _walked(
    snapshot: Snapshot,
    flow: Flow,
    hosts: Sequence[DeclaredHost],
    chosen: Mapping[str, int],
    walk: Exchange,
) -> Way:
    sight = Sight(snapshot, chosen)
    topology = Topology(sight)
    client = locate(sight, topology, flow.client, flow.server, hosts)
    server = locate(sight, topology, flow.server, flow.client, hosts)
    ends = {flow.client: client, flow.server: server}
    return Way(chosen, sight, topology, ends, walk(Walker(sight, topology, ends, hosts), flow))


def _together(ways: Sequence[Way]) -> Way:
    """The first walk, with what all of them say."""
    first = ways[0]
    fates: dict[Fate, Way] = {}
    for way in ways:
        fates.setdefault(way.verdict[0], way)
    questions = {question: options for way in ways for question, options in way.sight.forks.items()}
    if len(fates) == 1:
        for question, options in questions.items():
            text = f"{question}: {' or '.join(options)}; each was walked, and the fate is the same"
            first.sight.infer(text, Confidence.POSSIBLE)
        places = dict.fromkeys(str(way.verdict[1]) for way in ways)
        if len(places) > 1:
            first.sight.miss(f"where it dies: {' or '.join(places)}, by the way it takes")
        return first
    deciding = [question for question in questions if _decides(ways, questions, question)]
    depends = "; ".join(
        f"{fate} if {' and '.join(filter(None, map(way.taken, deciding)))}" for fate, way in fates.items()
    )
    # Only now: what is missed here would change the verdict that was just compared.
    for question in questions:
        first.sight.miss(question, deadly=True)
    outcome = Outcome(Fate.UNKNOWN, Place("", 0), f"it depends: {depends}", first.outcome.legs)
    return Way(first.chosen, first.sight, first.topology, first.ends, outcome)


def _decides(ways: Sequence[Way], questions: Iterable[str], question: str) -> bool:
    """Whether two ways that differ in `question` alone, where both met the others, end differently."""
    others = [other for other in questions if other != question]

    def alike(one: Way, two: Way) -> bool:
        answers = ((one.taken(other), two.taken(other)) for other in others)
        return all(left == right or not (left and right) for left, right in answers)

    return any(
        one.taken(question) != two.taken(question)
        and one.verdict[0] is not two.verdict[0]
        and alike(one, two)
        for one, two in combinations(ways, 2)
    )
