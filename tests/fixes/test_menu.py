from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.diagnosis import trace
from bothways.fixes.contract import Situation
from bothways.fixes.menu import menu
from bothways.fixes.menu_item import MenuItem
from bothways.rules import diagnose

Build = Callable[..., Situation]


def items(here: Situation) -> dict[str, MenuItem]:
    walked = trace(here.snapshot, here.flow)
    return {item.name: item for item in menu(here.snapshot, walked, diagnose(here.snapshot, walked))}


def test_host_routes_are_text_for_every_host_the_firewall_knows(situation: Build) -> None:
    """S0-03: from its ARP and connections, for Windows and Linux, marked as not pushed."""
    assert items(situation())["host-routes"].text.split("\n") == [
        "# 2 hosts on 10.12.0.0/24; not pushed by us",
        "# 10.12.0.5, not pushed by us: Windows, then Linux",
        "route -p add 172.16.1.0 mask 255.255.255.0 10.12.0.254",
        "ip route add 172.16.1.0/24 via 10.12.0.254",
        "# 10.12.0.130, not pushed by us: Windows, then Linux",
        "route -p add 172.16.1.0 mask 255.255.255.0 10.12.0.254",
        "ip route add 172.16.1.0/24 via 10.12.0.254",
    ]


def test_a_restricted_licence_has_no_interface_left(situation: Build) -> None:
    """S0-04: unavailable, with the licence's own line as the reason."""
    item = items(situation())["extra-interface"]
    assert not item.available
    assert item.reason == "licence: VLANs : 3 DMZ Restricted; 2 in use"
    assert item.text == ""


def test_a_larger_licence_offers_it(situation: Build) -> None:
    """S0-04: Security Plus has twenty."""
    here = situation(
        asa=(
            (
                "VLANs                             : 3              DMZ Restricted",
                "VLANs                             : 20             DMZ Unrestricted",
            ),
        )
    )
    item = items(here)["extra-interface"]
    assert item.available
    assert "not pushed by us" in item.text


CATALOGUE = [
    "host-routes",
    "extra-interface",
    "pbr-return",
    "state-bypass",
    "hairpin-pat",
    "gateway-on-router",
    "random-sequence",
    "icmp-redirects",
    "traffic-zones",
]


def test_the_menu_has_the_whole_catalogue(situation: Build) -> None:
    """S0-21: pushed or not, each with its price; what does not help is there with the reason."""
    found = items(situation())
    assert list(found) == CATALOGUE
    assert [name for name, item in found.items() if not item.available] == [
        "extra-interface",
        "random-sequence",
        "icmp-redirects",
        "traffic-zones",
    ]
    assert all(item.price.endswith(".") and item.reason for item in found.values())
    assert found["pbr-return"].reason == "lab-switch has no room until it reloads into 'desktop routing'"
    assert found["pbr-return"].text.startswith("bothways plan hairpin-return --flow 10.12.0.130,172.16.1.18,")
    assert (found["state-bypass"].playbook, found["random-sequence"].playbook) == ("hairpin-bypass", "")
    assert "comes to a firewall that saw no SYN/ACK" in found["random-sequence"].reason


def test_the_missing_permit_is_the_first_way(situation: Build) -> None:
    """S0-05: without it nothing turns around; the other ways bring it with them."""
    found = items(situation(asa=(("same-security-traffic permit intra-interface\n", ""),)))
    assert list(found) == ["asa-hairpin", *CATALOGUE]
    assert found["asa-hairpin"].available


CORP = ("interface Vlan172\n", "interface Vlan172\n ip policy route-map CORP\n")
NOT_HERE: list[tuple[str, dict[str, tuple[tuple[str, str], ...]], str, str]] = [
    (
        "image",
        {"ios": (("C3560-IPSERVICESK9-M", "C3560-IPBASEK9-M"),)},
        "pbr-return",
        "image C3560-IPBASEK9-M is without the IP services feature set",
    ),
    (
        "another use of the route-map",
        {"ios": (CORP, (" no auto-summary\n", " redistribute static route-map CORP\n no auto-summary\n"))},
        "pbr-return",
        "route-map CORP is named by `redistribute static route-map CORP` too",
    ),
    (
        "ARP",
        {"ios": (("Internet  10.12.0.1               5   c84c.75aa.0101  ARPA   Vlan10\n", ""),)},
        "pbr-return",
        "next hop 10.12.0.1 is not in ARP on Vlan10",
    ),
    (
        "release",
        {"asa": (("Software Version 9.2(4)", "Software Version 8.0(4)"),)},
        "state-bypass",
        "release 8.0(4) has no tcp-state-bypass; 8.2 has (edge-asa: show version:",
    ),
    (
        "no default route",
        {"ios": (("D*EX 0.0.0.0/0 [170/28416] via 10.12.0.1, 3d01h, Vlan10\n", ""),)},
        "gateway-on-router",
        "lab-switch has no default route to 10.12.0.1",
    ),
]


@pytest.mark.parametrize(
    ("build", "name", "reason"), [case[1:] for case in NOT_HERE], ids=[case[0] for case in NOT_HERE]
)
def test_what_cannot_be_applied_says_why(
    situation: Build, build: dict[str, tuple[tuple[str, str], ...]], name: str, reason: str
) -> None:
    """S0-19, S0-21: from the fix's own look at image, ARP, route-map and release."""
    item = items(situation(**build))[name]
    assert (item.available, item.text, item.playbook) == (False, "", "")
    assert item.reason.startswith(reason)


def test_a_route_map_that_stands_is_joined_and_said_so(situation: Build) -> None:
    """S0-14, B19: offered, with the place in the map that the interface has."""
    routing = (
        ('"desktop default"', '"desktop routing"'),
        ("policy based routing aces:         0\n", "policy based routing aces:         0.5K\n"),
    )
    item = items(situation(ios=(*routing, CORP)))["pbr-return"]
    assert item.available
    assert item.reason == (
        "Vlan172 has route-map CORP already: sequence 10 joins it, and its other entries stay as they are"
    )


def test_a_flow_that_lives_has_no_menu(situation: Build) -> None:
    """Nothing to cure, nothing to sell."""
    assert items(situation(flow="10.12.0.130 203.0.113.80 tcp/443")) == {}
