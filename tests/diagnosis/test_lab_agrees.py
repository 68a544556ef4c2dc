"""The lab's ASA, which shares no code with the walk, changes the same numbers."""

from __future__ import annotations

import pytest

from bothways.lab.frames import SYN, Packet
from bothways.lab.world import World


def syn_numbers(world: World, wire: str) -> set[int]:
    packets = (frame.frame.body for frame in world.wires[wire].seen)
    return {packet.seq for packet in packets if isinstance(packet, Packet) and packet.flags == SYN}


@pytest.mark.parametrize(
    ("client", "server", "kept"), [("web", "vcenter", True), ("vcenter", "web", False)], ids=["in", "out"]
)
def test_only_an_outbound_syn_gets_another_number(client: str, server: str, *, kept: bool) -> None:
    """S0-10: a SYN from low to high crosses the ASA unchanged, one from high to low does not."""
    world = World.from_story("hairpin")
    rules = ["access-list O extended permit ip any any", "access-group O in interface outside"]
    world.edit("edge-asa", rules)

    world.connect(client, server, 443 if server == "web" else 80)

    common = syn_numbers(world, "outside") & syn_numbers(world, "users")
    assert bool(common) == kept
