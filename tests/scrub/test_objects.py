"""`--objects`: what a configuration calls its own parts is replaced wherever it stands, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothways.cli.verbs.scrub import scrub
from bothways.errors import BadInput
from bothways.platforms import device_state
from bothways.scrubbing.gathering import Gathering
from bothways.scrubbing.private_map import PrivateMap
from bothways.scrubbing.text import Replacing
from bothways.state.device import Output
from bothways.state.nat_rows import NatRule
from bothways.state.rows import AccessGroup

CONFIG = """\
hostname hq-asa
interface Vlan10
 nameif Miller-LAN
object network MILLER_PAYROLL
 host 10.12.0.9
object-group network miller-servers
 network-object object MILLER_PAYROLL
access-list MILLER-IN extended permit tcp any object MILLER_PAYROLL eq https
access-group MILLER-IN in interface Miller-LAN
nat (Miller-LAN,outside) source static MILLER_PAYROLL MILLER_PAYROLL
class-map match-any miller-class
class-map inspection_default
 match default-inspection-traffic
policy-map global_policy
 class inspection_default
 class class-default
route-map MILLER_OUT permit 10
tunnel-group MillerVPN type remote-access
crypto map Miller_map 10 set peer 10.1.1.1
ip vrf Miller-1
ip nat pool Miller-2 10.1.1.1 10.1.1.9 netmask 255.255.255.0
access-list 101 permit ip any any
access-list NAT extended permit ip any any
: end
"""


def scrubbed(text: str, *, objects: bool) -> tuple[str, Replacing]:
    gathering = Gathering(PrivateMap(bytes(range(32))), objects=objects)
    gathering.look(text)
    replacing = gathering.finished()
    return replacing.text(text), replacing


def test_names_of_parts_go_only_where_they_are_asked_for() -> None:
    """S3-08: verdicts speak of them, so they stay; who must not show them says so."""
    assert "MILLER_PAYROLL" in scrubbed(CONFIG, objects=False)[0]
    made, replacing = scrubbed(CONFIG, objects=True)

    assert "miller" not in made.lower()
    assert replacing.undone(made) == CONFIG
    kept = (
        "inspection_default",
        "class-default",
        "global_policy",
        "access-list 101 ",
        "access-list NAT ",
        "Vlan10",
    )
    assert all(word in made for word in kept)


def test_what_belongs_together_still_does(tmp_path: Path) -> None:
    """A list is bound where it was, and an object is translated where it was."""
    assert tmp_path.is_dir()
    made, replacing = scrubbed(CONFIG, objects=True)
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    tables = [
        device_state("a", "cisco_asa", {"show running-config": Output("show running-config", text, moment)})
        for text in (CONFIG, made)
    ]

    for row_type in (AccessGroup, NatRule):
        before, after = ([str(row) for row in one.table(row_type)] for one in tables)
        assert before
        assert after == [replacing.text(row) for row in before]


def test_it_says_nothing_with_undo(tmp_path: Path) -> None:
    """Bad input writes nothing."""
    with pytest.raises(BadInput, match="says nothing with --undo"):
        scrub([tmp_path / "a"], tmp_path / "b", tmp_path / "m", undo=True, objects=True)
