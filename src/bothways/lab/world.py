"""A network that runs: its time, what its hosts try, and a witness."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.errors import BadInput
from bothways.lab.call import Call
from bothways.lab.datagram import Question
from bothways.lab.held import Held, data_of, testimony_since
from bothways.lab.host import Host, Pings
from bothways.lab.plant import Plant
from bothways.lab.tcp import Tcb
from bothways.lab.tftp import Fetch
from bothways.lab.topology import Topology, load_story
from bothways.lab.witness import Seen, Testimony, testify
from bothways.lab.workloads import Work

_LONGEST_S = 300.0
_HELD_S = 60.0
"""Long enough for six retransmissions: what has not come through by then is not about to."""
_QUIET_S = 0.5
"""The last acknowledgement has arrived by then."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A connection that was tried.

    Attributes:
        result: connected, delivered, timeout, refused, reset, or silence of a held connection.
        client_port: of the client.
        testimony: what the witness says.
        ends: the states of the client's and the server's socket, of a held connection.
    """

    result: str
    client_port: int
    testimony: Testimony
    ends: tuple[str, str] = ("", "")


class World(Plant):
    """A network that runs: its time, and what its hosts try.

    Attributes:
        works: what hosts do all the time.
    """

    def __init__(self, topology: Topology, variants: Sequence[str] = (), seed: int | None = None) -> None:
        super().__init__(topology, variants, seed)
        self.works = [Work(spec, self.hosts[spec.client]) for spec in topology.workloads]

    @classmethod
    def from_story(
        cls, name: str, variants: Sequence[str] = (), seed: int | None = None, *, workloads: bool = False
    ) -> World:
        """A story, booted and settled.

        Args:
            name: of the story.
            variants: changes to it.
            seed: another seed than its own.
            workloads: whether its hosts do what they do all the time.
        """
        world = cls(load_story(name), variants, seed)
        if workloads:
            world.start_workloads()
        world.advance_to(world.topology.settle_s)
        return world

    @property
    def now(self) -> float:
        """Virtual seconds."""
        return self.events.now

    def start_workloads(self) -> None:
        """Let the hosts do what they do all the time."""
        for work in self.works:
            work.start()

    def advance_to(self, moment_s: float) -> float:
        """Run to that moment; going back is a no-op."""
        return self.events.advance_to(moment_s)

    def run_for(self, seconds: float) -> float:
        """Run on."""
        return self.events.advance_to(self.events.now + seconds)

    def run_until(self, condition: Callable[[], bool], longest_s: float = _LONGEST_S) -> bool:
        """Run until a condition holds; whether it did."""
        if not condition():
            self.events.advance_to(self.events.now + longest_s, condition)
        return condition()

    def connect(self, client: str, server: str, port: int, client_port: int | None = None) -> Attempt:
        """Open a TCP connection and send a request; runs until the socket returned for good."""
        caller, began_s = self.host(client), self.now
        call = caller.call(self._address(server), port, client_port)
        self.run_until(lambda: call.result not in ("", "connected"))
        quad = call.quad
        seen = Seen("tcp", str(quad.local), str(quad.remote), port, quad.lport, began_s)
        return Attempt(call.result, quad.lport, testify(self.ledger, seen))

    def ask(self, client: str, server: str, port: int) -> Attempt:
        """Ask in a datagram; runs until the answer came or was given up."""
        question, began_s = Question(self.host(client), self._address(server), port), self.now
        question.start()
        self.run_until(lambda: bool(question.result))
        ends = (str(question.host.address.ip), str(question.server))
        seen = Seen("udp", *ends, port, question.client_port, began_s)
        return Attempt(question.result, question.client_port, testify(self.ledger, seen))

    def hold(
        self, client: str, server: str, port: int, client_port: int | None = None, every_s: float | None = 5.0
    ) -> Held:
        """Open a connection that keeps asking; runs until its first answer came or it failed."""
        call = self.host(client).call(self._address(server), port, client_port, keep=True)
        held = Held(call, every_s)
        held.start()
        self.run_until(lambda: call.result not in ("", "connected"))
        self.run_for(_QUIET_S)
        return held

    def lose(self, wire: str, sender: str, nth: int = 1, client_port: int | None = None) -> float:
        """Lose the n-th data segment of a host (or of one connection) on a wire from now on; when it was."""
        ends = (self.host(sender).address.ip, client_port)
        lost = self._wire(wire).lose(lambda packet: data_of(packet, *ends), nth)
        self.run_until(lambda: not lost.left)
        return self.now

    def became(self, call: Call, since_s: float) -> Attempt:
        """What became of a held connection since a cut or a loss; runs until an answer, its end, a minute."""
        quad, rows = call.quad, self.ledger.results

        def known() -> bool:
            return call.over or any(
                row.time_s > since_s and row.client_port == quad.lport and row.client == str(quad.local)
                for row in rows
            )

        self.run_until(known, max(0.0, since_s + _HELD_S - self.now))
        hosts = (self.host(str(quad.local)), self.behind(quad.remote))
        specs = [self.topology.hosts[one.name] for one in hosts]
        names = [wire for spec in specs for wire in (spec.wire, *spec.team)]
        said = testimony_since(self.ledger, [self.wires[name] for name in names], quad, since_s)
        ends = [tcb.state.value if tcb else "closed" for tcb in (call.tcb, self.answering(call))]
        return Attempt(said.result or "silence", quad.lport, said, (ends[0], ends[1]))

    def behind(self, address: IPv4Address) -> Host:
        """The host that is called by an address, its own or one that stands for it.

        Raises:
            BadInput: there is none.
        """
        names = {real for real, shown in self.ledger.aliases if shown == str(address)}
        return next((host for host in self.hosts.values() if str(host.address.ip) in names), None) or (
            self.host(str(address))
        )

    def answering(self, call: Call) -> Tcb | None:
        """The server's end of a connection; None when it is gone. A translated port is not found."""
        ports = (call.quad.rport, call.quad.lport)
        found = self.behind(call.quad.remote).connections()
        return next((tcb for tcb in found if (tcb.quad.lport, tcb.quad.rport) == ports), None)

    def hang_up(self, call: Call) -> float:
        """The server closes a held connection; when that was."""
        tcb = self.answering(call)
        if tcb is None:
            raise BadInput("hang_up", f"{call.quad.remote} has no such connection", "hold one first")
        tcb.close()
        return self.now

    def ping(self, client: str, server: str, count: int = 5) -> Pings:
        """Send echo requests, a second apart, and wait two seconds for the last answer."""
        caller, pings = self.host(client), Pings()
        for _ in range(count):
            sent_s = self.now

            def answered(sent_s: float = sent_s) -> None:
                pings.received += 1
                pings.round_trips_s.append(self.now - sent_s)

            caller.ping(self._address(server), answered)
            pings.sent += 1
            self.run_for(1.0)
        self.run_for(1.0)
        return pings

    def tftp(self, client: str, server: str) -> Fetch:
        """Fetch a file; runs until it came or was given up."""
        fetch = Fetch(self.host(client), self._address(server))
        fetch.start()
        self.run_until(lambda: bool(fetch.result))
        return fetch

    def witness(
        self, client: str, server: str, port: int = 0, client_port: int | None = None, protocol: str = "tcp"
    ) -> Testimony:
        """What became of a flow; without a client port, of the latest."""
        one, other = str(self._address(client)), str(self._address(server))
        return testify(self.ledger, Seen(protocol, one, other, port, client_port))
