"""A flow that loses one data segment before it comes to a firewall: whether the next one still arrives."""

from __future__ import annotations

from dataclasses import replace

from bothways.diagnosis.ctcp import speaks_ctcp
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.handshake import Outcome, complete, died, exchange, weighed
from bothways.diagnosis.legs import LOST, Leg
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.walk import Walker
from bothways.flow import Fate, Flow


def lose(walker: Walker, flow: Flow) -> Outcome:
    """Open the flow, then lose a data segment (packet 6) of either end and walk its next one (packet 7)."""
    opened = exchange(walker, flow)
    if opened.fate is not Fate.COMPLETE:
        return opened
    ctcp = speaks_ctcp(walker.sight.snapshot, flow)
    if ctcp is None:
        text = f"both ends of {flow.service} send again what is lost: nothing says it is IPsec over TCP"
        walker.sight.infer(text, Confidence.LIKELY)
        return opened
    why, lines = ctcp
    walker.sight.infer(f"{why}: its ends never send again what is lost", Confidence.LIKELY, *lines)
    return weighed(_behind_a_loss(walker, flow, opened))


def _behind_a_loss(walker: Walker, flow: Flow, opened: Outcome) -> Outcome:
    legs = opened.legs
    for sample in (opened.legs[3].sent, opened.legs[4].sent):
        lost, following = _lost(sample), walker.walk(_behind(sample))
        if following.arrived is None:
            return died(following, before=(*legs, lost))
        legs = (*legs, lost, following)
    return complete(flow, legs)


def _lost(sample: Packet) -> Leg:
    packet = replace(sample, number=6)
    return Leg(sent=packet, hops=(), arrived=None, lost=LOST, hypothetical=True)


def _behind(sample: Packet) -> Packet:
    return replace(sample, number=7, behind_gap=True)
