"""What a snapshot of the devices says of a call that a capture shows failing: who does it, by which line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from math import ceil

from bothways.diagnosis.capture.judgement import Cause, Judgement
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.trace import Trace, trace
from bothways.flow import Fate, Flow, Protocol
from bothways.network import DeclaredHost
from bothways.state.snapshot import Snapshot

_SCENARIOS = {
    Cause.IDLE_TIMEOUT: Scenario.AFTER_IDLE,
    Cause.RESET_BY_DEVICE: Scenario.CONN_LOST,
    Cause.PROXY_STALL: Scenario.DATA_LOSS,
    Cause.UNREPAIRED_LOSS: Scenario.DATA_LOSS,
    Cause.DATA_UNANSWERED: Scenario.MID_STREAM,
}


@dataclass(frozen=True, slots=True, eq=False)
class Foretold:
    """A judgement beside the walk of the same flow.

    Attributes:
        walked: the walk, from where in the flow's life the cause is.
        agrees: the devices' state foretells what the capture shows; None when the walk cannot tell.
        idle: where a silence may be the reason, the walk of the flow after the longest one captured.
    """

    judgement: Judgement
    walked: Trace
    agrees: bool | None
    idle: Trace | None

    @property
    def sentence(self) -> str:
        """Both beside each other."""
        if self.agrees is None:
            return f"the snapshot cannot tell: {self.walked.mechanism}"
        place = f"{self.walked.at.device}, packet {self.walked.at.packet}: " if self.walked.at.device else ""
        if self.agrees:
            return f"the snapshot says the same: {place}{self.walked.mechanism}"
        return (
            f"the snapshot says {self.walked.fate} ({place}{self.walked.mechanism}): it is of another time, "
            "or the packets took another way"
        )

    @property
    def idle_sentences(self) -> tuple[str, ...]:
        """Each idle time on the way, held against the longest silence of the stream."""
        if self.idle is None:
            return ()
        gap = self.judgement.course.gap_s
        return tuple(
            f"{timer.device} lets it be silent for {timer}; the longest silence captured is {gap:.1f} s: "
            + ("no idle timeout" if timer.outlives(ceil(gap)) else "an idle timeout")
            for timer in self.idle.timers
        )


def foretold(judgement: Judgement, snapshot: Snapshot, hosts: Sequence[DeclaredHost]) -> Foretold | None:
    """Walk a judged stream's flow through the devices; None where the capture has no addresses or ports."""
    stream = judgement.stream
    if stream.capture.names or not stream.server_port or stream.client == stream.server:
        return None
    flow = Flow(
        IPv4Address(stream.client),
        IPv4Address(stream.server),
        Protocol.TCP,
        stream.server_port,
        stream.client_port,
    )
    gap = ceil(judgement.course.gap_s)
    scenario = _SCENARIOS.get(judgement.cause, Scenario.HANDSHAKE)
    walked = trace(snapshot, flow, hosts, scenario, gap if scenario is Scenario.AFTER_IDLE else None)
    timed = judgement.cause in (Cause.IDLE_TIMEOUT, Cause.RESET_BY_DEVICE)
    idle = trace(snapshot, flow, hosts, Scenario.AFTER_IDLE, gap) if timed else None
    agrees = None if walked.fate is Fate.UNKNOWN else walked.fate.value == judgement.cause.value
    return Foretold(judgement, walked, agrees, idle)
