"""A piece of configuration that somebody pasted: enough for a verdict, and never more than it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.diagnosis import trace
from bothways.errors import CouldNotSee
from bothways.flow import Fate, Flow
from bothways.reading import load_snapshot, read_files, save_snapshot
from bothways.reading.pasted import indented, is_configuration
from bothways.rules import diagnose
from bothways.state.nat_rows import NatRule, StaticNat
from bothways.state.rows import ConfigLine, Interface

CALL = Flow.parse("192.4.4.4 10.1.1.1 tcp/23")
# As an admin of the customer pasted it: no prompt, no blanks before the lines of an interface, no end.
SNIPPED = """\
interface FastEthernet0/0
ip address 192.23.0.3 255.255.255.0
ip nat outside
!
interface FastEthernet0/1
ip address 192.34.0.3 255.255.255.0
ip nat inside
!
ip nat outside source static 10.1.1.1 192.1.1.1
"""
ROUTES = """\
192.4.4.0/32 is subnetted, 1 subnets
S       192.4.4.4 [1/0] via 192.34.0.4
10.0.0.0/32 is subnetted, 1 subnets
S       10.1.1.1 [1/0] via 192.23.0.2
C    192.23.0.0/24 is directly connected, FastEthernet0/0
C    192.34.0.0/24 is directly connected, FastEthernet0/1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The snipped text alone."""
    (tmp_path / "CustomerR3.txt").write_text(SNIPPED)
    return tmp_path


def test_the_snipped_text_is_enough_for_the_verdict(folder: Path) -> None:
    """S1-11: who resets and why, from eleven pasted lines; possible, with what was not seen beside it."""
    held = read_files(folder)
    walked = trace(held, CALL)
    assert (walked.fate, str(walked.at), walked.confidence) == (
        Fate.WRONG_SOURCE,
        "192.4.4.4, packet 2",
        "possible",
    )
    assert walked.mechanism == (
        "CustomerR3 changes the source of the SYN/ACK from 10.1.1.1 to 192.1.1.1; "
        "192.4.4.4 called 10.1.1.1, knows no 192.1.1.1, and resets"
    )
    assert any("only a part" in text for text in walked.could_not_see)
    assert any("show ip route" in text for text in walked.could_not_see)
    assert [(one.id, one.confidence) for one in diagnose(held, walked)] == [("one-way-nat", "possible")]


def test_a_call_that_a_part_does_not_kill_is_not_called_alive(folder: Path) -> None:
    """S1-11: what was snipped may hold anything."""
    walked = trace(read_files(folder), Flow.parse("192.4.4.4 192.1.1.1 tcp/23"))
    assert walked.fate is Fate.UNKNOWN


def test_with_the_routes_as_typed_from_the_story(tmp_path: Path) -> None:
    """S1-11: the routing table of the story beside it; nothing is guessed about sides any more."""
    (tmp_path / "CustomerR3").mkdir()
    (tmp_path / "CustomerR3" / "show_running-config.txt").write_text(SNIPPED)
    (tmp_path / "CustomerR3" / "show_ip_route.txt").write_text(ROUTES)
    walked = trace(read_files(tmp_path), CALL)
    assert (walked.fate, str(walked.at)) == (Fate.WRONG_SOURCE, "192.4.4.4, packet 2")
    assert not any("by its translation lines" in text for text in walked.inferences)


def test_a_part_says_what_it_says_and_nothing_else(folder: Path) -> None:
    """S1-03, S1-11: translations and addresses are read from it; a table that could lack rows is unknown."""
    device = read_files(folder).device("CustomerR3")
    assert [str(row.world) for row in device.table(StaticNat)] == ["10.1.1.1"]
    assert [str(row.address) for row in device.table(Interface)] == ["192.23.0.3/24", "192.34.0.3/24"]
    assert device.evidence(next(iter(device.table(StaticNat)))).line == 9
    for rows in (NatRule, ConfigLine):
        with pytest.raises(CouldNotSee, match="only a part was read"):
            device.table(rows)


def test_a_part_stays_one_in_a_snapshot_file(folder: Path, tmp_path: Path) -> None:
    """S1-11: saved and loaded, the verdict is the same."""
    save_snapshot(read_files(folder), tmp_path / "p.snapshot")
    loaded = load_snapshot(tmp_path / "p.snapshot")
    assert loaded.device("CustomerR3").outputs["show running-config"].part
    assert trace(loaded, CALL).fate is Fate.WRONG_SOURCE


def test_lines_go_back_under_their_interface_and_no_further() -> None:
    """What is global stays global, also where the line between them was cut away."""
    text = (
        "interface Vlan1\nip address 10.0.0.1 255.0.0.0\nip nat inside\nip route 0.0.0.0 0.0.0.0 10.0.0.2\n"
    )
    assert indented(text) == (
        "interface Vlan1\n ip address 10.0.0.1 255.0.0.0\n ip nat inside\nip route 0.0.0.0 0.0.0.0 10.0.0.2\n"
    )


@given(st.text())
def test_any_text_keeps_its_lines(text: str) -> None:
    """Only blanks are added, and only to configurations."""
    lines = [line.strip() for line in text.split("\n")]
    assert [line.strip() for line in indented(text).split("\n")] == lines
    if not is_configuration(text):
        assert indented(text) == text
