"""Packets without a connection, as the log tells of them."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network

import pytest

from bothways.diagnosis import Scenario
from bothways.diagnosis.census import Cause, take_census
from bothways.flow import Flow
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot

Make = Callable[..., DeviceState]
Alone = Callable[[DeviceState], Snapshot]

HEAD = "Syslog logging: enabled\n    Buffer logging: level informational, 12 messages logged\n"


def denied(second: int, client: str = "10.12.0.130", flags: str = "RST") -> str:
    return (
        f"Mar 02 2026 08:00:{second:02}: %ASA-6-106015: Deny TCP (no connection) "
        f"from {client}/{50000 + second} to 172.16.1.18/443 flags {flags}  on interface inside\n"
    )


def test_many_lines_of_one_pair_are_a_storm(asa: Make, alone: Alone) -> None:
    """S0-22: ten lines in 18 s, 9 intervals: 30 a minute; the client that is hit most stands for them."""
    lines = [denied(second, "10.12.0.131" if second < 8 else "10.12.0.130") for second in range(0, 20, 2)]
    device = asa({"show logging": HEAD + "".join(lines)})

    (group,) = take_census(alone(device), device).groups

    assert (group.cause, group.count, group.remark) == (Cause.STORM, 10, "flags RST, 30.0 a minute")
    assert group.networks == (IPv4Network("10.12.0.0/24"), IPv4Network("172.16.0.0/16"))
    assert group.interfaces == ("inside", "")
    assert [(one.name, one.count) for one in group.clients] == [("10.12.0.130", 6), ("10.12.0.131", 4)]
    assert group.flow == Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
    assert [line.line for line in group.evidence] == [3, 4, 5]


@pytest.mark.parametrize(
    ("seconds", "cause"),
    [((0, 1, 2, 3), Cause.DENIED), ((0, 6, 12, 18, 24), Cause.STORM), ((0, 10, 20, 30, 40), Cause.DENIED)],
    ids=["four", "five, ten a minute", "five, six a minute"],
)
def test_few_lines_are_a_storm_when_they_come_fast(
    asa: Make, alone: Alone, seconds: tuple[int, ...], cause: Cause
) -> None:
    """A log buffer is 4 KB by default: it holds no more of a storm."""
    device = asa({"show logging": HEAD + "".join(denied(second) for second in seconds)})

    (group,) = take_census(alone(device), device).groups

    assert (group.cause, group.weighs) == (cause, cause is Cause.STORM)


@pytest.mark.parametrize(
    ("flags", "scenario"),
    [("RST", Scenario.HANDSHAKE), ("PSH ACK", Scenario.MID_STREAM), ("FIN ACK", Scenario.CONN_LOST)],
)
def test_the_flags_say_which_moment_is_walked(
    asa: Make, alone: Alone, flags: str, scenario: Scenario
) -> None:
    """S0-22: a FIN without a connection was a connection once, data comes from another way."""
    device = asa({"show logging": HEAD + denied(1, flags=flags)})

    (group,) = take_census(alone(device), device).groups

    assert group.scenario is scenario


def test_an_answer_without_connection_comes_from_the_server(asa: Make, alone: Alone) -> None:
    """S0-23: a SYN ACK was sent by the server, whatever its ports."""
    line = (
        "Mar 02 2026 08:00:01: %ASA-6-106015: Deny TCP (no connection) from 10.12.0.5/8080 "
        "to 172.16.1.18/1025 flags SYN ACK  on interface inside\n"
    )
    device = asa({"show logging": HEAD + line})

    (group,) = take_census(alone(device), device).groups

    assert group.flow == Flow.parse("172.16.1.18 10.12.0.5 tcp/8080")
    assert group.interfaces == ("", "inside")


@pytest.mark.parametrize(
    ("log", "config", "says"),
    [
        (
            "Syslog logging: enabled\n    Buffer logging: level warnings, 0 messages logged\n",
            "",
            "at warnings",
        ),
        ("Syslog logging: enabled\n    Buffer logging: disabled\n", "", "at disabled"),
        (HEAD, "no logging message 106015\n", "106015 is not logged there"),
    ],
    ids=["not deep enough", "no buffer", "that message is off"],
)
def test_a_log_that_would_not_tell_is_said(asa: Make, alone: Alone, log: str, config: str, says: str) -> None:
    """X-07: no line of a log that keeps none means nothing."""
    device = asa({"show logging": log, "show running-config": f"hostname FW\n{config}: end\n"})

    census = take_census(alone(device), device)

    (said,) = census.could_not_see
    assert says in said
