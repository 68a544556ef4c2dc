"""IPsec over TCP through a firewall that puts segments in order: the first lost one is the last."""

from __future__ import annotations

import pytest

from bothways.flow import Fate
from bothways.lab.frames import ACK, TCP, Packet
from bothways.lab.held import Held
from bothways.lab.ledger import Why
from bothways.lab.world import Attempt, World

ASA, CLIENT, HEADEND = "office-asa", "10.30.0.21", "203.0.113.90"
BYPASS = f"""\
access-list CTCP extended permit tcp host {CLIENT} host {HEADEND} eq 10000
access-list CTCP extended permit tcp host {HEADEND} eq 10000 host {CLIENT}
class-map ctcp_bypass
 match access-list CTCP
policy-map inside-policy
 class ctcp_bypass
  set connection advanced-options tcp-state-bypass
service-policy inside-policy interface inside
""".splitlines()
DEAD = (Fate.PROXY_STALL, ASA, 7, "timeout")
WHOLE = (Fate.COMPLETE, "", 0, "delivered")
LOSSES = {"of the client": ("office", "laptop"), "of the headend": ("internet", "headend")}


def story(*variants: str) -> World:
    return World.from_story("ctcp", variants)


def session(world: World, port: int = 10000) -> Held:
    held = world.hold("laptop", "headend", port)
    assert held.call.result == "delivered"
    return held


def lost(world: World, held: Held, wire: str, sender: str, nth: int = 1) -> Attempt:
    return world.became(held.call, world.lose(wire, sender, nth))


def said(attempt: Attempt) -> tuple[Fate, str, int, str]:
    seen = attempt.testimony
    return seen.fate, seen.device, seen.packet, attempt.result


def test_without_loss_the_session_lives_through_the_proxy() -> None:
    """S4-01: a quarter of an hour, and `show conn` has the module's flag."""
    world = story()
    held = session(world)
    world.run_for(900)
    assert not held.call.over
    assert [conn.flags for conn in world.asa(ASA).conns] == ["XUIO"]
    assert not world.asa(ASA).asp_drops.frame


@pytest.mark.parametrize(("wire", "sender"), LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("variant", ["", "inspected"])
def test_one_lost_segment_kills_it(wire: str, sender: str, variant: str) -> None:
    """S4-01: whichever end's, and whether a module or an inspection looks: dead within the minute."""
    world = story(*filter(None, [variant]))
    assert said(lost(world, session(world), wire, sender)) == DEAD
    assert world.asa(ASA).asp_drops.frame["tcp-buffer-timeout"] > 1
    assert [row.why for row in world.ledger.drops if row.where == wire] == [Why.LOST]


def test_the_firewall_asks_in_the_name_of_the_peer_and_nobody_answers() -> None:
    """S4-01: ACKs of the headend that it never sent, all for the lost segment, which never comes again."""
    world = story()
    held = session(world)
    lost(world, held, "office", "laptop")
    (gap,) = world.wires["office"].lost
    bodies = [one.frame.body for one in world.wires["office"].seen]
    segments = [one for one in bodies if isinstance(one, Packet) and one.protocol == TCP]
    asked = [one for one in segments if str(one.source) == HEADEND and one.ack == gap.seq and not one.data]
    assert len(asked) > 1
    assert {one.flags for one in asked} == {ACK}
    assert [one.seq for one in segments if str(one.source) == CLIENT].count(gap.seq) == 1
    later = [one for one in segments if str(one.source) == CLIENT and one.data and one.seq != gap.seq]
    assert len(later) > 2  # new data continues


@pytest.mark.parametrize(("wire", "sender"), LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("cure", ["no-proxy", "bypass"])
def test_without_proxy_or_with_a_bypass_the_same_loss_is_survived(cure: str, wire: str, sender: str) -> None:
    """S4-01, S4-03: the ends go on without what was lost."""
    world = story(*(["no-proxy"] if cure == "no-proxy" else []))
    if cure == "bypass":
        assert world.edit(ASA, BYPASS) == [""] * len(BYPASS)
    held = session(world)
    assert said(lost(world, held, wire, sender, nth=3)) == WHOLE
    assert [conn.flags for conn in world.asa(ASA).conns] == ["UIO" if cure == "no-proxy" else "b"]
    assert not world.asa(ASA).asp_drops.frame


@pytest.mark.parametrize(("wire", "sender"), LOSSES.values(), ids=LOSSES)
def test_tcp_proper_survives_the_loss_through_the_proxy(wire: str, sender: str) -> None:
    """S4-01: who sends again what was lost has no trouble: the cause is cTCP, not the loss alone."""
    world = story()
    assert said(lost(world, session(world, 443), wire, sender)) == WHOLE
    assert not [row for row in world.ledger.drops if row.why is Why.BEHIND_GAP]


def test_a_fast_sender_fills_the_queue() -> None:
    """S4-02: three segments wait; the fourth finds no room: tcp-buffer-full."""
    world = story()
    held = world.hold("laptop", "headend", 10000, every_s=1.0)
    assert said(lost(world, held, "office", "laptop")) == DEAD
    drops = world.asa(ASA).asp_drops.frame
    assert drops["tcp-buffer-full"] > 1
    assert drops["tcp-buffer-timeout"] > 1
