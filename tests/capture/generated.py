"""Captures of a known cause among noise: loss, reordering, copies, unfinished checksums, missed packets.

Everything follows from the seed. What each cause looks like is written down here, from the protocol, and
knows nothing of how the product judges it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from .wire import ACK, ASA, FIN, PC, PSH, RST, SWITCH, SYN, Talk, Tcp, icmp_about, pcap, timed

Packets = list[Tcp]


@dataclass(frozen=True)
class Generated:
    """A capture.

    Attributes:
        content: the file.
        cause: what is wrong in it; "" for nothing.
        talk: the call that is wrong.
    """

    content: bytes
    cause: str
    talk: Talk


def generate(seed: int, cause: str) -> Generated:
    """One capture, with one call of that cause among whole ones."""
    dice = random.Random(f"{cause} {seed}")
    talk = _talk(dice, 900)
    began_s = dice.uniform(1, 20)
    target = [replace(one, at_s=one.at_s + began_s) for one in CAUSES[cause](dice, talk)] if cause else []
    noise = [one for number in range(dice.randint(5, 40)) for one in _noise(dice, number)]
    packets = sorted([*target, *_missed(dice, noise)], key=lambda one: one.at_s)
    packets = _reordered(dice, packets)
    if dice.random() < 0.3:
        packets = _unfinished(dice, packets, talk)
    if dice.random() < 0.2:
        packets = _copied(packets)
    frames = timed(*packets)
    if cause == "unreachable":
        syn = next(one for one in target if one.flags == SYN)
        frames.append((syn.at_s + 0.01, icmp_about(syn, "10.9.9.9", 3, dice.choice([1, 9, 10, 13]))))
        frames.sort(key=lambda one: one[0])
    return Generated(pcap(frames, snaplen=dice.choice([65535, 96, 68])), cause, talk)


def _talk(dice: random.Random, number: int) -> Talk:
    return Talk(
        client=f"10.12.{number % 8}.{dice.randint(2, 250)}",
        server=f"172.16.{dice.randint(1, 9)}.{dice.randint(2, 250)}",
        cport=20_000 + number * 31,
        sport=dice.choice([22, 80, 443, 1433, 8443]),
        isn=dice.getrandbits(32),
        server_isn=dice.getrandbits(32),
    )


def _dressed(dice: random.Random, packets: Packets, talk: Talk) -> Packets:
    """TTLs, windows and identifications as two machines have them."""
    ttls = dice.choice([(128, 61), (125, 128), (64, 57)])
    windows = {True: dice.choice([64240, 65535, 8192]), False: dice.choice([29200, 65160, 16384])}
    idents = {True: dice.getrandbits(15), False: 0 if dice.random() < 0.5 else dice.getrandbits(15)}
    dressed: Packets = []
    for one in packets:
        ours = one.source == talk.client
        ident = idents[ours] and (idents[ours] + len(dressed)) % 65536
        dressed.append(replace(one, ttl=ttls[0 if ours else 1], window=windows[ours], ident=ident))
    return dressed


def _open(dice: random.Random, talk: Talk, exchanges: int) -> tuple[Packets, float, int, int]:
    """A handshake and some requests; the time, and the numbers that follow."""
    way = dice.uniform(0.0005, 0.02)
    packets = [talk.c(0, SYN, 0), talk.s(way, SYN | ACK, 0, 1), talk.c(way * 1.1, ACK, 1, 1)]
    at_s, ours, theirs = way * 1.2, 1, 1
    for _ in range(exchanges):
        asked, given = dice.randint(5, 600), dice.randint(5, 1400)
        packets.append(talk.c(at_s, PSH | ACK, ours, theirs, data=bytes(asked)))
        packets.append(talk.s(at_s + way, PSH | ACK, theirs, ours + asked, data=bytes(given)))
        ours, theirs = ours + asked, theirs + given
        packets.append(talk.c(at_s + way * 1.2, ACK, ours, theirs))
        at_s += way * 2 + dice.uniform(0.001, 1)
    return packets, at_s, ours, theirs


def _noise(dice: random.Random, number: int) -> Packets:
    """A call that works, with what an ordinary network does to it."""
    talk = _talk(dice, number)
    packets, at_s, ours, theirs = _open(dice, talk, dice.randint(0, 5))
    way = packets[1].at_s
    kind = dice.random()
    if kind < 0.1:  # a SYN that was lost behind here
        packets = [talk.c(-1, SYN, 0), *packets]
    elif kind < 0.2:  # a SYN/ACK that was lost behind here
        packets = [talk.c(-1, SYN, 0), talk.s(-1 + way, SYN | ACK, 0, 1), *packets]
    elif kind < 0.3:  # an ACK that was lost: the server repeats once
        packets.append(talk.s(1.0 + way, SYN | ACK, 0, 1))
        packets.append(talk.c(1.1 + way, ACK, ours, theirs))
        at_s = max(at_s, 1.3 + way)
    elif kind < 0.5:  # a segment that was lost behind here, asked for, and repeated
        packets.append(talk.c(at_s, PSH | ACK, ours, theirs, data=bytes(100)))
        for turn in range(4):
            packets.append(
                talk.c(at_s + 0.001 * (turn + 1), PSH | ACK, ours + 100 * (turn + 1), theirs, data=bytes(100))
            )
            packets.append(talk.s(at_s + 0.001 * (turn + 1) + way, ACK, theirs, ours))
        packets.append(talk.c(at_s + way + 0.01, PSH | ACK, ours, theirs, data=bytes(100)))
        ours += 500
        packets.append(talk.s(at_s + 2 * way + 0.01, ACK, theirs, ours))
        at_s += 2 * way + 0.1
    ends = dice.random()
    if ends < 0.8:
        packets.append(talk.c(at_s, FIN | ACK, ours, theirs))
        packets.append(talk.s(at_s + way, FIN | ACK, theirs, ours + 1))
        packets.append(talk.c(at_s + way * 1.2, ACK, ours + 1, theirs + 1))
    elif ends < 0.9:
        packets.append(talk.c(at_s, RST | ACK, ours, theirs))
    packets = _dressed(dice, sorted(packets, key=lambda one: one.at_s), talk)
    packets = [replace(one, window=0) if one.flags & RST else one for one in packets]
    start_s = dice.uniform(1, 30)
    return [replace(one, at_s=one.at_s + start_s) for one in packets]


def _wrong_source(dice: random.Random, talk: Talk) -> Packets:
    alias = replace(talk, server="192.0.2.99")
    packets = []
    for turn in (0, 1, 3):
        packets += [talk.c(turn, SYN, 0), alias.s(turn + 0.02, SYN | ACK, 0, 1)]
        packets += [alias.c(turn + 0.0201, RST, 1)] if dice.random() < 0.9 else []
    return _dressed(dice, packets, talk)


def _isn_mismatch(dice: random.Random, talk: Talk) -> Packets:
    delta = dice.randint(1000, 2**32 - 1000)
    where = dice.choice(["client", "hairpin", "server"])
    packets: Packets = []
    for turn in (0, 1, 3):
        if where == "server":
            packets += [talk.c(turn, SYN, 0), talk.s(turn + 0.001, SYN | ACK, 0, 1)]
            packets += [talk.c(turn + 0.002, RST, 1 + delta)]
            continue
        packets.append(talk.c(turn, SYN, 0))
        if where == "hairpin":
            packets.append(talk.c(turn + 0.0004, SYN, delta, src_mac=ASA, dst_mac=SWITCH))
        packets.append(talk.s(turn + 0.001, SYN | ACK, 0, delta + 1))
        packets.append(talk.c(turn + 0.0011, RST, delta + 1))
    return _dressed(dice, packets, talk)


def _handshake_unseen(dice: random.Random, talk: Talk) -> Packets:
    packets = [talk.c(0, SYN, 0)]
    if dice.random() < 0.5:
        packets.append(talk.c(0.0004, SYN, 0, src_mac=ASA, dst_mac=SWITCH))
    packets += [talk.s(0.001, SYN | ACK, 0, 1), talk.c(0.0012, ACK, 1, 1)]
    if dice.random() < 0.7:
        packets += [talk.c(0.002 + at_s, PSH | ACK, 1, 1, data=bytes(90)) for at_s in (0, 0.3, 0.9, 2.1)]
    packets += [talk.s(at_s, SYN | ACK, 0, 1) for at_s in (1.001, 3.001, 7.001)]
    packets += [talk.c(at_s, ACK, 1, 1) for at_s in (1.0012, 3.0012)]
    return _dressed(dice, sorted(packets, key=lambda one: one.at_s), talk)


def _client_refuses(dice: random.Random, talk: Talk) -> Packets:
    packets = [talk.c(0, SYN, 0), talk.s(0.02, SYN | ACK, 0, 1), talk.c(0.05, RST, 1)]
    return _zeroed(_dressed(dice, packets, talk))


def _refused(dice: random.Random, talk: Talk) -> Packets:
    packets = []
    for turn in range(dice.randint(1, 3)):
        packets += [talk.c(turn * 0.5, SYN, 0), talk.s(turn * 0.5 + 0.003, RST | ACK, -talk.server_isn, 1)]
    return _zeroed(_dressed(dice, packets, talk))


def _no_answer(dice: random.Random, talk: Talk) -> Packets:
    return _dressed(dice, [talk.c(at_s, SYN, 0) for at_s in (0, 1, 3, 7)[: dice.randint(2, 4)]], talk)


def _unreachable(dice: random.Random, talk: Talk) -> Packets:
    return _dressed(dice, [talk.c(at_s, SYN, 0) for at_s in (0, 1, 3)[: dice.randint(1, 3)]], talk)


def _answer_not_taken(dice: random.Random, talk: Talk) -> Packets:
    packets = [talk.c(0, SYN, 0), talk.s(0.001, SYN | ACK, 0, 1)]
    for at_s in (1.0, 3.0):
        packets += [talk.c(at_s, SYN, 0)] if dice.random() < 0.8 else []
        packets.append(talk.s(at_s + 0.001, SYN | ACK, 0, 1))
    return _dressed(dice, packets, talk)


def _reset(dice: random.Random, talk: Talk) -> Packets:
    packets, at_s, ours, theirs = _open(dice, talk, dice.randint(1, 4))
    ends = talk.c(at_s, RST | ACK, ours, theirs), talk.s(at_s, RST | ACK, theirs, ours)
    return _zeroed(_dressed(dice, [*packets, dice.choice(ends)], talk))


def _reset_by_device(dice: random.Random, talk: Talk) -> Packets:
    packets, at_s, ours, theirs = _open(dice, talk, dice.randint(1, 4))
    packets.append(talk.s(at_s, FIN | ACK, theirs, ours))
    packets = _dressed(dice, packets, talk)
    fin = packets[-1]
    forged = talk.c(at_s + 0.0003, RST | ACK, ours, theirs + 1, ttl=255, window=fin.window)
    return [*packets, forged]


def _unrepaired(dice: random.Random, talk: Talk, ttl: int = 0) -> Packets:
    packets, at_s, ours, theirs = _open(dice, talk, 2)
    packets = _dressed(dice, packets, talk)
    own = {True: packets[0], False: packets[1]}
    lost = dice.choice([True, False])
    for turn in range(8):
        sent = talk.c(at_s + turn, PSH | ACK, ours + 50 * turn, theirs, data=bytes(50), ttl=own[True].ttl)
        packets += [] if turn == 0 and lost else [sent]
        if turn:
            asks = talk.s(at_s + turn + 0.01, ACK, theirs, ours, window=own[False].window)
            packets.append(replace(asks, ttl=ttl or own[False].ttl))
    return packets


def _proxy_stall(dice: random.Random, talk: Talk) -> Packets:
    return _unrepaired(dice, talk, 255)


def _idle_timeout(dice: random.Random, talk: Talk) -> Packets:
    packets, at_s, ours, theirs = _open(dice, talk, dice.randint(1, 3))
    later = at_s + dice.choice([400, 1500, 3700])
    if dice.random() < 0.5:
        packets += [talk.c(later, PSH | ACK, ours, theirs, data=bytes(20)), talk.s(later + 0.01, RST, theirs)]
        return _zeroed(_dressed(dice, packets, talk))
    packets += [
        talk.c(later + wait, PSH | ACK, ours, theirs, data=bytes(20)) for wait in (0, 0.3, 0.9, 2.1, 4.5)
    ]
    return _dressed(dice, packets, talk)


def _data_unanswered(dice: random.Random, talk: Talk) -> Packets:
    packets, at_s, ours, theirs = _open(dice, talk, dice.randint(1, 4))
    packets += [
        talk.c(at_s + wait, PSH | ACK, ours, theirs, data=bytes(20)) for wait in (0, 0.3, 0.9, 2.1, 4.5)
    ]
    return _dressed(dice, packets, talk)


CAUSES: dict[str, Callable[[random.Random, Talk], Packets]] = {
    "wrong-source": _wrong_source,
    "isn-mismatch": _isn_mismatch,
    "handshake-unseen": _handshake_unseen,
    "client-refuses": _client_refuses,
    "refused": _refused,
    "no-answer": _no_answer,
    "unreachable": _unreachable,
    "answer-not-taken": _answer_not_taken,
    "reset": _reset,
    "reset-by-device": _reset_by_device,
    "unrepaired-loss": _unrepaired,
    "proxy-stall": _proxy_stall,
    "idle-timeout": _idle_timeout,
    "data-unanswered": _data_unanswered,
}
NAMES = ("", *CAUSES)


def _zeroed(packets: Packets) -> Packets:
    """Real RSTs mostly have a window of zero."""
    return [replace(one, window=0) if one.flags & RST else one for one in packets]


def _missed(dice: random.Random, packets: Packets) -> Packets:
    """What the capturing machine did not see: one packet in two hundred."""
    return [one for one in packets if dice.random() > 0.005]


def _reordered(dice: random.Random, packets: Packets) -> Packets:
    """Neighbours of one direction swap places, one in fifty; a SYN that is sent on is left alone."""
    mixed = list(packets)
    for at in range(len(mixed) - 1):
        one, other = mixed[at], mixed[at + 1]
        same = (one.source, one.sport, one.src_mac) == (other.source, other.sport, other.src_mac)
        if same and other.at_s - one.at_s < 0.01 and dice.random() < 0.02:
            mixed[at], mixed[at + 1] = replace(other, at_s=one.at_s), replace(one, at_s=other.at_s)
    return mixed


def _unfinished(dice: random.Random, packets: Packets, talk: Talk) -> Packets:
    """Captured on the client itself, whose card adds checksums."""
    del dice
    return [
        replace(one, checksum=one.pseudo_sum()) if one.source == talk.client and one.src_mac == PC else one
        for one in packets
    ]


def _copied(packets: Packets) -> Packets:
    """A SPAN of both directions: everything with a number of its own comes twice."""
    twice = [copy for one in packets for copy in (one, replace(one, at_s=one.at_s + 0.00002))]
    return sorted(twice, key=lambda one: one.at_s)
