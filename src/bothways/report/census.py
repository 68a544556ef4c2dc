"""The census for a terminal: a verdict, groups and drops of each firewall, what stayed dark, what to type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bothways.diagnosis.census import Cause, Census, DropCount, Group, Tally
from bothways.diagnosis.findings import Finding
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.timers import span
from bothways.diagnosis.trace import Trace
from bothways.fixes.menu_item import MenuItem
from bothways.flow import Fate
from bothways.report.escaping import clean
from bothways.report.findings_table import evidence_line

_DROPS = 8


@dataclass(frozen=True, slots=True)
class Explained:
    """A group, and what the walk of the flow that stands for it says.

    Attributes:
        trace: None where it was not walked.
        why: the reason then.
    """

    group: Group
    trace: Trace | None = None
    findings: tuple[Finding, ...] = ()
    menu: tuple[MenuItem, ...] = ()
    why: str = ""

    @property
    def finding(self) -> Finding | None:
        """The one that weighs most."""
        return self.findings[0] if self.findings else None

    @property
    def weighs(self) -> bool:
        """Whether it is a finding: a walk says that such a flow dies, or its kind does, undenied."""
        of_kind = self.group.weighs
        if self.group.cause is Cause.HAIRPIN and self.trace is not None:
            of_kind = of_kind and self.trace.fate is not Fate.COMPLETE
        return bool(self.findings) or of_kind

    @property
    def next_command(self) -> str:
        """What tells more about the group."""
        moment = "" if self.group.scenario is Scenario.HANDSHAKE else f" --scenario {self.group.scenario}"
        return f"bothways diagnose {self.group.flow}{moment}"


def census_lines(taken: Sequence[tuple[Census, Sequence[Explained]]], *, evidence: bool) -> Iterator[str]:
    """The whole answer, a line each."""
    everything = [one for _, explained in taken for one in explained]
    yield clean(verdict(taken))
    for census, explained in taken:
        yield ""
        yield clean(_head(census))
        for one in explained:
            yield from _group(one, evidence=evidence)
        yield from _rest(census)
        yield from _drops(census, evidence=evidence)
    unseen = dict.fromkeys(text for census, _ in taken for text in census.could_not_see)
    if unseen:
        yield ""
        yield from (clean(f"could not see: {text}") for text in unseen)
    first = next((one for one in everything if one.weighs), None)
    if first is not None:
        yield ""
        yield clean(first.next_command)


def verdict(taken: Sequence[tuple[Census, Sequence[Explained]]]) -> str:
    """One sentence."""
    if not taken:
        return "no firewall was read: there is nothing to count"
    flows, groups = sum(one.flows for one, _ in taken), sum(one.group_count for one, _ in taken)
    where = taken[0][0].device if len(taken) == 1 else f"{len(taken)} firewalls"
    dark = ", as far as could be seen" if any(one.could_not_see for one, _ in taken) else ""
    if not flows:
        return f"{where}: no half-seen flow{dark}"
    found = f"{where}: {_number(flows, 'half-seen flow')} in {_number(groups, 'group')}{dark}"
    worst = next((one for _, explained in taken for one in explained if one.weighs), None)
    if worst is None:
        return f"{found}; none that healthy firewalls do not have"
    named = worst.finding.id if worst.finding else worst.group.cause
    return f"{found}; worst: {named}, {worst.group.where}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _head(census: Census) -> str:
    if census.connections is None:
        return f"{census.device}: connections not seen"
    return f"{census.device}: {_number(census.connections, 'connection')}"


def _group(one: Explained, *, evidence: bool) -> Iterator[str]:
    group = one.group
    noun = "line" if group.cause.of_log else "connection"
    yield clean(f"  {group.cause}: {_number(group.count, noun)}, {group.where}")
    yield f"    {group.cause.meaning}"
    details = [group.remark, _silent(group), _carried(group), _since(group), _answered(group)]
    yield clean(f"    {'; '.join(text for text in details if text)}")
    yield clean(
        f"    victims: {_tallies(group.clients, group.client_count)}; "
        f"servers: {_tallies(group.servers, group.server_count)}"
    )
    yield from _explained(one)
    for line in group.evidence if evidence else ():
        yield f"    evidence: {evidence_line(line)}"


def _silent(group: Group) -> str:
    return "" if group.longest_idle_s is None else f"idle up to {span(group.longest_idle_s)}"


def _carried(group: Group) -> str:
    return "" if group.cause.of_log else f"{group.bytes:,} bytes"


def _since(group: Group) -> str:
    if group.fresh is not None:
        return f"{group.fresh:,} of them came since the earlier read"
    if group.still is None:
        return ""
    grown = f", and grew by {group.grown:,} bytes" if group.grown else ""
    return f"{group.still:,} of them were there at the earlier read{grown}"


def _answered(group: Group) -> str:
    if not group.answered:
        return ""
    return f"{_number(group.answered, 'other')} there carried data of both ends"


def _tallies(tallies: Sequence[Tally], count: int) -> str:
    named = ", ".join(f"{one.name} ({one.count:,})" for one in tallies)
    more = count - len(tallies)
    return f"{named} and {more:,} more" if more > 0 else named


def _explained(one: Explained) -> Iterator[str]:
    if one.trace is None:
        yield clean(f"    not walked: {one.why}")
        return
    found = one.finding
    if found is None:
        yield clean(
            f"    {one.group.flow}: {one.trace.fate} ({one.trace.confidence}); no finding explains it"
        )
        return
    yield clean(f"    finding: {found.id} ({found.confidence}): {found.sentence}")
    ours = [item.name for item in one.menu if item.available]
    if one.menu:
        yield clean(f"    ways out: {', '.join(ours) if ours else 'none available here'}")


def _rest(census: Census) -> Iterator[str]:
    for cause, grouped in census.grouped.items():
        if grouped.more_groups:
            groups = _number(grouped.more_groups, "more group")
            yield f"  {cause}: {groups} with {_number(grouped.more_flows, 'flow')}"


def _drops(census: Census, *, evidence: bool) -> Iterator[str]:
    drops = census.drops
    if drops is None:
        return
    since = f", cleared: {drops.cleared}" if drops.cleared else ""
    if drops.seconds is not None:
        since = f" in {drops.seconds:.0f} s{since}"
    if drops.cleared_between:
        since += "; cleared between the two reads, so it is what came since that"
    yield clean(f"  drops that bear on it{since}:")
    shown = drops.counts[:_DROPS]
    for one in shown:
        yield clean(f"    {one.name} ({one.phase}) {_rate(one)}: {one.meaning}")
        if evidence:
            yield f"      evidence: {evidence_line(one.evidence)}"
    if not shown:
        yield "    none"
    left = len(drops.counts) - len(shown)
    if left or drops.others:
        yield f"    {left + drops.others} other counters are above zero"


def _rate(one: DropCount) -> str:
    if one.more is None:
        return f"{one.count:,}"
    rate = "" if one.per_minute is None else f", {one.per_minute:.1f} a minute"
    return f"+{one.more:,}{rate}, {one.count:,} in all"
