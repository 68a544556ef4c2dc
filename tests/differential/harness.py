"""One random network from both sides: what the product predicts from the devices' words, what the lab saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bothways.diagnosis import Confidence, Scenario, Severity, Trace, trace
from bothways.flow import Fate, Flow, Protocol
from bothways.lab.cli.asa import ASA
from bothways.lab.cli.dialect import Dialect
from bothways.lab.cli.ios import IOS
from bothways.lab.cli.shell import Shell
from bothways.lab.cli.station import Station
from bothways.lab.events import EPOCH
from bothways.lab.witness import Seen, Testimony, testify
from bothways.lab.world import World
from bothways.network import DeclaredHost
from bothways.platforms import device_state, platform
from bothways.reading.outputs import judged
from bothways.rules import diagnose
from bothways.session.terminal_text import plain
from bothways.state.device import DeviceState, Output
from bothways.state.rows import Arp
from bothways.state.snapshot import Snapshot

from .access_layer import SWITCHES as _SWITCHES
from .met import met
from .networks import Case, Failure, make_case

_DIALECTS: Mapping[str, Dialect] = {"cisco_asa": ASA, "cisco_ios": IOS}
_USER = "admin"
_LIFE_S, _HOLD_S = 5.0, 20.0
_STORM = 5000
_SOFT = ("though no entry shows it", "equal next hops")
"""Words of inferences that a prediction may rest on and be wrong: said, so not a wrong verdict."""


class Storm(Exception):
    """Packets circle without end: nothing to compare, and no end of it."""


@dataclass
class Terminal:
    """A screen that keeps what the device prints."""

    heard: bytearray = field(default_factory=bytearray)

    def write(self, data: bytes) -> None:
        self.heard += data

    drip = write

    def pause(self, seconds: float) -> None:
        """Nobody waits."""

    def close(self, status: int = 0) -> None:
        """Nobody listens."""

    def peer(self) -> str:
        return "127.0.0.1"


@dataclass(frozen=True)
class Comparison:
    """One flow from both sides.

    Attributes:
        errors: findings of severity error that are likely or certain.
        guesses: those that call themselves possible.
        features: what the network has beyond those of low seeds.
        met: which of it this flow had to do with, as far as the trace tells.
        hidden: whether an end is on a switch without an uplink, and no router ever heard of it.
    """

    seed: int
    flow: Flow
    predicted: Trace
    observed: Testimony
    errors: tuple[str, ...]
    guesses: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()
    met: frozenset[str] = frozenset()
    hidden: bool = False

    @property
    def unseen(self) -> str:
        """Why the prediction does not count; "" when it does."""
        said = [text for text in self.predicted.inferences if any(word in text for word in _SOFT)]
        reasons = (
            (self.predicted.could_not_see, "could not see: " + next(iter(self.predicted.could_not_see), "")),
            (self.predicted.fate is Fate.UNKNOWN, "unknown: " + self.predicted.mechanism),
            (
                "goes in a circle" in self.predicted.mechanism,
                "where a circling packet dies depends on the sender's TTL",
            ),
            (self._up_to_the_host, "whether the host still knows its gateway's hardware address"),
            (self._behind_a_bridge, "which bridge had it last: a walk names routers and hosts"),
            (self.hidden, "no router has an end in ARP, whose switch has lost its uplink"),
            (said, next(iter(said), "")),
        )
        return next((text for holds, text in reasons if holds), "")

    @property
    def _up_to_the_host(self) -> bool:
        """Its gateway's interface is down: a host that knows its MAC address sends in vain, else asks."""
        ends = {self.prediction[1], self.observation[1]}
        one_end = len(ends - set(_SWITCHES)) == 1 and any("." in end for end in ends)
        same_packet = self.prediction[2] == self.observation[2]
        return one_end and same_packet and self._fates == {"link-down", "no-adjacency"}

    @property
    def _behind_a_bridge(self) -> bool:
        same = self.prediction[2] == self.observation[2] and self._fates == {"link-down"}
        return same and self.observation[1] in _SWITCHES and "." in self.prediction[1]

    @property
    def _fates(self) -> set[str]:
        return {self.prediction[0], self.observation[0]}

    @property
    def prediction(self) -> tuple[str, str, int]:
        at = self.predicted.at
        return str(self.predicted.fate), at.device, at.packet

    @property
    def observation(self) -> tuple[str, str, int]:
        return str(self.observed.fate), self.observed.device, self.observed.packet

    @property
    def agrees(self) -> bool:
        return self.prediction == self.observation

    @property
    def lives(self) -> bool:
        return self.observed.fate is Fate.COMPLETE

    @property
    def false_alarm(self) -> bool:
        """A flow that lives, and a finding of severity error about it, whatever it calls itself."""
        return self.lives and bool(self.errors or self.guesses)

    def __str__(self) -> str:
        said = f"seed {self.seed}: {self.flow}: predicted {self.prediction}, observed {self.observation}"
        return f"{said} ({self.predicted.mechanism} / {self.observed.why} {self.observed.result})"


def compare(seed: int) -> list[Comparison]:
    """All flows of the network of a seed."""
    case = make_case(seed)
    world = live(case)
    snapshot = read(world)
    hosts = [
        DeclaredHost(name, one.address.ip, None if name in case.undeclared else one.gateway)
        for name, one in case.topology.hosts.items()
    ]
    found = []
    for flow in case.flows:
        predicted = trace(snapshot, flow, hosts)
        found.append((predicted, _errors(snapshot, predicted), _hidden(case, snapshot, flow)))
    return [
        *(
            replace(_compared(case, one, errors, observe(world, one.flow)), hidden=hidden)
            for one, errors, hidden in found
        ),
        *(_uplink_lost(case, flow, snapshot, hosts) for flow in case.flows if _on_access(case, flow)),
    ]


def _compared(
    case: Case, predicted: Trace, errors: Sequence[tuple[str, Confidence]], observed: Testimony
) -> Comparison:
    return Comparison(
        case.seed,
        predicted.flow,
        predicted,
        observed,
        tuple(name for name, word in errors if word is not Confidence.POSSIBLE),
        tuple(name for name, word in errors if word is Confidence.POSSIBLE),
        case.features,
        met(case, predicted),
    )


def _hidden(case: Case, snapshot: Snapshot, flow: Flow) -> bool:
    lost = {
        name for one in case.access for name in one.hosts if one.name in {f.device for f in case.failures}
    }
    ends = {one.address.ip: name for name, one in case.topology.hosts.items()}
    tables = [device.table(Arp) for device in snapshot if device.sees(Arp)]
    return any(
        ends.get(address) in lost and not any(table.where(address=address) for table in tables)
        for address in (flow.client, flow.server)
    )


def _on_access(case: Case, flow: Flow) -> bool:
    """Whether its client hangs on a switch whose uplink has not failed already."""
    names = [name for name, one in case.topology.hosts.items() if one.address.ip == flow.client]
    failed = {one.device for one in case.failures}
    return any(set(names) & set(one.hosts) for one in case.access) and not failed & {"acc1", "acc2"}


def _uplink_lost(case: Case, flow: Flow, snapshot: Snapshot, hosts: Sequence[DeclaredHost]) -> Comparison:
    """The same network once more: what a flow meets behind the loss of its client's switch's uplink."""
    predicted = trace(snapshot, flow, hosts, Scenario.UPLINK_LOSS)
    errors = _errors(snapshot, predicted)
    world = live(case)
    wire = world.host(str(flow.client)).team.active.wire
    assert wire is not None
    switch = wire.name.split("-")[-1]
    world.link(next(one.wire for one in case.access if one.name == switch), switch, up=False)
    _run(world, _LIFE_S)
    return _compared(case, predicted, errors, observe(world, flow))


def _errors(snapshot: Snapshot, predicted: Trace) -> list[tuple[str, Confidence]]:
    found = diagnose(snapshot, predicted)
    return [(str(one.id), one.confidence) for one in found if one.severity is Severity.ERROR]


def live(case: Case) -> World:
    """The network after a while: everybody has spoken with everybody, as far as it works."""
    world = World(case.topology)
    _unplug(world, [one for one in case.failures if not one.late])
    world.advance_to(case.topology.settle_s)
    for host in world.hosts.values():
        for other in world.hosts.values():
            if other is not host:
                host.ping(other.address.ip, lambda: None)
    world.start_workloads()
    _run(world, _LIFE_S)
    late = [one for one in case.failures if one.late]
    if late:
        _unplug(world, late)
        _run(world, _HOLD_S)  # until the neighbours' hold time is over
    return world


def _run(world: World, seconds: float) -> None:
    """Time goes by, unless packets circle between firewalls, which count down no TTL, for ever."""
    end_s = world.now + seconds
    frames = sum(len(wire.seen) for wire in world.wires.values())
    world.run_until(lambda: sum(len(wire.seen) for wire in world.wires.values()) - frames > _STORM, seconds)
    if world.now < end_s:
        raise Storm(world.topology.name)


def _unplug(world: World, failures: Sequence[Failure]) -> None:
    for failure in failures:
        world.link(failure.wire, failure.device, up=False)


def read(world: World) -> Snapshot:
    """What the product reads there, without the SSH between."""
    devices = {name: _device(world, name) for name in world.devices}
    return Snapshot(devices, EPOCH, {})


def _device(world: World, name: str) -> DeviceState:
    device = world.devices[name]
    station = Station(
        name,
        device,
        _DIALECTS[device.platform],
        {_USER: ""},
        "",
        now=lambda: world.now,
        run_until=world.run_until,
    )
    terminal = Terminal()
    shell = Shell(station, _USER, terminal)
    shell.start()
    shell.privilege = 15
    shell.go("privileged")
    family = platform(device.platform)
    _ask(shell, terminal, family.paging_off)
    outputs = {}
    for command in (*family.load_commands, *family.read_commands):
        outputs[command] = judged(Output(command, _ask(shell, terminal, command), EPOCH), family)
    for command in family.further_commands(outputs) if family.further_commands else ():
        outputs[command] = judged(Output(command, _ask(shell, terminal, command), EPOCH), family)
    return device_state(name, family.name, outputs)


def _ask(shell: Shell, terminal: Terminal, command: str) -> str:
    """The output of a command: what stands between its echo and the prompt."""
    terminal.heard.clear()
    shell.feed(command.encode() + b"\n")
    text = plain(bytes(terminal.heard))
    _echo, _, rest = text.partition("\n")
    return rest.rpartition("\n")[0]


def observe(world: World, flow: Flow) -> Testimony:
    """What the lab's hosts really get."""
    client, server = str(flow.client), str(flow.server)
    if flow.protocol is Protocol.TCP:
        return world.connect(client, server, flow.port).testimony
    if flow.protocol is Protocol.UDP:
        return world.ask(client, server, flow.port).testimony
    began_s = world.now
    world.ping(client, server, count=1)
    world.run_for(_LIFE_S)
    return testify(world.ledger, Seen("icmp", client, server, 0, since_s=began_s))
