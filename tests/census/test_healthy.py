"""A busy firewall where nothing is wrong is not called half-seen, and what looks like it is told apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.cli.censused import reply_of, taken
from bothways.diagnosis.census import Cause, take_census
from bothways.diagnosis.census.groups import Group
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot

Make = Callable[..., DeviceState]
Alone = Callable[[DeviceState], Snapshot]

HEAD = "Syslog logging: enabled\n    Buffer logging: level informational, 12 messages logged\n"
ROUTES = {
    "show route": (
        "C        10.12.0.0 255.255.255.0 is directly connected, inside\n"
        "C        203.0.113.0 255.255.255.0 is directly connected, outside\n"
        "D        172.16.0.0 255.255.0.0 [90/28416] via 10.12.0.254, 0:00:29, inside\n"
        "S*       0.0.0.0 0.0.0.0 [1/0] via 203.0.113.1, outside\n"
    )
}
NOTHING_DROPPED = "Frame drop:\n\nLast clearing: Never\n\nFlow drop:\n\nLast clearing: Never\n"


def conn(*rows: str, in_use: int | None = None) -> dict[str, str]:
    count = len(rows) if in_use is None else in_use
    return {"show conn": f"{count} in use, {count} most used\n" + "".join(f"{row} \n" for row in rows)}


def row(  # noqa: PLR0917  a column each
    server: str, client: str, idle: str, carried: int, flags: str, ends: str = "outside inside"
) -> str:
    theirs, ours = ends.split()
    return f"TCP {theirs}  {server} {ours}  {client}, idle {idle}, bytes {carried}, flags {flags}"


BUSY = (
    *(
        row(f"198.51.100.{n}:443", f"10.12.0.{n}:{50000 + n}", "0:00:03", 9000 + n, "UIO")
        for n in range(1, 40)
    ),
    # Handshakes under way, two servers that are down, a browser's spare connections.
    *(row(f"198.51.100.{n}:443", f"10.12.0.{n}:51{n:03}", "0:00:00", 0, "saA") for n in range(1, 6)),
    *(row("198.51.100.250:8443", f"10.12.0.{n}:52{n:03}", "0:00:21", 0, "saA") for n in range(1, 4)),
    *(row(f"198.51.100.{n}:443", f"10.12.0.9:53{n:03}", "0:00:40", 0, "U") for n in range(1, 7)),
    # Idle for long, and healthy: a database pool and a terminal.
    row("203.0.113.80:1521", "10.12.0.5:40001", "0:58:12", 88231, "UIO"),
    row("203.0.113.80:22", "10.12.0.5:40002", "0:44:00", 912, "UIO"),
    # One end speaks: a log over TCP, a backup, an FTP download by its data connection, a print job.
    row("203.0.113.9:1470", "10.12.0.5:41001", "0:00:00", 7_000_000, "UO"),
    row("203.0.113.9:9100", "10.12.0.6:41002", "0:00:02", 31_000, "UO"),
    row("203.0.113.9:40021", "10.12.0.7:41003", "0:00:00", 900_000_000, "UI"),
    # Browsers that keep what a server has closed.
    *(row("198.51.100.77:443", f"10.12.0.{n}:54{n:03}", "0:03:10", 5000, "UFRIO") for n in range(1, 26)),
    "UDP outside  203.0.113.9:514 inside  10.12.0.5:514, idle 0:00:00, bytes 1200331, flags -",
    "UDP outside  203.0.113.9:162 inside  10.12.0.5:50162, idle 0:00:09, bytes 311, flags -",
    "ICMP outside 203.0.113.9:0 inside  10.12.0.5:512, idle 0:00:01, bytes 56, flags ",
    # Users of a VPN who come in and leave by one interface, and one site that does not answer.
    *(
        row(f"198.51.100.{n}:443", f"10.99.0.{n}:60{n:03}", "0:00:02", 7000, "UIO", "outside outside")
        for n in range(1, 20)
    ),
    row("192.0.2.7:443", "10.99.0.8:61001", "0:00:12", 0, "saA", "outside outside"),
)


def test_a_busy_firewall_without_faults_is_0(asa: Make, alone: Alone) -> None:
    """S0-12: handshakes, dead servers, one-way protocols, closed halves, a VPN's hairpins: no finding."""
    drops = NOTHING_DROPPED.replace(
        "Frame drop:\n", "Frame drop:\n  First TCP packet not SYN (tcp-not-syn)          44\n", 1
    )
    earlier = asa({**conn(*BUSY), **ROUTES, "show asp drop": drops})
    later = [text.replace("bytes 7000000", "bytes 9000000") for text in BUSY]
    now = asa({**conn(*later), **ROUTES, "show asp drop": drops.replace(" 44\n", " 47\n")}, 60)
    whole, before = alone(now), alone(earlier)

    reply = reply_of(taken(whole, before, ()), whole, evidence=False)

    assert (reply.exit_code, reply.errors) == (0, ())
    assert str(reply.text[0]).endswith("; none that healthy firewalls do not have")


def only(asa: Make, alone: Alone, texts: dict[str, str], earlier: dict[str, str] | None = None) -> Group:
    now = asa({**ROUTES, **texts}, 60 if earlier is not None else 0)
    before = asa({**ROUTES, **earlier}) if earlier is not None else None
    (group,) = take_census(alone(now), now, before).groups
    return group


WAITING = tuple(
    row("172.16.1.18:443", f"10.12.0.130:{50000 + n}", "0:00:05", 0, "SaAB", "inside inside")
    for n in range(12)
)
WORKING = tuple(
    row("172.16.1.19:443", f"10.12.0.130:{51000 + n}", "0:00:05", 700, "UIOB", "inside inside")
    for n in range(20)
)


@pytest.mark.parametrize(
    ("rows", "answered", "weighs"),
    [
        (WAITING[:1], 0, True),
        (WAITING[:1] + WORKING[:1], 1, False),
        (WAITING + WORKING, 20, False),
        (WAITING + WORKING[:12], 12, True),
        (WAITING[:3] + WORKING[:2], 2, False),
    ],
    ids=["none is answered", "one of two", "most are", "many wait, as many as are", "few of either"],
)
def test_a_hairpin_whose_neighbours_are_answered_is_no_proof(
    asa: Make, alone: Alone, rows: tuple[str, ...], answered: int, weighs: bool
) -> None:
    """S0-12: where others of the pair carry data of both ends, replies come back: one server may be down."""
    group = only(asa, alone, conn(*rows))

    assert (group.cause, group.answered, group.weighs) == (Cause.HAIRPIN, answered, weighs)
    assert group.asks


def test_answers_of_another_pair_prove_nothing(asa: Make, alone: Alone) -> None:
    """Another routed network behind the same interface may have a way back of its own."""
    elsewhere = row("192.0.2.9:443", "10.12.0.130:51000", "0:00:05", 700, "UIOB", "inside inside")

    assert only(asa, alone, conn(*WAITING[:1], elsewhere)).answered == 0


def denied(stamp: str, number: int, flags: str = "RST") -> str:
    return (
        f"{stamp}%ASA-6-106015: Deny TCP (no connection) from 10.12.0.130/{50000 + number} "
        f"to 203.0.113.80/443 flags {flags}  on interface inside\n"
    )


def at(minute: int, second: int = 0) -> str:
    return f"Mar 02 2026 {8 + minute // 60:02}:{minute % 60:02}:{second:02}: "


def torn(number: int, how: str) -> str:
    return (
        f"{at(0)}%ASA-6-302014: Teardown TCP connection {number} for outside:203.0.113.80/443 "
        f"to inside:10.12.0.130/{50000 + number} duration 0:00:09 {how}\n"
    )


def test_lines_that_a_large_buffer_has_kept_for_days_are_no_storm(asa: Make, alone: Alone) -> None:
    """Twelve in eleven times twenty minutes: three an hour."""
    group = only(asa, alone, {"show logging": HEAD + "".join(denied(at(20 * n), n) for n in range(12))})

    assert (group.cause, group.weighs) == (Cause.DENIED, False)
    assert group.remark == "flags RST, 0.1 a minute"


@pytest.mark.parametrize(
    ("how", "cause"),
    [
        ("bytes 900 TCP FINs", Cause.DENIED),
        ("bytes 900 TCP Reset-O from inside", Cause.DENIED),
        ("bytes 0 TCP Reset-O from inside", Cause.STORM),
        ("bytes 900 Conn-timeout", Cause.STORM),
        ("bytes 0 SYN Timeout", Cause.STORM),
    ],
)
def test_late_packets_of_connections_that_had_closed_are_no_storm(
    asa: Make, alone: Alone, how: str, cause: Cause
) -> None:
    """S0-12: a browser's last RST is late; one behind a handshake that never ended, or a timeout, is not."""
    text = "".join(torn(n, how) + denied(at(0, n + 1), n) for n in range(12))

    group = only(asa, alone, {"show logging": HEAD + text})

    assert group.cause is cause
    assert ("12 of them behind a connection that both ends had closed" in group.remark) == (
        cause is Cause.DENIED
    )


def test_a_storm_that_is_over_is_said_to_be(asa: Make, alone: Alone) -> None:
    """After the cure the buffer holds its lines for hours, and the log goes on without them."""
    text = "".join(denied(at(0, n), n) for n in range(20))
    other = f"{at(59, 19)}%ASA-6-302013: Built inbound TCP connection 9 for a\n"

    group = only(asa, alone, {"show logging": HEAD + text + other})

    assert (group.cause, group.weighs) == (Cause.DENIED, False)
    assert group.remark == "flags RST, 60.0 a minute, none in the last 0:59:00 of the log"


@pytest.mark.parametrize(("more", "cause", "fresh"), [(0, Cause.DENIED, 0), (5, Cause.STORM, 5)])
def test_two_reads_tell_whether_a_storm_goes_on(
    asa: Make, alone: Alone, more: int, cause: Cause, fresh: int
) -> None:
    """Lines that the earlier read did not hold: none came in a minute, or five."""
    first = HEAD + "".join(denied(at(0, 2 * n), n) for n in range(20))
    later = first + "".join(denied(at(0, 40 + n), 30 + n) for n in range(more))

    group = only(asa, alone, {"show logging": later}, {"show logging": first})

    assert (group.cause, group.fresh) == (cause, fresh)


def test_a_log_without_times_is_no_storm_and_not_clean(asa: Make, alone: Alone) -> None:
    """X-07: `logging timestamp` is off by default: how fast the lines came stands nowhere."""
    text = HEAD + "".join(denied("", n) for n in range(20))
    device = asa({**ROUTES, "show logging": text})

    census = take_census(alone(device), device)

    assert [one.cause for one in census.groups] == [Cause.DENIED]
    (said,) = census.could_not_see
    assert said.startswith("fw: whether 20 lines of 106015 came fast: the log has no time")


def test_a_log_without_times_has_a_rate_by_two_reads(asa: Make, alone: Alone) -> None:
    """Twelve more in a minute, where twenty stood before."""
    first = HEAD + "".join(denied("", n) for n in range(20))

    group = only(
        asa,
        alone,
        {"show logging": first + "".join(denied("", 20 + n) for n in range(12))},
        {"show logging": first},
    )

    assert (group.cause, group.fresh, group.remark) == (Cause.STORM, 12, "flags RST, 12.0 a minute")


def test_lines_about_names_are_counted_as_not_seen(asa: Make, alone: Alone) -> None:
    """`names` writes hosts into the log: whose packets they were is not told."""
    line = denied(at(0), 1).replace("10.12.0.130/50001", "PAYROLL/50001")
    device = asa({**ROUTES, "show logging": HEAD + line})

    census = take_census(alone(device), device)

    assert census.could_not_see == ["fw: 1 lines of 106015 do not give two IPv4 addresses"]


@pytest.mark.parametrize(
    ("in_use", "rows", "said"),
    [(60, 10, True), (4711, 1, True), (40, 21, False), (1000, 890, False), (1000, 870, True)],
)
def test_a_table_that_is_shorter_than_its_head_says_is_cut(
    asa: Make, alone: Alone, in_use: int, rows: int, said: bool
) -> None:
    """X-07: saved text may be a part; a table that moves under the reader differs by a few."""
    device = asa({**ROUTES, **conn(*(WORKING[:1] * rows), in_use=in_use)})

    census = take_census(alone(device), device)

    assert [text for text in census.could_not_see if "in use" in text] == (
        [f"fw: `show conn` says {in_use:,} in use, and {rows:,} stand there"] if said else []
    )


def test_the_standby_unit_is_not_judged(asa: Make, alone: Alone) -> None:
    """Its table is a copy, and no flow goes through it: the active one is asked."""
    failover = "Failover On\nFailover unit Secondary\nThis host: Secondary - Standby Ready\n"
    device = asa({**ROUTES, **conn(*WAITING), "show failover": failover})

    census = take_census(alone(device), device)

    assert census.groups == ()
    assert census.could_not_see == ["fw: is the standby unit: the flows are seen by the active one"]


def test_a_unit_of_a_cluster_sees_a_part(asa: Make, alone: Alone) -> None:
    """What another unit sees looks one-sided here; what it keeps for another is no flow of its own."""
    stub = row("172.16.1.18:443", "10.12.0.130:50001", "0:00:05", 0, "SaABz", "inside inside")
    device = asa({**ROUTES, **conn(stub), "show running-config": "hostname FW\ncluster group C\n: end\n"})

    census = take_census(alone(device), device)

    assert census.groups == ()
    assert any(text.startswith("fw: is a unit of a cluster") for text in census.could_not_see)
