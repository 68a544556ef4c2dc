"""A network that runs: wires, hosts and devices on one clock, and a witness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from bothways.errors import BadInput
from bothways.lab.asa.device import AsaDevice
from bothways.lab.call import Call
from bothways.lab.config_tree import read_lines
from bothways.lab.device import Device
from bothways.lab.events import EventQueue
from bothways.lab.held import Held, data_of, testimony_since
from bothways.lab.host import Host, Pings, web_page
from bothways.lab.ios.device import IosDevice
from bothways.lab.ledger import Ledger
from bothways.lab.machines import new_device, new_host
from bothways.lab.pcap import pcap_bytes, write_pcap
from bothways.lab.tcp import Tcb
from bothways.lab.tftp import Fetch
from bothways.lab.topology import DeviceSpec, FirewallSpec, Topology, load_story
from bothways.lab.transparent import TransparentFirewall
from bothways.lab.wire import Port, Wire
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


class World:
    """A network that runs.

    Attributes:
        topology: what it was made from.
        events: its clock.
        ledger: the two records.
        wires, hosts, devices, firewalls: by name.
    """

    def __init__(self, topology: Topology, variants: Sequence[str] = (), seed: int | None = None) -> None:
        for variant in variants:
            if variant not in topology.variants:
                known = ", ".join(topology.variants) or "none"
                raise BadInput("variant", f"no variant {variant!r}", f"known: {known}")
        self.topology = topology
        self.seed = topology.seed if seed is None else seed
        self.events = EventQueue()
        self.ledger = Ledger()
        self.wires = {name: Wire(name, self.events, self.ledger) for name in topology.wires}
        self.wires |= {name: Wire(name, self.events, self.ledger, cable=True) for name in topology.cables}
        self.devices: dict[str, Device] = {}
        self.hosts: dict[str, Host] = {}
        self._ports: dict[str, list[Port]] = {}
        for name, spec in topology.devices.items():
            self._add_device(name, spec, variants)
        for name in topology.hosts:
            self._add_host(name)
        for name, aboard in topology.aboard.items():
            stack = self.switch(aboard.device).stack(aboard.address)
            stack.name = name
            stack.listeners.update(dict.fromkeys(aboard.listens, web_page))
            self.hosts[name] = stack
        self.firewalls = {name: self._firewall(name, spec) for name, spec in topology.firewalls.items()}
        for device in self.devices.values():
            device.boot()
            device.save()  # the story's text, as the device itself would have written it
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

    def device(self, name: str) -> Device:
        """A device by its inventory name.

        Raises:
            BadInput: there is none.
        """
        if name not in self.devices:
            raise BadInput("device", f"no device {name!r}", f"known: {', '.join(self.devices)}")
        return self.devices[name]

    def asa(self, name: str = "edge-asa") -> AsaDevice:
        """An ASA."""
        device = self.device(name)
        assert isinstance(device, AsaDevice)
        return device

    def switch(self, name: str = "lab-switch") -> IosDevice:
        """A 3560, or a router."""
        device = self.device(name)
        assert isinstance(device, IosDevice)
        return device

    def host(self, name: str) -> Host:
        """A host by name or address.

        Raises:
            BadInput: there is none.
        """
        for host in self.hosts.values():
            if name in (host.name, str(host.address.ip)):
                return host
        raise BadInput("host", f"no host {name!r}", f"known: {', '.join(self.hosts)}")

    def connect(self, client: str, server: str, port: int, client_port: int | None = None) -> Attempt:
        """Open a TCP connection and send a request; runs until the socket returned for good."""
        caller, began_s = self.host(client), self.now
        call = caller.call(self._address(server), port, client_port)
        self.run_until(lambda: call.result not in ("", "connected"))
        quad = call.quad
        seen = Seen("tcp", str(quad.local), str(quad.remote), port, quad.lport, began_s)
        return Attempt(call.result, quad.lport, testify(self.ledger, seen))

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

    def cut(self, wire: str, *, up: bool = False) -> float:
        """Cut a wire for everybody on it, or mend it; when that was."""
        for port in self._wire(wire).ports:
            port.set_link(up)
        return self.now

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

    def edit(self, device: str, lines: Iterable[str]) -> list[str]:
        """Another administrator types lines: indented ones belong to the section above; the answers."""
        target = self.device(device)
        return [target.configure(path, line) for path, line in read_lines("\n".join(lines))]

    def link(self, wire: str, device: str, *, up: bool) -> None:
        """Plug a device or host in or out.

        Raises:
            BadInput: it is not on that wire.
        """
        owner = device if device in self.devices else str(self.host(device).address.ip)
        ports = [port for port in self._wire(wire).ports if port.owner == owner]
        if not ports:
            raise BadInput("link", f"{device} is not on wire {wire!r}")
        for port in ports:
            port.set_link(up)

    def power(self, device: str, *, up: bool) -> float:
        """Pull a device's power cord, or plug it in again; when that was."""
        if up:
            self.device(device).power_on()
        else:
            self.device(device).power_off()
        return self.now

    def pcap(self, wire: str) -> bytes:
        """A capture of all that was on a wire."""
        return pcap_bytes(self._wire(wire).seen)

    def write_pcap(self, wire: str, path: Path) -> int:
        """Write that capture; its size."""
        return write_pcap(path, self._wire(wire).seen)

    def _wire(self, name: str) -> Wire:
        if name not in self.wires:
            raise BadInput("wire", f"no wire {name!r}", f"known: {', '.join(self.wires)}")
        return self.wires[name]

    def _address(self, name: str) -> IPv4Address:
        try:
            return IPv4Address(name)
        except ValueError:
            return self.host(name).address.ip

    def _add_device(self, name: str, spec: DeviceSpec, variants: Sequence[str]) -> None:
        chosen = [self.topology.variants[variant] for variant in variants]
        device = new_device(name, spec, chosen, self.events, self.ledger, f"{self.seed}")
        for port, wire in spec.ports.items():
            self.wires[wire].plug(device.add_port(port))
        self.devices[name] = device

    def _firewall(self, name: str, spec: FirewallSpec) -> TransparentFirewall:
        firewall = TransparentFirewall(name, self.events, self.ledger)
        self.wires[spec.inside].plug(firewall.inside)
        self.wires[spec.outside].plug(firewall.outside)
        return firewall

    def _add_host(self, name: str) -> None:
        spec = self.topology.hosts[name]
        host = new_host(name, spec, self.events, self.ledger, f"{self.seed}")
        for wire in (spec.wire, *spec.team):
            self.wires[wire].plug(host.team.add())
        self.hosts[name] = host
