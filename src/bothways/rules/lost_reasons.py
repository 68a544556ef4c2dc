"""Why a firewall may have lost a connection that it had: what speaks for each reason, and what against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bothways.diagnosis.inspected import looks_into
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.timers import IdleTimer, span
from bothways.diagnosis.trace import Trace
from bothways.rules.teardowns import reason_of, torn_down
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import Failover, ServicePolicy
from bothways.state.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Reason:
    """One hypothesis.

    Attributes:
        rank: smaller is likelier; 0 is what the log says.
        excluded: the lines rule it out.
    """

    rank: int
    text: str
    evidence: tuple[Evidence, ...] = ()
    excluded: bool = False


def reasons(snapshot: Snapshot, asa: DeviceState, trace: Trace) -> tuple[Reason, ...]:
    """All of them, the likeliest first, those that are ruled out last."""
    found = [*_logged(asa, trace), *_cleared(), *_failover(asa), *_inspected(snapshot, asa, trace)]
    found += [*_normalised(), *_idle(trace)]
    return tuple(sorted(found, key=lambda reason: (reason.excluded, reason.rank)))


def _logged(asa: DeviceState, trace: Trace) -> Iterator[Reason]:
    lines = [line for line in torn_down(asa, trace) if not reason_of(line).startswith(("TCP FINs", "SYN"))]
    if lines:
        yield Reason(0, f"the log of {asa.name} says {reason_of(lines[-1])!r}", (lines[-1],))


def _cleared() -> Iterator[Reason]:
    yield Reason(1, "somebody cleared it (clear conn, clear xlate, a changed NAT rule)")


def _failover(asa: DeviceState) -> Iterator[Reason]:
    if not asa.sees(Failover):
        yield Reason(2, "a failover to a mate without its state (show failover was not read)")
        return
    for row in asa.table(Failover):
        line = (asa.evidence(row),)
        if row.enabled:
            yield Reason(1, "a failover, or one whose mate had not been told of it yet", line)
        else:
            yield Reason(2, "a failover: there is no mate", line, excluded=True)


def _inspected(snapshot: Snapshot, asa: DeviceState, trace: Trace) -> Iterator[Reason]:
    opener = next((hop for leg in trace.opening[:1] for hop in leg.hops if hop.device == asa.name), None)
    if opener is None or not asa.sees(ServicePolicy):
        return
    real = opener.arrived
    if opener.left is not None:  # classes see the real server
        real = replace(real, destination=opener.left.destination)
    look = looks_into(Sight(snapshot), asa, (opener.ingress, opener.egress), real)
    if look is None:
        what = f"an inspection or module that looks into {trace.flow.service}"
        line = (asa.absence(ServicePolicy, what),)
        yield Reason(3, "an inspection that closed it: nothing looks into it", line, excluded=True)
    else:
        text = f"an inspection that closed it (class {look.policy.class_map}: {look.line})"
        yield Reason(2, text, (asa.evidence(look.policy),))


def _normalised() -> Iterator[Reason]:
    yield Reason(4, "the TCP normaliser (a bad retransmission, a window that moved), or an earlier RST")


def _idle(trace: Trace) -> Iterator[Reason]:
    """A silence that every timer outlives is no reason."""
    silence_s = trace.silence_s
    if silence_s is None or not trace.timers:
        return
    short = [timer for timer in trace.timers if not timer.outlives(silence_s) and not timer.dcd]
    for timer in short:
        yield Reason(1, f"the idle timeout: {_against(timer, silence_s)}", timer.evidence)
    if not short:
        numbers = ", ".join(_against(timer, silence_s) for timer in trace.timers)
        lines = tuple(line for timer in trace.timers for line in timer.evidence)
        yield Reason(5, f"the idle timeout: {numbers}", lines, excluded=True)


def _against(timer: IdleTimer, silence_s: int) -> str:
    return f"{span(silence_s)} of silence against {timer} on {timer.device}"
