"""Whoever names an object that we made keeps it: every kind of line, on both platforms."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.errors import PlaybookError
from bothways.fixes.steps import Predicate, Undo
from bothways.network import PlatformName
from bothways.planning.plan import Plan
from bothways.planning.undoing import due_undo
from bothways.state.snapshot import Snapshot

ASA = """\
access-list StatelessTraffic remark Outbound traffic
access-list StatelessTraffic extended permit tcp 10.12.0.0 255.255.255.0 172.16.1.0 255.255.255.0 log disable
class-map tcp_bypass
 match access-list StatelessTraffic
policy-map inside-policy
 class tcp_bypass
  set connection timeout idle 0:15:00
  set connection advanced-options tcp-state-bypass
service-policy inside-policy interface inside
: end"""
RULES = tuple(line for line in ASA.split("\n") if line.startswith("access-list"))
SETTINGS = ("set connection timeout idle 0:15:00", "set connection advanced-options tcp-state-bypass")
ASA_UNDO = (
    Undo(
        section="",
        ours="service-policy inside-policy interface inside",
        text="no service-policy inside-policy interface inside",
    ),
    Undo(
        section="",
        ours="policy-map inside-policy",
        text="no policy-map inside-policy",
        contents=("class tcp_bypass", *SETTINGS),
    ),
    Undo(
        section="",
        ours="class-map tcp_bypass",
        text="no class-map tcp_bypass",
        contents=("match access-list StatelessTraffic",),
    ),
    *(Undo(section="", ours=line, text=f"no {line}") for line in reversed(RULES)),
)

IOS = """\
interface Vlan172
 ip policy route-map FIX_ROUTING
ip access-list extended RETURN
 permit ip 172.16.1.0 0.0.0.255 host 10.12.0.130
route-map FIX_ROUTING permit 10
 match ip address RETURN
 set ip next-hop 10.12.0.1
end"""
IOS_UNDO = (
    Undo(
        section="interface Vlan172",
        ours="ip policy route-map FIX_ROUTING",
        enter=("interface Vlan172",),
        text="no ip policy route-map FIX_ROUTING",
    ),
    Undo(
        section="",
        ours="route-map FIX_ROUTING permit 10",
        text="no route-map FIX_ROUTING permit 10",
        contents=("match ip address RETURN", "set ip next-hop 10.12.0.1"),
    ),
    Undo(
        section="",
        ours="ip access-list extended RETURN",
        text="no ip access-list extended RETURN",
        contents=("permit ip 172.16.1.0 0.0.0.255 host 10.12.0.130",),
    ),
)

POLICY, CLASS, LIST = "policy-map inside-policy", "class-map tcp_bypass", "access-list StatelessTraffic"
MAP, RETURN = "route-map FIX_ROUTING permit 10", "ip access-list extended RETURN"


def yes(_: Predicate) -> bool:
    return True


def kept(
    undo: tuple[Undo, ...], config: str, platform: PlatformName, added: str
) -> tuple[list[str], list[str]]:
    """What stays when somebody adds lines at the end, and why."""
    body, _, end = config.rpartition("\n")
    found = due_undo(undo, f"{body}\n{added}\n{end}", platform, yes)
    assert [line for line, _ in found.skipped] == list(found.in_use)
    return [line.ours for line in found.in_use], [why for _, why in found.skipped]


@pytest.mark.parametrize(
    ("added", "stays"),
    [
        ("service-policy inside-policy interface dmz", [POLICY, CLASS, LIST]),
        ("service-policy inside-policy global", [POLICY, CLASS, LIST]),
        ("policy-map theirs\n class tcp_bypass\n  inspect ftp", [CLASS, LIST]),
        ("class-map THEIRS\n match access-list StatelessTraffic", [LIST]),
        ("access-group StatelessTraffic in interface dmz", [LIST]),
        ("nat (inside) 0 access-list StatelessTraffic", [LIST]),
        ("static (inside,outside) 203.0.113.9  access-list StatelessTraffic", [LIST]),
        ("crypto map OUT 10 match address StatelessTraffic", [LIST]),
        ("group-policy P attributes\n vpn-filter value StatelessTraffic", [LIST]),
        ("group-policy P attributes\n split-tunnel-network-list value StatelessTraffic", [LIST]),
        ("router eigrp 100\n distribute-list StatelessTraffic in interface inside", [LIST]),
        ("aaa authentication match StatelessTraffic inside TACACS", [LIST]),
        ("route-map X permit 10\n match ip address StatelessTraffic", [LIST]),
        ("access-list StatelessTraffic extended permit tcp any host 192.0.2.9", [LIST]),
    ],
)
def test_f45_what_an_asa_still_names_stays_and_all_it_needs(added: str, stays: list[str]) -> None:
    """F45: an access list is kept or removed as a unit, its remarks with it."""
    lines, why = kept(ASA_UNDO, ASA, "cisco_asa", added)
    assert lines == [name for name in stays if name != LIST] + [*reversed(RULES)]
    assert len(set(why[-len(RULES) :])) == 1, "one list, one reason"


PAT = """\
object network HAIRPIN-USERS
 subnet 10.12.0.0 255.255.255.0
object network HAIRPIN-USERS
 nat (inside,inside) dynamic interface
: end"""
PAT_HEAD, PAT_RULE = "object network HAIRPIN-USERS", "nat (inside,inside) dynamic interface"
PAT_UNDO = (
    Undo(section=PAT_HEAD, ours=PAT_RULE, enter=(PAT_HEAD,), text=f"no {PAT_RULE}"),
    Undo(
        section="",
        ours=PAT_HEAD,
        text=f"no {PAT_HEAD}",
        contents=("subnet 10.12.0.0 255.255.255.0", PAT_RULE),
    ),
)


@pytest.mark.parametrize(
    "added",
    [
        "access-list A extended permit ip object HAIRPIN-USERS any",
        "object-group network G\n network-object object HAIRPIN-USERS",
        "nat (inside,outside) source dynamic HAIRPIN-USERS interface",
        "nat (inside,outside) source static X X destination static HAIRPIN-USERS HAIRPIN-USERS",
        "object network T\n nat (dmz,inside) static HAIRPIN-USERS",
        "object network HAIRPIN-USERS\n description theirs",
    ],
)
def test_f45_an_object_that_others_use_stays_without_our_rule(added: str) -> None:
    """F45, S0-21: the translation is ours and goes, in the second head of the object as in the first."""
    lines, _ = kept(PAT_UNDO, PAT, "cisco_asa", added)
    assert lines == [PAT_HEAD]


def test_an_object_that_nobody_uses_goes_whole() -> None:
    """S0-21: `no object` takes both heads."""
    assert [line.text for line in due_undo(PAT_UNDO, PAT, "cisco_asa", yes).due] == [
        f"no {PAT_RULE}",
        f"no {PAT_HEAD}",
    ]


@pytest.mark.parametrize(
    ("added", "stays"),
    [
        ("interface Vlan10\n ip policy route-map FIX_ROUTING", [MAP, RETURN]),
        ("ip local policy route-map FIX_ROUTING", [MAP, RETURN]),
        ("router eigrp 100\n redistribute static route-map FIX_ROUTING", [MAP, RETURN]),
        ("router bgp 65000\n neighbor 10.0.0.1 route-map FIX_ROUTING in", [MAP, RETURN]),
        ("route-map FIX_ROUTING permit 20\n set ip next-hop 10.12.0.5", [MAP, RETURN]),
        ("route-map OTHER permit 10\n match ip address RETURN", [RETURN]),
        ("route-map OTHER permit 10\n match ip address MINE RETURN", [RETURN]),
        ("interface Vlan10\n ip access-group RETURN in", [RETURN]),
        ("line vty 0 4\n access-class RETURN in", [RETURN]),
        ("class-map match-all C\n match access-group name RETURN", [RETURN]),
        ("ip nat inside source list RETURN interface Vlan10 overload", [RETURN]),
        ("crypto map M 10 ipsec-isakmp\n match address RETURN", [RETURN]),
        ("router eigrp 100\n distribute-list RETURN in", [RETURN]),
        ("snmp-server community public RO RETURN", [RETURN]),
        ("ip http access-class RETURN", [RETURN]),
        ("ntp access-group peer RETURN", [RETURN]),
    ],
)
def test_f45_what_an_ios_switch_still_names_stays_and_all_it_needs(added: str, stays: list[str]) -> None:
    """F45: the binding of ours goes all the same."""
    lines, _ = kept(IOS_UNDO, IOS, "cisco_ios", added)
    assert lines == stays


@pytest.mark.parametrize(
    "added",
    [
        "interface Vlan10\n description ip policy route-map FIX_ROUTING",
        "route-map RETURN permit 10\n match ip address OTHER",
        "ip access-list extended FIX_ROUTING\n remark match ip address RETURN",
        "interface Vlan10\n ip policy route-map FIX_ROUTING2",
    ],
    ids=["a description", "another kind of the same name", "a remark", "a longer name"],
)
def test_a_line_that_does_not_name_it_keeps_nothing(added: str) -> None:
    lines, _ = kept(IOS_UNDO, IOS, "cisco_ios", added)
    assert lines == []


def test_the_reason_shows_the_line_and_where_it_stands() -> None:
    _, why = kept(IOS_UNDO, IOS, "cisco_ios", "interface Vlan10\n ip policy route-map FIX_ROUTING")
    assert why == [
        "`ip policy route-map FIX_ROUTING` under `interface Vlan10` uses it",
        "`match ip address RETURN` under `route-map FIX_ROUTING permit 10` uses it",
    ]


def test_of_two_policies_only_the_used_one_stays() -> None:
    """What a kept object does not need goes."""
    second = ASA.replace(": end", "policy-map outside-policy\n class tcp_bypass\n: end")
    undo = (
        ASA_UNDO[0],
        Undo(
            section="",
            ours="policy-map outside-policy",
            text="no policy-map outside-policy",
            contents=("class tcp_bypass",),
        ),
        *ASA_UNDO[1:],
    )
    lines, _ = kept(undo, second, "cisco_asa", "service-policy inside-policy interface dmz")
    assert lines == [POLICY, CLASS, *reversed(RULES)]


def test_a_remark_added_to_a_list_that_stood_there_goes() -> None:
    """The list is somebody's, and used; our remark in it is not."""
    remark = ASA_UNDO[-1]
    found = due_undo((remark,), ASA, "cisco_asa", yes)
    assert found.due == (remark,)


def test_what_stood_in_our_own_place_before_is_no_foreign_use() -> None:
    """A map of ours that somebody had typed without its list: the list goes, as it was not there."""
    typed = ("ip access-list extended RETURN", "route-map FIX_ROUTING permit 10", "match ip address RETURN")
    assert due_undo(IOS_UNDO[2:], IOS, "cisco_ios", yes).in_use
    assert not due_undo(IOS_UNDO[2:], IOS, "cisco_ios", yes, typed).in_use


def test_a_name_that_somebody_uses_already_is_refused_at_plan_time(
    snapshot: Callable[..., Snapshot], plan: Callable[..., Plan]
) -> None:
    """To make the map would put it in force on his interface too."""
    routing = (
        ('"desktop default"', '"desktop routing"'),
        ("policy based routing aces:         0\n", "policy based routing aces:         0.5K\n"),
    )
    dangling = ("interface Vlan10\n", "interface Vlan10\n ip policy route-map FIX_ROUTING\n")
    with pytest.raises(
        PlaybookError,
        match=r"lab-switch: pbr-return: `route-map FIX_ROUTING permit 10` would not be ours alone: "
        r"`ip policy route-map FIX_ROUTING` under `interface Vlan10` uses it",
    ):
        plan(snapshot(ios=(*routing, dangling)), "hairpin-return")
