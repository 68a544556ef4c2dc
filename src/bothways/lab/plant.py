"""What a network consists of, wired as its topology says, and what befalls it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address
from pathlib import Path

from bothways.errors import BadInput
from bothways.lab.asa.device import AsaDevice
from bothways.lab.config_tree import read_lines
from bothways.lab.device import Device
from bothways.lab.events import EventQueue
from bothways.lab.host import Host, web_page
from bothways.lab.ios.device import IosDevice
from bothways.lab.ledger import Ledger
from bothways.lab.machines import new_device, new_host
from bothways.lab.pcap import pcap_bytes, write_pcap
from bothways.lab.topology import DeviceSpec, FirewallSpec, Topology
from bothways.lab.transparent import TransparentFirewall
from bothways.lab.wire import Wire


class Plant:
    """Wires, hosts and devices on one clock.

    Attributes:
        topology: what it was made from.
        events: its clock.
        ledger: the two records.
        wires, hosts, devices, firewalls: by name.
    """

    def __init__(self, topology: Topology, variants: Sequence[str] = (), seed: int | None = None) -> None:
        self.topology = topology = topology.varied(variants)
        self.seed = topology.seed if seed is None else seed
        self.events = EventQueue()
        self.ledger = Ledger()
        self.wires = {name: Wire(name, self.events, self.ledger) for name in topology.wires}
        self.wires |= {name: Wire(name, self.events, self.ledger, cable=True) for name in topology.cables}
        self.devices: dict[str, Device] = {}
        self.hosts: dict[str, Host] = {}
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

    def cut(self, wire: str, *, up: bool = False) -> float:
        """Cut a wire for everybody on it, or mend it; when that was."""
        for port in self._wire(wire).ports:
            port.set_link(up)
        return self.events.now

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
        return self.events.now

    def edit(self, device: str, lines: Iterable[str]) -> list[str]:
        """Another administrator types lines: indented ones belong to the section above; the answers."""
        target = self.device(device)
        return [target.configure(path, line) for path, line in read_lines("\n".join(lines))]

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
