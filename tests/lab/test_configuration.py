"""Configurations: what lines do to the tree, what devices say, what the text looks like."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothways.lab.asa.lines import RULES as ASA_RULES
from bothways.lab.config_tree import ConfigTree, read_lines
from bothways.lab.device import body_of
from bothways.lab.ios.lines import RULES as IOS_RULES
from bothways.lab.world import World

MakeWorld = Callable[..., World]


@pytest.mark.parametrize("device", ["edge-asa", "lab-switch"])
def test_printed_configuration_boots_into_itself(hairpin: MakeWorld, device: str) -> None:
    """What is printed, typed again, prints the same."""
    world = hairpin("ack")
    one = world.device(device)
    before = one.running_text()
    one.save()
    one.reload()
    world.run_for(200)
    assert one.up
    assert one.running_text() == before
    assert not one.modified


def test_asa_text_has_its_frame(hairpin: MakeWorld) -> None:
    """Head, tail and checksum of the ASA."""
    lines = hairpin().asa().running_text().splitlines()
    assert lines[0] == ": Saved"
    assert "ASA Version 9.2(4) " in lines
    assert lines[-1] == ": end"
    assert lines[-2].startswith("Cryptochecksum:")
    at = lines.index("interface Vlan1")
    assert lines[at - 1 : at + 4] == [
        "!",
        "interface Vlan1",
        " nameif inside",
        " security-level 100",
        " ip address 10.12.0.1 255.255.255.0",
    ]


def test_ios_text_has_its_frame(hairpin: MakeWorld) -> None:
    """Head and tail of the 3560, and the order of its interfaces."""
    world = hairpin()
    world.edit("lab-switch", ["interface Vlan9", "interface Vlan100"])
    lines = world.switch().running_text().splitlines()
    assert lines[0] == "Building configuration..."
    assert lines[-1] == "end"
    vlans = [line for line in lines if line.startswith("interface Vlan")]
    assert vlans == [f"interface Vlan{number}" for number in (1, 9, 10, 100, 172)]
    assert lines[lines.index("interface Vlan9") + 1] == " no ip address"


ASA_CASES = [
    (["access-group NONE in interface inside"], ["ERROR: access-list <NONE> does not exist"]),
    (["no access-list NONE extended permit ip any any"], ["Specified access-list does not exist"]),
    (["access-list A permit ip any any", "access-list A extended permit ip any any"],
     ["", "WARNING: <A> found duplicate element"]),
    (["class-map C", " match access-list NONE"], ["", "ERROR: access-list <NONE> does not exist"]),
    (["service-policy NONE interface inside"], ["ERROR: % policy-map NONE not configured"]),
    (["interface Vlan3", " nameif dmz"], ["", None]),
    (["interface Vlan3", " no forward interface Vlan1", " nameif dmz"],
     ["", "", 'INFO: Security level for "dmz" set to 0 by default.']),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "answers"), ASA_CASES)
def test_answers_of_the_asa(hairpin: MakeWorld, lines: list[str], answers: list[str | None]) -> None:
    """S0-04: what it says to lines that do not fit; the licence lets only two interfaces have full names."""
    said = hairpin().edit("edge-asa", lines)
    for line, expected in zip(said, answers, strict=True):
        if expected is None:
            assert line.startswith("ERROR: This license does not allow configuring more than 2 interfaces")
        else:
            assert line == expected


def test_bypass_is_removed_in_one_order_only(hairpin: MakeWorld, state_bypass: list[str]) -> None:
    """S0-21: what is in use stays, with an error (its words are believed); in reverse order all goes."""
    world = hairpin()
    before = world.asa().running_text()
    world.edit("edge-asa", state_bypass)
    with_it = world.asa().running_text()
    refused = world.edit(
        "edge-asa",
        [
            "no class-map BYPASS",
            "no policy-map BYPASS",
            "clear configure access-list BYPASS",
            f"no {state_bypass[0]}",
        ],
    )
    assert all(answer.startswith("ERROR") for answer in refused)
    assert world.asa().running_text() == with_it
    undo = [
        "no service-policy BYPASS interface inside",
        "no policy-map BYPASS",
        "no class-map BYPASS",
        "clear configure access-list BYPASS",
    ]
    assert world.edit("edge-asa", undo) == [""] * 4
    assert world.asa().running_text() == before


def test_second_policy_on_an_interface_is_refused(hairpin: MakeWorld, state_bypass: list[str]) -> None:
    """S0-21: one per interface; the first stays."""
    world = hairpin()
    world.edit("edge-asa", state_bypass)
    (*_, answer) = world.edit("edge-asa", ["policy-map OTHER", "service-policy OTHER interface inside"])
    assert answer.startswith("ERROR")
    assert "service-policy BYPASS interface inside" in world.asa().running_text()


def test_entries_are_put_where_line_says(hairpin: MakeWorld) -> None:
    """S0-07: `line 1` goes to the front, without it to the end."""
    world = hairpin()
    world.edit(
        "edge-asa",
        [
            "access-list A extended permit tcp any any eq 80",
            "access-list A extended permit udp any any",
            "access-list B extended deny ip any any",
            "access-list A line 1 remark first",
            "access-list A extended deny icmp any any",
        ],
    )
    assert world.asa().config.root.texts("access-list ") == [
        "access-list A remark first",
        "access-list A extended permit tcp any any eq 80",
        "access-list A extended permit udp any any",
        "access-list A extended deny icmp any any",
        "access-list B extended deny ip any any",
    ]


def test_timers_of_a_class_are_one_line(hairpin: MakeWorld, state_bypass: list[str]) -> None:
    """S0-21: further timers join the line, `no` takes single ones away."""
    world = hairpin()
    world.edit("edge-asa", state_bypass)
    path = ("policy-map BYPASS", "class BYPASS")
    world.asa().configure(path, "set connection timeout embryonic 0:0:10")
    assert " set connection timeout embryonic 0:0:10 idle 0:15:00" in world.asa().running_text()
    world.asa().configure(path, "no set connection timeout embryonic 0:0:10")
    assert "  set connection timeout idle 0:15:00\n" in world.asa().running_text()


IOS_CASES = [
    (["no interface FastEthernet0/1"], ["% Removal of physical interfaces is not permitted"]),
    (["route-map R", " match ip address A", " match ip address B"], ["", "", ""]),
    (
        ["ip vrf RED", "interface Vlan172", " ip vrf forwarding RED", " ip policy route-map R"],
        ["", "", "% Interface Vlan172 IP address 172.16.1.1 removed due to enabling VRF RED", None],
    ),
]


@pytest.mark.parametrize(("lines", "answers"), IOS_CASES)
def test_answers_of_the_switch(hairpin: MakeWorld, lines: list[str], answers: list[str | None]) -> None:
    """S0-19: policy routing beside VRF is refused (words are ours); the rest is silent."""
    said = hairpin("routing-sdm").edit("lab-switch", lines)
    for line, expected in zip(said, answers, strict=True):
        assert line == expected if expected is not None else line.startswith("%")


def test_too_many_entries_and_deny_sequences_are_not_installed(hairpin: MakeWorld) -> None:
    """S0-19: 513 entries, or a deny sequence: a message, and no `ip policy` in the configuration."""
    for lines in (
        [f"access-list 101 permit ip host 10.9.{at // 250}.{at % 250} any" for at in range(513)]
        + ["route-map R permit 10", " match ip address 101"],
        ["access-list 101 permit ip any any", "route-map R deny 10", " match ip address 101"],
    ):
        world = hairpin("routing-sdm")
        world.edit("lab-switch", [*lines, "interface Vlan172", " ip policy route-map R"])
        assert "ip policy" not in world.switch().running_text()
        assert world.switch().log[-1].tag.startswith("PLATFORM_PBR-3-")


def test_a_sequence_stands_among_those_of_its_route_map(hairpin: MakeWorld) -> None:
    """B19: in the order of the numbers, whenever it was typed; another map is none of its business."""
    world = hairpin()
    heads = ["route-map A permit 10", "route-map A permit 30", "route-map B permit 5"]
    world.edit("lab-switch", [*heads, "route-map A deny 20", "route-map A permit 40", "route-map B permit 1"])
    lines = world.switch().running_text().splitlines()
    assert [line for line in lines if line.startswith("route-map ")] == [
        "route-map A permit 10",
        "route-map A deny 20",
        "route-map A permit 30",
        "route-map A permit 40",
        "route-map B permit 1",
        "route-map B permit 5",
    ]


def test_lists_of_the_switch_keep_their_numbers(hairpin: MakeWorld) -> None:
    """S0-15: entries get 10, 20, …; a number puts one between, `no` a number takes it away."""
    world = hairpin()
    world.edit(
        "lab-switch",
        ["ip access-list extended L", " permit ip any host 1.1.1.1", " permit ip any host 2.2.2.2",
         " 15 permit ip any host 3.3.3.3", " no 10"],
    )  # fmt: skip
    entries = world.switch().acls["L"].entries
    assert [(entry.number, entry.ace.text) for entry in entries] == [
        (15, "permit ip any host 3.3.3.3"),
        (20, "permit ip any host 2.2.2.2"),
    ]
    world.edit("lab-switch", ["access-list 101 permit ip any any", "access-list 101 permit tcp any any"])
    world.edit("lab-switch", ["no access-list 101 permit tcp any any"])
    assert "101" not in world.switch().acls


NAMES = st.sampled_from(["A", "B", "C"])
TREE_LINES = st.one_of(
    st.builds("hostname {}".format, NAMES),
    st.builds("interface Vlan{}".format, st.integers(1, 30)),
    st.builds("ip route 10.{}.0.0 255.255.0.0 10.0.0.1".format, st.integers(0, 9)),
    st.builds("access-list {} permit ip any any".format, st.integers(100, 105)),
    st.builds("route-map {} permit {}".format, NAMES, st.integers(1, 5)),
)

CHILDREN = st.lists(
    st.sampled_from(["shutdown", "description x", "ip address 1.1.1.1 255.0.0.0"]), max_size=3
)


@settings(max_examples=50)
@given(st.lists(st.tuples(TREE_LINES, CHILDREN)))
def test_tree_printed_and_read_is_the_same_tree(lines: list[tuple[str, list[str]]]) -> None:
    """Order does not depend on typing, and reading the text back changes nothing."""
    for rules in (IOS_RULES, ASA_RULES):
        tree, again = ConfigTree(rules), ConfigTree(rules)
        for header, children in lines:
            tree.put((), header)
            for child in children if header.startswith("interface") else ():
                tree.put((header,), child)
        for path, line in read_lines(_printed(tree)):
            again.put(path, line)
        assert _printed(again) == _printed(tree)


def _printed(tree: ConfigTree) -> str:
    return "\n".join(
        text
        for line in tree.root.children
        for text in (line.text, *(f" {child.text}" for child in line.children))
    )


@given(NAMES)
def test_line_and_its_no_leave_no_trace(name: str) -> None:
    """Put and drop are inverse."""
    tree = ConfigTree(IOS_RULES)
    tree.put((), "ip routing")
    before = _printed(tree)
    tree.put(("interface Vlan5",), f"ip policy route-map {name}")
    assert tree.drop(("interface Vlan5",), "ip policy route-map")
    assert tree.drop((), "interface Vlan5")
    assert not tree.drop((), "interface Vlan5")
    assert _printed(tree) == before


def test_saved_and_running_differ_until_saved(hairpin: MakeWorld) -> None:
    """What is `modified` is what the reload dialogue asks about."""
    asa = hairpin().asa()
    assert not asa.modified
    asa.configure((), "hostname OTHER")
    assert (asa.modified, asa.hostname) == (True, "OTHER")
    asa.save()
    assert not asa.modified
    assert "hostname OTHER" in body_of(asa.startup_text)
