"""The policy route as it is written in a hurry, `permit ip any any`: the flow is cured, others are hurt."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import dpkt
import pytest

from .live import CIMC, STORY_FLOW, TFTP, Lab, Live, Ran, calm, hairpin, plan_words
from .live import lab as running

STORAGE = "172.16.2.10"
STORAGE_FLOW = f"{TFTP} {STORAGE} tcp/80"
SWITCH_ON_USERS = "10.12.0.254"
ASA_MAC = "00235e1a2b08"
PORT = "interface FastEthernet0/3\n switchport access vlan 173\n switchport mode access\n"
SVI = "interface Vlan173\n ip address 172.16.2.1 255.255.255.0\n"
COMPLETE = ("complete", "", 0)
OWN = "172.16.1.1"
CONSOLE = f"{CIMC} {OWN} tcp/22"
PING = f"{CIMC} {OWN} icmp"
KEEPS_TRYING = {
    "kind": "hold", "client": "workstation", "server": CIMC, "port": 443, "every_s": 5, "first_s": 22,
}  # fmt: skip
DEAD = ("isn-mismatch", CIMC, 2)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The story on a switch that has the template, with a third network behind it."""
    story = calm(hairpin())
    story["wires"]["storage"] = "172.16.2.0/24"
    story["hosts"]["storage"] = {
        "address": f"{STORAGE}/24", "wire": "storage", "mac": "0022.bdf0.0210", "gateway": "172.16.2.1",
        "listens": [80],
    }  # fmt: skip
    switch = story["devices"]["lab-switch"]
    switch["ports"]["FastEthernet0/3"] = "storage"
    switch["startup"] = (
        switch["startup"]
        .replace("interface Vlan1\n", f"{PORT}interface Vlan1\n", 1)
        .replace("router eigrp", f"{SVI}router eigrp", 1)
        .replace(" network 172.16.1.0 0.0.0.255\n", " network 172.16.0.0 0.0.255.255\n")
    )
    with running(tmp_path_factory.mktemp("n") / "lab", "routing-sdm", story=story) as running_lab:
        yield running_lab


def naive(live: Live) -> Path:
    """The shipped playbook, but for everybody."""
    which = live.json("content", "which", "playbooks/hairpin-return.yaml")
    shipped = Path(which["content"][0]["path"]).read_text()
    mine = live.folder / "mine.yaml"
    mine.write_text(shipped.replace("hairpin-return", "mine").replace("match: subnet ", "match: any "))
    return mine


def applied(live: Live) -> Ran:
    """The naive plan, overridden and applied; somebody opens the flow, which proves it."""
    plan = live.folder / "naive.plan"
    words = plan_words(STORY_FLOW, naive(live))
    assert live.bothways(*words, "--override", "any-any", "-o", plan).code == 2
    return live.bothways("apply", plan, "--wait", "1")


def echoes_on_the_users_wire(live: Live) -> set[tuple[str, str]]:
    """Source and target of the frames in which the lab host's pings to the switch pass the users' wire."""
    live.ask("pcap", wire="users", path=str(live.folder / "users.pcap"))
    with (live.folder / "users.pcap").open("rb") as file:
        frames = [dpkt.ethernet.Ethernet(raw) for _, raw in dpkt.pcap.Reader(file)]
    wanted = (IPv4Address(TFTP).packed, IPv4Address(SWITCH_ON_USERS).packed)
    return {
        (frame.src.hex(), frame.dst.hex())
        for frame in frames
        if isinstance(frame.data, dpkt.ip.IP) and (frame.data.src, frame.data.dst) == wanted
    }


def test_permit_any_any_hurts_whom_it_was_not_meant_for(live: Live) -> None:
    """S0-15: blocked by a lint; overridden, the lab's other traffic turns around on the firewall and dies."""
    assert live.predicted(STORAGE_FLOW) == live.observed(STORAGE_FLOW) == COMPLETE
    assert "any-any" in live.bothways(*plan_words(STORY_FLOW, naive(live))).errors[0]

    ran = applied(live)

    assert ran.code in {0, 24}, ran.err  # 24: nobody of the calm lab opened the flow; the change stands
    assert live.observed(STORY_FLOW) == COMPLETE
    # The way out goes through the firewall, the way back does not: the same disease, elsewhere.
    assert live.predicted(STORAGE_FLOW) == live.observed(STORAGE_FLOW) == ("isn-mismatch", TFTP, 2)
    for address in (STORAGE, SWITCH_ON_USERS):
        assert live.ask("ping", client=TFTP, server=address, count=3)["received"] == 3
    # Even packets to the switch itself take the detour: once to the firewall, and back from it.
    assert {(source == ASA_MAC, target == ASA_MAC) for source, target in echoes_on_the_users_wire(live)} == {
        (False, True),
        (True, False),
    }

    live.live_for(60)

    routes = live.read("after").texts
    assert "D*EX 0.0.0.0/0" in routes["lab-switch"]["show ip route"], "EIGRP on the users' VLAN is not moved"
    assert "172.16.1.0 255.255.255.0" in routes["edge-asa"]["show route"]


def test_the_naive_line_is_blocked_and_detours_local_traffic_when_forced(lab: Lab) -> None:
    """S0-07, S0-15: told beforehand with the way to insist; then ping lives and TCP dies of the detour."""
    story = calm(hairpin())
    story["workloads"].append(KEEPS_TRYING)
    live = lab("routing-sdm", story=story)
    assert live.observed(CONSOLE) == live.observed(PING) == COMPLETE
    words = ("plan", naive(live), "--flow", STORY_FLOW.replace(" ", ","))
    file = live.folder / "fix.plan"

    refused = live.bothways(*words, "-o", file)
    assert refused.code == 10
    assert "any-any: lab-switch: `permit ip any any` also catches packets to the switch's own addresses" in (
        refused.err
    )
    assert "--override any-any" in refused.err
    assert not file.exists()

    plan = live.json(*words, "--override", "any-any", "-o", file)["plan"]
    assert plan["overridden"] == ["any-any"]
    assert live.json("apply", file)["exit_code"] == 0

    assert live.observed(STORY_FLOW) == COMPLETE
    assert live.observed(PING) == COMPLETE
    assert live.observed(CONSOLE) == DEAD
    log = live.openssh("edge-asa", "show logging")
    assert f"inside:{OWN}/22" in log  # on a firewall that has no business with it
    live.live_for(60)
    said = live.openssh("edge-asa", "show route")
    assert "D        172.16.1.0 255.255.255.0" in said  # EIGRP is on the users' network, untouched


NEIGHBOUR = "172.16.1.2"
NEWS = [
    "interface Loopback0",
    " ip address 10.255.0.1 255.255.255.255",
    "router eigrp 100",
    " network 10.255.0.1 0.0.0.0",
]
"""Another network on the switch: it has something to tell its neighbours."""
GIVEN_UP_S = 95.0
"""The sixteenth time in vain, five seconds apart, and the next hello."""


def changed_neighbours(live: Live) -> list[str]:
    """What the switch logged of the router in the lab."""
    shown = live.openssh("lab-switch", "show logging")
    return [line for line in shown.splitlines() if f"Neighbor {NEIGHBOUR} (Vlan172)" in line]


@pytest.mark.parametrize("wide", [True, False], ids=["any-any", "shipped"])
def test_a_router_in_the_lab_loses_its_neighbour_to_permit_any_any_alone(lab: Lab, *, wide: bool) -> None:
    """S0-15: what the lint says of it beforehand, as believed, is seen; the shipped list leaves it alone."""
    live = lab("routing-sdm", "neighbour", story=calm(hairpin()))
    assert "172.20.0.0" in live.openssh("edge-asa", "show route")
    playbook = naive(live) if wide else "hairpin-return"
    words = ("plan", playbook, "--flow", STORY_FLOW.replace(" ", ","))
    file = live.folder / "fix.plan"
    told = live.bothways(*words, "-o", file)
    assert (f"believed: {NEIGHBOUR} on Vlan172 goes down" in told.err) is wide
    if wide:
        told = live.bothways(*words, "--override", "any-any", "-o", file)
    assert told.code == 2, told.err
    assert live.bothways("apply", file, "--wait", "1").code in {0, 24}
    assert live.observed(STORY_FLOW) == COMPLETE
    assert not any(" is down" in line for line in changed_neighbours(live))

    live.ask("edit", device="lab-switch", lines=NEWS)
    live.live_for(GIVEN_UP_S)

    lost = [line for line in changed_neighbours(live) if line.endswith("is down: retry limit exceeded")]
    assert bool(lost) is wide
    assert ("172.20.0.0" in live.openssh("edge-asa", "show route")) is not wide
    assert (NEIGHBOUR in live.openssh("lab-switch", "show ip route")) is not wide
