"""Talks of known fate through devices, for `stacks`: each with the causes that may be said of its capture."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .stacks import Clock, End, Way
from .wire import ACK, FIN, RST, SYN, Tcp

Passed = list[tuple[Tcp, bool]]
Device = Callable[[Tcp, bool], Passed]
SERVER, PORT = "172.16.1.18", 443


def router(one: Tcp, out: bool) -> Passed:
    """Sends everything on."""
    return [(one, out)]


@dataclass
class Renumbering:
    """Adds to the client's numbers on the way out, and takes it off what comes back through it."""

    delta: int

    def __call__(self, one: Tcp, out: bool) -> Passed:
        """One packet."""
        if out:
            return [(replace(one, seq=(one.seq + self.delta) % 2**32), out)]
        ack = (one.ack - self.delta) % 2**32 if one.flags & ACK else 0
        return [(replace(one, ack=ack), out)]


@dataclass
class Stateful:
    """Passes what belongs to a call whose handshake it saw; forgets at a moment; may reset what it drops."""

    clock: Clock
    forgets_s: float = 1e9
    resets: bool = False
    known: dict[frozenset[tuple[str, int]], int] = field(default_factory=dict)

    def __call__(self, one: Tcp, out: bool) -> Passed:
        """One packet."""
        ends = frozenset([(one.source, one.sport), (one.destination, one.dport)])
        forgot = self.clock.now_s >= self.forgets_s
        if one.flags & (SYN | ACK | RST) == SYN and not forgot:
            self.known.setdefault(ends, 1)
            return [(one, out)]
        if one.flags & (SYN | ACK) == SYN | ACK and ends in self.known:
            self.known[ends] = 2
        if self.known.get(ends) == 2 and not forgot:
            return [(one, out)]
        if not self.resets or one.flags & RST:
            return []
        size = len(one.data) + bool(one.flags & SYN) + bool(one.flags & FIN)
        back = Tcp(
            self.clock.now_s, one.destination, one.dport, one.source, one.sport, RST | ACK, one.ack,
            (one.seq + size) % 2**32, one.window, b"", 255,
        )  # fmt: skip
        return [(back, not out)]


@dataclass
class Renaming:
    """Gives the server another name in what comes back, and knows nothing of it on the way out."""

    name: str

    def __call__(self, one: Tcp, out: bool) -> Passed:
        """One packet; the client's packets to the other name are translated back, as a static entry does."""
        if out:
            return [(replace(one, destination=SERVER) if one.destination == self.name else one, out)]
        return [(replace(one, source=self.name) if one.source == SERVER else one, out)]


@dataclass
class Hole:
    """Swallows everything one way, or both ways, from a moment on."""

    clock: Clock
    from_s: float
    ways: tuple[bool, ...] = (True, False)

    def __call__(self, one: Tcp, out: bool) -> Passed:
        """One packet."""
        return [] if self.clock.now_s >= self.from_s and out in self.ways else [(one, out)]


@dataclass
class Talk:
    """A client, a server, a way."""

    clock: Clock
    way: Way
    client: End
    server: End


def talk(  # noqa: PLR0917  what makes a talk
    clock: Clock, dice: random.Random, cport: int, devices: list[Device], tap: int, loss: float = 0.0
) -> Talk:
    """Two ends with a device or more between them."""
    ttls = dice.choice([(128, 64), (64, 128), (64, 64)])
    ways = Way(clock, dice, devices, tap, loss, dice.choice([0.0003, 0.004, 0.03]))
    mine, theirs = (f"10.12.0.{2 + cport % 250}", cport), (SERVER, PORT)

    def end(own: tuple[str, int], peer: tuple[str, int], ttl: int, place: int) -> End:
        ident = dice.choice([None, dice.getrandbits(16)])
        window = dice.choice([64240, 29200, 8192, 65535])
        send = lambda one: ways.carry(one, place, out=place == 0)  # noqa: E731
        return End(clock, send, own, peer, dice.getrandbits(32), ttl, window, ident)

    client = end(mine, theirs, ttls[0], 0)
    server = end(theirs, mine, ttls[1], len(devices))
    server.listens, server.answers = True, dice.choice([0, 200, 4000])
    ways.ends = client.take, server.take
    return Talk(clock, ways, client, server)


def speaks(one: Talk, dice: random.Random, at_s: float, *, requests: int, ends: str) -> None:
    """The client's program: calls, asks, and closes, aborts or stays."""
    clock = one.clock
    clock.at(at_s, one.client.call)
    for _ in range(requests):
        at_s += dice.uniform(0.2, 2)
        size = dice.choice([20, 600, 9000])
        clock.at(at_s, lambda size=size: one.client.write(bytes(size)))  # type: ignore[misc]
    at_s += dice.uniform(0.5, 2)
    if ends:
        clock.at(at_s, {"closes": one.client.close, "aborts": one.client.abort, "server": one.server.close,
                        "server-aborts": one.server.abort}[ends])  # fmt: skip
