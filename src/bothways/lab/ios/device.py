"""A Catalyst switch or a router as a device: ports, configuration, log, SDM templates, life."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address

from bothways.lab.arp import ArpEntry
from bothways.lab.config_tree import Rule
from bothways.lab.device import Device, Identity
from bothways.lab.eigrp import Eigrp
from bothways.lab.events import EventQueue
from bothways.lab.frames import Frame
from bothways.lab.ios import running
from bothways.lab.ios.clock import log_stamp
from bothways.lab.ios.editing import Editor, canonical
from bothways.lab.ios.layer3 import Layer3
from bothways.lab.ios.lines import RULES
from bothways.lab.ios.link_state import LinkGroup, held_down, link_groups, most_groups
from bothways.lab.ios.lists import AccessList
from bothways.lab.ios.ranges import named_in_range, short
from bothways.lab.ios.settings import IosSettings, RouteMapEntry, Svi, compile_settings
from bothways.lab.ios.stack import Stack
from bothways.lab.ios.switching import MacEntry, Switching
from bothways.lab.ledger import Ledger
from bothways.lab.log import LogRecord
from bothways.lab.pinger import PingRun
from bothways.lab.rib import Route
from bothways.lab.wire import Port

BUFFER_BYTES = 4096


class IosDevice(Device):
    """A Catalyst switch, or a router, whose every port is routed.

    Attributes:
        router: whether it is a router.
        switching: ports, VLANs, MAC addresses.
        layer3: routed interfaces, routes, forwarding.
        settings: what the configuration says, typed.
        link_groups: groups of link state tracking, by number.
        held_down: interfaces that their group keeps down.
        sdm_active, sdm_next: templates, as `sdm prefer` names them.
    """

    platform = "cisco_ios"
    rules: Sequence[Rule] = RULES

    def __init__(
        self, identity: Identity, events: EventQueue, ledger: Ledger, startup_text: str, sdm: str = "default"
    ) -> None:
        super().__init__(identity, events, ledger, startup_text)
        self.router = not identity.model.startswith("WS-")
        self.settings = IosSettings()
        self.switching = Switching(events)
        self.layer3 = Layer3(self, self._up, self._transmit)
        self.link_groups: dict[int, LinkGroup] = {}
        self.held_down: frozenset[str] = frozenset()
        self.sdm_active = sdm
        self.sdm_next = sdm

    @property
    def default_hostname(self) -> str:
        """The name of a device that was given none."""
        return "Router" if self.router else "Switch"

    @property
    def eigrp(self) -> Eigrp:
        """The routing process."""
        return self.layer3.eigrp

    @property
    def translated(self) -> int:
        """How many packets were translated."""
        return self.layer3.translated

    def stack(self, address: IPv4Address) -> Stack:
        """What speaks TCP from one of its addresses."""
        return self.layer3.stack(address)

    def source_for(self, destination: IPv4Address) -> IPv4Address | None:
        """The address from which it sends, unless told otherwise; None without a way."""
        return self.layer3.source_for(destination)

    def add_port(self, name: str) -> Port:
        """A socket at the front."""
        port = Port(self.name, name, self._receive, self._link_changed)
        self.switching.ports[name] = port
        return port

    @property
    def ports(self) -> dict[str, Port]:
        """The sockets at the front."""
        return self.switching.ports

    @property
    def svis(self) -> dict[str, Svi]:
        """Routed VLAN interfaces, by name."""
        return dict(self.settings.svis)

    @property
    def arp(self) -> list[ArpEntry]:
        """The ARP table."""
        return [entry for leg in self.layer3.legs.values() for entry in leg.arp.entries.values() if entry.mac]

    @property
    def mac_table(self) -> list[MacEntry]:
        """The MAC addresses, by VLAN."""
        return self.switching.table()

    @property
    def log_buffer(self) -> list[LogRecord]:
        """The messages in the buffer."""
        return self.log

    @property
    def route_maps(self) -> dict[str, tuple[RouteMapEntry, ...]]:
        """Route maps, by name."""
        return dict(self.settings.route_maps)

    @property
    def acls(self) -> dict[str, AccessList]:
        """Access lists, by name or number."""
        return dict(self.settings.acls)

    def routes(self, vrf: str = "") -> list[Route]:
        """The global routing table, or that of a VRF."""
        return self.layer3.table(vrf).routes()

    def interface_mac(self, name: str) -> bytes:
        """Of an SVI, or the base address."""
        return self.layer3.mac(name)

    def interface_up(self, name: str) -> bool:
        """Whether an SVI passes packets."""
        svi = self.settings.svis.get(name)
        return svi is not None and self._up(svi)

    def clear_arp(self) -> None:
        """Forget all neighbours, and ask them again at need."""
        self.layer3.forget_neighbours()

    def start_ping(
        self, destination: IPv4Address, count: int = 5, source: IPv4Address | None = None
    ) -> PingRun:
        """Send echo requests, one after the other; look at the run while time passes."""
        return self.layer3.pinger.start(destination, count, source)

    def running_text(self) -> str:
        """`show running-config`."""
        return running.render(self.config)

    def config_lines(self) -> list[str]:
        """The configuration without head and tail."""
        return running.lines_of(self.config)

    def canonical(self, line: str, _path: tuple[str, ...] = ()) -> str:
        """A route map with its action and sequence."""
        return canonical(line)

    def compile(self) -> None:
        """Settings, legs, routes, EIGRP."""
        if not self.up:
            return
        self.settings = compile_settings(self.config, routed=self.router)
        self.switching.settings = dict(self.settings.ports)
        self.link_groups = link_groups(self.config)
        for name, port in self.ports.items():
            port.set_enabled(self._wanted(name))
            if not port.up:
                self.switching.forget(port)
        self._track_links()
        self.layer3.configure(self.settings)

    def configure(self, section_path: Sequence[str], line: str) -> str:
        """A line under a range of interfaces is one line under each of them."""
        if line.startswith("interface range "):
            names, there = named_in_range(line), self.settings.ports.keys() | self.settings.svis.keys()
            return "" if names and there >= set(names) else "% Invalid input detected at '^' marker."
        if not section_path or not section_path[0].startswith("interface range "):
            return super().configure(section_path, line)
        answers = [
            self._take((f"interface {name}", *section_path[1:]), line)
            for name in named_in_range(section_path[0])
        ]
        self.changed_s = self.events.now
        self.compile()
        return next(filter(None, answers), "")

    def write_log(self, severity: int, tag: str, text: str) -> None:
        """Into the buffer, and to those who watch."""
        stamp = log_stamp(self.config.root.first("service timestamps log ") or "uptime", self.uptime_s)
        record = LogRecord(self.events.now, severity, tag, text, stamp)
        self.record(record, BUFFER_BYTES)

    def _take(self, path: tuple[str, ...], line: str) -> str:
        editor = Editor(self.config, self.write_log, self.sdm_active, router=self.router)
        editor.most_link_groups = self.most_link_groups
        editor.sdm_next = self.sdm_next
        answer = editor.take(path, line)
        self.sdm_next = editor.sdm_next
        return answer

    def _power_off(self) -> None:
        for port in self.ports.values():
            port.set_enabled(False)
        self.layer3.stop()
        self.switching.macs.clear()

    def _power_on(self) -> None:
        self.compile()
        self.write_log(5, "SYS-5-RESTART", "System restarted --")

    def boot(self) -> None:
        """Come up, on the template that was chosen last."""
        self.sdm_active = self.sdm_next
        super().boot()

    def _link_changed(self, port: Port) -> None:
        if not self.up:
            return
        state = "up" if port.up else "down"
        self.write_log(3, "LINK-3-UPDOWN", f"Interface {port.name}, changed state to {state}")
        if not port.up and port.name in self.layer3.legs:
            self.layer3.forget_neighbours(port.name)
        elif not port.up:
            vlan = self.switching.vlan_of(port)
            self.switching.forget(port)
            if not self.switching.live(vlan):
                self.layer3.forget_neighbours(f"Vlan{vlan}")
        self.compile()

    @property
    def most_link_groups(self) -> int:
        """How many groups of link state tracking it has."""
        return most_groups(self.identity.model, self.identity.version)

    def link_up(self, name: str) -> bool:
        """Whether a port or channel has a link."""
        return self.up and self.switching.up(name)

    def _wanted(self, name: str) -> bool:
        """Whether a port is to be up, as far as this device goes."""
        one = self.settings.ports.get(name)
        channel = self.settings.ports.get(one.channel) if one else None
        shut = any(each is not None and each.shutdown for each in (one, channel))
        return not shut and not self.held_down & {name, one.channel if one else ""}

    def _track_links(self) -> None:
        """Take down the ports whose group has lost its uplinks, and bring back those whose has not."""
        before, self.held_down = self.held_down, held_down(self.link_groups, self.switching.up)
        for name in sorted(self.held_down - before):
            text = f"lsgroup error detected on {short(name)}, putting {short(name)} in err-disable state"
            self.write_log(4, "PM-4-ERR_DISABLE", text)
        for name in sorted(before - self.held_down):
            text = f"Attempting to recover from lsgroup err-disable state on {short(name)}"
            self.write_log(4, "PM-4-ERR_RECOVER", text)
        for name, port in self.ports.items():
            port.set_enabled(self._wanted(name))
            if not port.up:
                self.switching.forget(port)

    def _transmit(self, out: int | str, frame: Frame) -> None:
        if isinstance(out, int):
            self.switching.bridge(out, frame, None)
        elif out in self.ports:
            self.ports[out].send(frame)

    def _up(self, svi: Svi) -> bool:
        if not self.up or svi.shutdown:
            return False
        if svi.vlan:
            return self.switching.live(svi.vlan)
        return svi.loopback or (svi.name in self.ports and self.ports[svi.name].up)

    def _receive(self, port: Port, frame: Frame) -> bool:
        if not self.up:
            return False
        if port.name in self.settings.svis:
            return self.layer3.wants(self.layer3.legs[port.name], frame)
        self.switching.learn(port, frame)
        vlan = self.switching.vlan_of(port)
        leg = self.layer3.legs.get(f"Vlan{vlan}")
        ours = leg is not None and frame.destination == leg.mac
        bridged = not ours and self.switching.bridge(vlan, frame, port)
        if leg is not None:
            self.layer3.wants(leg, frame)
        return ours or bridged
