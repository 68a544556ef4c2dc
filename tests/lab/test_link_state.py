"""A 6509 fails: servers send into the orphaned switch, unless link state tracking takes their ports down."""

from __future__ import annotations

import pytest

from bothways.errors import BadInput
from bothways.flow import Fate
from bothways.lab.topology import read_topology
from bothways.lab.world import World

TOR, CORE = "tor-a", "core-a"
UPSTREAM = ["interface Port-channel11", " link state group 1 upstream"]
DOWNSTREAM = ["interface range GigabitEthernet1/1 - 40", " link state group 1 downstream"]
TRACKED = ["link state track 1", *UPSTREAM, *DOWNSTREAM]


def story(*variants: str) -> World:
    """The story with everybody's addresses learnt."""
    return World.from_story("link-state", variants, workloads=True)


def fail(world: World) -> None:
    """Pull the 6509's power cord, and give the servers a second to notice."""
    world.power(CORE, up=False)
    world.run_for(1)


def up(world: World, *numbers: int) -> list[bool]:
    return [world.switch(TOR).link_up(f"GigabitEthernet1/{number}") for number in numbers]


def test_server_sends_into_the_orphaned_switch() -> None:
    """S2b-01: its card has a link, so it keeps sending; every SYN dies at the 4948 without an uplink."""
    world = story()
    assert world.connect("esx01", "vcenter", 443).result == "delivered"
    fail(world)
    attempt = world.connect("esx01", "vcenter", 443)
    seen = attempt.testimony
    assert (seen.fate, seen.device, seen.packet, attempt.result) == (Fate.LINK_DOWN, TOR, 1, "timeout")
    assert world.host("esx01").team.active.name == "eth0"
    assert world.connect("esx02", "vcenter", 443).result == "delivered"


def test_tracked_ports_go_down_and_servers_use_the_other_switch() -> None:
    """S2b-07: Po11 down takes all 40 ports down, the servers use their other cards; then all comes back."""
    world = story()
    assert world.edit(TOR, TRACKED) == [""] * 5
    assert all(up(world, *range(1, 41)))
    fail(world)
    assert not any(up(world, *range(1, 41)))
    # A port that is down knows nobody behind it.
    assert not [one for one in world.switch(TOR).mac_table if one.port.startswith("GigabitEthernet1/")]
    assert world.host("esx01").team.active.name == "eth4"
    assert world.connect("esx01", "vcenter", 443).result == "delivered"
    assert any("lsgroup error detected on Gi1/1," in record.text for record in world.switch(TOR).log) or (
        "lsgroup error detected on Gi1/9," in world.switch(TOR).log[-1].text
    )
    world.power(CORE, up=True)
    world.run_for(5)
    assert all(up(world, *range(1, 41)))
    assert world.host("esx01").team.active.name == "eth0"
    assert world.connect("esx01", "vcenter", 443).result == "delivered"


def test_one_uplink_of_several_keeps_the_ports_up() -> None:
    """S2b-07: three of four members are cut and nothing happens; the first that is mended ends an outage."""
    world = story("tracked")
    for member in (1, 2, 3):
        world.cut(f"a-up-{member}")
    assert all(up(world, 1, 40))
    assert world.connect("esx01", "vcenter", 443).result == "delivered"
    world.cut("a-up-4")
    assert not any(up(world, 1, 40))
    world.cut("a-up-2", up=True)
    assert all(up(world, 1, 40))


def test_downstream_before_upstream_is_an_outage() -> None:
    """S2b-03: a tracked group without an uplink takes its server ports down, until it gets one."""
    world = story()
    world.edit(TOR, ["link state track 1", *DOWNSTREAM])
    assert not any(up(world, *range(1, 41)))
    world.edit(TOR, UPSTREAM)
    assert all(up(world, *range(1, 41)))


def test_group_without_its_track_line_is_inert() -> None:
    """S2b-10: taking the one global line away frees all ports at once."""
    world = story("tracked")
    fail(world)
    assert not any(up(world, 1, 40))
    world.edit(TOR, ["no link state track 1"])
    assert all(up(world, 1, 40))


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["interface GigabitEthernet1/1", " link state group 2 downstream"], "already belongs to link state"),
        (["interface GigabitEthernet1/1", " link state group 1 upstream"], "already belongs to link state"),
        (["link state track 11"], "% Invalid input"),
        (["link state track 0"], "% Invalid input"),
        (["link state track 10"], ""),
        (["interface range GigabitEthernet1/41 - 60", " link state group 2 downstream"], "% Invalid input"),
    ],
    ids=["two-groups", "both-roles", "eleventh-group", "no-group-0", "tenth-group", "no-such-port"],
)
def test_limits_of_groups(lines: list[str], answer: str) -> None:
    """S2b-08: one role in one group an interface; ten groups on a 4948E with 15.1."""
    answers = [said for said in story("tracked").edit(TOR, lines) if said]
    assert bool(answers) == bool(answer)
    assert all(answer in said for said in answers)


def test_groups_that_a_model_has() -> None:
    """S2b-08: two on a 3560, ten or twenty on a 4948E by release, none on a 6509 or a router."""
    assert World.from_story("hairpin").edit("lab-switch", ["link state track 2", "link state track 3"]) == [
        "",
        "% Invalid input detected at '^' marker.",
    ]
    assert story().edit(CORE, ["link state track 1"]) == ["% Invalid input detected at '^' marker."]
    assert story().switch(TOR).most_link_groups == 10


def test_cable_has_two_ends() -> None:
    """S2b-01: a cable that something else hangs on too is no cable."""
    text = (
        "name: one\nwires: {}\ncables: [c]\nhosts:\n"
        "  a: {address: 10.0.0.5/24, wire: c, mac: 0000.0000.0005}\n"
    )
    with pytest.raises(BadInput, match="cable c: it has two ends"):
        read_topology(text, "one.yaml")
