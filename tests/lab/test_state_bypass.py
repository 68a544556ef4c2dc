"""The fibre is cut: established connections come to the firewall in mid-stream, without and with a bypass."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from bothways.flow import Fate
from bothways.lab.frames import ACK, PSH, SYN, TCP, Packet
from bothways.lab.ledger import Why
from bothways.lab.world import Attempt, World

ASA = "mpls-asa"
SERVER = "10.10.0.20"
BYPASS = """\
access-list StatelessTraffic remark Outbound traffic
access-list StatelessTraffic extended permit tcp 10.10.0.0 255.255.255.0 10.40.0.0 255.255.255.0 log disable
access-list StatelessTraffic remark Inbound traffic
access-list StatelessTraffic extended permit tcp 10.40.0.0 255.255.255.0 10.10.0.0 255.255.255.0 log disable
class-map tcp_bypass
 match access-list StatelessTraffic
policy-map Inside-policy
 class tcp_bypass
  set connection timeout idle 0:15:00
  set connection advanced-options tcp-state-bypass
policy-map MPLS-policy
 class tcp_bypass
  set connection timeout idle 0:15:00
  set connection advanced-options tcp-state-bypass
service-policy Inside-policy interface Inside
service-policy MPLS-policy interface MPLS
""".splitlines()


def story(*variants: str) -> World:
    return World.from_story("state-bypass", variants)


def cut_under(world: World, client: str = "desk", server: str = "erp", port: int = 443) -> Attempt:
    """Open a connection over the fibre, let it live, cut the fibre; what became of it."""
    held = world.hold(client, server, port)
    assert held.call.result == "delivered"
    assert not world.asa(ASA).conns  # all of it went over the fibre
    world.run_for(12)
    return world.became(held.call, world.cut("fibre"))


def texts(world: World, number: int) -> list[str]:
    return [record.text for record in world.asa(ASA).log if record.tag.endswith(f"-{number}")]


def said(attempt: Attempt) -> tuple[Fate, str, int, str]:
    seen = attempt.testimony
    return seen.fate, seen.device, seen.packet, attempt.result


def denied_at_asa(world: World) -> list[Packet]:
    drops = world.ledger.drops
    return [row.packet for row in drops if row.where == ASA and row.why is Why.NO_CONNECTION]


def test_established_flow_dies_at_the_firewall_and_new_ones_live() -> None:
    """S2a-01: 106015 and tcp-not-syn for exactly the packets that came; a new SYN passes."""
    world = story()
    attempt = cut_under(world)
    assert said(attempt) == (Fate.NO_CONNECTION, ASA, 1, "silence")
    packets = denied_at_asa(world)
    assert packets
    assert {packet.flags for packet in packets} == {PSH | ACK}
    assert world.asa(ASA).asp_drops.frame["tcp-not-syn"] == len(packets)
    assert all("flags PSH ACK  on interface MPLS" in text for text in texts(world, 106015))
    assert not world.asa(ASA).conns
    assert world.connect("desk", "erp", 443).result == "delivered"


def test_a_bare_acknowledgement_is_denied_likewise() -> None:
    """S2a-01: the fibre goes while the client's ACK is under way to its router: flags ACK."""
    world = story()
    held = world.hold("desk", "erp", 443, every_s=600)
    answers = len(world.ledger.results)
    held.call.again()
    assert world.run_until(lambda: len(world.ledger.results) > answers)
    world.cut("fibre")
    world.run_for(0.5)
    assert (
        f"from 10.40.0.50/{held.call.quad.lport} to {SERVER}/443 flags ACK  on interface MPLS"
        in (texts(world, 106015)[0])
    )
    assert [packet.flags for packet in denied_at_asa(world)] == [ACK]


def test_the_inner_end_is_reset_when_it_speaks_first() -> None:
    """S2a-01: from Inside the packet is dropped too, and answered with a RST by default."""
    world = story()
    attempt = cut_under(world, "erp", "desk", 80)
    assert said(attempt) == (Fate.NO_CONNECTION, ASA, 1, "reset")
    assert world.asa(ASA).asp_drops.frame["tcp-not-syn"] == len(denied_at_asa(world)) == 1
    assert "flags PSH ACK  on interface Inside" in texts(world, 106015)[0]


@pytest.mark.parametrize(("client", "server", "port"), [("desk", "erp", 443), ("erp", "desk", 80)])
def test_bypass_before_the_cut_hides_it(client: str, server: str, port: int) -> None:
    """S2a-03: whichever end speaks first, its packet makes a connection with flag b, and 302303 says so."""
    world = story()
    assert world.edit(ASA, BYPASS) == [""] * len(BYPASS)
    attempt = cut_under(world, client, server, port)
    assert said(attempt) == (Fate.COMPLETE, "", 0, "delivered")
    (conn,) = world.asa(ASA).conns
    assert (conn.flags, conn.bypass) == ("b", True)
    assert str(conn.initiator.address) == str(world.host(client).address.ip)
    (built,) = texts(world, 302303)
    assert built.startswith("Built TCP state-bypass connection 1 from MPLS:10.40.0.50/")
    assert not texts(world, 106015)
    assert "tcp-not-syn" not in world.asa(ASA).asp_drops.frame


def test_bypass_behind_the_cut_revives_the_same_connection() -> None:
    """S2a-03: the client still retransmits: the same ports go on, and no SYN passes the firewall."""
    world = story()
    held = world.hold("desk", "erp", 443)
    cut_s = world.cut("fibre")
    assert said(world.became(held.call, cut_s))[0] is Fate.NO_CONNECTION
    world.edit(ASA, BYPASS)
    pushed_s = world.now
    assert said(world.became(held.call, pushed_s)) == (Fate.COMPLETE, "", 0, "delivered")
    assert not held.call.over
    bodies = [one.frame.body for one in world.wires["transit"].seen]
    segments = [one for one in bodies if isinstance(one, Packet) and one.protocol == TCP]
    assert segments
    assert not any(one.flags & SYN for one in segments)
    assert {one.dport for one in segments if str(one.source) == SERVER} == {held.call.quad.lport}


def test_access_list_still_denies_a_bypassed_flow() -> None:
    """S2a-04: 106023, not 106015: the bypass gives up the state check alone."""
    world = story("denied")
    world.edit(ASA, BYPASS)
    attempt = cut_under(world)
    assert said(attempt) == (Fate.ACL_DENIED, ASA, 1, "silence")
    assert 'by access-group "MPLS_in" [0x0, 0x0]' in texts(world, 106023)[0]
    assert not texts(world, 106015)
    assert not world.asa(ASA).conns


@pytest.mark.parametrize("how", ["fin", "rst"])
def test_bypassed_connection_stays_until_it_is_idle(how: str) -> None:
    """S2a-05: neither FIN nor RST ends it; a quarter of an hour of silence does."""
    world = story()
    world.edit(ASA, BYPASS)
    world.cut("fibre")
    desk = world.host("desk")
    call = desk.call(IPv4Address(SERVER), 443, keep=True)
    world.run_for(1)
    assert [conn.flags for conn in world.asa(ASA).conns] == ["b"]
    if how == "fin":
        assert call.tcb is not None
        call.tcb.close()
    else:
        world.host("erp").connections()[0].abort()
        world.host("erp").forget(world.host("erp").connections()[0].quad)
        call.again()
    world.run_for(5)
    assert call.over or how == "fin"
    (conn,) = world.asa(ASA).conns
    world.advance_to(conn.last_s + 900 - 0.1)
    assert len(world.asa(ASA).conns) == 1
    world.advance_to(conn.last_s + 900 + 0.1)
    assert not world.asa(ASA).conns
    assert texts(world, 302304)[0].startswith("Teardown TCP state-bypass connection 1 from MPLS:")


def test_without_a_class_timeout_the_hour_of_the_device_holds() -> None:
    """S2a-05: the idle time of a bypassed connection is what the device says, an hour unless told."""
    world = story()
    world.edit(ASA, [line for line in BYPASS if "timeout idle" not in line])
    world.cut("fibre")
    world.host("desk").call(IPv4Address(SERVER), 443, keep=True)
    world.run_for(1)
    assert [conn.idle_limit_s for conn in world.asa(ASA).conns] == [3600.0]


def test_mended_fibre_takes_the_flow_back() -> None:
    """S2a-01: the connection that hung goes on over the fibre once it is whole again."""
    world = story()
    held = world.hold("desk", "erp", 443)
    world.became(held.call, world.cut("fibre"))
    mended_s = world.cut("fibre", up=True)
    assert said(world.became(held.call, mended_s)) == (Fate.COMPLETE, "", 0, "delivered")
    assert not world.asa(ASA).conns
