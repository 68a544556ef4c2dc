"""What cures the hairpin story, what seems to, and what breaks with the cure."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network

import pytest

from bothways.flow import Fate
from bothways.lab.frames import TCP, Packet
from bothways.lab.world import World

MakeWorld = Callable[..., World]
LAB = IPv4Network("172.16.1.0/24")
MISMATCH = "%PLATFORM_PBR-4-SDM_MISMATCH: PBR requires sdm template routing"


def test_host_route_cures_one_host_alone(hairpin: MakeWorld) -> None:
    """S0-03: neither ASA nor 3560 is touched."""
    world = hairpin()
    world.host("workstation").add_route(LAB, IPv4Address("10.12.0.254"))
    attempt = world.connect("workstation", "cimc", 443)
    assert (attempt.result, attempt.testimony.fate) == ("delivered", Fate.COMPLETE)
    assert not world.asa().conns
    assert world.connect("vcenter", "cimc", 443).result == "timeout"


@pytest.mark.parametrize("mechanism", [(), ("ack",)], ids=["randomised", "not-randomised"])
def test_policy_route_brings_the_answer_back(
    hairpin: MakeWorld, policy_route: list[str], mechanism: tuple[str, ...]
) -> None:
    """S0-14, S0-20: on the routing template PBR cures both mechanisms; flags `UIOB` between two insides."""
    world = hairpin("routing-sdm", *mechanism)
    assert world.edit("lab-switch", policy_route) == [""] * len(policy_route)
    call = world.host("workstation").call(IPv4Address("172.16.1.18"), 443, keep=True)
    world.run_for(1)
    assert call.result == "delivered"
    assert [conn.flags for conn in world.asa().conns] == ["UIOB"]
    assert world.ping("workstation", "cimc", 3).received == 3
    assert world.connect("cimc", "vcenter", 80).testimony.fate is Fate.COMPLETE  # S0-23


def test_connection_states_from_syn_to_fin(hairpin: MakeWorld, policy_route: list[str]) -> None:
    """S0-20: SaAB, aB, UB, UIB, UIOB as the packets pass, and gone behind both FINs."""
    world = hairpin("routing-sdm")
    world.edit("lab-switch", policy_route)
    seen: list[str] = []
    caller = world.host("workstation")
    caller.call(IPv4Address("172.16.1.18"), 443)

    def gone() -> bool:
        flags = [conn.flags for conn in world.asa().conns]
        if flags and flags != seen[-1:]:
            seen.extend(flags)
        return bool(seen) and not flags

    assert world.run_until(gone)
    assert seen[:5] == ["SaAB", "aB", "UB", "UIB", "UIOB"]
    assert all("F" in flags for flags in seen[5:])
    assert world.asa().log[-1].line.endswith("TCP FINs from inside")


def test_mismatched_template_is_said_to_the_log_only(hairpin: MakeWorld, policy_route: list[str]) -> None:
    """S0-17: an empty answer, no `ip policy` in the configuration, a message in the buffer."""
    world = hairpin()
    world.advance_to(313.767)
    assert world.edit("lab-switch", policy_route) == [""] * len(policy_route)
    assert "ip policy" not in world.switch().running_text()
    assert world.switch().log_buffer[-1].line == f"*Mar  1 00:05:13.767: {MISMATCH}"
    assert world.connect("workstation", "cimc", 443).testimony.fate is Fate.ISN_MISMATCH


def test_template_waits_for_the_reload(hairpin: MakeWorld, policy_route: list[str]) -> None:
    """S0-18: stored outside the configuration, active after the reload, which loses what was not saved."""
    world = hairpin()
    switch = world.switch()
    before = switch.running_text()
    answer = switch.configure((), "sdm prefer routing")
    assert answer == (
        "Changes to the running SDM preferences have been stored, but cannot take effect until the next "
        "reload.\nUse 'show sdm prefer' to see what SDM preference is currently active."
    )
    assert switch.running_text() == before
    assert (switch.sdm_active, switch.sdm_next, switch.modified) == ("default", "routing", False)
    switch.configure((), "hostname FORGOTTEN")
    assert switch.modified
    switch.reload()
    world.run_for(60)
    assert not switch.up
    assert not any(route.source == "eigrp" for route in world.asa().routes())
    assert world.ping("workstation", "cimc", 1).received == 0
    world.run_for(130)
    assert (switch.up, switch.sdm_active, switch.hostname) == (True, "routing", "DC_LAB_SWITCH")
    world.run_for(10)
    world.edit("lab-switch", policy_route)
    assert world.connect("workstation", "cimc", 443).result == "delivered"


def test_removing_the_list_first_catches_everything(hairpin: MakeWorld, policy_route: list[str]) -> None:
    """S0-14: a route map whose list is gone matches all, the switch's own address included (believed)."""
    world = hairpin("routing-sdm")
    world.edit("lab-switch", policy_route)
    assert world.ping("cimc", "172.16.1.1", 1).received == 1
    hops = _through_asa(world)
    assert world.edit("lab-switch", ["no ip access-list extended RETURN"]) == [""]
    world.ping("cimc", "172.16.1.1", 1)
    assert _through_asa(world) == hops + 1


def test_removal_in_reverse_order_leaves_nothing(hairpin: MakeWorld, policy_route: list[str]) -> None:
    """S0-14: unbind, then the route map, then the list: the configuration is what it was."""
    world = hairpin("routing-sdm")
    before = world.switch().running_text()
    world.edit("lab-switch", policy_route)
    assert world.switch().running_text() != before
    undo = [
        "interface Vlan172",
        " no ip policy route-map FIX_ROUTING",
        "no route-map FIX_ROUTING permit 10",
        "no ip access-list extended RETURN",
    ]
    assert world.edit("lab-switch", undo) == [""] * 4
    assert world.switch().running_text() == before
    assert world.connect("workstation", "cimc", 443).testimony.fate is Fate.ISN_MISMATCH


def test_packets_to_the_switch_itself_are_policy_routed_too(hairpin: MakeWorld) -> None:
    """S0-15: `permit ip any any` also catches the switch's own address, which then answers by a detour."""
    world = hairpin("routing-sdm")
    world.edit(
        "lab-switch",
        [
            "access-list 101 permit ip any any",
            "route-map FIX_ROUTING permit 10",
            " match ip address 101",
            " set ip next-hop 10.12.0.1",
            "interface Vlan172",
            " ip policy route-map FIX_ROUTING",
        ],
    )
    hops = _through_asa(world)
    world.ping("cimc", "172.16.1.1", 1)
    assert _through_asa(world) == hops + 1


def test_next_hop_that_nobody_is_leaves_normal_routing(hairpin: MakeWorld, policy_route: list[str]) -> None:
    """S0-16: an unresolved next hop changes nothing: still asymmetric."""
    world = hairpin("routing-sdm")
    nobody = [line.replace("next-hop 10.12.0.1", "next-hop 10.12.0.77") for line in policy_route]
    world.edit("lab-switch", nobody)
    assert world.connect("workstation", "cimc", 443).testimony.fate is Fate.ISN_MISMATCH


def test_state_bypass_cures_both_directions(hairpin: MakeWorld, state_bypass: list[str]) -> None:
    """S0-21, S0-23: flag `b`, 302303, numbers untouched, no removal behind FINs."""
    world = hairpin()
    assert world.edit("edge-asa", state_bypass) == [""] * len(state_bypass)
    assert world.connect("workstation", "cimc", 443).testimony.fate is Fate.COMPLETE
    assert world.connect("cimc", "vcenter", 80).testimony.fate is Fate.COMPLETE
    world.run_for(60)
    assert [conn.flags for conn in world.asa().conns] == ["b", "b"]
    built = [record for record in world.asa().log if record.tag == "ASA-6-302303"]
    assert "Built TCP state-bypass connection 1 from inside:10.12.0.130/" in built[0].line
    assert "Built TCP state-bypass connection 2 from inside:10.12.0.5/80 " in built[1].line
    world.run_for(15 * 60)
    assert not world.asa().conns
    assert sum(record.tag == "ASA-6-302304" for record in world.asa().log) == 2


_PAT = """\
object network HAIRPIN-USERS
 subnet 10.12.0.0 255.255.255.0
 nat (inside,inside) dynamic interface
""".splitlines()


@pytest.mark.parametrize("mechanism", [(), ("ack",)], ids=["randomised", "not-randomised"])
def test_source_translation_brings_the_answer_back(hairpin: MakeWorld, mechanism: tuple[str, ...]) -> None:
    """S0-21: the server sees the firewall alone; conn, xlate and 305011 name both ends; `UIOB`."""
    world = hairpin(*mechanism)
    assert world.edit("edge-asa", _PAT) == [""] * len(_PAT)
    call = world.host("workstation").call(IPv4Address("172.16.1.18"), 443, keep=True)
    world.run_for(1)
    assert call.result == "delivered"
    (conn,) = world.asa().conns
    assert (conn.flags, str(conn.initiator.address)) == ("UIOB", "10.12.0.130")
    assert str(conn.initiator_mapped) == f"inside:10.12.0.1/{conn.initiator.port}"
    (one,) = world.asa().firewall.xlates
    assert (str(one.real.address), str(one.mapped.address)) == ("10.12.0.130", "10.12.0.1")
    texts = [record.text for record in world.asa().log]
    assert any(text.startswith("Built dynamic TCP translation from inside:10.12.0.130/") for text in texts)
    frames = [one.frame.body for one in world.wires["lab"].seen]
    segments = [body for body in frames if isinstance(body, Packet) and body.protocol == TCP]
    assert {str(body.source) for body in segments} == {"10.12.0.1", "172.16.1.18"}
    assert not [row for row in world.ledger.drops if row.where == "edge-asa"]


def test_source_translation_leaves_the_rest_as_it_was(hairpin: MakeWorld) -> None:
    """S0-21, S0-23: the outside sees users as before, pings live, and what the lab opens still dies."""
    world = hairpin()
    world.edit("edge-asa", _PAT)
    assert world.connect("workstation", "203.0.113.80", 443).testimony.fate is Fate.COMPLETE
    outside = [one.frame.body for one in world.wires["outside"].seen]
    assert "10.12.0.130" in {str(body.source) for body in outside if isinstance(body, Packet)}
    assert world.ping("workstation", "cimc", 2).received == 2
    assert world.ping("cimc", "workstation", 2).received == 2
    died = world.connect("cimc", "vcenter", 80).testimony
    assert (died.fate, died.device, died.packet) == (Fate.NO_CONNECTION, "edge-asa", 2)


@pytest.mark.parametrize("inspected", [True, False])
def test_source_translation_needs_inspection_for_tftp(hairpin: MakeWorld, *, inspected: bool) -> None:
    """S0-21: the server answers the firewall from a port of its own: only an inspection waits for that."""
    world = hairpin()
    world.edit("edge-asa", _PAT)
    if not inspected:
        world.edit("edge-asa", ["policy-map global_policy", " class inspection_default", "  no inspect tftp"])
    fetched = world.tftp("vcenter", "tftp")
    assert fetched.result == ("delivered" if inspected else "timeout")
    ports = {conn.responder.port for conn in world.asa().conns}
    assert ports == ({69, fetched.server_port} if inspected else {69})
    world.run_for(180)
    assert not list(world.asa().firewall.xlates)
    assert not world.asa().conns


def test_source_translation_is_taken_back_without_a_trace(hairpin: MakeWorld) -> None:
    """S0-21: rule, then object: the configuration is what it was, and so is the fault."""
    world = hairpin()
    before = world.asa().running_text()
    world.edit("edge-asa", _PAT)
    assert world.asa().running_text() != before
    undo = [_PAT[0], f" no {_PAT[2].strip()}", f"no {_PAT[0]}"]
    assert world.edit("edge-asa", undo) == [""] * 3
    assert world.asa().running_text() == before
    assert world.connect("workstation", "cimc", 443).testimony.fate is Fate.ISN_MISMATCH


def test_old_connections_keep_the_old_policy(hairpin: MakeWorld, state_bypass: list[str]) -> None:
    """S0-21: the same client port hangs until its entry is cleared."""
    world = hairpin("delta-below")
    world.host("workstation").call(IPv4Address("172.16.1.18"), 443, 50001)
    world.run_for(2)
    world.edit("edge-asa", state_bypass)
    world.run_for(2)
    assert [conn.flags for conn in world.asa().conns] == ["SaAB"]
    assert world.asa().clear_conns(lambda conn: conn.initiator.port == 50001) == 1
    assert world.asa().clear_conns(lambda conn: conn.initiator.port == 50001) == 0
    assert world.connect("workstation", "cimc", 443, 50002).result == "delivered"


def test_switching_randomisation_off_alone_cures_nothing(hairpin: MakeWorld) -> None:
    """S0-11: the plausible wrong cure moves the death from packet 2 to packet 3."""
    world = hairpin()
    assert world.connect("workstation", "cimc", 443).testimony.packet == 2
    world.edit(
        "edge-asa",
        [
            "policy-map global_policy",
            " class class-default",
            "  set connection random-sequence-number disable",
        ],
    )
    assert world.connect("workstation", "cimc", 443).testimony.packet == 3


def test_interface_policy_shadows_the_global_one_of_its_kind(
    hairpin: MakeWorld, state_bypass: list[str]
) -> None:
    """S0-21: with `set connection timeout` on inside the global class no longer counts there."""
    world = hairpin("ack")
    lines = [line for line in state_bypass if "tcp-state-bypass" not in line]
    world.edit("edge-asa", lines)
    assert world.connect("workstation", "cimc", 443).testimony.fate is Fate.ISN_MISMATCH


def test_host_with_its_own_route_breaks_under_the_policy_route(
    hairpin: MakeWorld, policy_route: list[str]
) -> None:
    """S0-24: its SYN goes direct, the SYN/ACK is policy routed into an ASA that knows nothing."""
    world = hairpin("routing-sdm")
    world.host("workstation").add_route(LAB, IPv4Address("10.12.0.254"))
    assert world.connect("workstation", "cimc", 443).result == "delivered"
    world.edit("lab-switch", policy_route)
    said = world.connect("workstation", "cimc", 443).testimony
    assert (said.fate, said.device, said.packet) == (Fate.NO_CONNECTION, "edge-asa", 2)


def test_inside_list_is_walked_for_the_lab_as_source(hairpin: MakeWorld, policy_route: list[str]) -> None:
    """S0-24: behind the policy route what the lab opens goes through the inside list, too."""
    world = hairpin("routing-sdm")
    world.edit("lab-switch", policy_route)
    world.edit(
        "edge-asa",
        [
            "access-list IN extended permit ip 10.12.0.0 255.255.255.0 any",
            "access-group IN in interface inside",
        ],
    )
    assert world.connect("workstation", "cimc", 443).result == "delivered"
    attempt = world.connect("cimc", "vcenter", 80)
    said = attempt.testimony
    assert (said.fate, said.device, said.packet) == (Fate.ACL_DENIED, "edge-asa", 1)
    assert attempt.result == "refused"  # service resetoutbound answers what a list denies
    denied = f"Deny tcp src inside:172.16.1.18/{attempt.client_port} dst inside:10.12.0.5/80 by access-group"
    assert f'{denied} "IN" [0x0, 0x0]' in world.asa().log[-1].line


def test_pulled_cable_is_link_down_then_no_route(hairpin: MakeWorld) -> None:
    """The witness knows a dead link, and all is well again behind it."""
    world = hairpin()
    world.ping("workstation", "cimc", 1)
    world.link("users", "lab-switch", up=False)
    said = world.connect("workstation", "cimc", 443).testimony
    assert (said.fate, said.device, said.packet) == (Fate.LINK_DOWN, "edge-asa", 1)
    world.link("users", "lab-switch", up=True)
    world.run_for(10)
    assert world.ping("workstation", "cimc", 1).received == 1


def _through_asa(world: World) -> int:
    """ICMP connections that the ASA built so far."""
    return world.asa().firewall.built
