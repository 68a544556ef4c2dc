"""Topologies: what is refused, in one line that names the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from bothways.errors import BadInput
from bothways.lab.topology import load_story, load_topology, read_topology
from bothways.lab.world import World

GOOD = """\
name: two
wires: {left: 10.0.0.0/24, right: 10.0.1.0/24}
hosts:
  a: {address: 10.0.0.5/24, wire: left, mac: 0000.0000.0005, gateway: 10.0.0.1}
  b: {address: 10.0.1.5/24, wire: right, mac: 0000.0000.0006, gateway: 10.0.1.1}
devices:
  sw:
    platform: cisco_ios
    model: WS-C3560-24PS
    version: 12.2(55)SE
    serial: CAT1
    mac: 0000.0000.1000
    ports: {FastEthernet0/1: left, FastEthernet0/2: right}
    startup: |
      ip routing
      interface FastEthernet0/1
       switchport access vlan 10
      interface FastEthernet0/2
       switchport access vlan 20
      interface Vlan10
       ip address 10.0.0.1 255.255.255.0
      interface Vlan20
       ip address 10.0.1.1 255.255.255.0
"""


def test_small_topology_runs() -> None:
    """Two hosts on two wires reach each other through one switch."""
    world = World(read_topology(GOOD, "two.yaml"))
    assert world.ping("a", "b", 2).received == 2


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("right: 10.0.1.0/24", "right: 10.0.0.128/25", "wires left and right overlap"),
        ("0000.0000.0006", "0000.0000.0005", "a and b have the same MAC address 0000.0000.0005"),
        ("mac: 0000.0000.1000", "mac: 0000.0000.0005", "a and sw have the same MAC address"),
        ("FastEthernet0/2: right", "FastEthernet0/1: right", "stands twice"),
        ("FastEthernet0/2: right", "FastEthernet0/2: middle", "no wire 'middle'"),
        ("address: 10.0.1.5/24", "address: 10.0.0.5/24", "a and b have the same address 10.0.0.5"),
        ("address: 10.0.1.5/24", "address: 10.0.9.5/24", "10.0.9.5/24 is not in 10.0.1.0/24"),
        ("gateway: 10.0.1.1", "gateway: 10.0.7.1", "next hop 10.0.7.1 is not in 10.0.1.0/24"),
        ("gateway: 10.0.1.1", "gateways: 10.0.1.1", "hosts.b.gateways: unknown key"),
        ("platform: cisco_ios", "platform: junos", "devices.sw.platform"),
        ("name: two", "name: 2", "name: must be text"),
        ("ip address 10.0.1.1", "ip address 10.0.0.5", "a and sw have the same address 10.0.0.5"),
        ("wires: {", "wires: {{", "two.yaml:2:"),
    ],
    ids=[
        "overlap", "duplicate-mac", "mac-of-device", "port-twice", "unknown-wire", "duplicate-address",
        "outside-wire", "gateway-elsewhere", "unknown-key", "unknown-platform",
        "number-for-text", "device-address", "not-yaml",
    ],
)  # fmt: skip
def test_bad_topology_gets_one_clear_line(old: str, new: str, complaint: str) -> None:
    """B20: overlapping, duplicate, wired twice: exit code 10 and the place."""
    assert old in GOOD
    with pytest.raises(BadInput) as caught:
        read_topology(GOOD.replace(old, new), "two.yaml")
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (caught.value.exit_code, caught.value.where.partition(":")[0]) == (10, "two.yaml")


def test_unknown_story_and_variant_name_the_known_ones() -> None:
    """B20: what exists is said."""
    with pytest.raises(BadInput, match=r"known: .*hairpin"):
        load_story("hairpn")
    with pytest.raises(BadInput, match="known: from-start, ack"):
        World(load_story("hairpin"), ["akc"])


def test_what_a_variant_adds_is_there_with_it_alone() -> None:
    """B20: the base network stays as it is, and the variant's contradictions are told when it is read."""
    story = load_story("hairpin")
    assert "lab-router" not in World(story).devices
    assert "lab-router" in World(story, ["neighbour"]).devices
    wrong = f"{GOOD}variants:\n  more:\n    more:\n      wires: {{again: 10.0.0.0/25}}\n"
    with pytest.raises(BadInput, match="overlap"):
        read_topology(wrong, "two.yaml")


def test_topology_of_a_user_is_read_from_a_file(tmp_path: Path) -> None:
    """B20: a file that is not there is bad input, not a bug."""
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD)
    assert load_topology(path).name == "two"
    with pytest.raises(BadInput, match="no such file"):
        load_topology(tmp_path / "other.yaml")
