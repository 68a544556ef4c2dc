"""An established TCP flow that another way was taken from: its next packets, both ways."""

from __future__ import annotations

from dataclasses import replace

from bothways.diagnosis.handshake import Outcome, complete, died, from_a_stranger, home, stranger, weighed
from bothways.diagnosis.packets import Number, Packet, answer, inbound, outbound
from bothways.diagnosis.walk import Walker
from bothways.flow import Fate, Flow


def resume(walker: Walker, flow: Flow) -> Outcome:
    """Walk what the client sends next (packet 1) and what the server says to it (packet 2)."""
    return weighed(_resumed(walker, flow))


def _resumed(walker: Walker, flow: Flow) -> Outcome:
    data, said = _packets(flow)
    there = walker.walk(data)
    if there.arrived is None:
        return died(there, walker.suppose(said))
    back = home(flow, walker.walk(answer(there.arrived, said)))
    if back.arrived is None:
        return died(back, before=(there,))
    if stranger(flow, back.arrived):
        return from_a_stranger(walker, flow, there, back)
    return complete(flow, (there, back))


def server_first(walker: Walker, flow: Flow) -> str:
    """What becomes of the server's next packet when it comes before the client's; "" when it arrives."""
    _, said = _packets(flow)
    leg = walker.walk(replace(said, number=1))
    if leg.drop is None or leg.drop.fate is Fate.UNKNOWN:
        return ""
    return f"were the server the first to send, its packet would die at {leg.dropped_at}: {leg.drop.reason}"


def _packets(flow: Flow) -> tuple[Packet, Packet]:
    client, server = Number("C").next(), Number("S").next()
    return outbound(flow, 1, "PSH/ACK", client, server), inbound(flow, 2, "PSH/ACK", server, client)
