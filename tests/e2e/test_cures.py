"""The cures on live devices: planned, applied, seen by the hosts, taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from bothways.diagnosis import trace
from bothways.fixes.menu import menu
from bothways.fixes.menu_item import MenuItem
from bothways.flow import Flow
from bothways.rules import diagnose

from .live import (
    CIMC,
    DEVICES,
    STORY_FLOW,
    TFTP,
    VCENTER,
    WEB,
    WORKSTATION,
    Lab,
    Live,
    Story,
    calm,
    commands_of,
    hairpin,
    lints,
    plan_words,
)
from .live import lab as running

COMPLETE = ("complete", "", 0)
PRINTER = "10.12.0.60"
PRINTER_FLOW = f"{PRINTER} {CIMC} tcp/443"
INTRA = "same-security-traffic permit intra-interface"
INTER = "same-security-traffic permit inter-interface"
POLICY_ROUTE = [
    "ip access-list extended RETURN-VLAN172",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.0 0.0.0.127",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.128 0.0.0.63",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.192 0.0.0.31",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.224 0.0.0.15",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.240 0.0.0.7",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.248 0.0.0.3",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.252 0.0.0.1",
    "permit ip 172.16.1.0 0.0.0.255 host 10.12.0.255",
    "route-map FIX_ROUTING permit 10",
    "match ip address RETURN-VLAN172",
    "set ip next-hop 10.12.0.1",
    "interface Vlan172",
    "ip policy route-map FIX_ROUTING",
]


def office() -> Story:
    """The story before any permit, with a printer behind the switch alone, and a user who keeps trying."""
    story = calm(hairpin())
    asa = story["devices"]["edge-asa"]
    asa["startup"] = asa["startup"].replace(INTRA, INTER)
    story["hosts"]["printer"] = {
        "address": f"{PRINTER}/24",
        "wire": "users",
        "mac": "0050.56a0.0060",
        "gateway": "10.12.0.254",
    }
    story["workloads"] += [
        {"kind": "ping", "client": "printer", "server": CIMC, "every_s": 20, "first_s": 21},
        {"kind": "hold", "client": "workstation", "server": CIMC, "port": 443, "every_s": 5, "first_s": 22},
    ]
    return story


@dataclass(frozen=True)
class Cured:
    """A lab that the product cured, and what was known on the way.

    Attributes:
        before: the running configurations.
        printer_before: what the printer got before.
    """

    live: Live
    before: dict[str, list[str]]
    printer_before: tuple[str, str, int]
    plan: dict[str, Any]
    applied: dict[str, Any]


def cure(live: Live, *playbook: str) -> Cured:
    """Declare the printer, plan and apply."""
    before = {device: live.running_config(device) for device in DEVICES}
    printer = live.observed(PRINTER_FLOW)
    declared = f"hosts:\n  printer: {{address: {PRINTER}, gateway: 10.12.0.254}}\n"
    (live.folder / "inventory" / "topology.yaml").write_text(declared)
    file = live.folder / "fix.plan"
    plan = live.json(*plan_words(STORY_FLOW, *playbook), "-o", file)["plan"]
    return Cured(live, before, printer, plan, live.json("apply", file))


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cured]:
    with running(tmp_path_factory.mktemp("r") / "lab", "routing-sdm", story=office()) as live:
        yield cure(live)


@pytest.fixture(scope="module")
def bypassed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cured]:
    with running(tmp_path_factory.mktemp("b") / "lab", story=office()) as live:
        yield cure(live, "hairpin-bypass")


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cured]:
    with running(tmp_path_factory.mktemp("h") / "lab", story=office()) as live:
        yield cure(live, "hairpin-pat")


def test_the_policy_route_is_pushed_in_the_order_of_its_parts(returned: Cured) -> None:
    """S0-05, S0-14, S0-19: permit, list, route map, binding; no template phases; undo in reverse."""
    assert commands_of(returned.plan) == [[INTRA], POLICY_ROUTE]
    assert returned.applied["exit_code"] == 0
    typed = {device: returned.live.configured(device) for device in DEVICES}
    assert [line for line in typed["edge-asa"] if line != "end"] == [INTRA]
    assert [line for line in typed["lab-switch"] if line not in ("exit", "end")] == POLICY_ROUTE
    undo = [line["text"] for line in returned.plan["steps"][1]["undo"]]
    assert undo == [
        "no ip policy route-map FIX_ROUTING",
        "no route-map FIX_ROUTING permit 10",
        "no ip access-list extended RETURN-VLAN172",
    ]


def test_the_list_covers_the_users_and_no_address_of_the_switch(returned: Cured) -> None:
    """S0-15, S0-16: eight permits, 255 addresses, without .254; bound only where the replies come in."""
    shown = returned.live.running_config("lab-switch")
    entries = [line.split() for line in shown if line.startswith(" permit ip 172.16.1.0 0.0.0.255 ")]
    networks = [_network(words[4:]) for words in entries]
    assert len(networks) == 8
    covered = {address for network in networks for address in network}
    assert covered == set(IPv4Network("10.12.0.0/24")) - {IPv4Address("10.12.0.254")}
    at = shown.index(" ip policy route-map FIX_ROUTING")
    section = [line for line in shown[:at] if line.startswith("interface ")][-1]
    assert section == "interface Vlan172"
    assert [line.strip() for line in shown].count("ip policy route-map FIX_ROUTING") == 1


def test_what_the_policy_route_moves_and_breaks_is_said_before(returned: Cured) -> None:
    """S0-15, S0-24: the printer is named three times: never seen, declared, and walked."""
    assert returned.printer_before == COMPLETE
    warned = lints(returned.plan, "warning")
    assert sorted(warned) == ["flow-broken", "other-gateway", "own-route"]
    assert all(PRINTER in text for text in warned.values())
    assert "no-connection" in warned["flow-broken"]
    assert "replies to 1 host in ARP" in lints(returned.plan, "note")["hosts-moved"]


@pytest.mark.parametrize(
    ("flow", "verdict"),
    [
        (STORY_FLOW, COMPLETE),
        (f"{WORKSTATION} {CIMC} tcp/80", COMPLETE),
        (f"{WORKSTATION} {CIMC} icmp", COMPLETE),
        (f"{TFTP} {VCENTER} udp/69", COMPLETE),
        (f"{CIMC} {VCENTER} tcp/80", COMPLETE),
        (PRINTER_FLOW, ("no-connection", "edge-asa", 2)),
    ],
)
def test_behind_the_policy_route(returned: Cured, flow: str, verdict: tuple[str, str, int]) -> None:
    """S0-20, S0-23, S0-24: web pages open, the lab may call; who had a route of his own is cut off."""
    assert returned.live.predicted(flow) == verdict
    assert returned.live.observed(flow) == verdict


def test_the_connection_has_seen_both_directions(returned: Cured) -> None:
    """S0-20: `UIOB` by the lab's own table and by `show conn`; symmetric, with the price of the extra hop."""
    (conn,) = [conn for conn in returned.live.conns(WORKSTATION, CIMC) if conn["bytes"]]
    assert conn["flags"] == "UIOB"
    client = conn["initiator"].split("/")[1]
    shown = returned.live.openssh("edge-asa", "show conn")
    (line,) = [line for line in shown.splitlines() if f"{WORKSTATION}:{client} " in line]
    assert line.rstrip().endswith("flags UIOB")

    said = returned.live.json("diagnose", *STORY_FLOW.split())

    assert (said["exit_code"], said["findings"]) == (0, [])
    there, back = said["packets"][:2]
    assert (there["path"], back["path"]) == (["edge-asa", "lab-switch"], ["lab-switch", "edge-asa"])
    assert not [remark for remark in said["remarks"] if "only one direction" in remark]
    assert any("1 to 2 ms" in remark for remark in said["remarks"])


def test_planning_again_finds_nothing_to_change(returned: Cured) -> None:
    """S0-05, X-06: exit 0, no step; applying that plan types nothing."""
    live, file = returned.live, returned.live.folder / "again.plan"
    typed = {device: live.configured(device) for device in DEVICES}
    again = live.json(*plan_words(), "-o", file)
    assert (again["exit_code"], again["plan"]["steps"]) == (0, [])
    assert live.bothways("apply", file).code == 0
    assert {device: live.configured(device) for device in DEVICES} == typed


def test_state_bypass_lets_both_directions_live(bypassed: Cured) -> None:
    """S0-05, S0-21, S0-23: flag `b`, users and lab may call, the price is said; the printer is left alone."""
    live = bypassed.live
    assert bypassed.applied["exit_code"] == 0
    entries = [line for line in commands_of(bypassed.plan)[1] if " extended " in line]
    users, servers = "10.12.0.0 255.255.255.0", "172.16.1.0 255.255.255.0"
    assert entries == [
        f"access-list StatelessTraffic extended permit tcp {users} {servers} log disable",
        f"access-list StatelessTraffic extended permit tcp {servers} {users} log disable",
    ]
    assert "no application inspection" in lints(bypassed.plan, "warning")["security-lowered"]
    for flow in (STORY_FLOW, f"{CIMC} {VCENTER} tcp/80", PRINTER_FLOW):
        assert live.predicted(flow) == COMPLETE, flow
        assert live.observed(flow) == COMPLETE, flow
    assert {conn["flags"] for conn in live.conns(WORKSTATION, CIMC)} == {"b"}
    assert live.json(*plan_words(STORY_FLOW, "hairpin-bypass"))["plan"]["steps"] == []


def test_source_translation_brings_the_replies_back(hidden: Cured) -> None:
    """S0-21, S0-05: three lines behind the permit; both directions pass, and the price is said."""
    live = hidden.live
    assert hidden.applied["exit_code"] == 0
    assert commands_of(hidden.plan) == [
        [INTRA],
        [
            "object network HAIRPIN-USERS",
            "subnet 10.12.0.0 255.255.255.0",
            "nat (inside,inside) dynamic interface",
        ],
    ]
    assert [line["text"] for line in hidden.plan["steps"][1]["undo"]] == [
        "no nat (inside,inside) dynamic interface",
        "no object network HAIRPIN-USERS",
    ]
    warned = lints(hidden.plan, "warning")
    assert sorted(warned) == ["clients-hidden", "opened-from-there"]
    assert "172.16.1.0/24 sees 10.12.0.1 in place of 10.12.0.0/24" in warned["clients-hidden"]
    others = (f"{WORKSTATION} {CIMC} icmp", f"{WORKSTATION} {WEB} tcp/443", f"{VCENTER} {TFTP} udp/69")
    for flow in (STORY_FLOW, PRINTER_FLOW, *others):
        assert live.predicted(flow) == COMPLETE, flow
        assert live.observed(flow) == COMPLETE, flow
    assert {conn["flags"] for conn in live.conns(WORKSTATION, CIMC) if conn["bytes"]} == {"UIOB"}
    shown = live.openssh("edge-asa", "show xlate")
    assert re.search(r"TCP PAT from inside:10\.12\.0\.130/(\d+) to inside:10\.12\.0\.1/\1 flags ri ", shown)


def test_source_translation_does_not_cure_what_the_lab_opens(hidden: Cured) -> None:
    """S0-21, S0-23: predicted, observed, and a plan for it refused with the reason."""
    live, flow = hidden.live, f"{CIMC} {VCENTER} tcp/80"
    assert live.predicted(flow) == live.observed(flow) == ("no-connection", "edge-asa", 2)
    ran = live.bothways(*plan_words(flow, "hairpin-pat"))
    assert ran.code != 0
    assert "its SYN goes past edge-asa" in ran.errors[0]


def test_source_translation_planned_again_changes_nothing(hidden: Cured) -> None:
    """S0-21, X-06: exit 0, no step, nothing typed."""
    live, file = hidden.live, hidden.live.folder / "again.plan"
    typed = {device: live.configured(device) for device in DEVICES}
    again = live.json(*plan_words(STORY_FLOW, "hairpin-pat"), "-o", file)
    assert (again["exit_code"], again["plan"]["steps"]) == (0, [])
    assert live.bothways("apply", file).code == 0
    assert {device: live.configured(device) for device in DEVICES} == typed


@pytest.mark.parametrize("cured", ["returned", "bypassed", "hidden"])
def test_taking_it_back_leaves_what_was(cured: str, request: pytest.FixtureRequest) -> None:
    """S0-05, S0-14, X-02: the configurations are what they were, line for line; the other permit stays."""
    done: Cured = request.getfixturevalue(cured)
    live = done.live
    during = live.running_config("edge-asa")
    assert (during.count(INTRA), during.count(INTER)) == (1, 1)

    live.live_for(180.0)  # others who turned around on the permit are gone by then: they would bar the way
    ran = live.bothways("rollback", done.applied["run"])

    assert ran.code == 0, ran.out
    for device in DEVICES:
        assert live.running_config(device) == done.before[device]
    assert (done.before["edge-asa"].count(INTRA), done.before["edge-asa"].count(INTER)) == (0, 1)
    assert live.predicted(STORY_FLOW) == ("intra-interface-denied", "edge-asa", 1)
    assert live.observed(STORY_FLOW) == ("intra-interface-denied", "edge-asa", 1)
    assert "rolled back" in live.bothways("runs").out


def test_the_inside_list_and_the_next_hop_count_behind_the_policy_route(lab: Lab) -> None:
    """S0-16, S0-24: the lab as source meets the inside list; without its next hop it is asymmetric again."""
    live = lab("routing-sdm")
    sections = ("ip access-list", "route-map", "interface")
    typed = [line if line.startswith(sections) else f" {line}" for line in POLICY_ROUTE]
    assert set(live.ask("edit", device="lab-switch", lines=typed)["answers"]) == {""}
    live.ask(
        "edit",
        device="edge-asa",
        lines=[
            "ip verify reverse-path interface inside",
            "access-list IN extended permit ip 10.12.0.0 255.255.255.0 any",
            "access-group IN in interface inside",
        ],
    )
    for flow, verdict in {
        STORY_FLOW: COMPLETE,
        f"{CIMC} {VCENTER} tcp/80": ("acl-denied", "edge-asa", 1),
    }.items():
        assert live.predicted(flow) == verdict
        assert live.observed(flow) == verdict

    nobody = ["route-map FIX_ROUTING permit 10", "no set ip next-hop 10.12.0.1", "set ip next-hop 10.12.0.77"]
    assert set(live.ask("edit", device="lab-switch", lines=nobody)["answers"]) == {""}

    said = live.json("diagnose", *STORY_FLOW.split())
    assert (said["fate"], said["at"]["packet"]) == ("isn-mismatch", 2)
    (why,) = [finding for finding in said["findings"] if finding["id"] == "pbr-ineffective"]
    assert (why["device"], "10.12.0.77" in why["sentence"]) == ("lab-switch", True)
    assert live.observed(STORY_FLOW) == ("isn-mismatch", WORKSTATION, 2)


def test_a_host_route_as_advised_cures_its_host_and_touches_no_device(tmp_path: Path) -> None:
    """S0-03: the advice is typed on the emulated workstation as it stands; the other host still hangs."""
    with running(tmp_path / "one", story=calm(hairpin())) as live:
        advice = _menu(live)["host-routes"].text.splitlines()
    hosts = [line.split()[1].rstrip(",") for line in advice if line.startswith("# 10.")]
    assert hosts == [VCENTER, WORKSTATION]
    assert all("not pushed by us" in line for line in advice if line.startswith("#"))
    assert advice.count("route -p add 172.16.1.0 mask 255.255.255.0 10.12.0.254") == 2
    (linux,) = {line for line in advice if line.startswith("ip route add ")}
    network, hop = re.fullmatch(r"ip route add (\S+) via (\S+)", linux).groups()  # type: ignore[union-attr]
    story = calm(hairpin())
    story["hosts"]["workstation"]["routes"] = {network: hop}

    with running(tmp_path / "two", story=story) as live:
        assert live.observed(STORY_FLOW) == COMPLETE
        assert live.conns(WORKSTATION, CIMC) == []
        assert live.observed(f"{VCENTER} {CIMC} tcp/443") == ("isn-mismatch", VCENTER, 2)
        assert [live.typed(device) for device in DEVICES] == [[], []]
        declared = f"hosts:\n  workstation: {{address: {WORKSTATION}, gateway: {hop}}}\n"
        (live.folder / "inventory" / "topology.yaml").write_text(declared)
        assert live.predicted(STORY_FLOW) == COMPLETE


def test_another_interface_is_refused_with_the_licence_line(lab: Lab) -> None:
    """S0-04: the reason is the line that the device prints."""
    live = lab()
    shown = live.openssh("edge-asa", "show version")
    (licence,) = [" ".join(line.split()) for line in shown.splitlines() if line.startswith("VLANs ")]
    assert licence == "VLANs : 3 DMZ Restricted"
    item = _menu(live)["extra-interface"]
    assert (item.available, item.text) == (False, "")
    assert licence in item.reason


def _menu(live: Live) -> dict[str, MenuItem]:
    snapshot = live.read().snapshot
    walked = trace(snapshot, Flow.parse(STORY_FLOW))
    return {item.name: item for item in menu(snapshot, walked, diagnose(snapshot, walked))}


def _network(words: list[str]) -> IPv4Network:
    """`host A`, or an address with its wildcard."""
    if words[0] == "host":
        return IPv4Network(words[1])
    return IPv4Network(f"{words[0]}/{IPv4Address(int(IPv4Address(words[1])) ^ 0xFFFFFFFF)}")
