"""Both ends as RFC 9293 has them: SYN, SYN/ACK, the client's answer, data; and what kills the flow."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bothways.diagnosis.doubt import doubts
from bothways.diagnosis.legs import Drop, Leg, Place
from bothways.diagnosis.packets import Number, Packet, answer, inbound, outbound
from bothways.diagnosis.timers import IdleTimer
from bothways.diagnosis.walk import Walker, refused
from bothways.flow import Fate, Flow, Protocol

_NOWHERE = Place("", 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a flow.

    Attributes:
        mechanism: why, as a sentence without its full stop.
        opening: the packets that opened the flow, where it is walked from a later moment of its life.
        timers: the idle times that were looked at.
        beside: what was found out on the way and is worth a remark.
    """

    fate: Fate
    at: Place
    mechanism: str
    legs: tuple[Leg, ...]
    beside: tuple[str, ...] = ()
    opening: tuple[Leg, ...] = ()
    timers: tuple[IdleTimer, ...] = ()


def exchange(walker: Walker, flow: Flow) -> Outcome:
    """Walk all packets of a flow, both ways."""
    return weighed(_exchange(walker, flow))


def weighed(outcome: Outcome) -> Outcome:
    """A fault stands only if nothing on the way leaves it open."""
    open_questions = doubts(outcome.legs)
    if not open_questions or outcome.fate in (Fate.COMPLETE, Fate.UNKNOWN):
        return outcome
    mechanism = f"as far as was read, {outcome.mechanism}; but not seen is {open_questions[0]}"
    return replace(outcome, fate=Fate.UNKNOWN, mechanism=mechanism)


def _exchange(walker: Walker, flow: Flow) -> Outcome:
    if flow.protocol is Protocol.TCP:
        return _tcp(walker, flow)
    kinds = ("echo", "echo reply") if flow.protocol is Protocol.ICMP else ("request", "answer")
    asked = walker.walk(outbound(flow, 1, kinds[0]))
    if asked.arrived is None:
        return died(asked, walker.suppose(inbound(flow, 2, kinds[1])))
    answered = home(flow, walker.walk(answer(asked.arrived, inbound(flow, 2, kinds[1]))))
    if answered.arrived is None:
        return died(answered, before=(asked,))
    if flow.protocol is Protocol.UDP and answered.arrived.source != flow.server:
        source = answered.arrived.source
        walker.miss(f"{flow.client}: whether it takes an answer from {source}, having asked {flow.server}")
    return complete(flow, (asked, answered))


def _tcp(walker: Walker, flow: Flow) -> Outcome:
    client, server = Number("C"), Number("S")
    syn = walker.walk(outbound(flow, 1, "SYN", client))
    if syn.arrived is None or syn.arrived.seq is None:
        return died(syn, walker.suppose(inbound(flow, 2, "SYN/ACK", server)))
    reply = inbound(flow, 2, "SYN/ACK", server, syn.arrived.seq.next())
    syn_ack = home(flow, walker.walk(answer(syn.arrived, reply)))
    if syn_ack.arrived is None:
        return died(syn_ack, before=(syn,))
    if stranger(flow, syn_ack.arrived):
        return from_a_stranger(walker, flow, syn, syn_ack)
    if syn_ack.arrived.ack != client.next():
        return _refused_by_client(walker, flow, syn, syn_ack)
    return _accepted_by_client(walker, flow, syn, syn_ack)


def _accepted_by_client(walker: Walker, flow: Flow, syn: Leg, syn_ack: Leg) -> Outcome:
    client, server = Number("C"), Number("S")
    # The client acknowledges what it was told, which a firewall may have changed.
    told = syn_ack.arrived.seq.next() if syn_ack.arrived and syn_ack.arrived.seq else server.next()
    ack = walker.walk(outbound(flow, 3, "ACK", client.next(), told))
    data = outbound(flow, 4, "PSH/ACK", client.next(), told)
    if ack.arrived is None:
        # The client believes it is connected, so its data follows and dies likewise.
        return died(ack, walker.walk(data, consequence=True), before=(syn, syn_ack))
    if ack.arrived.ack != server.next():
        return _refused_by_server(flow, syn, syn_ack, ack)
    legs = [syn, syn_ack, ack]
    reply = answer(ack.arrived, inbound(flow, 5, "PSH/ACK", server.next(), ack.arrived.seq))
    for packet in (data, reply):
        leg = walker.walk(packet)
        legs.append(home(flow, leg) if packet is reply else leg)
        if legs[-1].arrived is None:
            return died(legs[-1], before=tuple(legs[:-1]))
    return complete(flow, tuple(legs))


def home(flow: Flow, leg: Leg) -> Leg:
    """An answer that ends at a router by whose address the client was shown is none to the client."""
    if leg.arrived is None or leg.arrived.destination == flow.client:
        return leg
    reason = f"it ends at {leg.arrived.destination}: nothing there makes that {flow.client} again"
    return replace(leg, arrived=None, lost=Drop(Fate.UNKNOWN, reason, label="not translated back"))


def stranger(flow: Flow, arrived: Packet) -> bool:
    """Whether an answer comes from another address, or another port, than was called."""
    tcp = flow.protocol is Protocol.TCP
    return arrived.source != flow.server or (tcp and arrived.source_ports != (flow.port, flow.port))


def from_a_stranger(walker: Walker, flow: Flow, syn: Leg, syn_ack: Leg) -> Outcome:
    """A SYN/ACK from an address that the client never called belongs to no connection of it: RST."""
    arrived = syn_ack.arrived
    assert arrived is not None
    by_port = arrived.source == flow.server
    names = [_name(packet, by_port=by_port) for packet in (syn_ack.sent, arrived)]
    called = f"{flow.server}:{flow.port}" if by_port else str(flow.server)
    changer = " and ".join(syn_ack.rewriters) or "something on the way"
    mechanism = (
        f"{changer} changes the source of the SYN/ACK from {names[0]} to {names[1]}; "
        f"{flow.client} called {called}, knows no {names[1]}, and resets"
    )
    rst = outbound(flow, 3, "RST", arrived.ack)
    rst = replace(rst, destination=arrived.source, destination_ports=arrived.source_ports)
    legs = (syn, refused(syn_ack, f"from {names[1]}, not called"), walker.walk(rst, consequence=True))
    return Outcome(Fate.WRONG_SOURCE, Place(str(flow.client), 2), mechanism, legs)


def _name(packet: Packet, *, by_port: bool) -> str:
    """The source of an answer; with its port where only that is a stranger's."""
    return f"{packet.source}:{packet.source_ports[0]}" if by_port else str(packet.source)


def _refused_by_client(walker: Walker, flow: Flow, syn: Leg, syn_ack: Leg) -> Outcome:
    """A SYN/ACK that acknowledges another number than the client's is answered by a RST of that number."""
    arrived = syn_ack.arrived
    assert arrived is not None
    assert arrived.ack is not None
    changer = " and ".join(name for name, _ in arrived.ack.shifts)
    mechanism = (
        f"{changer} changed the sequence number of the SYN and the SYN/ACK came back without passing it: "
        f"acknowledged is {arrived.ack}, {flow.client} expects C+1 and resets"
    )
    answer = walker.walk(outbound(flow, 3, "RST", arrived.ack), consequence=True)
    legs = (syn, refused(syn_ack, f"ack {arrived.ack} is not C+1"), answer)
    return Outcome(Fate.ISN_MISMATCH, Place(str(flow.client), 2), mechanism, legs)


def _refused_by_server(flow: Flow, syn: Leg, syn_ack: Leg, ack: Leg) -> Outcome:
    """An ACK of another number than the server's is answered by a RST."""
    number = ack.arrived.ack if ack.arrived else None
    mechanism = (
        f"the sequence number of the SYN/ACK was changed on its way and not changed back: acknowledged is "
        f"{number}, {flow.server} expects S+1 and resets"
    )
    legs = (syn, syn_ack, refused(ack, f"ack {number} is not S+1"))
    return Outcome(Fate.ISN_MISMATCH, Place(str(flow.server), 3), mechanism, legs)


def died(leg: Leg, *after: Leg, before: tuple[Leg, ...] = ()) -> Outcome:
    """The end of a flow whose packet did not arrive."""
    drop = leg.drop
    assert drop is not None
    place = Place(leg.dropped_at, leg.sent.number)
    return Outcome(drop.fate, place, drop.reason, (*before, leg, *after))


def complete(flow: Flow, legs: tuple[Leg, ...]) -> Outcome:
    """The end of a flow of which all packets arrive."""
    mechanism = f"both directions of {flow.service} arrive"
    return Outcome(Fate.COMPLETE, _NOWHERE, mechanism, legs)
