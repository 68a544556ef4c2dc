"""Connections that work, and then do not: losses nobody repairs, silences, data nobody answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bothways.diagnosis import Confidence
from bothways.diagnosis.capture import Cause
from bothways.lab.world import World

from .conftest import Read
from .wire import ACK, PSH, RST, Talk, Tcp

CTCP = Talk("10.30.0.21", "203.0.113.90", 50092, 10000)


def lossy(talk: Talk, *, repeats: bool, device: bool = False) -> list[Tcp]:
    """Segments of 10 bytes; the third one is lost, and the server asks for it with each later one."""
    packets = talk.handshake()
    for turn in range(8):
        at_s = 1.0 + turn
        if turn != 2:
            packets.append(talk.c(at_s, PSH | ACK, 1 + 10 * turn, 1, data=bytes(10)))
        if repeats and turn == 5:
            packets.append(talk.c(at_s + 0.5, PSH | ACK, 21, 1, data=bytes(10)))
        got = 1 + 10 * (turn + 1) if turn < 2 or (repeats and turn > 5) else 21
        if turn != 2:
            ttl = 255 if device and got == 21 and turn > 2 else 64
            packets.append(talk.s(at_s + 0.01, ACK, 1, got, ttl=ttl))
    return packets


def test_duplicate_acks_that_nobody_answers(read: Read) -> None:
    """S4-02: byte 21 is asked for again and again, and new data goes on: no full TCP, on cTCP's port."""
    (one,) = read(lossy(CTCP, repeats=False)).judgements
    assert (one.cause, one.confidence) == (Cause.UNREPAIRED_LOSS, Confidence.CERTAIN)
    assert "never repeats it while it sends 4 packets of new data" in one.sentence
    assert "it never passed here: it was lost before" in one.sentence
    assert "IPsec over TCP (usually port 10000)" in one.why[0]


def test_on_another_port_it_is_likely_only(read: Read) -> None:
    """The repetitions may take another way."""
    (one,) = read(lossy(replace(CTCP, sport=8443), repeats=False)).judgements
    assert (one.cause, one.confidence) == (Cause.UNREPAIRED_LOSS, Confidence.LIKELY)
    assert one.why[1] == "the repetitions take another way, past this capture"


def test_a_device_that_asks_in_the_servers_name(read: Read) -> None:
    """S4-02: the duplicate ACKs have another TTL than the server: a proxy waits, not the peer."""
    (one,) = read(lossy(CTCP, repeats=False, device=True)).judgements
    assert (one.cause, one.confidence) == (Cause.PROXY_STALL, Confidence.CERTAIN)
    assert "a device in the server's name (TTL 255, and the server has 64) asks" in one.sentence


def test_a_loss_that_is_repaired_is_ordinary(read: Read) -> None:
    """Real TCP repeats it, late or not."""
    assert read(lossy(CTCP, repeats=True)).judgements == ()


def test_a_capture_that_ends_at_once_proves_nothing(read: Read) -> None:
    """Three duplicates within a second: the repetition may be on its way."""
    hurried = [replace(one, at_s=one.at_s / 20) for one in lossy(CTCP, repeats=False)]
    assert read(hurried).judgements == ()


def test_the_labs_proxying_firewall(read: Read) -> None:
    """S4-02: one segment lost behind the wire, the firewall asks for it, the client never answers."""
    world = World.from_story("ctcp")
    world.hold("laptop", "headend", 10000)
    world.run_for(20)
    world.lose("office", "laptop")
    world.run_for(60)
    (one,) = read(world.pcap("office")).judgements
    assert (one.cause, one.confidence) == (Cause.PROXY_STALL, Confidence.CERTAIN)
    assert "TTL 255, and the server has 128" in one.sentence


WEB = Talk()


def after(silence_s: float, tries: int) -> list[Tcp]:
    asks = [WEB.c(silence_s + 0.003 + 2**turn, PSH | ACK, 6, 7, data=b"again") for turn in range(tries)]
    return [*WEB.whole()[:6], *asks]


@pytest.mark.parametrize(
    ("silence_s", "cause", "sure"),
    [
        (4000, Cause.IDLE_TIMEOUT, Confidence.LIKELY),
        (900, Cause.IDLE_TIMEOUT, Confidence.POSSIBLE),
        (20, Cause.DATA_UNANSWERED, Confidence.LIKELY),
    ],
)
def test_data_that_nobody_answers_after_a_silence(
    read: Read, silence_s: float, cause: Cause, sure: Confidence
) -> None:
    """Longer than an hour a firewall's default explains it; twenty seconds are a way that broke."""
    (one,) = read(after(silence_s, 4)).judgements
    assert (one.cause, one.confidence, one.packet) == (cause, sure, 7)
    assert "is sent 4 times in 7.0 s and never answered" in one.sentence
    assert ("3600 s an ASA allows by default" in one.sentence) is (cause is Cause.IDLE_TIMEOUT)


def test_two_tries_are_patience(read: Read) -> None:
    """A loss or two at the end of a capture are nobody's fault."""
    assert read(after(4000, 2)).judgements == ()


def test_a_reset_after_an_hour_of_silence(read: Read) -> None:
    """The next packet is answered with a RST: forgotten in between."""
    tail = [
        WEB.c(4000, PSH | ACK, 6, 7, data=b"again"),
        WEB.s(4000.03, RST, 7, window=0),
    ]
    (one,) = read([*WEB.whole()[:6], *tail]).judgements
    assert (one.cause, one.confidence, one.packet) == (Cause.IDLE_TIMEOUT, Confidence.LIKELY, 8)
    assert "the silence exceeds the 3600 s an ASA allows by default" in one.sentence
