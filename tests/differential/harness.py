"""One random network from both sides: what the product predicts from the devices' words, what the lab saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bothways.diagnosis import Confidence, Severity, Trace, trace
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
from bothways.state.snapshot import Snapshot

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
        guesses: those that are possible only.
        features: what the network has beyond those of low seeds.
        met: which of it this flow had to do with, as far as the trace tells.
    """

    seed: int
    flow: Flow
    predicted: Trace
    observed: Testimony
    errors: tuple[str, ...]
    guesses: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()
    met: frozenset[str] = frozenset()

    @property
    def unseen(self) -> str:
        """Why the prediction does not count; "" when it does."""
        if self.predicted.could_not_see:
            return "could not see: " + self.predicted.could_not_see[0]
        if self.predicted.fate is Fate.UNKNOWN:
            return "unknown: " + self.predicted.mechanism
        if "goes in a circle" in self.predicted.mechanism:
            return "where a circling packet dies depends on the sender's TTL"
        if self._up_to_the_host:
            return "whether the host still knows its gateway's hardware address"
        return next((text for text in self.predicted.inferences if any(word in text for word in _SOFT)), "")

    @property
    def _up_to_the_host(self) -> bool:
        """Its gateway's interface is down: a host that knows its MAC address sends in vain, else asks."""
        same_place = self.prediction[1:] == self.observation[1:] and "." in self.prediction[1]
        return same_place and {self.prediction[0], self.observation[0]} == {"link-down", "no-adjacency"}

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
        """A flow that lives, and a finding of severity error about it that does not call itself possible."""
        return self.lives and bool(self.errors)

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
        found.append((flow, predicted, _errors(snapshot, predicted)))
    return [
        Comparison(
            seed,
            flow,
            predicted,
            observe(world, flow),
            tuple(name for name, word in errors if word is not Confidence.POSSIBLE),
            tuple(name for name, word in errors if word is Confidence.POSSIBLE),
            case.features,
            met(case, predicted),
        )
        for flow, predicted, errors in found
    ]


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
