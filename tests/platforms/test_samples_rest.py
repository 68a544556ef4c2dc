"""Real outputs of the remaining commands: counts, first and last rows and sums read off the texts."""

from __future__ import annotations

import pytest

from bothways.platforms.asa.access_list import parse_access_list
from bothways.platforms.asa.asp_drop import parse_asp_drop
from bothways.platforms.asa.config import parse_access_group
from bothways.platforms.asa.failover import parse_failover
from bothways.platforms.asa.logging import parse_log_lines as parse_asa_log
from bothways.platforms.asa.logging import parse_log_settings as parse_asa_settings
from bothways.platforms.asa.version import parse_version as parse_asa_version
from bothways.platforms.config_lines import parse_config_lines
from bothways.platforms.ios.access_list import parse_access_lists
from bothways.platforms.ios.logging import parse_log_lines as parse_ios_log
from bothways.platforms.ios.logging import parse_log_settings as parse_ios_settings
from bothways.platforms.ios.mac_table import parse_mac_table
from bothways.platforms.ios.policy import parse_policy
from bothways.platforms.ios.route_map import parse_route_map
from bothways.platforms.ios.version import parse_version as parse_ios_version

from .conftest import Sample

ASA_VERSIONS = [
    # file, (hostname, version, model, serial), licence lines, unknown lines
    ("1", ("asa1", "9.5(2)204", "ASAv", "9AT1L9EX0DF"), 19, ()),
    ("2", ("ASA2", "9.9(2)32", "ASA5516", "JAD222605K8"), 21, ()),
    ("3", ("asa1", "9.16(3)19", "ISA-3000-2C2F", "9AT1L9EX0DF"), 18 + 1, ()),
    ("4", ("NETLAB-ASA-01", "9.8(4)10", "ASAv", "9A5BHB00D2D"), 18, (1,)),
    ("5", ("fw09", "9.14(2)14", "ASA5555", "A0000000000"), 21 + 1, (1,)),
]


@pytest.mark.parametrize("case", ASA_VERSIONS, ids=[case[0] for case in ASA_VERSIONS])
def test_real_asa_versions(sample: Sample, case: tuple[str, tuple[str, ...], int, tuple[int, ...]]) -> None:
    name, who, licences, unknown = case
    table = parse_asa_version(sample(f"cisco_asa/show_version/{name}.txt"), "show version")
    (row,) = table
    assert (row.hostname, row.version, row.model, row.serial) == who
    assert (len(row.licences), table.unknown) == (licences, unknown)


IOS_VERSIONS = [
    # file, (hostname, version, model, serial), first licence, unknown lines
    ("1", ("router1", "12.2(54)SG1", "WS-C4948E", "CAT1451S15C"), "cat4500e-ENTSERVICESK9-M", ()),
    (
        "2",
        ("city-building-4-sw", "03.06.05E", "WS-C3850-48U", "FOC11111111"),
        "CAT3K_CAA-UNIVERSALK9-M",
        (),
    ),
    ("3", ("rtr-01", "15.8(3)M2", "IOSv", "991UCMIHG4UAJ1J010CQG"), "VIOS-ADVENTERPRISEK9-M", ()),
    ("4", ("Switch-Hostname", "16.12.4", "C9500-48Y4C", "CAT23XXXXXX"), "CAT9K_IOSXE", ()),
    ("5", ("GENIE123123", "12.2(18)EW5", "WS-C4507R", "FOX093206HY"), "cat4000-I9S-M", (2, 27)),
]


@pytest.mark.parametrize("case", IOS_VERSIONS, ids=[case[0] for case in IOS_VERSIONS])
def test_real_ios_versions(sample: Sample, case: tuple[str, tuple[str, ...], str, tuple[int, ...]]) -> None:
    name, who, licence, unknown = case
    table = parse_ios_version(sample(f"cisco_ios/show_version/{name}.txt"), "show version")
    (row,) = table
    assert (row.hostname, row.version, row.model, row.serial) == who
    assert (row.licences[0], table.unknown) == (licence, unknown)


def test_real_asp_drop(sample: Sample) -> None:
    """98 lines: two headings, one `Last clearing`, two blank, 75 frame and 18 flow counters."""
    table = parse_asp_drop(sample("cisco_asa/show_asp_drop/1.txt"), "show asp drop")
    assert (len(table), table.unknown) == (93, ())
    assert (len(table.where(phase="frame")), len(table.where(phase="flow"))) == (75, 18)
    assert table.row(0).name == "unsupported-ip-version"
    assert (table.row(92).name, table.row(92).count) == ("acl-drop", 192350)
    (truncated,) = table.where(name="np-socket-lock-failu")
    assert truncated.count == 61
    (slow,), (early,) = table.where(name="sp-security-failed"), table.where(name="security-failed")
    assert (slow.count, early.count) == (79, 34)
    flow = [201, 202, 203, 204, 205, 206, 90, 187, 20, 10, 2181, 1, 2, 16, 4, 2, 576, 192350]
    assert [row.count for row in table.where(phase="flow")] == flow


FAILOVERS = [("1", 13, ()), ("2", 13, ()), ("3", 14, (20, 29)), ("4", 13, ())]


@pytest.mark.parametrize("case", FAILOVERS, ids=[case[0] for case in FAILOVERS])
def test_real_failover(sample: Sample, case: tuple[str, int, tuple[int, ...]]) -> None:
    """All four units are active; lines 20 and 29 of the third say `<omited output>`."""
    name, line, unknown = case
    table = parse_failover(sample(f"cisco_asa/show_failover/{name}.txt"), "show failover")
    assert [(row.line, row.enabled, row.role) for row in table] == [(line, True, "Active")]
    assert table.unknown == unknown


ASA_LOGS = [
    ("1", ["305011", "434002", "302021", "106015"], "Aug 15 2019 13:44:39"),
    ("2", ["305012", "302014", "305012", "305011"], "Mar 09 2017 10:25:04"),
]


@pytest.mark.parametrize("case", ASA_LOGS, ids=[case[0] for case in ASA_LOGS])
def test_real_asa_logs(sample: Sample, case: tuple[str, list[str], str]) -> None:
    name, codes, last_stamp = case
    text = sample(f"cisco_asa/show_logging/{name}.txt")
    table, settings = parse_asa_log(text, "show logging"), parse_asa_settings(text, "show logging")
    assert (table.unknown, settings.unknown) == ((), ())
    assert [row.code for row in table] == codes
    assert table.row(3).stamp == last_stamp
    assert [(row.destination, row.level) for row in settings] == [
        ("console", "enabled"),
        ("monitor", "disabled"),
        ("buffer", "warnings"),
        ("trap", "informational"),
    ]


def test_real_asa_access_list_with_objects(sample: Sample) -> None:
    """69 lines: one head, two remarks, ten rules that their members replace; 56 rules are left."""
    table = parse_access_list(sample("cisco_asa/show_access-list/1.txt"), "show access-list")
    assert (len(table), table.unknown) == (56, ())
    assert (table.row(0).line, table.row(0).sequence, table.row(0).active) == (2, 1, False)
    assert (table.row(55).line, table.row(55).action, table.row(55).hits) == (69, "deny", 3)
    assert sum(row.hits or 0 for row in table) == 31778 + 1902659 + 572136 + 3
    # members with an FQDN that is not resolved are inactive: 1 + 1 + 1 + 3 + 9 + 3, and line 1
    assert sum(not row.active for row in table) == 18 + 1


def test_real_asa_access_lists_of_both_kinds(sample: Sample) -> None:
    table = parse_access_list(sample("cisco_asa/show_access-list/2.txt"), "show access-list")
    assert table.unknown == ()
    assert [(row.line, row.acl, row.action, str(row.destination)) for row in table] == [
        (3, "third-acl", "permit", "198.18.0.1/32"),
        (4, "third-acl", "permit", "198.18.0.1/32"),
        (6, "fifth-acl", "permit", "0.0.0.0/0"),
        (8, "sixth-acl", "deny", "198.18.0.0/15"),
        (10, "fourth-acl", "deny", "198.18.0.1/32"),
    ]


def test_real_asa_configuration_pieces(sample: Sample) -> None:
    groups = parse_access_group(sample("cisco_asa/show_running-config/1.txt"), "show running-config")
    assert (len(groups), groups.unknown) == (7, ())
    assert (groups.row(6).acl, groups.row(6).interface) == ("OUTSIDE_acl", "outside")
    lines = parse_config_lines(sample("cisco_asa/show_running-config/2.txt"), "show running-config")
    assert (len(lines), lines.unknown) == (31, ())
    assert len(lines.where(section="")) == 15
    assert lines.row(10).section == "object network dmz"


MAC_TABLES = [
    ("1", 9, ("1", "0010.0de0.e289", "FastEthernet0/1"), ("1", "00e0.1e9f.3900", "FastEthernet0/1")),
    ("2", 9, ("1", "30a3.30a3.a1c3", "Port-channel1"), ("2000", "30a3.30a3.a1ca", "Port-channel1")),
    ("3", 9, ("666", "30a3.30a3.a1c3", "Te1/30"), ("2000", "30a3.30a3.5a22", "Te3/20")),
    ("4", 10, ("420", "009e.1ead.eadd", "Po140"), ("420", "009e.1ead.eadd", "Po140")),
]


@pytest.mark.parametrize("case", MAC_TABLES, ids=[case[0] for case in MAC_TABLES])
def test_real_mac_tables(
    sample: Sample, case: tuple[str, int, tuple[str, str, str], tuple[str, str, str]]
) -> None:
    name, rows, first, last = case
    table = parse_mac_table(sample(f"cisco_ios/show_mac_address-table/{name}.txt"), "show mac address-table")
    assert (len(table), table.unknown) == (rows, ())
    for row, expected in ((table.row(0), first), (table.row(rows - 1), last)):
        assert (row.vlan, row.mac, row.port) == expected


def test_real_policy_binding(sample: Sample) -> None:
    table = parse_policy(sample("cisco_ios/show_ip_policy/1.txt"), "show ip policy")
    assert [(row.line, row.interface, row.route_map) for row in table] == [(3, "GigabitEthernet5", "AAA")]
    assert table.unknown == (1,)


ROUTE_MAPS = [
    ("1", [("equal", 10), ("equal", 20)]),
    ("2", [("test", 10), ("test2", 10), ("test2", 20)]),
    (
        "3",
        [("RM-T2-POLICY-OUT", number) for number in (15, 25, 35, 45, 1005)]
        + [("RM-T1-POLICY-MAINT-OUT", number) for number in (10, 20, 30, 40, 50, 1000)]
        + [("RM-T2-POLICY-IN", number) for number in (15, 25, 1005)],
    ),
]


@pytest.mark.parametrize("case", ROUTE_MAPS, ids=[case[0] for case in ROUTE_MAPS])
def test_real_route_maps(sample: Sample, case: tuple[str, list[tuple[str, int]]]) -> None:
    name, sequences = case
    table = parse_route_map(sample(f"cisco_ios/show_route-map/{name}.txt"), "show route-map")
    assert [(row.route_map, row.sequence) for row in table] == sequences
    assert table.unknown == ()
    assert sum(row.action == "deny" for row in table) == (1 if name == "3" else 0)


def test_real_route_map_clauses(sample: Sample) -> None:
    table = parse_route_map(sample("cisco_ios/show_route-map/1.txt"), "show route-map")
    assert (table.row(1).acls, [str(hop) for hop in table.row(1).next_hops]) == (("101",), ["10.10.11.14"])
    assert table.row(0).other == ("length 150 200",)


IOS_ACLS = [
    # file, rows, unknown, sum of matches, last row (acl, sequence)
    ("1", 4, (1,), 0, ("101", 40)),
    ("2", 6, (1,), 0, ("34", 20)),
    ("3", 3 + 1 + 11 + 66, (), 20, ("sample", 660)),
    (
        "4",
        3 + 1 + 13 + 66 + 2 + 7,
        (),
        20 + 123456 + 23 + 123456 + 900123456 + 1278456,
        ("ntc-templates", 70),
    ),
]


@pytest.mark.parametrize("case", IOS_ACLS, ids=[case[0] for case in IOS_ACLS])
def test_real_ios_access_lists(
    sample: Sample, case: tuple[str, int, tuple[int, ...], int, tuple[str, int]]
) -> None:
    name, rows, unknown, hits, last = case
    table = parse_access_lists(sample(f"cisco_ios/show_access-lists/{name}.txt"), "show access-lists")
    assert (len(table), table.unknown) == (rows, unknown)
    assert sum(row.hits or 0 for row in table) == hits
    assert (table.row(rows - 1).acl, table.row(rows - 1).sequence) == last


IOS_LOGS = [
    # file, code of the first and the last message, messages, first line, level of buffer and console
    ("1", "LINEPROTO-5-UPDOWN", "LINK-3-UPDOWN", 4, 27, "debugging"),
    ("2", "IOS_LICENSE_IMAGE_APPLICATION-6-LICENSE_LEVEL", "SNMP-5-COLDSTART", 4, 40, "disabled"),
    ("3", "IP-4-DUPADDR", "SYS-5-CONFIG_R", 5, 23, "disabled"),
]


@pytest.mark.parametrize("case", IOS_LOGS, ids=[case[0] for case in IOS_LOGS])
def test_real_ios_logs(sample: Sample, case: tuple[str, str, str, int, int, str]) -> None:
    name, first, last, messages, line, console = case
    text = sample(f"cisco_ios/show_logging/{name}.txt")
    table, settings = parse_ios_log(text, "show logging"), parse_ios_settings(text, "show logging")
    assert (len(table), table.unknown, settings.unknown) == (messages, (), ())
    assert (table.row(0).code, table.row(0).line, table.row(messages - 1).code) == (first, line, last)
    assert {row.destination: row.level for row in settings}["console"] == console
    assert {row.destination: row.level for row in settings}["buffer"] == "debugging"
