"""A policy route where the interface has a route-map already: one more sequence, in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.diagnosis.packets import Packet, inbound
from bothways.errors import DocumentError
from bothways.fixes.contract import InPlace, NotApplicable, Ready, Situation
from bothways.fixes.map_place import MapPlace, find_place
from bothways.fixes.pbr_objects import PbrInputs
from bothways.fixes.pbr_return import PbrOptions, PbrReturn
from bothways.fixes.render import TextContent, render
from bothways.fixes.steps import ConfigStep
from bothways.flow import Flow
from bothways.platforms import device_state
from bothways.state.device import Output

from .conftest import TAKEN

FIX = PbrReturn()
Build = Callable[..., Situation]
BOUND = " ip address 172.16.1.1 255.255.255.0\n"
BACKUP = ("BACKUP", "permit ip host 172.16.1.20 any")
"""A list of others: it takes no packet of the story's flow."""
PROXY = ("PROXY", "permit ip 172.16.1.0 0.0.0.255 any")
"""A list that takes its replies."""
WEB = ("WEB", "permit tcp 172.16.1.0 0.0.0.255 eq www any")
STRANGE = ("STRANGE", "permit ip object-group LAB any")


def corp(*sequences: tuple[int, tuple[str, str]], action: str = "permit", clause: str = "") -> Any:
    """Edits by which Vlan172 has route-map CORP with these sequences, each with its list."""
    lists = dict(acl for _, acl in sequences)
    acls = "".join(f"Extended IP access list {name}\n    10 {rule}\n" for name, rule in lists.items())
    maps = "".join(
        f"route-map CORP, {action}, sequence {number}\n  Match clauses:\n"
        f"    ip address (access-lists): {acl} \n  Set clauses:\n    ip next-hop 10.12.0.9\n"
        f"{clause}  Policy routing matches: 0 packets, 0 bytes\n"
        for number, (acl, _) in sequences
    )
    typed = "".join(f"ip access-list extended {name}\n {rule}\n" for name, rule in lists.items()) + "".join(
        f"route-map CORP {action} {number}\n match ip address {acl}\n set ip next-hop 10.12.0.9\n"
        for number, (acl, _) in sequences
    )
    return (
        ('"desktop default"', '"desktop routing"'),
        ("IPv4 policy based routing aces:         0", "IPv4 policy based routing aces:         0.5K"),
        ("Interface      Route map\n", "Interface      Route map\nVlan172        CORP\n"),
        (BOUND, f"{BOUND} ip policy route-map CORP\n"),
        (">>> show route-map\n", f">>> show route-map\n{maps}"),
        (">>> show access-lists\n", f">>> show access-lists\n{acls}"),
        ("line con 0", f"{typed}line con 0"),
    )


def ready(here: Situation, **options: Any) -> Ready[PbrInputs]:
    found = FIX.propose(here, PbrOptions(**options))
    assert isinstance(found, Ready), found
    return found


def refused(here: Situation, **options: Any) -> str:
    found = FIX.propose(here, PbrOptions(**options))
    assert isinstance(found, NotApplicable), found
    assert found.evidence
    return found.reason


def typed(here: Situation, template: TextContent) -> ConfigStep:
    found = ready(here)
    (step,) = FIX.steps(here, found, render(FIX, found.inputs, template))
    assert isinstance(step, ConfigStep)
    return step


def lints(here: Situation) -> dict[str, tuple[str, str]]:
    return {lint.id: (lint.severity, lint.text) for lint in FIX.lints(here, ready(here))}


def test_a_sequence_that_nobody_contests_goes_to_the_end(situation: Build, pbr_template: TextContent) -> None:
    """S0-14, B19: the list and one sequence are typed, the binding is left alone; undone alone."""
    step = typed(situation(ios=corp((10, BACKUP))), pbr_template)

    lines = [command.text for command in step.commands]
    assert lines[0] == "ip access-list extended RETURN-VLAN172"
    assert lines[9:] == [
        "route-map CORP permit 20",
        "match ip address RETURN-VLAN172",
        "set ip next-hop 10.12.0.1",
    ]
    assert [(undo.section, undo.text, undo.part) for undo in step.undo] == [
        ("", "no route-map CORP permit 20", True),
        ("", "no ip access-list extended RETURN-VLAN172", False),
    ]


def test_a_sequence_goes_before_the_one_that_takes_the_replies(situation: Build) -> None:
    """S0-14: between 10, which takes others, and 20, which takes these."""
    here = situation(ios=corp((10, BACKUP), (20, PROXY), (30, BACKUP)))
    assert ready(here).inputs.map_header == "route-map CORP permit 15"
    severity, text = lints(here)["joins-route-map"]
    assert severity == "warning"
    assert text == (
        "Vlan172 has route-map CORP already: sequence 15 joins it, and its other entries stay as they are; "
        "it is asked before sequence 20, which takes these replies today, to 10.12.0.9; while its lines are "
        "typed, packets for sequence 20 and 30 are routed by the table"
    )


def test_whoever_is_asked_before_keeps_his_packets_and_that_is_said(situation: Build) -> None:
    """S0-15: replies of the backup server go where they went."""
    here = situation(ios=corp((10, BACKUP)))
    assert lints(here)["asked-before"] == (
        "note",
        (
            "sequence 10 of route-map CORP is asked before: what it takes of the replies from 172.16.1.0/24 "
            "goes its way as before"
        ),
    )
    assert "asked before" not in lints(here)["joins-route-map"][1]


@pytest.mark.parametrize(
    ("acl", "sequence"), [(WEB, 20), (STRANGE, 5)], ids=["another service", "nobody knows"]
)
def test_the_place_depends_on_what_a_list_takes(
    situation: Build, acl: tuple[str, str], sequence: int
) -> None:
    """S0-14: a rule for port 80 does not take https; one that is not understood may take anything."""
    here = situation(ios=corp((10, acl)))
    assert ready(here).inputs.sequence == sequence
    assert ("which may take these replies" in lints(here)["joins-route-map"][1]) is (sequence == 5)


def test_without_a_free_number_it_is_refused(situation: Build) -> None:
    """S0-19, B19: 11 takes the replies, and 10 must stay before it."""
    assert refused(situation(ios=corp((10, BACKUP), (11, PROXY)))) == (
        "sequence 11 of route-map CORP takes these replies, and no number is free before it behind sequence "
        "10: one must be moved by hand"
    )
    assert refused(situation(ios=corp((1, PROXY)))).endswith(
        "no number is free before it: one must be moved by hand"
    )


def test_behind_the_last_number_there_is_none(situation: Build) -> None:
    """B19: 65535 is the last there can be."""
    assert refused(situation(ios=corp((65535, BACKUP)))) == (
        "route-map CORP has no number left behind its sequence 65535"
    )


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"action": "deny"}, "sequence 10 of route-map CORP is a deny, which this hardware does not do"),
        ({"clause": "    interface Null0\n"}, "sequence 10 of route-map CORP has `interface Null0`"),
    ],
    ids=["deny", "set interface"],
)
def test_a_map_that_the_hardware_cannot_do_is_left_alone(
    situation: Build, changed: dict[str, str], reason: str
) -> None:
    """S0-19: a 3560 has no deny sequences and no set interface in hardware."""
    assert refused(situation(ios=corp((10, BACKUP), **changed))).startswith(reason)


@pytest.mark.parametrize(
    "line", ["ip local policy route-map CORP", "router bgp 65000\n neighbor 10.0.0.1 route-map CORP in"]
)
def test_a_map_that_others_use_is_left_alone(situation: Build, line: str) -> None:
    """B19: one more sequence would also be one for them."""
    used = ("ip classless\n", f"ip classless\n{line}\n")
    named = line.rpartition("\n")[2].strip()
    assert f"is named by `{named}` too" in refused(situation(ios=(*corp((10, BACKUP)), used)))


def test_a_list_with_the_maps_name_is_no_other_use(situation: Build) -> None:
    """Access lists and route-maps have names of their own kind."""
    same = (
        ("ip classless\n", "ip classless\nip access-list extended CORP\n permit ip any host 192.0.2.1\n"),
    )
    assert ready(situation(ios=(*corp((10, BACKUP)), *same))).inputs.joins


def test_the_same_map_on_another_interface_is_said(situation: Build) -> None:
    """S0-16: a sequence more counts wherever the map is bound."""
    elsewhere = ("Vlan172        CORP\n", "Vlan172        CORP\nVlan10         CORP\n")
    severity, text = lints(situation(ios=(*corp((10, BACKUP)), elsewhere)))["shared-route-map"]
    assert (severity, text) == (
        "warning",
        "route-map CORP is also bound to Vlan10: what comes in there from 172.16.1.0/24 takes the same way",
    )


def test_the_rules_of_the_standing_map_count_for_the_room(situation: Build) -> None:
    """S0-19: eight of ours beside one of theirs need nine places."""
    nine, eight = (("aces:         0.5K", f"aces:         {room}") for room in (9, 8))
    assert ready(situation(ios=(*corp((10, BACKUP)), nine)))
    assert refused(situation(ios=(*corp((10, BACKUP)), eight))).startswith(
        "8 policy route rules beside 1 there do not fit"
    )


def test_it_is_in_place_only_where_it_is_asked_first(situation: Build) -> None:
    """X-06: a sequence that sends the replies to the firewall behind one that takes them does nothing."""
    to_firewall = ("    ip next-hop 10.12.0.9\n", "    ip next-hop 10.12.0.1\n")
    assert isinstance(FIX.propose(situation(ios=(*corp((10, PROXY)), to_firewall)), PbrOptions()), InPlace)
    ours_last = corp((10, PROXY), (20, ("OURS", PROXY[1])))
    text = "(access-lists): OURS \n  Set clauses:\n    ip next-hop 10.12.0."
    here = situation(ios=(*ours_last, (f"{text}9", f"{text}1")))
    assert ready(here).inputs.sequence == 5


def test_the_proof_is_the_sequence_and_a_quiet_log(situation: Build, pbr_template: TextContent) -> None:
    """S0-17: the binding stands whatever becomes of the map, so it proves nothing here."""
    step = typed(situation(ios=corp((10, BACKUP))), pbr_template)
    binding, entry = step.proofs
    assert (binding.column, binding.expected) == ("route_map", "CORP")
    assert (entry.table, entry.column, entry.expected) == ("RouteMapEntry", "next_hops", "10.12.0.1")
    assert entry.key == {"route_map": "CORP", "sequence": "20", "acls": "RETURN-VLAN172"}
    assert "PLATFORM_PBR-3-INSTALL_FAIL" in step.quiet


def test_a_second_list_of_ours_gets_a_name_of_its_own(situation: Build) -> None:
    """B19: an earlier cure for one host is joined by one for another."""
    ours = ("RETURN-VLAN172", "permit ip 172.16.1.0 0.0.0.255 host 10.12.0.7")
    inputs = ready(situation(ios=corp((10, ours))), match="hosts").inputs
    assert (inputs.acl, inputs.sequence) == ("RETURN-VLAN172-20", 20)
    assert refused(situation(ios=corp((10, ours))), match="hosts", acl="RETURN-VLAN172") == (
        "access list RETURN-VLAN172 stands with other rules; choose another `acl`"
    )


def test_a_template_that_says_it_otherwise_is_refused(situation: Build, pbr_template: TextContent) -> None:
    """A template with a number of its own would not go where the sequence belongs."""
    text = pbr_template.text.replace("{{ sequence }}", "10")
    mine = TextContent(pbr_template.name, text, "workspace", "0" * 64)
    with pytest.raises(DocumentError, match="does not render `route-map CORP permit 20`"):
        typed(situation(ios=corp((10, BACKUP))), mine)


def _switch(numbers: list[int], taking: int) -> Any:
    sets = "  Set clauses:\n    ip next-hop 10.12.0.9\n  Policy routing matches: 0 packets, 0 bytes\n"
    lists = {False: "BACKUP", True: "PROXY"}
    maps = "".join(
        f"route-map M, permit, sequence {number}\n  Match clauses:\n"
        f"    ip address (access-lists): {lists[number == taking]} \n{sets}"
        for number in numbers
    )
    acls = "".join(f"Extended IP access list {name}\n    10 {rule}\n" for name, rule in (BACKUP, PROXY))
    said = {"show route-map": maps, "show access-lists": acls}
    outputs = {command: Output(command, text, TAKEN) for command, text in said.items()}
    return device_state("sw", "cisco_ios", outputs)


def _reply() -> Packet:
    return inbound(Flow.parse("10.12.0.130 172.16.1.18 tcp/443"), 2, "SYN/ACK")


@given(st.data())
def test_a_place_is_free_behind_all_that_do_not_take_it_and_before_the_one_that_does(
    data: st.DataObject,
) -> None:
    """B19: whatever numbers others chose; refused only where there is none."""
    numbers = sorted(data.draw(st.sets(st.integers(1, 60), min_size=1, max_size=8)))
    taking = data.draw(st.sampled_from([*numbers, 0]))
    found = find_place(_switch(numbers, taking), "M", _reply())
    low = max((number for number in numbers if not taking or number < taking), default=0)
    if isinstance(found, MapPlace):
        assert low < found.sequence < (taking or 65_536)
        assert found.sequence not in numbers
    else:
        assert taking == low + 1
