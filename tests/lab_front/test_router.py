"""What the routers of the one-way NAT story print."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab

StartLab = Callable[..., "AbstractContextManager[RunningLab]"]


def _typed(lab: RunningLab, name: str, command: str) -> list[str]:
    with lab.terminal(name) as terminal:
        return terminal.type(command, "#").split("\r\n")[1:-1]


@pytest.mark.parametrize(
    ("router", "lines"),
    [
        (
            "ResourceR1",
            (
                "Gateway of last resort is 10.12.0.2 to network 0.0.0.0",
                "     10.0.0.0/8 is variably subnetted, 2 subnets, 2 masks",
                "C       10.12.0.0/24 is directly connected, FastEthernet0/0",
                "C       10.1.1.1/32 is directly connected, Loopback0",
                "S*   0.0.0.0/0 [1/0] via 10.12.0.2",
            ),
        ),
        (
            "EdgeR2",
            (
                "S       10.1.1.1/32 [1/0] via 10.12.0.1",
                "C    192.23.0.0/24 is directly connected, FastEthernet0/1",
                "S    192.0.0.0/8 [1/0] via 192.23.0.3",
            ),
        ),
        (
            "CustomerR3",
            (
                "     192.4.4.0/32 is subnetted, 1 subnets",
                "S       192.4.4.4 [1/0] via 192.34.0.4",
                "     10.0.0.0/32 is subnetted, 1 subnets",
                "S       10.1.1.1 [1/0] via 192.23.0.2",
                "S       192.1.1.1 [1/0] via 192.23.0.2",
            ),
        ),
        (
            "CustIntR4",
            (
                "Gateway of last resort is 192.100.0.1 to network 0.0.0.0",
                "C       192.4.4.4 is directly connected, Loopback0",
                "S       10.1.1.1 [1/0] via 192.34.0.3",
                "C    192.34.0.0/24 is directly connected, FastEthernet0/0",
                "C    192.100.0.0/24 is directly connected, Loopback1",
                "     192.1.1.0/32 is subnetted, 1 subnets",
                "S       192.1.1.1 [1/0] via 192.34.0.3",
                "S*   0.0.0.0/0 [1/0] via 192.100.0.1",
            ),
        ),
    ],
)
def test_routes_are_those_of_the_story(nat_lab: RunningLab, router: str, lines: tuple[str, ...]) -> None:
    """S1-01: loopbacks, statics and the default of every router, as `show ip route` prints them."""
    assert set(lines) <= set(_typed(nat_lab, router, "show ip route"))


def test_ping_from_a_loopback_before_there_was_a_translation(start_lab: StartLab, tmp_path: Path) -> None:
    """S1-02: the block of the ping with its source, and all five answered."""
    with start_lab(tmp_path / "nat", "one-way-nat", variants=["before-nat"], crypto="modern") as lab:
        lines = _typed(lab, "CustIntR4", "ping 10.1.1.1 source loopback 0")
    assert lines[1:5] == [
        "Type escape sequence to abort.",
        "Sending 5, 100-byte ICMP Echos to 10.1.1.1, timeout is 2 seconds:",
        "Packet sent with a source address of 192.4.4.4 ",
        "!!!!!",
    ]
    assert lines[5].startswith("Success rate is 100 percent (5/5), round-trip min/avg/max = ")


def test_ping_is_answered_with_the_translation_too(nat_lab: RunningLab) -> None:
    """S1-02: an echo reply is known by its number, so the foreign source 192.1.1.1 does not matter."""
    assert "!!!!!" in _typed(nat_lab, "CustIntR4", "ping 10.1.1.1 source loopback 0")


@pytest.mark.parametrize(
    ("router", "called", "said"),
    [
        ("ResourceR1", "192.4.4.4", "Trying 192.4.4.4 ... Open"),
        ("CustIntR4", "192.1.1.1", "Trying 192.1.1.1 ... Open"),
        ("CustIntR4", "10.1.1.1", "% Connection timed out; remote host not responding"),
    ],
)
def test_telnet_from_a_loopback(nat_lab: RunningLab, router: str, called: str, said: str) -> None:
    """S1-04: the resource side opens, the customer by the NAT address too, by the real one it does not."""
    lines = _typed(nat_lab, router, f"telnet {called} /source-interface lo0")
    assert lines[0].startswith(f"Trying {called} ... ")
    assert said in [line.strip() for line in lines]


def test_translations_and_statistics(nat_lab: RunningLab) -> None:
    """S1-03: the static outside entry stands there with its two addresses, and who is inside and outside."""
    rows = [line.split() for line in _typed(nat_lab, "CustomerR3", "show ip nat translations")]
    assert rows == [
        ["Pro", "Inside", "global", "Inside", "local", "Outside", "local", "Outside", "global"],
        ["---", "---", "---", "192.1.1.1", "10.1.1.1"],
    ]
    said = _typed(nat_lab, "CustomerR3", "show ip nat statistics")
    assert said[:5] == [
        "Total active translations: 1 (1 static, 0 dynamic; 0 extended)",
        "Outside interfaces:",
        "  FastEthernet0/0",
        "Inside interfaces: ",
        "  FastEthernet0/1",
    ]


@pytest.mark.parametrize("command", ["show sdm prefer", "show mac address-table", "show vlan brief"])
def test_a_router_does_not_know_what_switches_know(nat_lab: RunningLab, command: str) -> None:
    """The answer is the parser's, with the caret under the second word."""
    lines = _typed(nat_lab, "EdgeR2", command)
    assert lines[:2] == [" " * len("EdgeR2#show ") + "^", "% Invalid input detected at '^' marker."]


def test_lists_pools_and_ports_are_typed_and_shown(nat_lab: RunningLab) -> None:
    """The forms of a 12.4: what was typed stands in the configuration, ports as numbers."""
    lines = ["ip nat pool P 192.23.0.50 192.23.0.60 prefix-length 24",
             "ip nat inside source list NAMED pool P overload",
             "ip nat inside source list 7 interface FastEthernet0/0 overload",
             "ip nat inside source static tcp 192.4.4.4 23 interface FastEthernet0/0 2323",
             "ip nat translation udp-timeout 120"]  # fmt: skip
    with nat_lab.terminal("CustomerR3") as terminal:
        for line in ["configure terminal", *lines, "end"]:
            assert "%" not in terminal.type(line)
        shown = terminal.type("show running-config | include ip nat ").split("\r\n")
        rows = terminal.type("show ip nat translations").split("\r\n")
        assert "%" not in terminal.type("clear ip nat translation *")
    assert [line for line in shown if line.startswith("ip nat ")][:5] == [lines[4], *lines[:4]]
    assert "tcp 192.23.0.3:2323    192.4.4.4:23       ---                ---" in rows


def test_standard_list_is_shown_as_a_real_one_was(nat_lab: RunningLab) -> None:
    """The action in a column of six, the wildcard by its name, a host by its address."""
    with nat_lab.terminal("CustomerR3") as terminal:
        terminal.type("configure terminal")
        for entry in ("deny 10.1.0.9", "permit 10.1.0.0 0.0.0.255", "permit any"):
            terminal.type(f"access-list 7 {entry}")
        terminal.type("end")
        shown = terminal.type("show access-lists 7").split("\r\n")
    assert shown[1:5] == [
        "Standard IP access list 7",
        "    10 deny   10.1.0.9",
        "    20 permit 10.1.0.0, wildcard bits 0.0.0.255",
        "    30 permit any",
    ]
