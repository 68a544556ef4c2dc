from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.planning.config_tree import ConfigTree

ASA = """\
: Saved
:
ASA Version 9.2(4)
!
hostname EDGE-ASA
!
interface Vlan1
 nameif inside
!
ftp mode passive
same-security-traffic permit inter-interface
pager lines 24
mtu inside 1500
!
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
!
class-map inspection_default
 match default-inspection-traffic
!
policy-map global_policy
 class inspection_default
  inspect ftp
 class class-default
  set connection decrement-ttl
!
service-policy global_policy global
prompt hostname context
: end"""

IOS = """\
version 12.2
hostname DC_LAB_SWITCH
!
interface Vlan10
 ip address 10.12.0.254 255.255.255.0
!
interface Vlan172
 ip address 172.16.1.1 255.255.255.0
 standby 1 ip 172.16.1.3
!
router eigrp 100
 network 10.12.0.0 0.0.0.255
!
ip classless
ip http server
!
logging buffered 4096
!
line con 0
end"""

BYPASS = (
    "access-list StatelessTraffic extended permit tcp host 10.12.0.130 host 172.16.1.18 log disable",
    "class-map tcp_bypass",
    "match access-list StatelessTraffic",
    "policy-map inside-policy",
    "class tcp_bypass",
    "set connection timeout idle 0:15:00",
    "set connection advanced-options tcp-state-bypass",
    "service-policy inside-policy interface inside",
)
PAT = (
    "object network HAIRPIN-USERS",
    "subnet 10.12.0.0 255.255.255.0",
    "nat (inside,inside) dynamic interface",
)
PBR = (
    "ip access-list extended RETURN",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.0 0.0.0.127",
    "permit ip 172.16.1.0 0.0.0.255 host 10.12.0.255",
    "route-map FIX_ROUTING permit 10",
    "match ip address RETURN",
    "set ip next-hop 10.12.0.1",
    "interface Vlan172",
    "ip policy route-map FIX_ROUTING",
)


def test_a_permit_stands_beside_its_kin() -> None:
    """S0-05: one line more, the other same-security line untouched."""
    tree = ConfigTree(ASA, "cisco_asa")
    tree.type(["same-security-traffic permit intra-interface"])
    assert str(tree) == ASA.replace(
        "permit inter-interface\n", "permit inter-interface\nsame-security-traffic permit intra-interface\n"
    )


def test_a_bypass_is_filed_where_an_asa_prints_it() -> None:
    """S2a-02: list, class, policy and binding each at its place, nested as the device prints."""
    tree = ConfigTree(ASA, "cisco_asa")
    tree.type(BYPASS)
    added = [line for line in tree.lines() if line not in ASA.split("\n")]
    assert added == [
        "access-list StatelessTraffic extended permit tcp host 10.12.0.130 host 172.16.1.18 log disable",
        "class-map tcp_bypass",
        " match access-list StatelessTraffic",
        "policy-map inside-policy",
        " class tcp_bypass",
        "  set connection timeout idle 0:15:00",
        "  set connection advanced-options tcp-state-bypass",
        "service-policy inside-policy interface inside",
    ]
    lines = tree.lines()
    assert lines.index(added[0]) == lines.index("pager lines 24") - 1
    assert (
        lines.index("service-policy inside-policy interface inside")
        == lines.index("prompt hostname context") - 1
    )


def test_a_translation_is_filed_under_a_second_head() -> None:
    """S0-21: since 8.3 an ASA prints what an object holds above the lists, and its rule behind ARP."""
    tree = ConfigTree(ASA, "cisco_asa")
    tree.type(PAT)
    assert str(tree) == ASA.replace(
        "pager lines 24\nmtu inside 1500\n",
        "object network HAIRPIN-USERS\n subnet 10.12.0.0 255.255.255.0\npager lines 24\nmtu inside 1500\n",
    ).replace(
        "!\nroute outside",
        "!\nobject network HAIRPIN-USERS\n nat (inside,inside) dynamic interface\nroute outside",
    )
    assert tree.find(PAT[2], PAT[0]) is not None
    assert [line.text for line in tree.under(PAT[0])] == [PAT[1], PAT[2]]


def test_an_object_that_stands_gets_its_rule_further_down() -> None:
    """S0-21: another rule in the same object joins the head that has rules already."""
    tree = ConfigTree(ASA, "cisco_asa")
    tree.type(PAT[:2])
    once = str(tree)
    tree.type((PAT[0], PAT[2]))
    tree.type((PAT[0], f"no {PAT[2]}"))
    assert str(tree) == once


def test_a_class_joins_a_policy_before_class_default() -> None:
    """S2a-06: the map that stands gets one class more; class-default stays last."""
    tree = ConfigTree(ASA, "cisco_asa")
    tree.type(["policy-map global_policy", "class tcp_bypass", "set connection timeout idle 0:15:00"])
    assert " class tcp_bypass\n  set connection timeout idle 0:15:00\n class class-default\n" in str(tree)


def test_a_policy_route_is_filed_where_ios_prints_it() -> None:
    """S0-14: list and map behind the routes, the binding inside the interface."""
    tree = ConfigTree(IOS, "cisco_ios")
    tree.type(PBR)
    text = str(tree)
    assert "ip address 172.16.1.1 255.255.255.0\n ip policy route-map FIX_ROUTING\n standby" in text
    lines = tree.lines()
    order = [
        "ip http server",
        "ip access-list extended RETURN",
        "route-map FIX_ROUTING permit 10",
        "line con 0",
    ]
    assert [line for line in lines if line in order] == order


def test_sdm_is_not_in_the_configuration() -> None:
    """S0-18: the template lives outside it."""
    tree = ConfigTree(IOS, "cisco_ios")
    tree.type(["sdm prefer routing"])
    assert str(tree) == IOS


@pytest.mark.parametrize(
    ("platform", "start", "typed", "undo"),
    [
        pytest.param(
            "cisco_asa",
            ASA,
            BYPASS,
            (
                "no service-policy inside-policy interface inside",
                "no policy-map inside-policy",
                "no class-map tcp_bypass",
                f"no {BYPASS[0]}",
            ),
            id="bypass",
        ),
        pytest.param(
            "cisco_asa", ASA, PAT, (PAT[0], f"no {PAT[2]}", f"no {PAT[0]}"), id="source translation"
        ),
        pytest.param("cisco_asa", ASA, PAT, (f"no {PAT[0]}",), id="an object with all its heads"),
        pytest.param(
            "cisco_ios",
            IOS,
            PBR,
            (
                "interface Vlan172",
                "no ip policy route-map FIX_ROUTING",
                "no route-map FIX_ROUTING permit 10",
                "no ip access-list extended RETURN",
            ),
            id="policy route",
        ),
    ],
)
def test_undo_gives_back_the_start(
    platform: str, start: str, typed: tuple[str, ...], undo: tuple[str, ...]
) -> None:
    """S0-14, S2a-09: typed and taken back, the text is the one before."""
    assert platform in ("cisco_asa", "cisco_ios")
    tree = ConfigTree(start, "cisco_asa" if platform == "cisco_asa" else "cisco_ios")
    tree.type(typed)
    assert str(tree) != start
    tree.type(undo)
    assert str(tree) == start


def test_typing_twice_changes_nothing_more() -> None:
    """X-06: a line that stands is not filed again."""
    for text, platform, lines in ((IOS, "cisco_ios", PBR), (ASA, "cisco_asa", PAT)):
        tree = ConfigTree(text, "cisco_asa" if platform == "cisco_asa" else "cisco_ios")
        tree.type(lines)
        once = str(tree)
        tree.type(lines)
        assert str(tree) == once


@given(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=12), max_size=30))
def test_text_that_is_not_typed_into_comes_out_as_it_went_in(lines: list[str]) -> None:
    """A configuration we do not understand is never reshaped."""
    text = "\n".join(lines)
    assert str(ConfigTree(text, "cisco_ios")) == text


def test_a_sequence_stands_among_those_of_its_route_map() -> None:
    """B19: by its number, and its map stays in one piece."""
    heads = ["route-map A permit 10", "route-map A permit 30", "route-map B permit 5"]
    tree = ConfigTree("\n".join([*heads, "line con 0"]), "cisco_ios")
    tree.type(
        ["route-map A permit 20", "match ip address X", "route-map A permit 40", "route-map B permit 1"]
    )
    assert tree.lines() == (
        "route-map A permit 10",
        "route-map A permit 20",
        " match ip address X",
        "route-map A permit 30",
        "route-map A permit 40",
        "route-map B permit 1",
        "route-map B permit 5",
        "line con 0",
    )


def test_a_line_is_found_by_its_section() -> None:
    """Lines of the same words under different heads are different lines."""
    tree = ConfigTree(IOS, "cisco_ios")
    assert tree.find("ip address 172.16.1.1 255.255.255.0", "interface Vlan172") is not None
    assert tree.find("ip address 172.16.1.1 255.255.255.0", "interface Vlan10") is None
    assert tree.find("ip address 172.16.1.1 255.255.255.0") is None


FOREIGN = (
    "interface Vlan99",
    " ip address 192.0.2.1 255.255.255.0",
    " ip policy route-map CORP",
    "ip access-list extended OTHER",
    " permit ip any any",
    "route-map CORP permit 10",
    " set ip next-hop 192.0.2.9",
    "ip classless",
    "line vty 0 4",
    " login",
    "!",
    "end",
)


@given(
    foreign=st.permutations(FOREIGN).flatmap(
        lambda lines: st.integers(0, len(lines)).map(lambda n: lines[:n])
    ),
    rules=st.lists(st.integers(0, 255), min_size=1, max_size=6, unique=True),
)
def test_any_configuration_comes_back_after_apply_and_undo(foreign: list[str], rules: list[int]) -> None:
    """X-02: whatever order a stranger's lines have, ours go in and out without moving them."""
    head = "interface Vlan172\n ip address 172.16.1.1 255.255.255.0\n"
    start = head + "\n".join(foreign)
    permits = [f"permit ip 172.16.1.0 0.0.0.255 host 10.12.0.{last}" for last in rules]
    tree = ConfigTree(start, "cisco_ios")
    tree.type([PBR[0], *permits, *PBR[3:]])
    assert set(tree.lines()) >= {f" {permit}" for permit in permits}
    tree.type(
        [
            "interface Vlan172",
            "no ip policy route-map FIX_ROUTING",
            "no route-map FIX_ROUTING permit 10",
            "no ip access-list extended RETURN",
        ]
    )
    assert str(tree) == start
