"""What a connection table proves, and what it does not."""

from __future__ import annotations

import pytest

from bothways.errors import PlanRefused
from bothways.flow import Flow
from bothways.planning.plan import ClearStep
from bothways.pushing.clear import clear_step
from bothways.pushing.connection import Watch, baseline, wait_for_connection
from bothways.pushing.journal import read_journal
from bothways.pushing.unit import Unit
from bothways.pushing.work import Work

from .toy import SteppedClock, Toy

FLOW = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
SHOW = "show conn address 10.12.0.130 address 172.16.1.18"
HEAD = "1 in use, 7 most used\n"


def row(port: int, count: int, flags: str, server_port: int = 443) -> str:
    return (
        f"TCP inside 172.16.1.18:{server_port} inside 10.12.0.130:{port}, "
        f"idle 0:00:01, bytes {count}, flags {flags}\n"
    )


@pytest.mark.parametrize(
    ("printed", "proves"),
    [
        (row(50001, 512, "UIOB"), True),
        (row(50001, 512, "UIO"), True),
        (row(50001, 0, "SaAB"), False),
        (row(50001, 0, "UB"), False),
        (row(50001, 120, "UIB"), False),
        (row(50001, 512, "b"), True),
        (row(50001, 0, "b"), False),
        (row(50001, 512, "UIOB", server_port=80), False),
        ("", False),
    ],
    ids=[
        "inbound",
        "outbound",
        "half open",
        "no data",
        "one way",
        "bypass",
        "bypass, no data",
        "other port",
        "none",
    ],
)
def test_s0_20_only_data_both_ways_proves_a_flow(
    toy: Toy, asa: Unit, clock: SteppedClock, printed: str, proves: bool
) -> None:
    """S0-20, S0-12: flags U, I and O; a bypassed connection by its bytes."""
    toy.outputs[SHOW] = HEAD + printed

    found = wait_for_connection(asa, Watch(FLOW, wait_s=10.0))

    assert (found is not None) == proves
    assert clock.seconds == (0.0 if proves else 10.0)


@pytest.mark.parametrize(
    ("before", "now", "proves"),
    [
        (row(50001, 512, "UIOB"), row(50001, 512, "UIOB"), False),
        (row(50001, 512, "UIOB"), row(50001, 900, "UIOB"), True),
        (row(50001, 512, "b"), row(50001, 512, "b"), False),
        (row(50001, 512, "b"), row(50001, 513, "b"), True),
        (row(50001, 512, "UIOB"), row(50002, 512, "UIOB"), True),
    ],
    ids=["left over", "grown", "left over bypass", "grown bypass", "new port"],
)
def test_a_connection_from_before_proves_nothing_unless_it_carries_more(
    toy: Toy, asa: Unit, before: str, now: str, proves: bool
) -> None:
    """F78: the baseline is taken first."""
    toy.outputs[SHOW] = HEAD + before
    known = baseline(asa, asa.open(), FLOW)
    toy.outputs[SHOW] = HEAD + now

    assert (wait_for_connection(asa, Watch(FLOW, 4.0, known)) is not None) == proves


LOG = """\
Syslog logging: enabled
    Buffer logging: level informational, 3 messages logged
Mar 02 2026 08:01:01: %ASA-6-302014: Teardown TCP connection {number} for inside:10.12.0.130/{client} to \
inside:172.16.1.18/{server} duration 0:00:00 bytes {count} {reason}
"""
GONE = {"number": 16, "client": 49368, "server": 443, "count": 620, "reason": "TCP FINs from inside"}


@pytest.mark.parametrize(
    ("changed", "proves"),
    [
        ({}, True),
        ({"count": 0}, False),
        ({"count": 0, "reason": "SYN Timeout"}, False),
        ({"reason": "TCP Reset-O from inside"}, False),
        ({"server": 80}, False),
    ],
    ids=["both ends closed", "no data", "timeout", "reset", "other port"],
)
def test_a_connection_that_came_and_went_is_found_in_the_log(
    toy: Toy, asa: Unit, changed: dict[str, object], proves: bool
) -> None:
    """S0-20: a page that loads in milliseconds is never met in the table."""
    toy.outputs[SHOW] = HEAD
    toy.outputs["show logging"] = LOG.format(**(GONE | changed))
    found = wait_for_connection(asa, Watch(FLOW, 4.0))
    assert (found is not None) == proves


def test_a_log_line_from_before_proves_nothing(toy: Toy, asa: Unit) -> None:
    """F78: yesterday's success is not today's."""
    toy.outputs[SHOW] = HEAD
    toy.outputs["show logging"] = LOG.format(**GONE)
    known = baseline(asa, asa.open(), FLOW)
    assert wait_for_connection(asa, Watch(FLOW, 4.0, known)) is None

    toy.outputs["show logging"] = LOG.format(**(GONE | {"number": 17}))
    assert wait_for_connection(asa, Watch(FLOW, 4.0, known)) is not None


def test_it_waits_no_longer_than_the_connection_takes(toy: Toy, asa: Unit, clock: SteppedClock) -> None:
    toy.outputs[SHOW] = HEAD

    def appears(now_s: float) -> None:
        if now_s >= 20.0:
            toy.outputs[SHOW] = HEAD + row(50007, 2048, "UIOB")

    clock.waiting = appears
    found = wait_for_connection(asa, Watch(FLOW, 60.0))

    assert found is not None
    assert found.line == "172.16.1.18:443 10.12.0.130:50007 flags UIOB, bytes 2048"
    assert clock.seconds == 20.0
    assert toy.received == []


CLEAR = ClearStep(
    device="lab-switch",
    fix="state-bypass",
    command="clear conn address 10.12.0.130 address 172.16.1.18",
    count_command=SHOW,
    most=2,
)


def test_connections_are_counted_before_they_are_cleared(toy: Toy, asa: Unit, work: Work) -> None:
    toy.outputs[SHOW] = HEAD + row(50001, 0, "SaAB") + row(50002, 0, "SaAB")
    toy.dialogue[CLEAR.command] = lambda _: "2 connection(s) deleted."

    assert clear_step(asa, CLEAR, work) == 2

    assert toy.received == [CLEAR.command]
    assert [record.state for record in read_journal(work.journal.path)] == ["sent", "acked"]


def test_more_connections_than_the_plan_allows_are_left_alone(toy: Toy, asa: Unit, work: Work) -> None:
    """X-02: what cannot be undone is capped."""
    toy.outputs[SHOW] = HEAD + "".join(row(50000 + n, 0, "SaAB") for n in range(3))
    with pytest.raises(PlanRefused, match="would end 3 connections, and the plan allows 2"):
        clear_step(asa, CLEAR, work)
    assert toy.received == []


def test_a_refused_clear_is_not_called_done(toy: Toy, asa: Unit, work: Work) -> None:
    toy.outputs[SHOW] = HEAD + row(50001, 0, "SaAB")
    toy.dialogue[CLEAR.command] = lambda _: "Command authorization failed"
    with pytest.raises(PlanRefused, match="was refused: Command authorization failed"):
        clear_step(asa, CLEAR, work)
