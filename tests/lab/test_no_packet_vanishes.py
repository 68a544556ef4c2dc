"""Whatever dies in the lab stands in the ledger, with its reason, and the witness can name it."""

from __future__ import annotations

from collections.abc import Callable

from bothways.flow import Fate
from bothways.lab.ledger import Why
from bothways.lab.world import World

MakeWorld = Callable[..., World]


def test_reverse_path_check_refuses_a_source_that_is_routed_elsewhere(hairpin: MakeWorld) -> None:
    """S0-24: 106021 and rpf-violated where the answer would not go back the way the packet came."""
    world = hairpin()
    asa = world.asa()
    asa.configure((), "ip verify reverse-path interface inside")
    # The lab network is now reached through the outside: a packet from it has no business on the inside.
    asa.configure((), "route outside 172.16.1.0 255.255.255.0 203.0.113.80 1")
    spoofed = world.connect("cimc", "203.0.113.80", 443)
    told = [record.text for record in asa.log if record.tag.endswith("-106021")]
    assert told[0] == "Deny TCP reverse path check from 172.16.1.18 to 203.0.113.80 on interface inside"
    assert asa.asp_drops.frame["rpf-violated"] == len(told)
    assert spoofed.testimony.fate is Fate.NO_ROUTE
    assert (spoofed.testimony.device, spoofed.testimony.packet) == ("edge-asa", 1)


def test_a_packet_for_a_shut_interface_is_a_link_that_is_down(hairpin: MakeWorld) -> None:
    """S0-24: hosts keep the address of a switch whose SVI was shut; their packets die there."""
    world = hairpin()
    world.ping("cimc", "172.16.1.1", 1)  # so that the host knows the switch's hardware address
    world.device("lab-switch").configure(("interface Vlan172",), "shutdown")
    attempt = world.connect("cimc", "10.12.0.130", 443)
    whys = {row.why for row in world.ledger.drops if row.where == "lab-switch"}
    assert whys == {Why.LINK_DOWN}
    assert attempt.testimony.fate is Fate.LINK_DOWN
    assert (attempt.testimony.device, attempt.testimony.packet) == ("lab-switch", 1)


def test_packets_that_wait_for_arp_when_the_table_is_cleared_are_written_down(hairpin: MakeWorld) -> None:
    """Nothing a device held in its hands may be forgotten by the ledger."""
    world = hairpin()
    world.link("lab", "cimc", up=False)
    before = len(world.ledger.drops)
    world.host("workstation").call(world.host("cimc").address, 443)
    world.run_for(0.5)
    world.switch().clear_arp()
    assert [row.where for row in world.ledger.drops[before:]].count("lab-switch") >= 1
