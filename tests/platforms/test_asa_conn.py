"""`show conn` in all its forms, typed by hand after what devices print."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from bothways.platforms.asa.conn import parse_conn
from bothways.platforms.asa.conn_count import parse_conn_count

BROKEN_HAIRPIN = """\
2 in use, 715 most used
TCP inside  172.16.1.18:443 inside  10.12.0.130:17559, idle 0:00:07, bytes 0, flags SaAB
TCP outside  203.0.113.80:443 inside  10.12.0.130:52425, idle 0:00:10, bytes 1774, flags UIO
"""


def test_s0_12_the_one_armed_handshake_is_an_embryonic_entry_with_no_bytes() -> None:
    """S0-12: same interface both sides, 0 bytes, waiting for the responder."""
    table = parse_conn(BROKEN_HAIRPIN, "show conn")
    assert table.unknown == ()
    (stuck,) = table.where(flags="SaAB")
    assert (stuck.line, stuck.protocol) == (2, "TCP")
    assert (stuck.a_interface, stuck.a_address, stuck.a_port) == ("inside", IPv4Address("172.16.1.18"), 443)
    assert (stuck.b_interface, stuck.b_address, stuck.b_port) == ("inside", IPv4Address("10.12.0.130"), 17559)
    assert (stuck.idle_s, stuck.bytes) == (7, 0)


FLAGS = [
    "saA",
    "SaAB",
    "A",
    "aB",
    "U",
    "UB",
    "UI",
    "UIO",
    "UIOB",
    "UfIO",
    "UfFRIO",
    "b",
    "Ti",
    "-",
    "D-",
    "U N1",
    "- N1",
]


@pytest.mark.parametrize("flags", FLAGS)
def test_s0_12_flags_are_kept_as_printed(flags: str) -> None:
    """S0-12: every stage of a connection has its own flags."""
    text = f"TCP outside 1.2.3.4:443 inside 10.0.0.5:52425, idle 0:00:10, bytes 0, flags {flags} \n"
    (row,) = parse_conn(text, "show conn")
    assert row.flags == flags


PLAIN = {
    "no comma before idle": (
        "TCP out 10.10.49.10:23 in 10.1.1.15:1026 idle 0:00:22, bytes 1774, flags UIO",
        ("TCP", "out", "10.10.49.10", 23, "in", "10.1.1.15", 1026, 22, 1774, "UIO"),
    ),
    "mapped address, port 0": (
        "TCP outside 192.168.1.10(20.20.20.24):49736 inside 192.168.1.21:0, idle 0:01:32, bytes 0, flags Ti",
        ("TCP", "outside", "192.168.1.10", 49736, "inside", "192.168.1.21", 0, 92, 0, "Ti"),
    ),
    "interfaces named tcp": (
        "TCP tcp 10.1.1.1:49528 tcp 192.0.2.1:445, idle 0:01:10, bytes 293223484, flags b",
        ("TCP", "tcp", "10.1.1.1", 49528, "tcp", "192.0.2.1", 445, 70, 293223484, "b"),
    ),
    "no idle, no bytes": (
        "TCP outside  203.0.113.2:15089 dmz  10.1.40.10:36166, flags Ux",
        ("TCP", "outside", "203.0.113.2", 15089, "dmz", "10.1.40.10", 36166, None, None, "Ux"),
    ),
    "icmp with empty flags": (
        "ICMP outside  8.8.8.8:0 inside  10.12.0.130:1, idle 0:00:00, bytes 64, flags ",
        ("ICMP", "outside", "8.8.8.8", 0, "inside", "10.12.0.130", 1, 0, 64, ""),
    ),
    "no flags at all": (
        "UDP outside 8.8.8.8:53 inside-2 10.12.0.130:40000, idle 1:00:01, bytes 64",
        ("UDP", "outside", "8.8.8.8", 53, "inside-2", "10.12.0.130", 40000, 3601, 64, ""),
    ),
    "a protocol without ports": (
        "GRE outside 198.51.100.7 inside 10.12.0.130, idle 0:00:03, bytes 12",
        ("GRE", "outside", "198.51.100.7", 0, "inside", "10.12.0.130", 0, 3, 12, ""),
    ),
    "to the box itself": (
        "TCP inside 10.12.0.130:51000 NP Identity Ifc 10.12.0.1:22, idle 0:00:00, bytes 999, flags UOB",
        ("TCP", "inside", "10.12.0.130", 51000, "NP Identity Ifc", "10.12.0.1", 22, 0, 999, "UOB"),
    ),
    "long on one line": (
        (
            "TCP inside: 10.117.142.19/42098 (10.117.142.19/42098) dmz: 192.168.198.28/443 "
            "(192.168.198.28/443), flags SaAB , idle 3s, uptime 6s, timeout 30s, bytes 0\n"
            "  Initiator: 10.117.142.19, Responder: 192.168.198.28"
        ),
        ("TCP", "inside", "10.117.142.19", 42098, "dmz", "192.168.198.28", 443, 3, 0, "SaAB"),
    ),
    "detail on two lines": (
        (
            "UDP FORTISIEM: 10.1.76.4/45879 dc2: 10.1.5.101/53,\n"
            "    flags - N1, idle 1m21s, uptime 21s, timeout 2m0s, bytes 28, Rx-RingNum 45\n"
            "  Connection lookup keyid: 100587686"
        ),
        ("UDP", "FORTISIEM", "10.1.76.4", 45879, "dc2", "10.1.5.101", 53, 81, 28, "- N1"),
    ),
    "detail in a traffic zone": (
        (
            "UDP VPLS:VPLS(VPLS): 10.2.76.3/4789 VPLS:core(core): 10.2.76.4/4789,\n"
            "    flags -, idle 0s, uptime 1Y25D, timeout 2m0s, bytes 28"
        ),
        ("UDP", "VPLS", "10.2.76.3", 4789, "core", "10.2.76.4", 4789, 0, 28, "-"),
    ),
    "detail without bytes": (
        "TCP inside: 10.117.142.19/42098 dmz: 192.168.198.28/443,\n    flags U, idle 1D2h, uptime 2D0h",
        ("TCP", "inside", "10.117.142.19", 42098, "dmz", "192.168.198.28", 443, 93600, None, "U"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), PLAIN.values(), ids=PLAIN.keys())
def test_one_connection_in_each_form_devices_print(text: str, expected: tuple[object, ...]) -> None:
    table = parse_conn(text, "show conn")
    assert table.unknown == ()
    (row,) = table
    assert (
        row.protocol,
        row.a_interface,
        str(row.a_address),
        row.a_port,
        row.b_interface,
        str(row.b_address),
        row.b_port,
        row.idle_s,
        row.bytes,
        row.flags,
    ) == expected
    assert row.line == 1


def test_header_and_legend_are_recognised_and_plain_and_long_rows_keep_their_order() -> None:
    text = (
        "54 in use, 123 most used.\n"
        "Flags: A - awaiting inside ACK to SYN, a - awaiting outside ACK to SYN,\n"
        "       B - initial SYN from outside, b - TCP state-bypass or nailed,\n"
        "\n"
        "TCP inside: 10.0.0.1/1 dmz: 10.0.0.2/2, flags U, idle 3s, uptime 6s, timeout 30s, bytes 5\n"
        "TCP inside 10.0.0.3:3 dmz 10.0.0.4:4, idle 0:00:01, bytes 7, flags UIO\n"
        "TCP inside: 10.0.0.5/5 dmz: 10.0.0.6/6, flags U, idle 3s, uptime 6s, timeout 30s, bytes 11\n"
    )
    table = parse_conn(text, "show conn detail")
    assert table.unknown == ()
    assert [(row.line, row.a_port, row.bytes) for row in table] == [(5, 1, 5), (6, 3, 7), (7, 5, 11)]


def test_f71_rows_that_stand_twice_while_the_table_moves_are_both_kept() -> None:
    """F71: the header says one, the text has two; nothing is dropped and nothing is fatal."""
    line = "TCP inside 10.0.0.3:3 dmz 10.0.0.4:4, idle 0:00:01, bytes 7, flags UIO\n"
    table = parse_conn(f"1 in use, 5 most used\n{line}{line}", "show conn")
    assert [row.line for row in table] == [2, 3]
    assert table.unknown == ()


STRANGE = {
    "octet too large": "TCP inside 10.0.0.300:3 dmz 10.0.0.4:4, idle 0:00:01, bytes 7, flags U",
    "port too large": "TCP inside 10.0.0.3:70000 dmz 10.0.0.4:4, idle 0:00:01, bytes 7, flags U",
    "cut in the middle": "TCP inside 10.0.0.3:3 dmz 10.0",
    "ipv6": "TCP inside 2001:db8::1:443 dmz 2001:db8::2:50000, idle 0:00:01, bytes 7, flags U",
    "a prompt": "fw01# show conn",
}


@pytest.mark.parametrize("line", STRANGE.values(), ids=STRANGE.keys())
def test_lines_that_are_no_connection_are_counted(line: str) -> None:
    good = "TCP inside 10.0.0.3:3 dmz 10.0.0.4:4, idle 0:00:01, bytes 7, flags UIO"
    table = parse_conn(f"{good}\n{line}\n{good}\n", "show conn")
    assert table.unknown == (2,)
    assert [row.line for row in table] == [1, 3]


def test_a_text_of_many_chunks_keeps_line_numbers_and_sums() -> None:
    """120,000 rows are more than one chunk of text; the sum of bytes is 0+1+…+119,999."""
    count = 120_000
    text = "".join(
        f"TCP inside 10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}:{1024 + i % 60000} dmz 10.200.0.1:443, "
        f"idle 0:00:{i % 60:02}, bytes {i}, flags UIO\n"
        for i in range(count)
    )
    table = parse_conn("120000 in use, 130000 most used\n" + text, "show conn")
    assert len(table) == count
    assert table.unknown == ()
    assert int(table.column("bytes").sum()) == 7_199_940_000
    assert table.row(count - 1).line == count + 1
    assert str(table.row(65_793).a_address) == "10.1.1.1"


@pytest.mark.parametrize("text", ["47 in use, 715 most used\n", "47 in use, 715 most used.\n\n"])
def test_conn_count_is_one_row(text: str) -> None:
    (row,) = parse_conn_count(text, "show conn count")
    assert (row.in_use, row.most_used, row.line) == (47, 715, 1)


def test_details_far_from_any_record_belong_to_none() -> None:
    text = (
        "UDP inside: 10.0.0.1/1 dmz: 10.0.0.2/2,\n\n    flags U, idle 3s, bytes 5\n"
        "TCP inside 10.0.0.3:3 dmz 10.0.0.4:4, idle 0:00:01, bytes 7, flags UIO\n"
        "    flags X, idle 9s, bytes 99\n"
    )
    table = parse_conn(text, "show conn detail")
    assert [(row.line, row.flags, row.bytes) for row in table] == [(1, "U", 5), (4, "UIO", 7)]
    assert table.unknown == (5,)
