"""One-way NAT: what is predicted from the routers' texts is what the lab's hosts get."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bothways.diagnosis import Scenario, Trace, trace
from bothways.diagnosis.calls import calls
from bothways.fixes.menu import menu
from bothways.flow import Fate, Flow
from bothways.lab.cli.ios_show import interfaces, routing, seen
from bothways.lab.ios.device import IosDevice
from bothways.lab.world import World
from bothways.platforms import device_state
from bothways.report.ladder import ladder_text, picture_of
from bothways.rules import Finding, diagnose
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot

MOMENT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CUSTOMER, RESOURCE, ALIAS = "192.4.4.4", "10.1.1.1", "192.1.1.1"
CALL = Flow.parse(f"{CUSTOMER} {RESOURCE} tcp/23")
OPENS = Flow.parse(f"{CUSTOMER} {ALIAS} tcp/23")
FROM_RESOURCE = Flow.parse(f"{RESOURCE} {CUSTOMER} tcp/23")


PLAIN = "ip nat outside source static 10.1.1.1 192.1.1.1"
TWO_NAMES = [
    f"no {PLAIN}",
    f"{PLAIN} extendable",
    "ip nat outside source static 10.1.1.1 10.1.1.1 extendable",
]


def state(device: IosDevice) -> DeviceState:
    """What its commands print, without a session."""
    texts = {
        "show running-config": device.running_text(),
        "show ip route": routing.render_routes(seen.routes(device)),
        "show ip interface": interfaces.render_ip_interfaces(seen.ports(device)),
        "show ip arp": interfaces.render_arp(seen.arp(device)),
        "show ip policy": "Interface      Route map\n",
    }
    outputs = {command: Output(command, text, MOMENT) for command, text in texts.items()}
    return device_state(device.name, "cisco_ios", outputs)


def snapshot(world: World, *unread: str) -> Snapshot:
    names = [name for name in world.devices if name not in unread]
    return Snapshot({name: state(world.switch(name)) for name in names}, MOMENT, dict.fromkeys(unread, "no"))


def story(*variants: str) -> World:
    return World.from_story("one-way-nat", variants)


def found(world: World, flow: Flow) -> tuple[Trace, dict[str, Finding]]:
    held = snapshot(world)
    walked = trace(held, flow)
    return walked, {finding.id: finding for finding in diagnose(held, walked)}


@pytest.mark.parametrize("variant", ["", "before-nat", "no-local-route", "add-route"])
@pytest.mark.parametrize("flow", [CALL, OPENS, FROM_RESOURCE], ids=str)
def test_prediction_is_observation(variant: str, flow: Flow) -> None:
    """S1-04, S1-06: fate, device and packet are those of the lab's witness, whatever the variant."""
    world = story(*filter(None, [variant]))
    said = world.connect(str(flow.client), str(flow.server), flow.port).testimony
    walked = trace(snapshot(world), flow)
    assert (walked.fate, walked.at.device, walked.at.packet) == (said.fate, said.device, said.packet)
    assert walked.could_not_see == ()


def test_the_initiator_resets_because_of_the_source() -> None:
    """S1-06: packet 2 is rewritten at CustomerR3, packet 3 is the consequence and passes everybody."""
    walked, findings = found(story(), CALL)
    assert (walked.fate, str(walked.at)) == (Fate.WRONG_SOURCE, "192.4.4.4, packet 2")
    assert any("firewalls beyond CustomerR3 are innocent" in one for one in findings["one-way-nat"].raises)
    assert walked.mechanism == (
        "CustomerR3 changes the source of the SYN/ACK from 10.1.1.1 to 192.1.1.1; "
        "192.4.4.4 called 10.1.1.1, knows no 192.1.1.1, and resets"
    )
    reset = walked.legs[2]
    assert (reset.sent.kind, reset.consequence, str(reset.sent.destination)) == ("RST", True, ALIAS)
    assert reset.arrived is not None
    assert str(reset.arrived.destination) == RESOURCE
    assert [leg.rewriters for leg in walked.legs] == [(), ("CustomerR3",), ("CustomerR3",)]


def test_the_verdict_rests_on_the_lines_of_the_configuration() -> None:
    """S1-03, X-07: the translation, its two interfaces and the route beneath are all cited."""
    walked, _ = found(story(), CALL)
    lines = {line.text.strip() for line in walked.evidence if line.device == "CustomerR3"}
    assert {"ip nat outside", "ip nat inside", "ip nat outside source static 10.1.1.1 192.1.1.1"} <= lines


def test_one_way_nat_is_found_with_its_matrix() -> None:
    """S1-07, S1-08: which direction is translated when, and the three calls in one answer."""
    _, findings = found(story(), CALL)
    assert list(findings) == ["one-way-nat", "stale-route"]
    finding = findings["one-way-nat"]
    assert finding.device == "CustomerR3"
    assert "only when 192.1.1.1 was called" in finding.sentence
    assert finding.sentence.endswith(
        "Calls: 192.4.4.4 to 10.1.1.1 wrong-source; 192.4.4.4 to 192.1.1.1 complete; "
        "10.1.1.1 to 192.4.4.4 complete"
    )
    assert "state" not in finding.sentence


def test_a_silence_that_is_asked_about_is_asked_of_every_call() -> None:
    """S1-07: the flow dies before it can fall silent, and so say its findings."""
    held = snapshot(story())
    walked = trace(held, CALL, (), Scenario.AFTER_IDLE, 3600)
    assert walked.fate is Fate.WRONG_SOURCE
    assert "one-way-nat" in {finding.id for finding in diagnose(held, walked)}


@pytest.mark.parametrize(
    ("flow", "severity", "ids"),
    [
        pytest.param(OPENS, "error", {"no-route", "missing-outside-local-route"}, id="kills the call"),
        pytest.param(FROM_RESOURCE, "error", {"no-route", "missing-outside-local-route"}, id="or its answer"),
        pytest.param(
            CALL, "warning", {"one-way-nat", "stale-route", "missing-outside-local-route"}, id="waits beside"
        ),
    ],
)
def test_missing_route_to_the_outside_local_address(flow: Flow, severity: str, ids: set[str]) -> None:
    """S1-03: inside to outside is routed before it is translated."""
    _, findings = found(story("no-local-route"), flow)
    assert set(findings) == ids
    finding = findings["missing-outside-local-route"]
    assert (finding.device, finding.severity) == ("CustomerR3", severity)
    assert "ip nat outside source static 10.1.1.1 192.1.1.1" in str(finding.evidence[0])


def test_the_route_around_the_translation_is_found() -> None:
    """S1-12: CustIntR4's host route to the real address, as a leftover only if the NAT address is meant."""
    _, findings = found(story(), CALL)
    finding = findings["stale-route"]
    assert (finding.device, finding.severity, finding.confidence) == ("CustIntR4", "warning", "likely")
    assert finding.evidence[0].text == "ip route 10.1.1.1 255.255.255.255 192.34.0.3"
    assert "if 192.1.1.1 is what is to be called" in finding.sentence


@pytest.mark.parametrize(
    "line",
    ["no ip route 10.1.1.1 255.255.255.255 192.34.0.3", "ip route 10.0.0.0 255.0.0.0 192.34.0.3"],
    ids=["none but the default", "a wider one"],
)
def test_no_host_route_is_no_stale_route(line: str) -> None:
    """S1-12: where a wider route carries the call, there is no line that one could call a leftover."""
    world = story()
    world.edit("CustIntR4", ["no ip route 10.1.1.1 255.255.255.255 192.34.0.3"])
    world.edit("CustIntR4", [line, "no ip route 0.0.0.0 0.0.0.0 192.100.0.1"])
    assert "stale-route" not in found(world, CALL)[1]


@pytest.mark.parametrize("asked", [CALL, OPENS, FROM_RESOURCE], ids=str)
def test_all_calls_between_the_two_are_known_from_any_of_them(asked: Flow) -> None:
    """S1-08: whichever is asked about, the others and their fates stand beside it."""
    held = snapshot(story())
    seen = {one.flow: one.fate for one in calls(held, trace(held, asked))}
    assert next(iter(seen)) == asked
    assert seen[CALL] is Fate.WRONG_SOURCE
    assert (seen[OPENS], seen[FROM_RESOURCE]) == (Fate.COMPLETE, Fate.COMPLETE)


def test_established_flow_of_the_real_address_is_reset_too() -> None:
    """S1-06: in mid-stream the answer comes from a stranger all the same."""
    walked = trace(snapshot(story()), CALL, scenario=Scenario.MID_STREAM)
    assert (walked.fate, str(walked.at)) == (Fate.WRONG_SOURCE, "192.4.4.4, packet 2")
    assert walked.legs[-1].sent.kind == "RST"


def test_a_next_hop_that_is_shut_down_is_no_unread_router() -> None:
    """The address is one of ours: nobody answers ARP for it, and nobody beyond it is guessed at."""
    world = story()
    world.edit("EdgeR2", ["interface FastEthernet0/0", " shutdown"])
    walked = trace(snapshot(world), FROM_RESOURCE)
    said = world.connect(RESOURCE, CUSTOMER, 23).testimony
    assert (walked.fate, walked.at.device, walked.at.packet) == (said.fate, said.device, said.packet)
    assert walked.mechanism == (
        "10.12.0.2 is on EdgeR2 FastEthernet0/0, which is shut down: nobody answers ARP for it"
    )


def test_living_calls_have_no_finding() -> None:
    """A healthy call through the same translation accuses nobody."""
    for flow in (OPENS, FROM_RESOURCE):
        assert found(story(), flow)[1] == {}


def test_ping_lives() -> None:
    """S1-02: an echo reply is matched by its number; the foreign source does not kill it."""
    walked = trace(snapshot(story()), Flow.parse(f"{CUSTOMER} {RESOURCE} icmp"))
    assert walked.fate is Fate.COMPLETE
    assert any("ping works all the same" in text for text in trace(snapshot(story()), CALL).remarks)


def test_a_datagram_from_a_stranger_is_not_judged() -> None:
    """Whether a program takes it is the program's own business."""
    walked = trace(snapshot(story()), Flow.parse(f"{CUSTOMER} {RESOURCE} udp/514"))
    assert walked.fate is Fate.UNKNOWN
    assert any("whether it takes an answer from 192.1.1.1" in text for text in walked.could_not_see)


def test_inside_entry_is_walked_too() -> None:
    """The other kind of line, both ways: the resource side calls the customer by 192.9.9.9."""
    world = story("before-nat")
    world.edit("CustomerR3", ["ip nat inside source static 192.4.4.4 192.9.9.9"])
    for flow in (CALL, replace(FROM_RESOURCE, server=Flow.parse("10.1.1.1 192.9.9.9 tcp/23").server)):
        said = world.connect(str(flow.client), str(flow.server), 23).testimony
        walked = trace(snapshot(world), flow)
        assert (walked.fate, said.fate) == (Fate.COMPLETE, Fate.COMPLETE)


def test_other_nat_lines_are_said_to_be_dark() -> None:
    """A pool or port line is never guessed: the trace names it."""
    world = story()
    held = snapshot(world)
    outputs = dict(held.devices["CustomerR3"].outputs)
    config = outputs["show running-config"]
    line = "ip nat inside source list 10 interface FastEthernet0/0 overload"
    outputs["show running-config"] = replace(
        config, text=config.text.replace("ip nat outside source", f"{line}\nip nat outside source")
    )
    held = replace(
        held, devices={**held.devices, "CustomerR3": device_state("CustomerR3", "cisco_ios", outputs)}
    )
    walked = trace(held, CALL)
    assert walked.fate is Fate.UNKNOWN
    assert any(line in text for text in walked.could_not_see)


def test_without_the_translating_router_nothing_is_claimed() -> None:
    """What cannot be read may translate: unknown, with the router's address to ask about."""
    walked = trace(snapshot(story(), "CustomerR3"), CALL)
    assert walked.fate is Fate.UNKNOWN
    assert any("192.34.0.3" in text for text in walked.could_not_see)


def test_without_its_configuration_a_router_may_translate() -> None:
    """Routes alone do not show a translation, so a call that seems to live is not called fine."""
    held = snapshot(story("before-nat"))
    outputs = {
        command: output
        for command, output in held.devices["CustomerR3"].outputs.items()
        if command != "show running-config"
    }
    held = replace(
        held, devices={**held.devices, "CustomerR3": device_state("CustomerR3", "cisco_ios", outputs)}
    )
    assert trace(held, CALL).fate is Fate.UNKNOWN


def test_the_ladder_shows_the_rewriting() -> None:
    """S1-06: CustomerR3 is marked and the arrow behind it carries the new source, refused by name."""
    picture = ladder_text(picture_of(trace(snapshot(story()), CALL)), 120)
    answer = next(line for line in picture.split("\n") if line.startswith("2 SYN/ACK"))
    assert "│◄───── 192.1.1.1 ─≠◄" in answer
    assert "✗ from 192.1.1.1, not called" in picture


def test_where_the_call_goes_when_the_stale_route_is_gone() -> None:
    """S1-13: the default route takes it out of Loopback1, where nobody is."""
    world = story()
    world.edit("CustIntR4", ["no ip route 10.1.1.1 255.255.255.255 192.34.0.3"])
    walked, findings = found(world, CALL)
    assert (walked.fate, str(walked.at)) == (Fate.NO_ADJACENCY, "CustIntR4, packet 1")
    assert walked.mechanism == "CustIntR4 routes 10.1.1.1 out of Loopback1, where nobody is"
    assert "no-adjacency" in findings


def test_menu_names_the_ways_out() -> None:
    """S1-12: the NAT address without the stale route, the name server, no translation."""
    world = story()
    held = snapshot(world)
    walked = trace(held, CALL)
    items = {item.name: item for item in menu(held, walked, diagnose(held, walked))}
    assert list(items) == [
        "call-nat-address",
        "name-answers-nat-address",
        "nat-both-ways",
        "remove-nat",
    ]
    assert items["call-nat-address"].available
    assert "no ip route 10.1.1.1 255.255.255.255 192.34.0.3" in items["call-nat-address"].text
    assert "! CustIntR4; bothways plan one-way-nat --flow" in items["call-nat-address"].text
    assert [item.playbook for item in items.values()] == ["one-way-nat", "", "nat-both-ways", ""]
    assert "ip route 192.1.1.1 255.255.255.255 192.34.0.3" in items["call-nat-address"].reason
    assert items["nat-both-ways"].available
    assert items["nat-both-ways"].text.splitlines() == [
        "! CustomerR3; bothways plan nat-both-ways --flow 192.4.4.4,10.1.1.1,tcp/23",
        *TWO_NAMES,
    ]
    assert items["remove-nat"].text.endswith("no ip nat outside source static 10.1.1.1 192.1.1.1")


def test_without_the_translation_the_real_address_is_the_one_to_call() -> None:
    """S1-12: the menu's last way, typed: what was broken lives and what lived is cut off, as it says."""
    world = story()
    held = snapshot(world)
    walked = trace(held, CALL)
    item = menu(held, walked, diagnose(held, walked))[-1]
    world.edit("CustomerR3", [line for line in item.text.splitlines() if not line.startswith("!")])
    for flow, result, fate in ((CALL, "delivered", Fate.COMPLETE), (OPENS, "timeout", Fate.NO_ROUTE)):
        assert trace(snapshot(world), flow).fate is fate
        assert world.connect(str(flow.client), str(flow.server), flow.port).result == result


@pytest.mark.parametrize("flow", [CALL, OPENS, FROM_RESOURCE], ids=str)
def test_with_two_names_every_call_is_answered_from_where_it_went(flow: Flow) -> None:
    """S1-12: the menu's third way, typed: all three calls live, predicted and observed."""
    world = story()
    assert world.edit("CustomerR3", TWO_NAMES) == ["", "", ""]
    walked = trace(snapshot(world), flow)
    assert (walked.fate, walked.could_not_see) == (Fate.COMPLETE, ())
    assert world.connect(str(flow.client), str(flow.server), flow.port).result == "delivered"


@pytest.mark.parametrize("names", [TWO_NAMES, [*TWO_NAMES[:1], TWO_NAMES[2], TWO_NAMES[1]]])
def test_which_name_is_shown_of_a_call_from_there_is_left_open(names: list[str]) -> None:
    """S1-12: a router takes the entry that was typed first and prints no order: both are walked."""
    world = story()
    assert world.edit("CustomerR3", names) == ["", "", ""]
    walked = trace(snapshot(world), FROM_RESOURCE)
    assert walked.fate is Fate.COMPLETE
    assert walked.confidence == "possible"
    assert any("which of its translations CustomerR3 takes" in text for text in walked.inferences)


def test_a_second_name_needs_the_route_as_the_first_does() -> None:
    """S1-03, S1-12: without a route to the real address on CustomerR3 the call to it dies there."""
    world = story()
    world.edit("CustomerR3", [*TWO_NAMES, "no ip route 10.1.1.1 255.255.255.255 192.23.0.2"])
    said = world.connect(CUSTOMER, RESOURCE, 23).testimony
    walked = trace(snapshot(world), CALL)
    assert (walked.fate, walked.at.device) == (said.fate, said.device) == (Fate.NO_ROUTE, "CustomerR3")


def test_menu_does_not_send_clients_into_a_second_fault() -> None:
    """S1-12: while CustomerR3 has no route to the NAT address, calling it is no way out."""
    held = snapshot(story("no-local-route"))
    walked = trace(held, CALL)
    item = menu(held, walked, diagnose(held, walked))[0]
    assert not item.available
    assert "192.4.4.4 to 192.1.1.1 is no-route" in item.reason
