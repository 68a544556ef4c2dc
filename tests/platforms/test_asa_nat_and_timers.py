"""Object NAT, timers and the reset service, as running configurations have them."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from bothways.platforms.asa.object_nat import parse_nat_rules, parse_object_nat
from bothways.platforms.asa.service_object import parse_service_objects
from bothways.platforms.asa.timers import parse_reset_service, parse_timeouts

CONFIG = "show running-config"
OBJECTS = """\
object network clients
 subnet 10.20.0.0 255.255.255.0
object network app
 host 10.30.0.80
object network shown
 host 203.0.113.80
object network web
 host 10.30.0.9
object network pool
 range 192.0.2.1 192.0.2.9
object network late
 host 10.30.0.10
nat (inside,outside) source static app app destination static shown shown
object network clients
 nat (inside,outside) dynamic interface
object network app
 nat (inside,outside) static shown no-proxy-arp
object network web
 nat (inside,any) static 203.0.113.9 service tcp www 8080
object network pool
 nat (inside,outside) dynamic 192.0.2.10
object network late
 nat (dmz,outside) static 203.0.113.10 dns
"""


def test_object_rules_come_in_the_order_of_the_device() -> None:
    """S3-05: static before dynamic, single hosts before networks; a named object stands for itself."""
    rows = [
        (row.line, row.name, row.static, row.real, row.mapped, row.mapped_interface)
        for row in parse_object_nat(OBJECTS, CONFIG)
    ]
    assert rows == [
        (19, "web", True, IPv4Network("10.30.0.9/32"), IPv4Network("203.0.113.9/32"), "any"),
        (23, "late", True, IPv4Network("10.30.0.10/32"), IPv4Network("203.0.113.10/32"), "outside"),
        (17, "app", True, IPv4Network("10.30.0.80/32"), IPv4Network("203.0.113.80/32"), "outside"),
        (15, "clients", False, IPv4Network("10.20.0.0/24"), None, "outside"),
    ]


def test_what_is_not_walked_stays_a_line_that_leaves_verdicts_open() -> None:
    """S3-05: manual rules are read elsewhere; pools and ranges are told, never guessed."""
    assert [(row.line, row.text) for row in parse_nat_rules(OBJECTS, CONFIG)] == [
        (13, "nat (inside,outside) source static app app destination static shown shown"),
        (21, "nat (inside,outside) dynamic 192.0.2.10"),
    ]


def test_a_rule_for_one_port_says_both_and_what_it_leaves_out() -> None:
    """S3-05: static PAT; names of services are those of the device."""
    text = (
        "object network app\n host 10.30.0.80\n"
        " nat (inside,outside) static interface no-proxy-arp service tcp https 8443\n"
    )
    (row,) = parse_object_nat(text, CONFIG)
    assert (row.mapped, row.protocol, row.real_port, row.mapped_port) == (None, "tcp", 443, 8443)
    assert row.options == ("no-proxy-arp",)


def test_ports_of_service_objects_are_ranges_of_either_side() -> None:
    """S3-05: an object of a kind that is not known, or of another protocol, is not half read."""
    text = (
        "object service A\n service tcp source eq www\n"
        "object service B\n service udp source range 100 200 destination eq domain\n"
        "object service C\n service tcp destination gt 1023\n"
        "object service D\n service tcp destination neq 80\n"
        "object service E\n service icmp echo\n"
        "object service F\n service tcp\n"
        "object service G\n service tcp source eq nobody-knows\n"
    )
    assert [
        (row.line, row.name, row.protocol, row.source_ports, row.destination_ports)
        for row in parse_service_objects(text, CONFIG)
    ] == [
        (2, "A", "tcp", (80, 80), None),
        (4, "B", "udp", (100, 200), (53, 53)),
        (6, "C", "tcp", None, (1024, 65535)),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "nat (inside,outside) static interface",
        "nat (inside,outside) static nobody",
        "nat (inside) 1 0 0",
        "nat (inside,outside) static 203.0.113.9 service tcp www nobody-knows",
        "nat (inside,outside) dynamic 203.0.113.9 service tcp www 8080",
    ],
)
def test_a_rule_that_cannot_be_read_is_not_half_read(line: str) -> None:
    text = f"object network app\n host 10.30.0.80\n {line}\n"
    assert not list(parse_object_nat(text, CONFIG))


def test_every_timer_of_every_line_is_found() -> None:
    """S3-04: names and times in pairs; words without a time are skipped."""
    text = (
        "timeout xlate 3:00:00\n"
        "timeout conn 0:15:00 half-closed 0:10:00 udp 0:02:00 icmp 0:00:02\n"
        "timeout uauth 0:05:00 absolute\n"
        "timeout conn-holddown\n"
        "telnet timeout 5\n"
    )
    table = parse_timeouts(text, CONFIG)
    assert [(row.line, row.name, row.seconds) for row in table] == [
        (1, "xlate", 10800),
        (2, "conn", 900),
        (2, "half-closed", 600),
        (2, "udp", 120),
        (2, "icmp", 2),
        (3, "uauth", 300),
    ]
    assert table.unknown == (4,)


def test_reset_service_has_lines_only_where_it_is_not_the_default() -> None:
    """S3-06: an empty answer is the default, not ignorance."""
    assert not list(parse_reset_service("hostname X\nservice-policy P global\n", CONFIG))
    text = "no service resetoutbound interface inside\nservice resetinbound\nservice resetoutside\n"
    assert [(row.kind, row.interface, row.on) for row in parse_reset_service(text, CONFIG)] == [
        ("resetoutbound", "inside", False),
        ("resetinbound", "", True),
    ]
