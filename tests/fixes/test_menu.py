from __future__ import annotations

from collections.abc import Callable

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


def test_a_flow_that_lives_has_no_menu(situation: Build) -> None:
    """Nothing to cure, nothing to sell."""
    assert items(situation(flow="10.12.0.130 203.0.113.80 tcp/443")) == {}
