"""Static routes stand in a configuration by their numbers, whenever they were typed."""

from __future__ import annotations

import pytest

from bothways.planning.config_tree import ConfigTree

ROUTES = (
    "ip route 0.0.0.0 0.0.0.0 192.100.0.1",
    "ip route 10.1.1.1 255.255.255.255 192.34.0.3",
    "ip route 192.1.1.1 255.255.255.255 192.34.0.3",
)
TEXT = "\n".join(["hostname r", "ip classless", *ROUTES, "line con 0", "end"])


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_comes_back_to_its_place(route: str) -> None:
    """S1-12: removing it and typing it again leaves no trace."""
    tree = ConfigTree(TEXT, "cisco_ios")
    tree.type([f"no {route}"])
    assert route not in tree.lines()
    tree.type([route])
    assert str(tree) == TEXT


def test_the_only_route_goes_to_where_routes_stand() -> None:
    """The order of kinds holds where there is nothing to compare with."""
    tree = ConfigTree("hostname r\nip classless\nline con 0\nend", "cisco_ios")
    tree.type([ROUTES[1]])
    assert tree.lines() == ("hostname r", "ip classless", ROUTES[1], "line con 0", "end")
