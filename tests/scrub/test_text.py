"""Texts of devices and of reports: what is replaced, what stays, and what comes back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.scrubbing.gathering import Gathering
from bothways.scrubbing.private_map import PrivateMap
from bothways.scrubbing.text import Replacing
from bothways.scrubbing.words import pattern_of

KEY = bytes(range(32))


def scrubbed(text: str, *names: str) -> tuple[str, Replacing]:
    gathering = Gathering(PrivateMap(KEY), names)
    gathering.look(text)
    replacing = gathering.finished()
    return replacing.text(text), replacing


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        (
            "Deny TCP (no connection) from 10.12.0.130/17559 to 172.16.1.18/4",
            ["10.12.0.130", "172.16.1.18"],
        ),
        ("08:14:57.464102  10.12.0.130.17559 > 172.16.1.18.443: R 1:1(0)", ["10.12.0.130", "172.16.1.18"]),
        ("asymmetric-return/edge/10.12.0.130_172.16.1.18_tcp_443", ["10.12.0.130", "172.16.1.18"]),
        (
            "TCP outside(10.12.0.130):443, [10.12.0.5]. From 10.12.0.6.",
            ["10.12.0.130", "10.12.0.5"],
        ),
        ("        inside 10.12.0.254 0019.2fbc.3ac2 8", ["10.12.0.254", "0019.2fbc.3ac2"]),
        ("Base ethernet MAC Address       : 00:19:2F:BC:3A:80", ["00:19:2F:BC:3A:80"]),
        (
            " IPv6 2001:db8:7:1::20/64, fe80::219:2fff:febc:3ac2",
            ["2001:db8:7:1::20", "2fff:febc:3ac2"],
        ),
        ("hostname BERLIN-FW", ["BERLIN-FW"]),
        ("BERLIN-FW up 29 secs", ["BERLIN-FW"]),
        ("BERLIN-SW uptime is 0 minutes", ["BERLIN-SW"]),
        ("domain-name corp.example", ["corp.example"]),
        ("name 10.12.0.9 PAYROLL", ["PAYROLL", "10.12.0.9"]),
        ("Serial Number: JMX1404Z0B1", ["JMX1404Z0B1"]),
        ("Processor board ID CAT1023N0QX", ["CAT1023N0QX"]),
        (" description to Miller & Sons, Berlin", ["Miller", "Berlin"]),
        ("snmp-server location Berlin, room 4", ["Berlin"]),
        ("hostname x7\nusername jmiller password 0 S3cretWord privilege 15", ["jmiller", "S3cretWord"]),
        ("hostname x7\nenable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0", ["$1$mERr$hx5rVt7rPNoS4wqbXKX7m0"]),
        ("hostname x7\nsnmp-server community zebra RO", ["zebra"]),
        ("hostname x7\n key-string 7 0822455D0A16", ["0822455D0A16"]),
        ("hostname x7\ncrypto isakmp key Gr33nHouse address 203.0.113.9", ["Gr33nHouse", "203.0.113.9"]),
        ("hostname x7\n ikev1 pre-shared-key Gr33nHouse", ["Gr33nHouse"]),
        ("hostname x7\n standby 1 authentication md5 key-string Gr33nHouse", ["Gr33nHouse"]),
        ("Running Permanent Activation Key: 0x3807ec51 0x1c6ec9a2 0xc9f0", ["0x3807ec51", "0x1c6ec9a2"]),
        ("hostname x7\nbanner motd ^C\nProperty of Miller and Sons\n^C", ["Miller"]),
    ],
)
def test_what_tells_whose_it_is_is_replaced_and_comes_back(line: str, gone: list[str]) -> None:
    """S3-08: addresses in every form, names, serials, secrets, free text."""
    text, replacing = scrubbed(line)

    for word in gone:
        assert word.lower() not in text.lower()
    assert replacing.undone(text) == line


@pytest.mark.parametrize(
    "line",
    [
        "ip address dhcp",
        " network 0.0.0.0 255.255.255.255",
        "EIGRP: 224.0.0.10, 255.255.255.0, 0.0.0.255, 127.0.0.1",
        "Software Version 9.2(4), 12.2(55)SE, idle 0:00:11, 08:14:57.464102",
        " All    0100.0ccc.cccc    STATIC      CPU",
        "snmp oid 1.3.6.1.4.1.9.9.13",
        "%ASA-6-106015: Deny TCP (no connection) flags RST  on interface inside",
        "access-list STATELESS remark TEMPORARY until 2026-02-20",
        "The password-recovery mechanism is enabled.",
        "hostname asa",
    ],
)
def test_what_says_nothing_about_anybody_stays(line: str) -> None:
    """S3-08: masks, groups, versions, times, counters, words of the trade."""
    assert scrubbed(line)[0] == line


def test_the_same_is_replaced_by_the_same() -> None:
    """S3-08: in every form, in every text."""
    text = "10.12.0.130 443\nfrom 10.12.0.130/443, 0019.2fbc.3ac2, 00:19:2f:bc:3a:c2"

    first, second = scrubbed(text)[0].splitlines()

    address = first.split()[0]
    assert second.startswith(f"from {address}/443")
    dotted, colons = second.split(", ")[1:]
    assert dotted.replace(".", "") == colons.replace(":", "")


def test_a_description_that_is_a_word_of_the_configuration_breaks_nothing() -> None:
    """`trunk` is replaced where it describes, and left where it commands."""
    text, _ = scrubbed("interface Gi0/1\n description trunk\n switchport mode trunk")

    assert re.fullmatch(r"interface Gi0/1\n description text-[0-9a-f]{8}\n switchport mode trunk", text)


def test_a_name_that_is_a_description_elsewhere_is_a_name() -> None:
    """S3-08: `description HQ6509A` on a neighbour must not hide that it is a host."""
    text, replacing = scrubbed(" description HQ6509A\nhostname HQ6509A\nDevice: HQ6509A (hq6509a)")

    assert "hq6509a" not in text.lower()
    assert replacing.undone(text).endswith("Device: HQ6509A (hq6509a)")


def test_a_short_name_is_no_part_of_a_word() -> None:
    """A host called `fw` is found as a word, and not in others."""
    text, _ = scrubbed("fw: forward; FW# fwd fw-inside", "fw")

    assert re.fullmatch(r"host-(\w{8}): forward; HOST-\w{8}# fwd host-\1-inside", text)


def test_what_was_never_replaced_is_not_put_back() -> None:
    """An address that somebody wrote into a report himself stays his."""
    _, replacing = scrubbed("from 10.12.0.130")

    assert replacing.undone("ask 198.51.100.7 about it") == "ask 198.51.100.7 about it"


octets = st.integers(0, 255)
addresses = st.builds("{}.{}.{}.{}".format, octets, octets, octets, octets)
words = st.sampled_from(["inside", " ", "\n", "/443", ", ", "255.255.255.0", "BERLIN-FW", "(", "on"])


@given(st.lists(st.one_of(addresses, words)))
def test_any_text_comes_back(parts: list[str]) -> None:
    """S3-08: whatever stands beside whatever."""
    line = " ".join(parts)
    text, replacing = scrubbed(line, "BERLIN-FW")

    assert replacing.undone(text) == line


@given(st.text())
def test_no_text_breaks_it(line: str) -> None:
    """Any characters go in, and come back."""
    text, replacing = scrubbed(line)

    assert replacing.undone(text) == line


@given(st.lists(st.text(alphabet="ab-.", min_size=1, max_size=6), min_size=1, max_size=30), st.data())
def test_many_words_are_found_as_one_by_one(known: list[str], data: st.DataObject) -> None:
    """The expression of all words finds what each of them alone would: of two the longer."""
    text = data.draw(st.text(alphabet="ab-. ", max_size=40))
    found = pattern_of(known)
    assert found is not None
    plain = "|".join(re.escape(one) for one in sorted(set(known), key=len, reverse=True))

    expected = re.findall(rf"(?<![A-Za-z0-9])(?:{plain})(?![A-Za-z0-9])", text)

    assert found.findall(text) == expected


def test_words_that_begin_alike_for_long_break_nothing() -> None:
    """Two descriptions of four thousand letters that differ in the last one, and three thousand users."""
    long = "to " + "a" * 4000
    users = [f"user-name-{number}" for number in range(3000)]
    lines = [f" description {long}x", f" description {long}y", *(f"username {one}" for one in users)]
    text = "\n".join(lines)

    made, replacing = scrubbed(text)

    assert "a" * 9 not in made
    assert "user-name" not in made
    assert replacing.undone(made) == text
