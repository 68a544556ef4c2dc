"""The releases of a failover pair, and the links between its units."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.platforms.asa.failover import parse_failover_links, parse_failover_software

COMMAND = "show failover"
PAIR = """Failover On
Failover unit Primary
Failover LAN Interface: folink GigabitEthernet0/2 (Failed - No Switchover)
Version: Ours 9.2(4), Mate 9.1(7)
Serial Number: Ours JAD0000AAAA, Mate JAD0000BBBB
\tThis host: Primary - Active
\tOther host: Secondary - Standby Ready

Stateful Failover Logical Update Statistics
\tLink : statelink GigabitEthernet0/3 (up)
"""
UNCONFIGURED = PAIR.replace("statelink GigabitEthernet0/3 (up)", "Unconfigured.")


def software(text: str) -> list[tuple[str, str]]:
    return [(row.ours, row.mate) for row in parse_failover_software(text, COMMAND)]


def links(text: str) -> list[tuple[int, str, str, str]]:
    return [(row.line, row.use, row.name, row.state) for row in parse_failover_links(text, COMMAND)]


def test_both_releases_and_both_links_are_rows() -> None:
    """S2b-01: each leads back to its line."""
    assert software(PAIR) == [("9.2(4)", "9.1(7)")]
    assert links(PAIR) == [
        (3, "failover", "folink", "Failed - No Switchover"),
        (10, "state", "statelink", "up"),
    ]


def test_a_pair_without_a_link_for_connections_has_none() -> None:
    """S2b-01: nor has a firewall without failover."""
    assert [use for _, use, *_ in links(UNCONFIGURED)] == ["failover"]
    assert links("Failover Off") == []
    assert software("Failover Off") == []


@pytest.mark.parametrize(
    ("number", "releases", "states"),
    [
        (1, ("98.1(1)86", "98.1(1)86"), ["up", "up"]),
        (2, ("9.12(4)37", "9.12(4)37"), ["up", "up"]),
        (3, ("9.6(4)34", "9.6(4)34"), ["up", "up"]),
        (4, ("9.12(2)", "Unknown"), ["up", "administratively down"]),
    ],
)
def test_what_real_pairs_say(
    sample: Callable[[str], str], number: int, releases: tuple[str, str], states: list[str]
) -> None:
    """S2b-01: four of them, one whose mate is away."""
    text = sample(f"cisco_asa/show_failover/{number}.txt")
    assert software(text) == [releases]
    assert [state for *_, state in links(text)] == states
