"""An established TCP flow that falls silent, or whose connection a firewall loses: how it ends.

The server closes: its FIN is packet 1, the client's packet 2. Where a firewall has let go of the connection,
the FIN belongs to none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bothways.diagnosis.connections import Entry
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.handshake import Outcome, died, exchange, weighed
from bothways.diagnosis.legs import Leg, Place
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.reset_service import Answering, answering
from bothways.diagnosis.timers import IdleTimer, idle_timer, span
from bothways.diagnosis.translation_idle import miss_forgotten
from bothways.diagnosis.walk import Walker
from bothways.flow import Fate, Flow


@dataclass(frozen=True, slots=True)
class _Loss:
    """A firewall that has no connection any more.

    Attributes:
        timer: that of silence; None for another reason.
        why: a clause that can stand before "and".
    """

    device: str
    entry: Entry
    timer: IdleTimer | None
    why: str


def fall_silent(walker: Walker, flow: Flow, silence_s: int) -> Outcome:
    """Open the flow, let it be silent for so long, then let the server close it."""
    opened = exchange(walker, flow)
    if opened.fate is not Fate.COMPLETE:
        return opened
    miss_forgotten(walker, silence_s)
    timers, losses, kept = _timers(walker), [], []
    for entry, timer in timers:
        if timer.outlives(silence_s):
            kept.append(_outlived(timer, silence_s))
        elif timer.dcd:
            text = f"{timer.device} asks both ends after {timer} and keeps the connection: both answer"
            walker.sight.infer(text, Confidence.LIKELY)
        else:
            losses.append(_timed_out(entry, timer, silence_s))
    outcome = _ended(walker, flow, opened, losses)
    if outcome.fate is Fate.COMPLETE:
        said = (
            f"{flow.service} is silent for {span(silence_s)} and goes on: every firewall on its way keeps it"
        )
        outcome = replace(outcome, mechanism=said)
    return _told(outcome, opened, timers, (*outcome.beside, *kept))


def lose_connection(walker: Walker, flow: Flow, silence_s: int | None) -> Outcome:
    """Open the flow, let the firewall next to the server lose its connection; then the server closes it."""
    opened = exchange(walker, flow)
    if opened.fate is not Fate.COMPLETE:
        return opened
    known = dict(_entries(walker))
    nearest = [hop.device for hop in opened.legs[0].hops if hop.device in known]
    if not nearest:
        return opened
    device = nearest[-1]
    text = f"{device} is supposed to have lost it: the first firewall that packets of the server come to"
    walker.sight.infer(text, Confidence.POSSIBLE)
    timers = _timers(walker) if silence_s is not None else []
    kept = tuple(
        f"the idle timeout is not the reason: {_outlived(timer, silence_s or 0)}"
        for _, timer in timers
        if timer.outlives(silence_s or 0)
    )
    outcome = _ended(walker, flow, opened, [_Loss(device, known[device], None, f"{device} has lost it")])
    return _told(outcome, opened, timers, (*kept, *outcome.beside))


def _told(
    outcome: Outcome, opened: Outcome, timers: list[tuple[Entry, IdleTimer]], beside: tuple[str, ...]
) -> Outcome:
    looked_at = tuple(timer for _, timer in timers)
    return weighed(replace(outcome, beside=beside, opening=opened.legs, timers=looked_at))


def _timers(walker: Walker) -> list[tuple[Entry, IdleTimer]]:
    """The idle time of the flow's connection on each firewall, as far as it was read."""
    found = []
    for device, entry in _entries(walker):
        timer = idle_timer(walker.sight, walker.sight.snapshot.devices[device], entry)
        if timer is not None:
            walker.sight.evidence += timer.evidence
            found.append((entry, timer))
    return found


def _entries(walker: Walker) -> Iterator[tuple[str, Entry]]:
    """The connections of the flow that are checked: a bypassed one is made anew by any packet."""
    for device in walker.connections.devices():
        for entry in walker.connections.on(device):
            if not entry.bypass:
                yield device, entry


def _outlived(timer: IdleTimer, silence_s: int) -> str:
    if not timer.seconds:
        return f"{timer.device} keeps a silent connection {timer}"
    times = timer.seconds / silence_s if silence_s else 0
    factor = f", {_count(times)} times that long" if times else ""
    return f"silence {span(silence_s)}; {timer.device} keeps it for {timer}{factor}"


def _count(times: float) -> str:
    return f"{times:,.0f}" if times >= 10 else f"{round(times, 1):g}"


def _timed_out(entry: Entry, timer: IdleTimer, silence_s: int) -> _Loss:
    why = f"{timer.device} let go of it after {timer} of {span(silence_s)} of silence"
    return _Loss(timer.device, entry, timer, why)


def _ended(walker: Walker, flow: Flow, opened: Outcome, losses: list[_Loss]) -> Outcome:
    """The server's FIN and the client's, past firewalls that may have nothing to do with it any more."""
    data, reply = opened.legs[3].sent, opened.legs[4].sent
    for loss in losses:
        walker.connections.forget(loss.device)
    closing = replace(reply, number=1, kind="FIN/ACK")
    told = next((loss for loss in losses if loss.timer is not None and loss.timer.reset), None)
    if told is not None:
        return _both_told(walker.suppose(closing), told)
    fin = walker.walk(closing)
    if fin.arrived is None:
        beside = _client_first(walker, data, losses)
        return replace(_met_nothing(walker, fin, losses), beside=beside)
    back = walker.walk(replace(data, number=2, kind="FIN/ACK"))
    if back.arrived is None:
        outcome = _met_nothing(walker, back, losses)
        return replace(outcome, legs=(fin, *outcome.legs))
    return Outcome(Fate.COMPLETE, Place("", 0), f"both ends of {flow.service} close it", (fin, back))


def _client_first(walker: Walker, data: Packet, losses: list[_Loss]) -> tuple[str, ...]:
    """What becomes of the client's next data when it comes before the server's FIN."""
    outcome = _met_nothing(walker, walker.walk(replace(data, number=1)), losses)
    return (f"were the client the first to speak: {outcome.mechanism}",) if outcome.mechanism else ()


def _both_told(fin: Leg, loss: _Loss) -> Outcome:
    mechanism = f"{loss.why} and resets both ends: neither hangs, and both must connect anew"
    return Outcome(Fate.RESET_BY_DEVICE, Place(loss.device, 1), mechanism, (fin,))


def _met_nothing(walker: Walker, leg: Leg, losses: list[_Loss]) -> Outcome:
    """A packet of an established connection that a firewall knows no more."""
    if leg.drop is None:
        return Outcome(Fate.COMPLETE, Place("", 0), "", (leg,))
    loss = next((one for one in losses if one.device == leg.dropped_at), None)
    if loss is None or leg.drop.fate is not Fate.NO_CONNECTION:
        return died(leg)
    hop, device = leg.hops[-1], walker.sight.snapshot.devices[loss.device]
    outgoing = loss.entry.ingress if hop.ingress == loss.entry.egress else loss.entry.egress
    service = answering(walker.sight, device, hop.ingress, outgoing)
    if service is None:
        unseen = f"{loss.why}; whether {loss.device} resets what belongs to no connection is not seen"
        return replace(died(leg), fate=Fate.UNKNOWN, mechanism=unseen)
    fate = Fate.IDLE_TIMEOUT if loss.timer else Fate.NO_CONNECTION
    drop = replace(
        leg.drop,
        fate=Fate.RESET_BY_DEVICE if service.on else fate,
        reason=f"{loss.why}; {_effect(leg.sent, loss, service)}",
        label="no connection: RST to its sender" if service.on else "no connection",
    )
    hop = replace(hop, drop=drop, evidence=(*hop.evidence, *service.evidence))
    return died(replace(leg, hops=(*leg.hops[:-1], hop)))


def _effect(packet: Packet, loss: _Loss, service: Answering) -> str:
    what = f"the {packet.kind} of {packet.source} belongs to no connection"
    if not service.on:
        return f"{what} and is dropped without a word ({service.kind} is off): it is sent again in vain"
    return (
        f"{what} and is answered by {loss.device} in the name of {packet.destination} (RST/ACK, TTL 255, the "
        f"window of the {packet.kind}): its sender alone is told, the other end hears nothing and hangs"
    )
