"""A firewall loses a connection: the server's FIN is answered in the client's name, and the client hangs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.flow import Fate
from bothways.lab.frames import ACK, FIN, RST, TCP, Packet
from bothways.lab.ledger import Why
from bothways.lab.world import Attempt, World

ASA = "app-asa"
CALLED = "203.0.113.80"
SERVER = "10.30.0.80"
SHOWN_CLIENT = "192.0.2.10"
SILENCE_S = 1200.0


def story(*variants: str) -> World:
    return World.from_story("forged-rst", variants)


def closed_after(world: World, silence_s: float, lose: Callable[[World], object] = lambda _: None) -> Attempt:
    """Open a connection, be silent, lose something, let the server close; what became of it."""
    held = world.hold("client", CALLED, 80, every_s=None)
    assert held.call.result == "delivered"
    world.run_for(silence_s)
    lose(world)
    return world.became(held.call, world.hang_up(held.call))


def said(attempt: Attempt) -> tuple[Fate, str, int, str]:
    seen = attempt.testimony
    return seen.fate, seen.device, seen.packet, attempt.result


def segments(world: World, wire: str, since_s: float = 0.0) -> list[Packet]:
    bodies = [one.frame.body for one in world.wires[wire].seen if one.time_s >= since_s]
    return [one for one in bodies if isinstance(one, Packet) and one.protocol == TCP]


def clear_conn(world: World) -> int:
    return world.asa(ASA).clear_conns(lambda _: True)


LOSSES: dict[str, Callable[[World], object]] = {
    "clear conn": clear_conn,
    "clear xlate": lambda world: world.asa(ASA).firewall.clear_xlates(),
    "failover without state": lambda world: world.asa(ASA).firewall.forget(),
}


@pytest.mark.parametrize("how", LOSSES)
def test_lost_connection_is_reset_towards_the_server_alone(how: str) -> None:
    """S3-05: one RST/ACK, TTL 255, the FIN's window, to the server; nothing to the client, which hangs."""
    world = story("hour")
    began_s = world.now
    attempt = closed_after(world, 1.0, LOSSES[how])
    assert said(attempt) == (Fate.RESET_BY_DEVICE, ASA, 1, "silence")
    assert attempt.ends == ("established", "closed")
    fin = next(one for one in segments(world, "servers", began_s) if one.flags & FIN)
    (reset,) = [one for one in segments(world, "servers", began_s) if one.flags & RST]
    assert (reset.flags, reset.ttl, reset.window) == (RST | ACK, 255, 65323)
    assert (str(reset.source), str(reset.destination)) == (SHOWN_CLIENT, SERVER)
    assert (reset.seq, reset.ack) == (fin.ack, (fin.seq + 1) % 2**32)
    assert not [one for wire in ("office", "office-line", "hosting-line") for one in segments(world, wire)
                if one.flags & RST]  # fmt: skip
    others = {one.ttl for one in segments(world, "servers") if str(one.source) == SHOWN_CLIENT}
    assert others == {127, 255}  # one router on the way: only the forged one is of the firewall's own


def test_idle_connection_is_dropped_and_reset_likewise() -> None:
    """S3-05: a quarter of an hour of idle time, twenty minutes of silence."""
    world = story()
    assert said(closed_after(world, SILENCE_S)) == (Fate.RESET_BY_DEVICE, ASA, 1, "silence")
    assert world.asa(ASA).asp_drops.frame["tcp-not-syn"] == 1


@pytest.mark.parametrize("silence_s", [1.0, 899.0])
def test_shorter_silence_is_survived(silence_s: float) -> None:
    """S3-04: a second is no reason for a timer of a quarter of an hour; both ends close in peace."""
    attempt = closed_after(story(), silence_s)
    assert said(attempt) == (Fate.COMPLETE, "", 0, "closed")
    assert attempt.ends == ("closed", "time-wait")


def test_without_the_reset_service_the_server_hears_nothing() -> None:
    """S3-05: `no service resetoutbound` takes the RST away, not the loss: the FIN is repeated in vain."""
    world = story("unanswered")
    attempt = closed_after(world, SILENCE_S)
    assert said(attempt) == (Fate.IDLE_TIMEOUT, ASA, 1, "silence")
    assert attempt.ends == ("established", "fin-wait-1")
    assert not [one for one in segments(world, "servers") if one.flags & RST]
    drops = [row for row in world.ledger.drops if row.where == ASA and row.why is Why.NO_CONNECTION]
    assert len(drops) > 3


def test_client_that_speaks_first_is_not_answered() -> None:
    """S3-05: from outside to inside the reset service is off by default; on, the client is told."""
    for lines, ends in (([], "established"), (["service resetinbound interface outside"], "closed")):
        world = story("hour")
        world.edit(ASA, lines)
        held = world.hold("client", CALLED, 80, every_s=None)
        clear_conn(world)
        spoke_s = world.now
        held.call.again()
        attempt = world.became(held.call, spoke_s)
        assert attempt.testimony.device == ASA
        assert attempt.ends[0] == ends, lines


@pytest.mark.parametrize("line", ["service resetoutbound", "service resetoutbound interface inside"])
def test_toggling_the_reset_service_is_heard_at_once(line: str) -> None:
    """S3-05: off and on again; its default is no line of the configuration."""
    world = story("hour")
    before = world.asa(ASA).config_lines()
    assert world.edit(ASA, [f"no {line}"]) == [""]
    assert f"no {line}" in world.asa(ASA).config_lines()
    assert said(closed_after(world, 1, clear_conn))[0] is Fate.NO_CONNECTION
    assert world.edit(ASA, [line]) == [""]
    assert world.asa(ASA).config_lines() == before
    assert said(closed_after(world, 1, clear_conn))[0] is Fate.RESET_BY_DEVICE


CLASS = """\
access-list QUIET extended permit tcp host 192.0.2.10 host 10.30.0.80 eq www
class-map QUIET
 match access-list QUIET
policy-map global_policy
 class QUIET
  set connection timeout {}
""".splitlines()


@pytest.mark.parametrize(
    ("timers", "fate"),
    [
        pytest.param("idle 1:00:00", Fate.COMPLETE, id="S3-07 a longer idle time for the class"),
        pytest.param("dcd 0:00:15 5", Fate.COMPLETE, id="S3-07 ends that answer keep their connection"),
        pytest.param("idle 0:10:00", Fate.RESET_BY_DEVICE, id="S3-07 a shorter one"),
    ],
)
def test_class_of_the_flow_sets_its_timers(timers: str, fate: Fate) -> None:
    """S3-07: a class merged into the global policy; it sees real addresses."""
    world = story()
    lines = [line.format(timers) for line in CLASS]
    assert world.edit(ASA, lines) == [""] * len(lines)
    assert closed_after(world, SILENCE_S).testimony.fate is fate


def test_idle_with_reset_tells_both_ends() -> None:
    """S3-07: `idle … reset`: neither end hangs."""
    world = story()
    world.edit(ASA, [line.format("idle 0:10:00 reset") for line in CLASS])
    held = world.hold("client", CALLED, 80, every_s=None)
    world.run_for(601)
    assert held.call.result == "reset"
    assert world.answering(held.call) is None
    assert not world.asa(ASA).conns


def test_dead_end_is_found_by_probes() -> None:
    """S3-07: who does not answer five probes loses the connection, and the other end is reset."""
    world = story()
    world.edit(ASA, [line.format("idle 0:10:00 dcd 0:00:15 5") for line in CLASS])
    held = world.hold("client", CALLED, 80, every_s=None)
    server = world.answering(held.call)
    assert server is not None
    world.link("servers", "app", up=False)
    world.run_for(600 + 5 * 15 - 1)
    assert len(world.asa(ASA).conns) == 1
    world.run_for(3)
    assert not world.asa(ASA).conns
    assert held.call.result == "reset"


def test_nothing_is_logged_until_somebody_asks_for_it() -> None:
    """S3-07: the story has no log; asked for one, it says which connection went and what was denied."""
    silent = story()
    closed_after(silent, SILENCE_S)
    assert not silent.asa(ASA).log
    talking = story("logged")
    closed_after(talking, SILENCE_S)
    texts = [record.text for record in talking.asa(ASA).log]
    assert any(text.startswith("Teardown TCP connection") and text.endswith("Conn-timeout") for text in texts)
    denied = f"Deny TCP (no connection) from {SERVER}/80 to {SHOWN_CLIENT}/"
    assert any(text.startswith(denied) and "flags FIN ACK  on interface inside" in text for text in texts)
