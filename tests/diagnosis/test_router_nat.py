"""Ports and lists of a router with NAT: who is shown as whom, how answers find back, what stays open."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest

from bothways.diagnosis import Scenario, Trace, trace
from bothways.flow import Fate, Flow
from bothways.network import DeclaredHost
from bothways.platforms import device_state
from bothways.rules import diagnose
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLIENT, SERVER, BESIDE = "10.1.1.10", "203.0.113.80", "198.51.100.9"
"""A host inside, one behind the firewall, one on the network between router and firewall."""
ROUTED = DeclaredHost("beside", IPv4Address(BESIDE), IPv4Address("198.51.100.2"))
"""The same, with the router as its gateway."""
OVERLOAD = "ip nat inside source list 10 interface FastEthernet0/0 overload"
PERMIT = "access-list 10 permit 10.1.1.0 0.0.0.255"


def state(name: str, platform: str, texts: dict[str, str]) -> DeviceState:
    outputs = {command: Output(command, text, NOON) for command, text in texts.items()}
    return device_state(name, platform, outputs)


def router(
    *lines: str,
    lists: str = "Standard IP access list 10\n    10 permit 10.1.1.0, wildcard bits 0.0.0.255",
    outside: str = " ip nat outside\n",
    inbound: str = "",
) -> DeviceState:
    """An edge router: inside Fa0/1, outside Fa0/0, its default route to the firewall at 198.51.100.1."""
    config = (
        "Current configuration : 854 bytes\nhostname R1\n"
        "interface FastEthernet0/1\n ip address 10.1.1.1 255.255.255.0\n ip nat inside\n"
        f"interface FastEthernet0/0\n ip address 198.51.100.2 255.255.255.0\n{outside}"
    )
    return state("r1", "cisco_ios", {
        "show running-config": "\n".join((config.rstrip(), *lines, "end")),
        "show ip interface": (
            "FastEthernet0/1 is up, line protocol is up\n  Internet address is 10.1.1.1/24\n"
            "FastEthernet0/0 is up, line protocol is up\n  Internet address is 198.51.100.2/24"
            + (f"\n  Inbound  access list is {inbound}" if inbound else "")
        ),
        "show ip route": (
            "S*      0.0.0.0/0 [1/0] via 198.51.100.1, FastEthernet0/0\n"
            "C       10.1.1.0/24 is directly connected, FastEthernet0/1\n"
            "C       198.51.100.0/24 is directly connected, FastEthernet0/0"
        ),
        "show ip arp": (
            "Internet  10.1.1.10      0   0050.56a0.0010  ARPA   FastEthernet0/1\n"
            "Internet  198.51.100.1   0   0050.56a0.0001  ARPA   FastEthernet0/0\n"
            "Internet  198.51.100.9   0   0050.56a0.0009  ARPA   FastEthernet0/0"
        ),
        "show ip policy": "Interface      Route map",
        "show route-map": "",
        "show access-lists": lists,
    })  # fmt: skip


def firewall(permits: str) -> DeviceState:
    """Between the router (its outside) and the servers (its dmz): one list on the outside."""
    return state("fw", "cisco_asa", {
        "show version": "Cisco Adaptive Security Appliance Software Version 9.2(4)\n",
        "show running-config": (
            ": Saved\nASA Version 9.2(4)\nhostname fw\naccess-list IN extended permit " + permits + "\n"
            "access-group IN in interface outside\n: end"
        ),
        "show nameif": (
            "Interface                Name                     Security\n"
            "Ethernet0/0              outside                  0\n"
            "Ethernet0/1              dmz                     50"
        ),
        "show interface": (
            'Interface Ethernet0/0 "outside", is up, line protocol is up\n'
            "  MAC address 0050.56a0.0001, MTU 1500\n  IP address 198.51.100.1, subnet mask 255.255.255.0\n"
            'Interface Ethernet0/1 "dmz", is up, line protocol is up\n'
            "  MAC address 0050.56a0.0002, MTU 1500\n  IP address 203.0.113.1, subnet mask 255.255.255.0"
        ),
        "show route": (
            "C    198.51.100.0 255.255.255.0 is directly connected, outside\n"
            "C    203.0.113.0 255.255.255.0 is directly connected, dmz"
        ),
        "show arp": "\toutside 198.51.100.2 0050.56a0.0102 12\n\tdmz 203.0.113.80 0050.56a0.0080 12",
        "show conn": "0 in use, 3 most used",
        "show access-list": (
            "access-list IN; 1 elements; name hash: 0x433a1af1\n"
            f"access-list IN line 1 extended permit {permits} (hitcnt=0) 0x12345678"
        ),
        "show failover": "Failover Off",
    })  # fmt: skip


def walk(
    flow: str, *devices: DeviceState, scenario: Scenario = Scenario.HANDSHAKE, silence: int = 0
) -> Trace:
    snapshot = Snapshot({device.name: device for device in devices}, NOON, {})
    return trace(snapshot, Flow.parse(flow), (), scenario, silence or None)


def left(walked: Trace, number: int, device: str = "r1") -> str:
    """Source and destination of a packet as it leaves a device."""
    (hop,) = [hop for hop in walked.legs[number - 1].hops if hop.device == device]
    assert hop.left is not None
    return f"{hop.left.source} {hop.left.destination}"


OUT = f"{CLIENT} {SERVER} tcp/443"


def test_the_next_firewall_sees_the_address_of_the_interface() -> None:
    """S1-03: who is permitted by the router's address alone lives, who by his own dies at the firewall."""
    lives = walk(OUT, router(OVERLOAD), firewall("tcp host 198.51.100.2 any eq https"))
    assert (lives.fate, lives.could_not_see) == (Fate.COMPLETE, ())
    assert left(lives, 1) == f"198.51.100.2 {SERVER}"
    assert left(lives, 2) == f"{SERVER} {CLIENT}"
    dies = walk(OUT, router(OVERLOAD), firewall("tcp 10.1.1.0 255.255.255.0 any eq https"))
    assert (dies.fate, str(dies.at)) == (Fate.ACL_DENIED, "fw, packet 1")
    assert any(line.text == OVERLOAD for line in dies.evidence)


def test_a_deny_in_the_list_leaves_the_flow_as_it_is() -> None:
    """S1-03: the firewall must then know the host by its own address, and a way back to it."""
    lists = (
        "Extended IP access list 110\n    10 deny ip any host 203.0.113.80\n"
        "    20 permit ip 10.1.1.0 0.0.0.255 any"
    )
    line = "ip nat inside source list 110 interface FastEthernet0/0 overload"
    walked = walk(OUT, router(line, lists=lists), firewall("tcp 10.1.1.0 255.255.255.0 any eq https"))
    assert (walked.fate, walked.at.device) == (Fate.NO_ROUTE, "fw")  # the firewall has no route to 10.1.1.0
    assert left(walked, 1) == f"{CLIENT} {SERVER}"
    elsewhere = walk(f"{CLIENT} 203.0.113.81 udp/53", router(line, lists=lists), firewall("udp any any"))
    assert elsewhere.fate is Fate.COMPLETE
    assert left(elsewhere, 1) == "198.51.100.2 203.0.113.81"


@pytest.mark.parametrize("service", ["tcp/443", "udp/53", "icmp"])
def test_answers_to_the_routers_own_address_find_back(service: str) -> None:
    """S1-03: a server on the same wire answers the router's address, which is the client's."""
    walked = walk(f"{CLIENT} {BESIDE} {service}", router(OVERLOAD))
    assert walked.fate is Fate.COMPLETE
    assert left(walked, 2) == f"{BESIDE} {CLIENT}"
    assert walked.legs[1].path == ("r1",)


POOLS = {
    "one-address": ("ip nat pool P 198.51.100.40 198.51.100.40 prefix-length 24", " overload", Fate.COMPLETE),
    "some": ("ip nat pool P 198.51.100.40 198.51.100.49 netmask 255.255.255.0", " overload", Fate.COMPLETE),
    "one-a-host": ("ip nat pool P 198.51.100.40 198.51.100.49 netmask 255.255.255.0", "", Fate.UNKNOWN),
    "of-no-known-kind": ("ip nat pool P prefix-length 24", " overload", Fate.UNKNOWN),
    "not-there": ("", " overload", Fate.UNKNOWN),
}


@pytest.mark.parametrize(("pool", "how", "fate"), POOLS.values(), ids=POOLS)
@pytest.mark.parametrize("flow", [OUT, f"{CLIENT} {BESIDE} udp/53"], ids=["through-the-firewall", "beside"])
def test_pools(pool: str, how: str, fate: Fate, flow: str) -> None:
    """S1-03: one of the pool's addresses; whether one is left over for each host is not seen."""
    line = f"ip nat inside source list 10 pool P{how}"
    walked = walk(flow, router(pool, line), firewall("ip 198.51.100.40 255.255.255.248 any"))
    if pool.endswith("netmask 255.255.255.0") and how and "tcp" in flow:
        # .40 to .47 are permitted, .48 and .49 are not.
        assert walked.fate is Fate.UNKNOWN
        assert (
            "it depends: complete if r1 takes 198.51.100.40; acl-denied if r1 takes 198.51.100.48"
            in walked.mechanism
        )
        return
    assert walked.fate is fate, walked.mechanism
    if fate is Fate.COMPLETE:
        assert left(walked, 1).startswith("198.51.100.40 ")
        assert left(walked, 2).endswith(f" {CLIENT}")


def test_a_pool_that_has_one_for_each_host_of_the_list_is_never_empty() -> None:
    """S1-03: the free address is a question only where hosts may outnumber the pool."""
    lists = "Standard IP access list 10\n    10 permit 10.1.1.8, wildcard bits 0.0.0.3"
    lines = (
        "ip nat pool P 198.51.100.40 198.51.100.43 prefix-length 24",
        "ip nat inside source list 10 pool P",
    )
    walked = walk(OUT, router(*lines, lists=lists), firewall("ip any any"))
    assert (walked.fate, walked.could_not_see) == (Fate.COMPLETE, ())


@pytest.mark.parametrize("source", [BESIDE, SERVER])
@pytest.mark.parametrize("how", ["", " overload"])
def test_nobody_is_called_by_an_address_of_a_pool(source: str, how: str) -> None:
    """X-07: unless a translation stands there, which only the table shows."""
    lines = (
        "ip nat pool P 198.51.100.40 198.51.100.49 prefix-length 24",
        f"ip nat inside source list 10 pool P{how}",
    )
    walked = walk(f"{source} 198.51.100.44 tcp/443", router(*lines), firewall("ip any any"))
    assert walked.fate is Fate.UNKNOWN
    assert any("show ip nat translations" in text for text in walked.could_not_see)


FORWARDS = {
    "global": (
        "ip nat inside source static tcp 10.1.1.10 443 198.51.100.10 8443 extendable",
        "198.51.100.10",
    ),
    "interface": (
        "ip nat inside source static tcp 10.1.1.10 443 interface FastEthernet0/0 8443",
        "198.51.100.2",
    ),
}


@pytest.mark.parametrize(("line", "shown"), FORWARDS.values(), ids=FORWARDS)
@pytest.mark.parametrize("source", [BESIDE, SERVER])
@pytest.mark.parametrize("beside", [(), (OVERLOAD,)], ids=["alone", "with-overload"])
def test_a_port_of_the_router_is_one_of_a_host(
    line: str, shown: str, source: str, beside: tuple[str, ...]
) -> None:
    """S1-03: called by the shown port, answered by it; a list that takes the host, too, changes nothing."""
    walked = walk(f"{source} {shown} tcp/8443", router(line, *beside), firewall("ip any any"))
    assert (walked.fate, walked.could_not_see) == (Fate.COMPLETE, ()), walked.mechanism
    assert left(walked, 1) == f"{source} {CLIENT}"
    assert left(walked, 2) == f"{shown} {source}"
    assert not any("itself, which serves" in text for text in walked.inferences)
    (hop,) = [hop for hop in walked.legs[0].hops if hop.device == "r1"]
    assert hop.notes == (f"translated: destination {shown}:8443 becomes {CLIENT}:443",)


def test_the_list_in_front_sees_the_port_that_was_called() -> None:
    """S1-03: lists of the outside come before the translation."""
    for port, fate in ((8443, Fate.COMPLETE), (443, Fate.ACL_DENIED)):
        lists = f"Extended IP access list OUTIN\n    10 permit tcp any host 198.51.100.10 eq {port}"
        device = router(FORWARDS["global"][0], lists=lists, inbound="OUTIN")
        assert walk(f"{BESIDE} 198.51.100.10 tcp/8443", device).fate is fate


def test_a_list_that_permits_who_is_outside_leaves_calls_from_there_open() -> None:
    """X-07: Cisco warns of unpredictable results; answers to calls from inside go by their translation."""
    device = router(OVERLOAD, FORWARDS["global"][0], lists="Standard IP access list 10\n    10 permit any")
    called = walk(f"{BESIDE} 198.51.100.10 tcp/8443", device)
    assert called.fate is Fate.UNKNOWN
    assert any("whom its list permits and who is outside" in text for text in called.could_not_see)
    assert walk(f"{CLIENT} {BESIDE} tcp/443", device).fate is Fate.COMPLETE


def test_another_port_of_the_router_is_its_own() -> None:
    """S1-03: one forwarded port says nothing of the others."""
    walked = walk(f"{BESIDE} 198.51.100.2 tcp/22", router(FORWARDS["interface"][0]))
    assert walked.fate is Fate.COMPLETE
    assert (
        "198.51.100.2 is an address of r1 itself, which serves what it is called for (likely)"
        in walked.inferences
    )
    shown = walk(f"{BESIDE} 198.51.100.10 tcp/22", router(FORWARDS["global"][0]))
    assert shown.fate is Fate.UNKNOWN


def test_from_inside_nobody_is_called_by_a_port_of_the_router() -> None:
    """S1-03: out to in is one way through a router, and a host beside the server does not take it."""
    walked = walk("10.1.1.11 198.51.100.2 tcp/8443", router(FORWARDS["interface"][0]))
    assert walked.fate is Fate.UNKNOWN
    assert "this SYN is for itself" in walked.mechanism
    elsewhere = walk("10.1.1.11 198.51.100.10 tcp/8443", router(FORWARDS["global"][0]))
    assert elsewhere.fate is Fate.UNKNOWN


def test_a_port_comes_before_a_static_entry_of_the_same_address() -> None:
    """S1-03: the others of that address are another host's."""
    both = ("ip nat inside source static 10.1.1.11 198.51.100.10 extendable", FORWARDS["global"][0])
    for port, host in ((8443, CLIENT), (80, "10.1.1.11")):
        walked = walk(f"{BESIDE} 198.51.100.10 tcp/{port}", router(*both))
        assert walked.fate is Fate.COMPLETE
        assert left(walked, 1) == f"{BESIDE} {host}"
        assert left(walked, 2) == f"198.51.100.10 {BESIDE}"


@pytest.mark.parametrize(
    "entry", ["static tcp 10.1.1.10 443 198.51.100.10 443", "static 10.1.1.10 198.51.100.10"]
)
def test_an_entry_without_an_outside_shows_nobody(entry: str) -> None:
    """X-07: its address is no host's either."""
    device = router(f"ip nat inside source {entry}", outside="")
    assert walk(f"{BESIDE} 198.51.100.10 tcp/443", device).fate is Fate.UNKNOWN


@pytest.mark.parametrize("arp", ["", "\nInternet  198.51.100.7  0  0050.56a0.0007  ARPA  FastEthernet0/0"])
def test_an_address_of_an_interface_that_is_shut_down_answers_nobody_beside_it(arp: str) -> None:
    """S1-03: unless somebody else has taken it, as the ARP of a router on that wire would show."""
    texts = {command: output.text for command, output in router().outputs.items()}
    texts["show ip arp"] += arp
    other = {
        "show running-config": "Current configuration : 9 bytes\nhostname R2\nend",
        "show ip interface": (
            "FastEthernet0/0 is administratively down, line protocol is down\n"
            "  Internet address is 198.51.100.7/24"
        ),
        "show ip route": "", "show ip arp": "", "show ip policy": "Interface      Route map",
    }  # fmt: skip
    walked = walk(
        f"{BESIDE} 198.51.100.7 tcp/443", state("r1", "cisco_ios", texts), state("r2", "cisco_ios", other)
    )
    assert walked.fate is (Fate.COMPLETE if arp else Fate.NO_ADJACENCY), walked.mechanism
    assert arp or str(walked.at) == f"{BESIDE}, packet 1"


def test_called_by_its_own_address_a_host_answers_by_the_port() -> None:
    """S1-06: the SYN passes as it is; its answer comes from the address and the port that stand for it."""
    line = "ip nat inside source static tcp 10.1.1.10 443 198.51.100.10 8443 extendable"
    routed = f"{BESIDE} {CLIENT} tcp/443"
    walked = trace(Snapshot({"r1": router(line)}, NOON, {}), Flow.parse(routed), (ROUTED,))
    assert (walked.fate, str(walked.at)) == (Fate.WRONG_SOURCE, f"{BESIDE}, packet 2")
    (finding,) = [
        one for one in diagnose(Snapshot({"r1": router(line)}, NOON, {}), walked) if one.id == "one-way-nat"
    ]
    assert finding.sentence.startswith(
        f"r1 gives what {CLIENT} sends outside the source 198.51.100.10 always, and what comes in"
    )


def test_an_answer_that_a_list_takes_leaves_the_verdict_open() -> None:
    """X-07: no Cisco document says whether a SYN/ACK without a call makes a translation."""
    walked = trace(
        Snapshot({"r1": router(OVERLOAD)}, NOON, {}), Flow.parse(f"{BESIDE} {CLIENT} tcp/443"), (ROUTED,)
    )
    assert walked.fate is Fate.UNKNOWN
    assert any(
        "whether r1 makes a translation for packet 2 (SYN/ACK)" in text for text in walked.could_not_see
    )


OPEN = {
    "list-without-rules": (OVERLOAD, "Standard IP access list 11\n    10 permit any"),
    "a-rule-nobody-knows": (
        "ip nat inside source list 110 interface FastEthernet0/0 overload",
        "Extended IP access list 110\n    10 permit object-group G 10.1.1.0 0.0.0.255 any",
    ),
    "two-lines": (
        (
            f"{OVERLOAD}\nip nat inside source list 11 pool P overload\n"
            "ip nat pool P 198.51.100.40 198.51.100.40 prefix-length 24"
        ),
        "Standard IP access list 10\n    10 permit any\nStandard IP access list 11\n    10 permit any",
    ),
    "an-interface-nobody-saw": (
        "ip nat inside source list 10 interface Dialer1 overload",
        "Standard IP access list 10\n    10 permit any",
    ),
    "route-map": (
        "ip nat inside source route-map ISP interface FastEthernet0/0 overload",
        "Standard IP access list 10\n    10 permit any",
    ),
}


@pytest.mark.parametrize(("lines", "lists"), OPEN.values(), ids=OPEN)
def test_what_is_not_understood_leaves_the_verdict_open(lines: str, lists: str) -> None:
    """X-07: never a guess, and the line is cited."""
    walked = walk(OUT, router(*lines.split("\n"), lists=lists), firewall("ip any any"))
    assert walked.fate is Fate.UNKNOWN
    assert any(lines.partition("\n")[0] in text for text in walked.could_not_see)


def test_a_static_entry_comes_before_a_list() -> None:
    """S1-03: a host with an address of its own is not shown by the shared one."""
    static = "ip nat inside source static 10.1.1.10 198.51.100.10"
    walked = walk(OUT, router(OVERLOAD, static), firewall("ip any any"))
    assert walked.fate is Fate.COMPLETE
    assert left(walked, 1) == f"198.51.100.10 {SERVER}"


def test_an_interface_without_nat_translates_nothing() -> None:
    """S1-03: the SYN goes out as it came, and the firewall has no way back to it."""
    walked = walk(OUT, router(OVERLOAD, outside=""), firewall("ip any any"))
    assert (walked.fate, str(walked.at)) == (Fate.NO_ROUTE, "fw, packet 2")
    assert left(walked, 1) == f"{CLIENT} {SERVER}"


def test_an_answer_by_an_interface_without_nat_never_comes_home() -> None:
    """S1-03: it is for the router's own address, and nothing there makes it the client's again."""
    third = "FastEthernet1/0 is up, line protocol is up\n  Internet address is 10.9.9.1/24"
    texts = {command: output.text for command, output in router(OVERLOAD).outputs.items()}
    texts["show ip interface"] += f"\n{third}"
    texts["show running-config"] = texts["show running-config"].replace(
        "\ninterface FastEthernet0/0",
        "\ninterface FastEthernet1/0\n ip address 10.9.9.1 255.255.255.0\ninterface FastEthernet0/0",
    )
    other = {
        "show running-config": "Current configuration : 9 bytes\nhostname R2\nend",
        "show ip interface": (
            "FastEthernet0/0 is up, line protocol is up\n  Internet address is 203.0.113.2/24\n"
            "FastEthernet0/1 is up, line protocol is up\n  Internet address is 10.9.9.2/24"
        ),
        "show ip route": (
            "C       203.0.113.0/24 is directly connected, FastEthernet0/0\n"
            "S       198.51.100.0/24 [1/0] via 10.9.9.1, FastEthernet0/1"
        ),
        "show ip arp": "", "show ip policy": "Interface      Route map", "show access-lists": "",
    }  # fmt: skip
    devices = (state("r1", "cisco_ios", texts), firewall("ip any any"), state("r2", "cisco_ios", other))
    gateway = DeclaredHost("server", IPv4Address(SERVER), IPv4Address("203.0.113.2"))
    walked = trace(Snapshot({one.name: one for one in devices}, NOON, {}), Flow.parse(OUT), (gateway,))
    assert walked.legs[1].path == ("r2", "r1")
    assert walked.fate is Fate.UNKNOWN
    assert f"it ends at 198.51.100.2: nothing there makes that {CLIENT} again" in walked.mechanism


@pytest.mark.parametrize(
    ("line", "silence", "fate"),
    [
        ("", 3600, Fate.COMPLETE),
        ("", 86_400, Fate.UNKNOWN),
        ("ip nat translation tcp-timeout 1800", 3600, Fate.UNKNOWN),
        ("ip nat translation timeout 1800", 3600, Fate.COMPLETE),
        ("ip nat translation tcp-timeout never", 90_000, Fate.COMPLETE),
    ],
)
def test_a_translation_that_may_be_forgotten_leaves_a_silent_flow_open(
    line: str, silence: int, fate: Fate
) -> None:
    """S3-05: 24 hours by default; `timeout` is for translations without ports."""
    walked = walk(
        f"{CLIENT} {BESIDE} tcp/443", router(OVERLOAD, line), scenario=Scenario.AFTER_IDLE, silence=silence
    )
    assert walked.fate is fate, walked.could_not_see


def test_a_flow_that_comes_anew_in_its_middle_has_no_translation_yet() -> None:
    """S2a-02: which address and port a router gives it then, it had not before."""
    walked = walk(OUT, router(OVERLOAD), firewall("ip any any"), scenario=Scenario.MID_STREAM)
    assert walked.fate is Fate.UNKNOWN
