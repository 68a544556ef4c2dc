"""Link state tracking on a top-of-rack switch: what is typed, in which order, when not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bothways.diagnosis import Scenario, Trace, trace
from bothways.errors import DocumentError
from bothways.fixes.contract import InPlace, NotApplicable, Ready, Situation
from bothways.fixes.link_state_group import LinkStateGroupFix, LinkStateOptions
from bothways.fixes.link_state_lines import LinkStateInputs
from bothways.fixes.menu import menu
from bothways.fixes.render import TextContent, render
from bothways.fixes.steps import ConfigStep
from bothways.flow import Fate
from bothways.rules import Finding, Severity, diagnose

FIX = LinkStateGroupFix()
Build = Callable[..., Situation]
Edits = tuple[tuple[str, str], ...]

PO11 = "interface Port-channel11\n description HQ6509A\n"
TRACK: Edits = (("interface Port-channel11\n", "link state track 1\ninterface Port-channel11\n"),)
UPSTREAM: Edits = ((PO11, f"{PO11} link state group 1 upstream\n"),)
PORTS: Edits = tuple(
    (f" description esx01 vmnic{at}\n", f" description esx01 vmnic{at}\n link state group 1 downstream\n")
    for at in range(4)
)


def traced(here: Situation) -> Trace:
    return trace(here.snapshot, here.flow, here.hosts, here.scenario)


def found(here: Situation) -> tuple[Finding, ...]:
    return diagnose(here.snapshot, traced(here))


def ready(here: Situation, **options: Any) -> Ready[LinkStateInputs]:
    outcome = FIX.propose(here, LinkStateOptions(**options))
    assert isinstance(outcome, Ready), outcome
    return outcome


def refused(here: Situation, **options: Any) -> NotApplicable:
    outcome = FIX.propose(here, LinkStateOptions(**options))
    assert isinstance(outcome, NotApplicable), outcome
    return outcome


def step_of(here: Situation, template: TextContent) -> ConfigStep:
    proposed = ready(here)
    (step,) = FIX.steps(here, proposed, render(FIX, proposed.inputs, template))
    assert isinstance(step, ConfigStep)
    return step


ACCESS, TRUNK = (
    " switchport access vlan 20\n switchport mode access\n",
    " switchport trunk allowed vlan 20\n switchport mode trunk\n",
)
EDGE: Edits = ((ACCESS, f"{TRUNK} spanning-tree portfast trunk\n"),)
"""Every port of the switch a trunk, as virtual machines want it."""
LEARNT = "  20    0050.5620.0013    DYNAMIC     Gi1/9\n"


def said_of(here: Situation, lint: str) -> list[tuple[str, str]]:
    return [(one.severity, one.text) for one in FIX.lints(here, ready(here)) if one.id == lint]


def test_server_on_an_orphaned_switch(racks: Build) -> None:
    """S2b-01: when the uplink is lost the SYN dies at the 4948; the rule says so, with its lines."""
    here = racks()
    walked = traced(here)
    assert (walked.fate, walked.at.device, walked.at.packet) == (Fate.LINK_DOWN, "tor-a", 1)
    assert "Port-channel11" in walked.mechanism
    assert "10.10.0.20 hangs on Gi2/1 of core-b" in walked.remarks
    assert not any("10.20.0.11 hangs on" in remark for remark in walked.remarks)
    (orphan,) = found(here)
    assert (orphan.id, orphan.severity, orphan.device) == ("orphaned-switch", Severity.ERROR, "tor-a")
    said = " ".join(str(line) for line in orphan.evidence)
    assert all(word in said for word in ("Gi1/1", "Po11(SU)", "no line says: a link state group"))


def test_healthy_flow_warns_of_it(racks: Build) -> None:
    """S2b-01: nobody asked about the loss: the flow lives, and the audit still says what would happen."""
    here = racks(scenario="handshake")
    assert traced(here).fate is Fate.COMPLETE
    assert [(one.id, one.severity) for one in found(here)] == [("orphaned-switch", Severity.WARNING)]


def test_lines_as_the_story_types_them(racks: Build, link_template: TextContent) -> None:
    """S2b-02, S2b-03: track, uplink, then the ports as one range, with the dash of a keyboard."""
    lines = [command.text for command in step_of(racks(), link_template).commands]
    assert lines == [
        "link state track 1",
        "interface Port-channel11",
        "link state group 1 upstream",
        "interface range GigabitEthernet1/1 - 40",
        "link state group 1 downstream",
    ]
    assert all(line.isascii() for line in lines)


def test_typographic_dash_never_reaches_a_device(racks: Build, link_template: TextContent) -> None:
    """S2b-02: a template with the dash of a printed text is refused before there is a plan."""
    inputs = ready(racks()).inputs
    text = link_template.text.replace("{{ ports.header }}", "interface range GigabitEthernet1/1 \u2013 40")
    with pytest.raises(DocumentError, match="may not type"):
        render(FIX, inputs, replace(link_template, text=text))


def test_downstream_first_is_refused(racks: Build, link_template: TextContent) -> None:
    """S2b-03: a template that adds ports before the uplink would take all forty down."""
    here = racks()
    head, ports = link_template.text.split("interface {{ uplink }}\n link state group {{ group }} upstream\n")
    swapped = f"{head}{ports}interface {{{{ uplink }}}}\n link state group {{{{ group }}}} upstream\n"
    proposed = ready(here)
    lines = render(FIX, proposed.inputs, replace(link_template, text=swapped))
    with pytest.raises(DocumentError, match="downstream port before the uplink: 40 ports would go down"):
        FIX.steps(here, proposed, lines)


def test_no_group_while_the_uplink_is_down(racks: Build) -> None:
    """S2b-04: at that moment it would cut off every server at once."""
    down = ("Port-channel11 is up, line protocol is up", "Port-channel11 is down, line protocol is down")
    reason = refused(racks(tor=(down,)))
    assert reason.reason == (
        "Port-channel11 of tor-a is down: the group would take all 40 server ports down at once"
    )
    assert "Port-channel11 is down" in str(reason.evidence[0])
    (fact,) = FIX.preconditions(racks(), ready(racks()))
    assert (fact.table, fact.key, fact.expected) == ("Interface", {"name": "Port-channel11"}, "yes")


def test_undo_frees_all_ports_with_its_first_line(racks: Build, link_template: TextContent) -> None:
    """S2b-10: the global line first, then the ports, the uplink last; every port must read back as it was."""
    step = step_of(racks(), link_template)
    assert [step.undo[at].text for at in (0, 1, -1)] == [
        "no link state track 1",
        "no link state group 1 downstream",
        "no link state group 1 upstream",
    ]
    assert [undo.section for undo in step.undo[-2:]] == [
        "interface GigabitEthernet1/40",
        "interface Port-channel11",
    ]
    states = [proof for proof in step.proofs if proof.table == "LinkStateMember"]
    assert (len(step.undo), len(states), {proof.expected for proof in states}) == (42, 41, {"up"})
    assert "PM-4-ERR_DISABLE" in step.quiet


def test_port_that_is_down_stays_down(racks: Build, link_template: TextContent) -> None:
    """S2b-10: a server that is switched off is no reason to fail."""
    down = (
        "GigabitEthernet1/7 is up, line protocol is up",
        "GigabitEthernet1/7 is down, line protocol is down",
    )
    proofs = step_of(racks(tor=(down,)), link_template).proofs
    assert [proof.key["interface"] for proof in proofs if proof.expected == "down"] == ["GigabitEthernet1/7"]


@pytest.mark.parametrize(
    ("edits", "options", "reason"),
    [
        ((), {"group": 11}, "group 11 is more than the 10 groups of a WS-C4948E with 15.1(1)SG"),
        (
            ((" description esx05 vmnic0\n", " description esx05 vmnic0\n link state group 3 downstream\n"),),
            {"group": 1},
            "GigabitEthernet1/17 is in link state group 3 already",
        ),
        (
            ((PO11, f"{PO11} link state group 1 downstream\n"),),
            {},
            "Port-channel11 is in link state group 1 already",
        ),
        ((("cisco WS-C4948E (", "cisco WS-C6509-E ("),), {}, "whether a WS-C6509-E has link state tracking"),
    ],
    ids=["too-many-groups", "another-group", "other-role", "other-model"],
)
def test_limits(racks: Build, edits: Edits, options: dict[str, int], reason: str) -> None:
    """S2b-08: groups by model and release, one role in one group an interface."""
    said = refused(racks(tor=edits), **options)
    assert said.reason.startswith(reason)
    assert said.evidence


def test_mirror_port_blocks(racks: Build) -> None:
    """S2b-08: a SPAN destination among the ports would be disabled, or count as a lost uplink."""
    mirror = ("line con 0\n", "monitor session 1 destination interface Gi1/20\nline con 0\n")
    here = racks(tor=(mirror,))
    lints = {lint.id: lint for lint in FIX.lints(here, ready(here))}
    assert lints["span-destination"].severity == "blocking"
    assert lints["span-destination"].text.startswith("GigabitEthernet1/20 is a SPAN destination")
    assert [lint.id for lint in FIX.lints(racks(), ready(racks()))] == ["link-state-price", "one-line-back"]


def test_group_moves_the_server_to_its_other_switch(racks: Build) -> None:
    """S2b-07: with the group in place the flow lives on by the other 4948, and nothing is left to do."""
    here = racks(tor=(*TRACK, *UPSTREAM, *PORTS))
    walked = traced(here)
    assert walked.fate is Fate.COMPLETE
    assert any("goes on by GigabitEthernet1/1 of tor-b" in text for text in walked.inferences)
    assert not found(here)
    assert isinstance(FIX.propose(here, LinkStateOptions()), InPlace)


@pytest.mark.parametrize(
    "edits",
    [(*UPSTREAM, *PORTS), (*TRACK, *PORTS), (*TRACK, *UPSTREAM), (*TRACK, *UPSTREAM, *PORTS[:3])],
    ids=["not-tracked", "no-upstream", "no-downstream", "one-card-left-out"],
)
def test_half_a_group_helps_nobody(racks: Build, edits: Edits) -> None:
    """S2b-07: each missing line leaves the server sending into the orphaned switch."""
    assert traced(racks(tor=edits)).fate is Fate.LINK_DOWN


def test_two_servers_of_one_switch_need_no_uplink(racks: Build) -> None:
    """S2b-01: what stays within the 4948 lives on; behind a group it is asked where the other one goes."""
    neighbours = "10.20.0.11 10.20.0.13 tcp/902"
    walked = traced(racks(flow=neighbours))
    assert walked.fate is Fate.COMPLETE
    assert any("hangs on GigabitEthernet1/9 of the same switch" in text for text in walked.inferences)
    assert traced(racks(flow=neighbours, tor=(*TRACK, *UPSTREAM, *PORTS))).fate is Fate.UNKNOWN
    assert traced(racks(flow="10.20.0.11 10.20.0.12 tcp/902")).fate is Fate.LINK_DOWN


def test_second_channel_is_a_question(racks: Build) -> None:
    """S2b-01: another channel that shows no address may be what spanning tree holds back."""
    second = "interface Port-channel12\n switchport mode trunk\n!\ninterface Port-channel11\n"
    up = "Port-channel12 is up, line protocol is up\nPort-channel11 is up, line protocol is up"
    edits = (
        ("interface Port-channel11\n", second),
        ("Port-channel11 is up, line protocol is up", up),
    )
    walked = traced(racks(tor=edits))
    assert walked.fate is Fate.UNKNOWN
    assert "whether Port-channel12 takes over from Port-channel11" in walked.could_not_see[0]
    assert not found(racks(tor=edits, scenario="handshake"))


def test_host_that_no_table_shows_is_a_question(racks: Build) -> None:
    """S2b-01: a server that nobody has heard of is asked for, not placed."""
    walked = traced(racks(flow="10.20.0.99 10.10.0.20 tcp/443"))
    assert walked.fate is Fate.UNKNOWN
    assert any("which switch it is plugged into" in text for text in walked.could_not_see)
    reason = refused(racks(flow="10.20.0.99 10.10.0.20 tcp/443")).reason
    assert reason == "no switch of the snapshot shows where 10.20.0.99 is plugged in"


def test_server_without_another_card_is_a_question(racks: Build) -> None:
    """S2b-07: whether it has one on another switch is asked, not supposed."""
    here = racks(tor=(*TRACK, *UPSTREAM, *PORTS))
    alone = replace(here.snapshot, devices={n: d for n, d in here.snapshot.devices.items() if n != "tor-b"})
    walked = trace(alone, here.flow, (), Scenario.UPLINK_LOSS)
    assert walked.fate is Fate.UNKNOWN
    assert any("whether it has another card" in text for text in walked.could_not_see)


@pytest.mark.parametrize(
    ("edits", "severity", "words"),
    [
        ((*TRACK, *PORTS), Severity.ERROR, "4 downstream ports and no upstream: kept down until it gets one"),
        (PORTS, Severity.WARNING, "4 downstream ports and no upstream: down as soon as it is switched on"),
        ((*UPSTREAM, *PORTS), Severity.WARNING, "does nothing: there is no `link state track 1`"),
        (
            (
                *TRACK,
                *UPSTREAM,
                *PORTS,
                (
                    " channel-group 11 mode active\n",
                    " channel-group 11 mode active\n link state group 1 downstream\n",
                ),
            ),
            Severity.WARNING,
            "are members of a channel",
        ),
    ],
    ids=["no-upstream", "dangerous-order", "inert", "channel-members"],
)
def test_faulty_groups(racks: Build, edits: Edits, severity: Severity, words: str) -> None:
    """S2b-03: what a group lacks, or has too much, with the line that says so."""
    (faulty,) = [
        one for one in found(racks(tor=edits, scenario="handshake")) if one.id == "link-group-faulty"
    ]
    assert (faulty.severity, faulty.device) == (severity, "tor-a")
    assert words in faulty.sentence
    assert "link state group 1 downstream" in faulty.evidence[-1].text


def test_menu_has_the_other_ways(racks: Build) -> None:
    """S2b-09: beacons from the servers, VSS, a second uplink; each with what speaks for and against it."""
    here = racks()
    walked = traced(here)
    items = {item.name: item for item in menu(here.snapshot, walked, found(here))}
    assert list(items) == ["link-state-group", "beacon-probing", "vss", "second-uplink"]
    assert (items["link-state-group"].available, items["link-state-group"].playbook) == (
        True,
        "link-state-track",
    )
    assert "broadcasts in every VLAN" in items["beacon-probing"].price
    assert items["beacon-probing"].available
    assert not items["vss"].available
    assert "no switch that was read says `switch virtual domain`" in items["vss"].reason
    assert "half the bandwidth" in items["second-uplink"].price


def test_other_scenarios_are_not_its_business(racks: Build) -> None:
    """S2b-04: without the loss there is nothing to cure."""
    assert "--scenario uplink-loss" in refused(racks(scenario="handshake")).reason


@pytest.mark.parametrize(
    ("destination", "mirrors"),
    [
        ("Gi1/41 , Gi1/20", ["GigabitEthernet1/20"]),
        ("Gi1/39 - 41", ["GigabitEthernet1/39", "GigabitEthernet1/40"]),
        ("Gi1/20 ingress vlan 5", ["GigabitEthernet1/20"]),
        ("Gi1/41", []),
    ],
    ids=["list", "range", "with-ingress", "unused-port"],
)
def test_every_mirror_port_of_a_line_blocks(racks: Build, destination: str, mirrors: list[str]) -> None:
    """S2b-08: destinations are lists and ranges; the first of them is not all of them."""
    here = racks(
        tor=(("line con 0\n", f"monitor session 1 destination interface {destination}\nline con 0\n"),)
    )
    lints = [lint for lint in FIX.lints(here, ready(here)) if lint.id == "span-destination"]
    assert [lint.text.split()[0] for lint in lints] == mirrors


def test_ports_of_another_vlan_are_named(racks: Build) -> None:
    """S2b-01: a server in another VLAN stays on the orphaned switch; the plan says so."""
    mine = " description esx05 vmnic0\n switchport access vlan 20\n"
    here = racks(tor=((mine, mine.replace("vlan 20", "vlan 30")),))
    (left,) = [lint for lint in FIX.lints(here, ready(here)) if lint.id == "ports-left-out"]
    assert (left.severity, left.text.split()[0]) == ("warning", "GigabitEthernet1/17")
    assert not [lint for lint in FIX.lints(racks(), ready(racks())) if lint.id == "ports-left-out"]


def test_ports_that_the_repair_frees_need_not_stay_down(racks: Build, link_template: TextContent) -> None:
    """S2b-10: ports that a group without uplink keeps down come back with it, which is no fault."""
    down = tuple(
        (
            f"GigabitEthernet1/{at} is up, line protocol is up",
            f"GigabitEthernet1/{at} is down, line protocol is down",
        )
        for at in range(17, 21)
    )
    held = tuple(
        (f" description esx05 vmnic{at}\n", f" description esx05 vmnic{at}\n link state group 1 downstream\n")
        for at in range(4)
    )
    step = step_of(racks(tor=(*TRACK, *held, *down)), link_template)
    proven = {proof.key["interface"] for proof in step.proofs if proof.table == "LinkStateMember"}
    assert len(proven) == 37
    assert not proven & {f"GigabitEthernet1/{at}" for at in range(17, 21)}
    assert step.quiet == ()


def test_a_port_that_leads_to_another_device_is_no_servers(racks: Build) -> None:
    """S2b-08: the router's own address is learnt on a server port: it would go down with the uplink."""
    router = "0026.98b0.6543"
    both = (LEARNT, f"{LEARNT}  99    {router}    DYNAMIC     Gi1/20\n")
    ((severity, text),) = said_of(racks(tor=(both,)), "downstream-device")
    assert severity == "blocking"
    assert text.startswith(f"GigabitEthernet1/20 leads to core-b (Vlan20) ({router} is learnt there)")
    assert text.endswith("and what is behind it cut off too; only server ports belong there")
    assert not said_of(racks(), "downstream-device")


def test_trunks_downstream_are_named(racks: Build) -> None:
    """S2b-08: a firewall hangs on a trunk as a server of virtual machines does; five are named."""
    ((severity, text),) = said_of(racks(tor=EDGE), "downstream-trunk")
    assert severity == "warning"
    named = ", ".join(f"GigabitEthernet1/{number}" for number in range(1, 6))
    assert text.startswith(f"{named} and 35 more would be downstream and carry trunks")
    assert not said_of(racks(), "downstream-trunk")


def test_a_trunk_at_the_edge_of_spanning_tree_is_no_second_uplink(racks: Build) -> None:
    """S2b-01: servers on trunks are orphaned like others; a trunk that is no edge leaves it open."""
    assert traced(racks(tor=EDGE)).fate is Fate.LINK_DOWN
    assert traced(racks(tor=((ACCESS, TRUNK),))).fate is Fate.UNKNOWN


def test_the_line_that_frees_all_ports_is_said_before(racks: Build, link_template: TextContent) -> None:
    """S2b-10: the first line of the undo, by itself."""
    ((severity, text),) = said_of(racks(), "one-line-back")
    assert severity == "note"
    assert text.startswith("`no link state track 1` alone frees every port of the group")
    first = step_of(racks(), link_template).undo[0]
    assert (first.enter, first.text, first.only_if) == ((), "no link state track 1", None)


def test_an_uplink_that_is_shut_down_is_one_all_the_same(racks: Build) -> None:
    """S2b-04: behind it nobody is learnt any more, and the switch has no other channel."""
    shut = (PO11, f"{PO11} shutdown\n")
    status = ("Port-channel11 is up, line protocol is up", "Port-channel11 is down, line protocol is down")
    unlearnt = tuple(
        (f"  20    {mac}    DYNAMIC     Po11\n", "")
        for mac in ("0026.98b0.6543", *(f"0050.5620.00{host}" for host in (12, 14, 16, 18, 20)))
    )
    refusal = refused(racks(tor=(shut, status, *unlearnt)))
    assert refusal.reason.startswith(
        "Port-channel11 of tor-a is down: the group would take all 40 server ports"
    )
