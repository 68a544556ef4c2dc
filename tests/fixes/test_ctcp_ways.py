"""What is offered for IPsec over TCP that stalls, in the order of the vendor's document."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.diagnosis import trace
from bothways.fixes.contract import Situation
from bothways.fixes.menu import menu
from bothways.fixes.menu_item import MenuItem
from bothways.rules import diagnose

Build = Callable[..., Situation]
ORDER = ["udp-or-esp", "anyconnect", "tcp-state-bypass", "find-the-loss"]


def items(here: Situation) -> dict[str, MenuItem]:
    walked = trace(here.snapshot, here.flow, (), here.scenario)
    return {item.name: item for item in menu(here.snapshot, walked, diagnose(here.snapshot, walked))}


@pytest.mark.parametrize("scenario", ["data-loss", "handshake"])
def test_the_menu_has_the_order_of_the_document(office: Build, scenario: str) -> None:
    """S4-03: another transport, another client, the bypass, the loss; before it comes and after."""
    found = items(office(scenario=scenario))
    assert list(found) == ORDER
    assert all(item.available and item.text and item.price.endswith(".") for item in found.values())


def test_the_bypass_is_for_this_flow_and_for_a_while(office: Build) -> None:
    """S4-03, S4-04: temporary, and its price in full; the command plans nothing wider."""
    one = items(office())["tcp-state-bypass"]
    assert one.playbook == "ctcp-bypass"
    assert one.reason == "temporary, for this flow alone, on office-asa"
    assert "disables all security checks for matching connections" in one.price
    assert one.text == (
        "bothways plan ctcp-bypass --scenario data-loss --flow 10.30.0.21,203.0.113.90,tcp/10000 -o fix.plan"
    )


def test_the_loss_is_hardly_ever_found(office: Build) -> None:
    """S4-03: said plainly."""
    assert items(office())["find-the-loss"].reason.startswith("usually impossible")


def test_a_transport_that_a_firewall_denies_is_not_offered(office: Build) -> None:
    """S4-03: only the tunnel and TLS may pass here: NAT-T needs another rule first."""
    config = (
        "access-list I extended permit tcp any any\naccess-group I in interface inside\n"
        "class-map inspection_default\n"
    )
    said = (
        ">>> show access-list\naccess-list I; 1 elements\n"
        "access-list I line 1 extended permit tcp any any (hitcnt=0) 0x0\n>>> show conn\n"
    )
    found = items(office(asa=(("class-map inspection_default\n", config), (">>> show conn\n", said))))
    assert not found["udp-or-esp"].available
    assert "udp/4500 is acl-denied" in found["udp-or-esp"].reason
    assert found["udp-or-esp"].text == ""
    assert found["anyconnect"].available


def test_other_stories_have_none_of_it(situation: Build) -> None:
    """S4-03: a hairpin is offered its own ways."""
    assert not set(ORDER) & set(items(situation()))
