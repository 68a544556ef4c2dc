"""The picture of a trace: what is predicted of each packet of a flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bothways.diagnosis.legs import Hop, Leg
from bothways.diagnosis.packets import EPHEMERAL, NO_PORTS, Packet, Ports
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate as FlowFate
from bothways.report.ladder.meeting_order import devices_between
from bothways.report.ladder.picture import (
    PREDICTED,
    Change,
    Column,
    End,
    Fate,
    Kind,
    Number,
    Passage,
    Picture,
    Row,
    Stretch,
)
from bothways.report.ladder.symbols import Symbols

_NO_DEATH = (FlowFate.COMPLETE, FlowFate.UNKNOWN)


def picture_of(trace: Trace) -> Picture:
    """The ladder of a trace; one that dies has exactly one dead row."""
    drawn = _Drawing(trace)
    dead = _dead(trace)
    when = "" if trace.scenario is Scenario.HANDSHAKE else f", {trace.scenario}"
    return Picture(
        title=f"{trace.flow}{when}",
        source=PREDICTED,
        columns=drawn.columns,
        rows=tuple(drawn.row(leg, dead=index == dead) for index, leg in enumerate(trace.legs)),
        legend=drawn.symbols.legend(),
    )


def _dead(trace: Trace) -> int | None:
    """The index of the packet the flow dies of."""
    if trace.fate in _NO_DEATH or not trace.legs:
        return None

    def likeness(index: int) -> tuple[bool, bool, bool, int]:
        leg = trace.legs[index]
        ends = leg.drop is not None or bool(leg.refusal)
        caused = not (leg.consequence or leg.hypothetical)
        return leg.sent.number == trace.at.packet, caused, ends, index

    return max(range(len(trace.legs)), key=likeness)


class _Drawing:
    """What the rows of one picture share: the keys of the columns, the symbols of the numbers."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._client, self._server = str(trace.flow.client), str(trace.flow.server)
        self.symbols = Symbols(trace.legs)
        ends = (self._client, self._server)
        # A device may have been given an end's address for a name.
        self._keys = {name: f"{name} (device)" if name in ends else name for name in devices_between(trace)}
        self.columns = (
            Column(self._client, self._client, Kind.HOST, self._aliases(from_client=True)),
            *(Column(key, name, Kind.DEVICE) for name, key in self._keys.items()),
            Column(self._server, self._server, Kind.HOST, self._aliases(from_client=False)),
        )

    def row(self, leg: Leg, *, dead: bool) -> Row:
        stretches, end = tuple(self._stretches(leg)), self._end(leg)
        if dead and leg.hypothetical:
            stretches, end = self._never_sent(leg, stretches)
        return Row(
            number=leg.sent.number,
            kind=leg.sent.kind,
            fate=_fate(leg),
            stretches=stretches,
            end=end,
            dead=dead,
            remark=self._remark(leg),
        )

    def _never_sent(self, leg: Leg, stretches: tuple[Stretch, ...]) -> tuple[tuple[Stretch, ...], End]:
        """As far as the device that ends the flow before this packet is sent."""
        where = self._keys.get(self._trace.at.device, self._sender(leg))
        on_the_way = [index for index, one in enumerate(stretches) if one.end == where]
        kept = stretches[: on_the_way[0] + 1] if on_the_way else stretches
        return kept, End(where, str(self._trace.fate).replace("-", " "))

    def _remark(self, leg: Leg) -> str:
        """A death that something unread leaves open."""
        trace, drop = self._trace, leg.drop
        dies = bool(leg.refusal) or (drop is not None and drop.fate is not FlowFate.UNKNOWN)
        open_ = trace.fate is FlowFate.UNKNOWN and leg.sent.number == trace.at.packet and trace.at.device
        return "as far as was read" if dies and open_ and not leg.hypothetical else ""

    def _from_client(self, leg: Leg) -> bool:
        return leg.sent.source == self._trace.flow.client

    def _sender(self, leg: Leg) -> str:
        return self._client if self._from_client(leg) else self._server

    def _receiver(self, leg: Leg) -> str:
        return self._server if self._from_client(leg) else self._client

    def _aliases(self, *, from_client: bool) -> tuple[str, ...]:
        """The addresses one end is known by, besides the one the flow has."""
        found: dict[str, None] = {}
        for leg in self._trace.legs:
            for packet in (leg.sent, *(hop.left for hop in leg.hops)):
                if packet is not None:
                    own = packet.source if self._from_client(leg) is from_client else packet.destination
                    found[str(own)] = None
        return tuple(address for address in found if address not in (self._client, self._server))

    def _stretches(self, leg: Leg) -> Iterator[Stretch]:
        """To each device it reaches, and to the host that gets it."""
        senders: Sequence[Hop | None] = (None, *leg.hops)
        for sender, hop in pairwise(senders):
            assert hop is not None
            yield self._stretch(leg, sender, self._keys[hop.device], hop)
        if leg.arrived is not None:
            yield self._stretch(leg, senders[-1], self._receiver(leg), None)

    def _stretch(self, leg: Leg, sender: Hop | None, end: str, receiver: Hop | None) -> Stretch:
        packet = leg.sent if sender is None else sender.left or sender.arrived
        return Stretch(
            start=self._sender(leg) if sender is None else self._keys[sender.device],
            end=end,
            source=_socket(packet.source, packet.source_ports),
            destination=_socket(packet.destination, packet.destination_ports),
            seq=self.symbols.number(packet.seq),
            ack=self.symbols.number(packet.ack),
            changes=tuple(self._changes(sender.arrived, packet)) if sender else (),
            through=_passage(sender, packet, receiver),
        )

    def _changes(self, came: Packet, goes: Packet) -> Iterator[Change]:
        values = (
            ("source", _socket(came.source, came.source_ports), _socket(goes.source, goes.source_ports)),
            (
                "destination",
                _socket(came.destination, came.destination_ports),
                _socket(goes.destination, goes.destination_ports),
            ),
            ("seq", _said(self.symbols.number(came.seq)), _said(self.symbols.number(goes.seq))),
            ("ack", _said(self.symbols.number(came.ack)), _said(self.symbols.number(goes.ack))),
        )
        for what, before, after in values:
            if before != after:
                yield Change(what, before, after)

    def _end(self, leg: Leg) -> End | None:
        if leg.refusal:
            return End(self._receiver(leg), leg.refusal)
        drop = leg.drop
        if drop is None:
            return None
        last = leg.hops[-1] if leg.hops else None
        where = self._keys[last.device] if last else self._sender(leg)
        onward = _passage(last, (last.left or last.arrived) if last else leg.sent, None)
        return End(where, drop.label or str(drop.fate).replace("-", " "), drop.counter, onward)


def _fate(leg: Leg) -> Fate:
    if leg.hypothetical:
        return Fate.SUPPOSED
    if leg.drop is None and not leg.refusal:
        return Fate.ARRIVES
    if leg.consequence:
        return Fate.AFTERWARDS
    if leg.refusal:
        return Fate.REFUSED
    return Fate.UNSEEN if leg.drop and leg.drop.fate is FlowFate.UNKNOWN else Fate.DIES


def _passage(sender: Hop | None, packet: Packet, receiver: Hop | None) -> Passage:
    """A host's own gateway and card are not in any device's state."""
    leaves = sender.egress if sender else ""
    to = "" if sender is None or not leaves else str(sender.next_hop or packet.destination)
    return Passage(
        leaves=leaves,
        next_hop=to,
        source_mac=sender.source_mac if sender else "",
        next_hop_mac=sender.next_hop_mac if sender else "",
        enters=receiver.ingress if receiver else "",
        vrf=receiver.vrf if receiver else "",
    )


def _socket(address: object, ports: Ports) -> str:
    """An address, with its port where that is one of few."""
    low, high = ports
    if ports in (EPHEMERAL, NO_PORTS):
        return str(address)
    return f"{address}:{low}" if low == high else f"{address}:{low}-{high}"


def _said(number: Number | None) -> str:
    return number.relative if number else ""
