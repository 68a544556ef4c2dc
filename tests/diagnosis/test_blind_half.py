"""One half readable: what the other may hide, what ours does not, and what to ask for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bothways.diagnosis import trace
from bothways.diagnosis.blind_half import BlindHalf, Seen, blind_half
from bothways.flow import Flow
from bothways.report import blind_half_lines
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot

from .test_one_way_nat import CALL, CUSTOMER, OPENS, snapshot, state, story

STORY = (Seen.CLIENT_RESETS, Seen.REVERSE_WORKS, Seen.PING_WORKS, Seen.PERMITTED)


def edge_only() -> Snapshot:
    """What the admin of the resource side can log in to; the firewall beside it passes everything."""
    return snapshot(story(), "ResourceR1", "CustomerR3", "CustIntR4")


def blind(*seen: Seen, held: Snapshot | None = None, flow: Flow = CALL) -> BlindHalf:
    held = held or edge_only()
    found = blind_half(held, trace(held, flow), seen)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("seen", "order"),
    [
        pytest.param(
            STORY,
            ["one-way-nat", "one-way-sequence-numbers", "client-refuses", "far-filter", "far-route"],
            id="the story",
        ),
        pytest.param(
            (Seen.NO_ANSWER, Seen.PING_WORKS),
            ["far-filter", "one-way-nat", "one-way-sequence-numbers", "far-route", "client-refuses"],
            id="no answer",
        ),
        pytest.param(
            (Seen.NO_ANSWER,),
            ["far-filter", "far-route", "one-way-nat", "one-way-sequence-numbers", "client-refuses"],
            id="nothing works",
        ),
        pytest.param(
            (),
            ["one-way-nat", "one-way-sequence-numbers", "far-filter", "far-route", "client-refuses"],
            id="nothing observed",
        ),
    ],
)
def test_hypotheses_are_ranked_by_what_they_explain(seen: tuple[Seen, ...], order: list[str]) -> None:
    """S1-09: one-way NAT on the far side first, for what the story's admin observed."""
    assert [one.id for one in blind(*seen).hypotheses] == order


def test_what_is_excluded_rests_on_lines() -> None:
    """S1-09: routing both ways, lists and translation on the router that was read, each with evidence."""
    excluded = blind(*STORY).excluded
    assert [one.what for one in excluded] == [
        "routing on EdgeR2: it sends 10.1.1.1 out of FastEthernet0/0 and 192.4.4.4 out of FastEthernet0/1",
        "access lists on EdgeR2: none is on FastEthernet0/0 and FastEthernet0/1",
        "translation on EdgeR2: it has none",
    ]
    lines = {line.text.strip() for line in excluded[0].evidence}
    assert {"S       10.1.1.1/32 [1/0] via 10.12.0.1", "S    192.0.0.0/8 [1/0] via 192.23.0.3"} <= lines
    assert all(one.evidence for one in excluded)


def test_what_was_not_read_is_not_excluded() -> None:
    """S1-09: without the configuration nobody says that there is no translation."""
    held = edge_only()
    outputs = dict(held.devices["EdgeR2"].outputs)
    config = outputs["show running-config"]
    outputs["show running-config"] = Output(config.command, config.text, config.taken_at, complete=False)
    device = held.devices["EdgeR2"]
    cut = replace(held, devices={"EdgeR2": type(device)("EdgeR2", "cisco_ios", outputs, device._sources)})
    assert not any("translation" in one.what for one in blind(held=cut).excluded)


def test_a_list_on_the_way_is_not_excluded() -> None:
    """S1-09: whether it permits is the walk's business; that there is none would be untrue."""
    world = story()
    lines = ["access-list 101 permit ip any any", "interface FastEthernet0/1", " ip access-group 101 in"]
    world.edit("EdgeR2", lines)
    held = Snapshot({"EdgeR2": state(world.switch("EdgeR2"))}, edge_only().taken_at, {})
    assert not any("access lists" in one.what for one in blind(held=held).excluded)


def test_the_commands_and_captures_to_ask_for_are_exact() -> None:
    """S1-09: a capture near the source, the NAT configuration, the route to the real address."""
    found = blind(*STORY)
    assert [str(router) for router in found.routers] == ["192.23.0.3", "10.12.0.1"]
    assert found.ask[0] == "on 192.23.0.3 and each router from there to 192.4.4.4:"
    assert {"show running-config | include ^interface|ip nat", "show ip route 10.1.1.1"} <= set(found.ask)
    assert "tcpdump -n -S 'host 192.4.4.4 and tcp port 23', not by 10.1.1.1" in found.captures[0]
    text = list(blind_half_lines(found, STORY))
    assert text[0].startswith("nothing was read of 192.23.0.3 and 10.12.0.1; if the flow fails all the same")
    assert text[1].endswith("(explains client-resets, reverse-works, ping-works, permitted)")


def test_a_fault_that_was_found_needs_no_hypotheses() -> None:
    """With every router read there is nothing to guess; nor where the flow lives on what was read."""
    held = snapshot(story())
    for flow in (CALL, OPENS):
        assert blind_half(held, trace(held, flow), STORY) is None


def test_the_other_half_has_the_same_questions() -> None:
    """S1-09: from the customer's side the way ends at CustomerR3, and the fate is unknown."""
    held = snapshot(story(), "ResourceR1", "CustomerR3", "EdgeR2")
    found = blind(held=held)
    assert CUSTOMER == "192.4.4.4"
    assert "192.34.0.3" in [str(router) for router in found.routers]
