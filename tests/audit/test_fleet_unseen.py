"""What a rule says without a table, behind a parser that breaks, on a model without the command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bothways.audit.playbook import load_audit
from bothways.audit.result import Result
from bothways.audit.run import audit
from bothways.diagnosis import Confidence
from bothways.platforms import device_state, platform
from bothways.rules import all_rules
from bothways.rules.fleet import FleetRule, Outcome, all_fleet_rules
from bothways.state.device import DeviceState
from bothways.state.rows import Conn, Interface
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Row, Source

from .fleet_texts import TAKEN, UNKNOWN_COMMAND, Box, Fleet, audit_of, watched

SHIPPED = Path(__file__).parents[2] / "playbooks" / "audit-baseline.yaml"
ROOM = ("policy based routing aces:         0", "policy based routing aces:         0.5K")
NEXT_HOP = ("Internet  10.12.0.1               5   c84c.75aa.0101  ARPA   Vlan10\n", "")
BOUND = "Interface      Route map\nVlan172        FIX_ROUTING"
EMPTY = ""
MAP = """route-map FIX_ROUTING, permit, sequence 10
  Match clauses:
    ip address (access-lists): RETURN
  Set clauses:
    ip next-hop 10.12.0.1"""
FLOW = watched("10.12.0.130 172.16.1.18 tcp/443")
BOXES = {"cisco_asa": "edge-asa", "cisco_ios": "lab-switch"}
STORY = Fleet((Box("edge-asa"), Box("lab-switch")), (FLOW,), before=(Box("edge-asa"), Box("lab-switch")))
"""Both devices of the hairpin, whose flow passes both."""
BYSTANDERS = ("reset-service", "ssh-weak", "startup-differs")
NOT_ALLOWED = "Command authorization failed"
LATER = replace(STORY, boxes=tuple(box.later(10) for box in STORY.boxes))


def needs() -> Iterator[Any]:
    """Each rule with each table that it needs on each of its platforms."""
    for rule in all_fleet_rules():
        for kind in rule.platforms if rule.id != "flow-lives" else ():
            for row_type in (*rule.tables(kind), *rule.where_known):
                if row_type in platform(kind).sources:
                    yield pytest.param(rule, kind, row_type, id=f"{rule.id}-{kind}-{row_type.__name__}")


def command_of(kind: str, row_type: type[Row]) -> str:
    return platform(kind).sources[row_type].command


def on(results: tuple[Result, ...], device: str, rule: str) -> set[Outcome]:
    return {one.outcome for one in results if one.device == device and one.rule == rule}


@pytest.mark.parametrize("way", ["not read", "refused", "cut"])
@pytest.mark.parametrize(("rule", "kind", "row_type"), list(needs()))
def test_without_a_table_nothing_passes(rule: FleetRule, kind: str, row_type: type[Row], way: str) -> None:
    """X-07: what could not be seen is said, whatever else fails; it is never clean, and never skipped."""
    name, command = BOXES[kind], command_of(kind, row_type)
    instead = [other.command for row, other in platform(kind).fallbacks.items() if row is row_type]
    box = next(one for one in LATER.boxes if one.name == name)
    hidden = {
        "not read": box.without(command, *instead),
        "refused": box.but(says={command: NOT_ALLOWED}),
        "cut": replace(box, cut=frozenset({command})),
    }[way]
    boxes = tuple(hidden if one.name == name else one for one in LATER.boxes)
    outcomes = on(replace(LATER, boxes=boxes).audit(rule.id), name, rule.id)
    assert Outcome.COULD_NOT_SEE in outcomes
    assert outcomes <= {Outcome.COULD_NOT_SEE, Outcome.FAIL}


@pytest.mark.parametrize(("rule", "kind", "row_type"), list(needs()))
def test_a_parser_that_breaks_is_an_error_of_that_rule(
    rule: FleetRule, kind: str, row_type: type[Row]
) -> None:
    """X-07: one rule says that it broke; those that do not read the table are as they were."""
    name, command = BOXES[kind], command_of(kind, row_type)
    spared = [one for one in BYSTANDERS if one != rule.id and row_type not in TABLES_OF[one]]
    states = [broken(box, row_type) if box.name == name else box.state() for box in LATER.boxes]

    results = audit_of(states, LATER, rule.id, *spared)

    assert Outcome.ERROR in on(results, name, rule.id)
    assert on(results, name, rule.id) <= {Outcome.ERROR, Outcome.COULD_NOT_SEE}
    told = [one.sentence for one in results if one.outcome is Outcome.ERROR and one.rule == rule.id]
    assert f"the rule itself broke: ZeroDivisionError: {command}" in told
    healthy = [one for one in LATER.audit(rule.id, *spared) if one.rule in spared]
    assert [one for one in results if one.rule in spared] == healthy


TABLES_OF = {
    rule.id: {row for kind in rule.platforms for row in rule.tables(kind)} for rule in all_fleet_rules()
}


def broken(box: Box, row_type: type[Row]) -> DeviceState:
    """A device one of whose tables has a parser that breaks."""
    outputs = box.outputs()
    sources = dict(platform(box.platform).sources_for(outputs))

    def parse(_text: str, command: str) -> Any:
        raise ZeroDivisionError(command)

    sources[row_type] = Source(sources[row_type].command, parse)
    return DeviceState(box.name, box.platform, outputs, sources)


def features() -> Iterator[Any]:
    """Rules about what not every model has, with the command that a router does not know."""
    for rule in all_fleet_rules():
        known = platform("cisco_ios")
        commands = {known.sources[row].command for row in rule.tables("cisco_ios") if row in known.sources}
        if "cisco_ios" in rule.platforms and commands & set(known.feature_commands):
            yield pytest.param(rule, min(commands & set(known.feature_commands)), id=rule.id)


@pytest.mark.parametrize(("rule", "command"), list(features()))
def test_a_model_without_the_command_is_skipped(rule: FleetRule, command: str) -> None:
    """A router has no link state groups, no channels and no templates: nothing is unknown about that."""
    box = Box("lab-switch").but(says={command: UNKNOWN_COMMAND})
    (one,) = Fleet((box,)).audit(rule.id)
    assert (one.outcome, one.sentence) == (Outcome.SKIPPED, f"lab-switch knows no `{command}`")


def test_a_router_without_templates_may_have_policy_routing() -> None:
    """The template is asked for where there is one."""
    box = Box("lab-switch").but(says={"show sdm prefer": UNKNOWN_COMMAND})
    (one,) = Fleet((box,)).audit("pbr-ineffective")
    assert one.outcome is Outcome.PASS


def test_a_device_that_was_not_read_is_dark_for_every_rule() -> None:
    """X-04: with the reason, and nothing of it passes."""
    rules = [rule.id for rule in all_fleet_rules()]
    fleet = replace(LATER, unread={"far-asa": "far-asa: TCP refused 192.0.2.9:22"})
    of_it = [one for one in fleet.audit(*rules) if one.device == "far-asa"]
    assert {one.rule for one in of_it} == set(rules)
    assert {(one.outcome, one.sentence) for one in of_it} == {
        (Outcome.COULD_NOT_SEE, "far-asa: TCP refused 192.0.2.9:22")
    }


def test_a_flow_whose_way_is_not_known_is_told_as_such() -> None:
    """X-07: without routes nobody can say whether it lives."""
    (told,) = STORY.without("edge-asa", "show route").audit("flow-lives")[:1]
    assert (told.device, told.outcome) == ("fleet", Outcome.COULD_NOT_SEE)


def test_a_device_that_no_flow_is_known_to_pass_is_not_clean() -> None:
    """X-07: a flow that was not followed to its end says nothing of a firewall elsewhere."""
    fleet = replace(STORY, boxes=(*STORY.boxes, Box("app-asa"))).without("edge-asa", "show route")
    (one,) = [one for one in fleet.audit("hairpin-denied") if one.device == "app-asa"]
    assert one.outcome is Outcome.SKIPPED
    assert one.sentence == "whether a flow that was not followed to its end passes app-asa is not known"


def test_a_walk_that_breaks_is_an_error_of_the_flow() -> None:
    """X-07: the flow is named; rules that only flows can break have not seen it, the others stand."""
    states = [broken(box, Interface) if box.name == "lab-switch" else box.state() for box in STORY.boxes]
    results = audit_of(states, STORY, "flow-lives", "hairpin-denied", "half-open-hairpins")
    by = {(one.rule, one.device): one for one in results}
    walk = by["flow-lives", "fleet"]
    assert (walk.outcome, walk.subject) == (Outcome.ERROR, str(FLOW.flow))
    assert walk.sentence == "the walk itself broke: ZeroDivisionError: show ip interface (declared)"
    assert by["hairpin-denied", "edge-asa"].outcome is Outcome.COULD_NOT_SEE
    assert by["half-open-hairpins", "edge-asa"].outcome is Outcome.FAIL


def test_missing_facts_lower_the_word() -> None:
    """X-07: the same failure is less sure where a device was not read, or where one look was all."""
    order = list(Confidence)

    def word(fleet: Fleet, rule: str) -> int:
        (failed,) = [one for one in fleet.audit(rule) if one.outcome is Outcome.FAIL]
        assert failed.confidence is not None
        return order.index(failed.confidence)

    dark = replace(STORY, unread={"far-asa": "far-asa: TCP refused 192.0.2.9:22"})
    assert word(dark, "asymmetric-return") > word(STORY, "asymmetric-return")
    once = replace(STORY, before=())
    assert word(STORY, "half-open-hairpins") == order.index(Confidence.CERTAIN)
    assert word(once, "half-open-hairpins") == order.index(Confidence.LIKELY)


def test_nothing_is_claimed_of_what_was_not_seen() -> None:
    """X-07: no word of confidence where there is no statement."""
    results = STORY.without("edge-asa", "show conn").audit("half-open-hairpins")
    assert [one.confidence for one in results] == [None]


def test_an_audit_outlives_a_table_that_breaks() -> None:
    """X-07: ill flows are sought in tables, too; one that breaks takes no rule with it but its own."""
    states = [broken(box, Conn) if box.name == "edge-asa" else box.state() for box in STORY.boxes]
    snapshot = Snapshot({state.name: state for state in states}, TAKEN, {})

    run = audit("night", load_audit(SHIPPED), snapshot)

    broke = {one.rule for one in run.results if one.outcome is Outcome.ERROR}
    assert broke == {"half-open-hairpins", "hairpin-permit-unused"}
    assert {one.rule for one in run.results if one.device == "edge-asa"} >= set(BYSTANDERS)


def test_a_flow_at_two_moments_has_two_ids_that_stay() -> None:
    """X-08: which of two silences kills it does not move its name."""
    flow = "192.0.2.10 203.0.113.80 tcp/80"
    flows = tuple(watched(flow, "after-idle", silence_s) for silence_s in (600, 1200, 1800))
    results = Fleet((Box("app-asa"),), flows).audit("flow-lives")
    assert {one.id: str(one.outcome) for one in results if one.device == "fleet"} == {
        "flow-lives/fleet/192.0.2.10_203.0.113.80_tcp_80_after-idle_600s": "pass",
        "flow-lives/fleet/192.0.2.10_203.0.113.80_tcp_80_after-idle_1200s": "fail",
        "flow-lives/fleet/192.0.2.10_203.0.113.80_tcp_80_after-idle_1800s": "fail",
    }


def test_a_finding_is_asked_for_once_for_all_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each flow of a fleet is diagnosed once, not once for each of its devices: that is their square."""
    asked: list[str] = []
    (rule,) = (one for one in all_rules() if one.id == "link-group-faulty")
    ask = type(rule).findings

    def counted(self: Any, snapshot: Snapshot, walked: Any) -> Any:
        asked.append(str(walked.flow))
        return ask(self, snapshot, walked)

    monkeypatch.setattr(type(rule), "findings", counted)
    texts = Box("tor-a").outputs()
    switches = [device_state(f"tor-{number}", "cisco_ios", texts) for number in range(5)]
    audit_of([*switches, Box("edge-asa").state()], STORY, "link-group-faulty")
    assert asked == [str(FLOW.flow)]


def test_ids_stay_when_another_fault_comes_or_goes() -> None:
    """X-08: two faults of one route-map are two results; the id of one does not hang on the other."""
    texts = {"show route-map": MAP, "show access-lists": EMPTY, "show ip policy": BOUND}
    both = Fleet((Box("lab-switch").but(ROOM, NEXT_HOP, says=texts),))
    one = Fleet((Box("lab-switch").but(ROOM, says=texts),))
    ids = [
        [result.id for result in fleet.audit("pbr-ineffective") if result.outcome is Outcome.FAIL]
        for fleet in (both, one)
    ]
    assert sorted(ids[0]) == [
        "pbr-ineffective/lab-switch/FIX_ROUTING_list_RETURN",
        "pbr-ineffective/lab-switch/FIX_ROUTING_next_hop_10.12.0.1",
    ]
    assert ids[1] == ["pbr-ineffective/lab-switch/FIX_ROUTING_list_RETURN"]
