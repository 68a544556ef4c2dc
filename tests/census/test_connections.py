"""Half-seen connections of one read: which are counted, under which cause, between which networks."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network

import pytest

from bothways.diagnosis.census import Cause, Census, take_census
from bothways.flow import Flow
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot

Make = Callable[..., DeviceState]
Alone = Callable[[DeviceState], Snapshot]

A = "10.12.0.5:50001"
HAIRPIN = "TCP inside  10.12.0.130:{} inside  172.16.1.18:443, idle 0:00:0{}, bytes 0, flags SaAB \n"


def counted(asa: Make, alone: Alone, conn: str) -> Census:
    device = asa({"show conn": conn})
    return take_census(alone(device), device)


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (f"TCP inside {A} inside 172.16.1.18:443, idle 0:00:09, bytes 0, flags SaAB", Cause.HAIRPIN),
        (f"TCP outside 203.0.113.8:443 inside {A}, idle 0:00:09, bytes 0, flags saA", Cause.HALF_OPEN),
        (f"TCP outside 203.0.113.8:443 inside {A}, idle 0:00:09, bytes 7, flags UO", Cause.ONE_SIDED),
        (f"TCP outside 203.0.113.8:443 inside {A}, idle 0:01:09, bytes 7, flags UfIO", Cause.HALF_CLOSED),
    ],
)
def test_a_connection_is_counted_under_what_is_half_about_it(
    asa: Make, alone: Alone, line: str, cause: Cause
) -> None:
    """S0-12: embryonic, one-sided and half-closed rows are told apart by their flags and interfaces."""
    census = counted(asa, alone, f"1 in use, 1 most used\n{line}\n")

    assert [(group.cause, group.count) for group in census.groups] == [(cause, 1)]


@pytest.mark.parametrize(
    "line",
    [
        "TCP outside 203.0.113.8:443 inside 10.12.0.5:5001, idle 0:00:09, bytes 62, flags UIO",
        "TCP inside 10.12.0.5:50001 inside 172.16.1.18:443, idle 0:00:00, bytes 0, flags SaAB",
        "TCP outside 203.0.113.8:443 inside 10.12.0.5:5001, idle 0:00:09, bytes 0, flags U",
        "TCP outside 203.0.113.8:443 inside 10.12.0.5:5001, idle 0:00:09, bytes 70, flags UfFRIO",
        "UDP outside 203.0.113.8:53 inside 10.12.0.5:5001, idle 0:00:09, bytes 0, flags -",
        "ICMP outside 203.0.113.8:0 inside 10.12.0.5:512, idle 0:00:01, bytes 56, flags",
    ],
    ids=["both ways", "a handshake of this moment", "nothing said yet", "both closed", "udp", "icmp"],
)
def test_a_healthy_connection_is_in_no_group(asa: Make, alone: Alone, line: str) -> None:
    """What both ends have seen, or had no time to see, is not half seen."""
    census = counted(asa, alone, f"1 in use, 1 most used\n{line}\n")

    assert census.connections == 1
    assert census.groups == ()


def test_one_group_a_pair_of_networks(asa: Make, alone: Alone) -> None:
    """Routed prefixes count, /24 where only a default route knows: three clients, two groups, by hand."""
    text = (
        "4 in use, 4 most used\n"
        + HAIRPIN.format(50001, 3)
        + HAIRPIN.format(50002, 9)
        + "TCP inside  10.12.0.7:50003 inside  172.16.9.20:22, idle 0:00:01, bytes 0, flags SaAB \n"
        + "TCP inside  192.168.5.4:50003 inside  172.16.9.20:22, idle 0:00:01, bytes 0, flags SaAB \n"
    )
    large, small = counted(asa, alone, text).groups

    assert large.networks == (IPv4Network("10.12.0.0/24"), IPv4Network("172.16.0.0/16"))
    assert (large.count, large.client_count, large.server_count, large.longest_idle_s) == (3, 2, 2, 9)
    assert [(one.name, one.count) for one in large.clients] == [("10.12.0.130", 2), ("10.12.0.7", 1)]
    assert [(one.name, one.count) for one in large.servers] == [("172.16.1.18:443", 2), ("172.16.9.20:22", 1)]
    assert large.flow == Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
    assert [line.line for line in large.evidence] == [2, 3, 4]
    assert small.networks[0] == IPv4Network("192.168.5.0/24")
    assert small.where == "inside 192.168.5.0/24 -> inside 172.16.0.0/16"


def test_groups_behind_the_first_are_counted_not_shown(asa: Make, alone: Alone) -> None:
    """A scan makes thousands of pairs; ten are shown, the rest is a number."""
    rows = [
        f"TCP outside 198.51.{n}.9:443 inside 10.12.0.5:{5000 + n}, idle 0:00:05, bytes 0, flags saA \n"
        for n in range(14)
    ]
    device = asa({"show conn": f"14 in use, 14 most used\n{''.join(rows)}"})

    census = take_census(alone(device), device)

    grouped = census.grouped[Cause.HALF_OPEN]
    assert (len(grouped.groups), grouped.more_groups, grouped.more_flows) == (10, 4, 4)
    assert (census.flows, census.group_count) == (14, 14)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("show conn", "`show conn` was not read"),
        ("show logging", "`show logging` was not read"),
        ("show asp drop", "`show asp drop` was not read"),
        ("show route", "`show route` was not read"),
    ],
)
def test_a_table_that_is_missing_is_said(asa: Make, alone: Alone, command: str, says: str) -> None:
    """X-07: unknown is not empty."""
    device = asa(unread=(command,))

    census = take_census(alone(device), device)

    assert any(says in text for text in census.could_not_see)


def test_a_line_nobody_understands_is_said(asa: Make, alone: Alone) -> None:
    """X-07: a row in a form that no release is known to print is counted, with its line."""
    text = f"2 in use, 2 most used\n{HAIRPIN.format(50001, 3)}SCTP what ever this may be\n"

    census = counted(asa, alone, text)

    assert census.could_not_see == [
        "fw: 1 lines of `show conn` are not understood, the first of them is line 3"
    ]
