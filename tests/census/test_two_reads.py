"""What two reads of one firewall tell that one does not: rates, growth, and counters that were cleared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.diagnosis.census import Cause, DropCount, take_census
from bothways.diagnosis.census.drops import Drops
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot

Make = Callable[..., DeviceState]
Alone = Callable[[DeviceState], Snapshot]


def drops(not_syn: int, others: str = "", cleared: str = "Never") -> dict[str, str]:
    """`show asp drop` with one counter that matters, and others."""
    row = f"  First TCP packet not SYN (tcp-not-syn){not_syn:>42}\n" if not_syn else ""
    text = f"Frame drop:\n{row}{others}\nLast clearing: {cleared}\n\nFlow drop:\n\nLast clearing: {cleared}\n"
    return {"show asp drop": text}


def of(asa: Make, alone: Alone, earlier: dict[str, str], later: dict[str, str], after_s: int = 30) -> Drops:
    now = asa(later, after_s)
    found = take_census(alone(now), now, asa(earlier)).drops
    assert found is not None
    return found


def rate(found: Drops) -> DropCount:
    (one,) = found.counts
    return one


def test_a_counter_that_rises_has_a_rate(asa: Make, alone: Alone) -> None:
    """S2a-01: 45 packets in 30 s are 90 a minute."""
    found = of(asa, alone, drops(100), drops(145))

    assert (rate(found).more, rate(found).per_minute, rate(found).count) == (45, 90.0, 145)
    assert (found.seconds, found.cleared_between, rate(found).at_least) == (30.0, False, False)


def test_a_counter_that_was_zero_is_left_out_by_the_device_and_counts(asa: Make, alone: Alone) -> None:
    """A reason that was not there before has risen from nothing."""
    assert rate(of(asa, alone, drops(0), drops(6))).more == 6


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (drops(100), drops(8)),
        (drops(100), drops(120, cleared="08:00:20 UTC Mon Mar 2 2026 by admin")),
        (drops(100, "  No route to host (no-route)                    9\n"), drops(100)),
    ],
    ids=["it fell", "another stamp", "another counter fell"],
)
def test_counters_that_were_cleared_in_between_are_recognised(
    asa: Make, alone: Alone, earlier: dict[str, str], later: dict[str, str]
) -> None:
    """A difference across a clearing is none: what came since the clearing is the least there was."""
    found = of(asa, alone, earlier, later)

    assert found.cleared_between
    assert rate(found).at_least
    assert rate(found).more == rate(found).count


def test_reasons_that_say_nothing_about_half_seen_flows_are_a_number(asa: Make, alone: Alone) -> None:
    """Noise of every firewall is counted, not shown."""
    noise = "  FP L2 rule drop (l2_acl)          77\n  Flow expired (flow-expired)      3\n"

    found = of(asa, alone, drops(1, noise), drops(1, noise))

    assert ([one.name for one in found.counts], found.others) == (["tcp-not-syn"], 2)


def test_an_earlier_read_without_counters_is_no_zero(asa: Make, alone: Alone) -> None:
    """X-07: what was not read before has no rate."""
    now = asa(drops(9), 30)

    census = take_census(alone(now), now, asa(unread=("show asp drop",)))

    assert census.drops is not None
    assert [(one.count, one.more) for one in census.drops.counts] == [(9, None)]
    (said,) = census.could_not_see
    assert said.startswith("at the earlier read: fw: `show asp drop` was not read")


ONE_SIDED = "TCP outside  203.0.113.8:514 inside  10.12.0.{}:{}, idle 0:00:00, bytes {}, flags {} \n"


def conn(*rows: tuple[int, int, int, str]) -> dict[str, str]:
    lines = "".join(ONE_SIDED.format(*row) for row in rows)
    return {"show conn": f"{len(rows)} in use, {len(rows)} most used\n{lines}"}


def test_one_sided_bytes_that_grow_are_walked(asa: Make, alone: Alone) -> None:
    """One grew by 700, one by 0, one is new, one has fewer bytes and is another, one got an answer."""
    earlier = conn((5, 5001, 300, "UO"), (5, 5002, 50, "UO"), (5, 5003, 900, "UO"), (5, 5004, 10, "UO"))
    later = conn(
        (5, 5002, 50, "UO"),
        (5, 5001, 1000, "UO"),
        (5, 5003, 20, "UO"),
        (5, 5004, 90, "UIO"),
        (6, 5001, 9, "UO"),
    )
    now = asa(later, 30)

    (group,) = take_census(alone(now), now, asa(earlier)).groups

    assert (group.cause, group.count, group.still, group.grown) == (Cause.ONE_SIDED, 4, 2, 700)
    assert (group.weighs, group.asks) == (False, True)


def test_one_sided_bytes_of_a_single_read_are_none(asa: Make, alone: Alone) -> None:
    """At one moment the other end may just be silent."""
    now = asa(conn((5, 5001, 300, "UO")))

    (group,) = take_census(alone(now), now).groups

    assert (group.still, group.weighs, group.asks) == (None, False, False)


def test_the_same_handshake_at_both_reads_is_known_again(asa: Make, alone: Alone) -> None:
    """S0-12: a retry has another port; the interfaces are part of what a connection is."""
    row = "TCP {0}  10.12.0.130:{1} {0}  172.16.1.18:443, idle 0:00:05, bytes 0, flags SaAB \n"
    earlier = {"show conn": row.format("inside", 50001) + row.format("dmz", 50002) + row.format("dmz", 50009)}
    later = {
        "show conn": row.format("dmz", 50009) + row.format("inside", 50001) + row.format("inside", 50002)
    }
    now = asa(later, 20)

    groups = {one.interfaces[0]: one for one in take_census(alone(now), now, asa(earlier)).groups}

    assert {name: (one.count, one.still) for name, one in groups.items()} == {"inside": (2, 1), "dmz": (1, 1)}


@pytest.mark.parametrize(
    ("before", "after", "seconds", "restarted"),
    [
        ("16 days 14 hours", "16 days 14 hours", 60, False),
        ("16 days 14 hours", "29 secs", 60, True),
        ("29 secs", "1 min 29 secs", 60, False),
        ("10 mins 0 secs", "20 mins 0 secs", 7200, True),
        ("1 day 0 hours", "1 day 1 hour", 91000, True),
        ("0 days 23 hours", "1 day 1 hour", 7500, False),
        ("15 mins 0 secs", "1 day 1 hour", 89100, False),
    ],
)
def test_a_restart_clears_counters_that_have_risen_higher_since(  # noqa: PLR0917  a column each
    asa: Make, alone: Alone, before: str, after: str, seconds: int, restarted: bool
) -> None:
    """S2a-01: 5 before it, 20 after it: not 15 more, but at least 20; an up time is rounded down."""
    said = "Cisco Adaptive Security Appliance Software Version 9.2(4) \n\nfw up {}\n"
    earlier = asa({**drops(5), "show version": said.format(before)})
    now = asa({**drops(20), "show version": said.format(after)}, seconds)

    found = take_census(alone(now), now, earlier).drops

    assert found is not None
    assert (found.cleared_between, rate(found).more) == ((True, 20) if restarted else (False, 15))
