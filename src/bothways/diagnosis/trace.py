"""The answer about a flow: what becomes of it, where, why, resting on which lines, and what stayed dark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from ipaddress import IPv4Address

from bothways.diagnosis.bypass_idle import bypass_remarks
from bothways.diagnosis.data_loss import lose
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.handshake import exchange
from bothways.diagnosis.legs import Hop, Leg, Place
from bothways.diagnosis.lost_connection import fall_silent, lose_connection
from bothways.diagnosis.midstream import resume, server_first
from bothways.diagnosis.observed import Contradiction, contradictions
from bothways.diagnosis.remarks import remarks
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.timers import IdleTimer
from bothways.diagnosis.uplink_loss import as_it_is, lose_uplink
from bothways.diagnosis.walk import Walker
from bothways.diagnosis.ways import Exchange, Way, settled
from bothways.errors import BadInput
from bothways.flow import Fate, Flow, Protocol
from bothways.network import DeclaredHost
from bothways.state.device import Evidence
from bothways.state.snapshot import Snapshot

_OF_ANY = (Scenario.UPLINK_LOSS,)
"""What befalls a flow of any protocol; only TCP has a middle and can be sent again."""
_KILL_NO_PING = (Fate.ISN_MISMATCH, Fate.HANDSHAKE_UNSEEN, Fate.NO_CONNECTION, Fate.WRONG_SOURCE)


@dataclass(frozen=True)
class Trace:
    """The walk of every packet of a flow, out and back.

    Attributes:
        at: device and packet where it dies; ("", 0) when it lives.
        mechanism: why, as a sentence without its full stop.
        confidence: the weakest of what it rests on.
        legs: one per packet, both directions always among them.
        evidence: the lines that decided, in the order they were met, each once.
        could_not_see: what would be needed to be surer.
        inferences: what was concluded rather than read, with its word of confidence.
        remarks: what a reader would ask next.
        scenario: where in the flow's life the walk began.
        opening: the packets that had opened the flow before; not part of the picture.
        timers: the idle times of its connections, in the scenarios that have a silence.
        contradicted: what the snapshot shows of this very flow that does not go with the verdict.
        silence_s: for how long it was supposed to be silent; None where nobody said.
    """

    flow: Flow
    fate: Fate
    at: Place
    mechanism: str
    confidence: Confidence
    legs: tuple[Leg, ...]
    evidence: tuple[Evidence, ...]
    could_not_see: tuple[str, ...]
    inferences: tuple[str, ...]
    remarks: tuple[str, ...]
    scenario: Scenario = Scenario.HANDSHAKE
    silence_s: int | None = None
    opening: tuple[Leg, ...] = ()
    timers: tuple[IdleTimer, ...] = ()
    contradicted: tuple[Contradiction, ...] = ()

    @property
    def hops(self) -> tuple[Hop, ...]:
        """The hops of all packets really sent."""
        return tuple(hop for leg in self.legs if not leg.hypothetical for hop in leg.hops)

    @property
    def devices(self) -> tuple[str, ...]:
        """Every device a packet visits or would visit, in the order of the walk."""
        return tuple(dict.fromkeys(hop.device for leg in (*self.opening, *self.legs) for hop in leg.hops))

    def legs_from(self, sender: IPv4Address) -> tuple[Leg, ...]:
        """The packets one end sends; the server may know itself by another address than the one called."""
        from_client = sender == self.flow.client
        return tuple(leg for leg in self.legs if (leg.sent.source == self.flow.client) == from_client)


def trace(
    snapshot: Snapshot,
    flow: Flow,
    hosts: Sequence[DeclaredHost] = (),
    scenario: Scenario = Scenario.HANDSHAKE,
    silence_s: int | None = None,
) -> Trace:
    """Walk `flow` out and back. What is missing from the snapshot is listed, never raised.

    Args:
        snapshot: the devices' state.
        flow: as the client means it.
        hosts: what the user declared of hosts; a declared gateway is believed.
        scenario: where in the flow's life the walk begins; only TCP has a middle and can be sent again.
        silence_s: for how long the application is silent, in the scenarios that have a silence.

    Raises:
        BadInput: a scenario of silence without its length.
    """
    lived = scenario if flow.protocol is Protocol.TCP or scenario in _OF_ANY else Scenario.HANDSHAKE
    resumed = lived is Scenario.MID_STREAM
    way = settled(snapshot, flow, hosts, _walk_of(lived, silence_s))
    sight, outcome, ends = way.sight, way.outcome, way.ends
    fate, at, mechanism = way.verdict
    if outcome.fate is Fate.UNKNOWN and mechanism not in sight.could_not_see:
        sight.miss(mechanism)
    against = tuple(contradictions(snapshot, flow, fate, lived))
    doubtful = fate is Fate.UNKNOWN or against
    return Trace(
        flow=flow,
        fate=fate,
        at=at,
        mechanism=mechanism,
        confidence=Confidence.POSSIBLE if doubtful else sight.confidence,
        legs=outcome.legs,
        evidence=_evidence(sight, (*outcome.legs, *outcome.opening), against),
        could_not_see=tuple(sight.could_not_see),
        inferences=tuple(sight.inferences),
        remarks=(
            *(one.sentence for one in against),
            *remarks(flow, fate, outcome.legs, ping_lives=_ping_lives(snapshot, way, flow, hosts)),
            *(_beside(snapshot, way, flow, hosts) if resumed else ()),
            *(bypass_remarks(snapshot, outcome.legs) if flow.protocol is Protocol.TCP else ()),
            *outcome.beside,
            *(f"{end.address} hangs on {end.port}" for end in ends.values() if end.port),
        ),
        scenario=lived,
        silence_s=silence_s,
        opening=outcome.opening,
        timers=outcome.timers,
        contradicted=against,
    )


def _walk_of(scenario: Scenario, silence_s: int | None) -> Exchange:
    """What is walked in a scenario."""
    if scenario is Scenario.CONN_LOST:
        return partial(lose_connection, silence_s=silence_s)
    if scenario is Scenario.AFTER_IDLE:
        if silence_s is None:
            raise BadInput("after-idle", "does not say for how long the flow is silent", "--silence 0:20:00")
        return partial(fall_silent, silence_s=silence_s)
    walks: dict[Scenario, Exchange] = {
        Scenario.MID_STREAM: resume,
        Scenario.DATA_LOSS: lose,
        Scenario.UPLINK_LOSS: lose_uplink,
    }
    return walks.get(scenario, as_it_is)


def _beside(snapshot: Snapshot, way: Way, flow: Flow, hosts: Sequence[DeclaredHost]) -> Iterator[str]:
    """What becomes of a new connection, and of a flow whose server sends first: each walked by itself."""
    if way.sight.forks:
        return
    walker = Walker(Sight(snapshot), way.topology, way.ends, hosts)
    if way.verdict[0] is Fate.COMPLETE:
        late = server_first(walker, flow)
        yield from [late] if late else []
    elif exchange(walker, flow).fate is Fate.COMPLETE:
        yield f"a new connection to {flow.server} {flow.service} is complete: only established ones die"


def _ping_lives(snapshot: Snapshot, way: Way, flow: Flow, hosts: Sequence[DeclaredHost]) -> bool:
    """Whether an echo between the same hosts would be answered, while TCP dies of what a ping has not."""
    if way.verdict[0] not in _KILL_NO_PING or way.sight.forks:
        return False
    echo = replace(flow, protocol=Protocol.ICMP, port=0, client_port=None)
    # A sight of its own: what an echo meets says nothing of the flow that was asked about.
    return exchange(Walker(Sight(snapshot), way.topology, way.ends, hosts), echo).fate is Fate.COMPLETE


def _evidence(sight: Sight, legs: Iterable[Leg], against: Iterable[Contradiction]) -> tuple[Evidence, ...]:
    of_hops = (line for leg in legs for hop in leg.hops for line in hop.evidence)
    return tuple(dict.fromkeys((*sight.evidence, *of_hops, *(one.line for one in against))))
