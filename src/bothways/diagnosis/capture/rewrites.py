"""What was changed between two captures, named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bothways.diagnosis.capture.calls import CallPacket
from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.packets import ACK, SEQUENCE_SPACE
from bothways.diagnosis.capture.pairing import Pair


@dataclass(frozen=True, slots=True)
class Change:
    """How one packet differs there from here.

    Attributes:
        source, destination: address and port here and there; None when they are the same.
        seq, ack: what its numbers are more there.
        hops: by how much its TTL is less there; negative towards here.
    """

    source: tuple[str, str] | None
    destination: tuple[str, str] | None
    seq: int
    ack: int
    hops: int | None

    @property
    def words(self) -> str:
        """`source 10.1.1.1 is 192.1.1.1 there; seq +4`; empty when nothing but the TTL changed."""
        parts = [
            f"{name} {pair[0]} is {pair[1]} there"
            for name, pair in (("source", self.source), ("destination", self.destination))
            if pair is not None
        ]
        parts += [f"{name} +{value}" for name, value in (("seq", self.seq), ("ack", self.ack)) if value]
        return "; ".join(parts)


def change_of(here: CallPacket, there: CallPacket) -> Change:
    """Compare a packet's two forms."""
    one, other = here.seen, there.seen
    known = {"ttl"} <= here.stream.capture.known & there.stream.capture.known
    return Change(
        source=_ends(here, there, here.source, there.source),
        destination=_ends(here, there, here.destination, there.destination),
        seq=(other.seq - one.seq) % SEQUENCE_SPACE,
        ack=(other.ack - one.ack) % SEQUENCE_SPACE if one.flags & other.flags & ACK else 0,
        hops=one.ttl - other.ttl if known else None,
    )


def _ends(
    here: CallPacket, there: CallPacket, one: tuple[int, int], other: tuple[int, int]
) -> tuple[str, str] | None:
    if one == other:
        return None
    ports = one[1] != other[1]
    return _end(here.stream.capture, one, ports=ports), _end(there.stream.capture, other, ports=ports)


def _end(capture: Capture, end: tuple[int, int], *, ports: bool) -> str:
    return f"{capture.address(end[0])}{f':{end[1]}' if ports else ''}"


@dataclass(frozen=True, slots=True)
class Rewrites:
    """What is done to a call between the two places.

    Attributes:
        client, server: the ends' names here and there, where they differ at all.
        server_out, server_back: whether the server's name is changed in the client's packets, in its own;
            None where no packet of that direction is in both captures.
        client_numbers: what is added to the client's numbers on the way there.
        undone: whether the SYN/ACK's acknowledgement is changed back by as much; None without one.
        server_numbers: what is added to the server's numbers on the way there.
        hops: routers between, by the TTLs; None when they do not say.
    """

    client: tuple[str, str] | None
    server: tuple[str, str] | None
    server_out: bool | None
    server_back: bool | None
    client_numbers: int
    undone: bool | None
    server_numbers: int
    hops: int | None

    @property
    def one_way(self) -> bool:
        """The server's name is changed in one direction of the handshake alone."""
        ways = self.server_out, self.server_back
        return self.server is not None and None not in ways and self.server_out != self.server_back

    def _ways(self) -> str:
        if self.server_back is None:
            return "in the client's packets; no answer is in both captures"
        if self.server_out is None:
            return "in the server's packets; none of the client's is in both captures"
        if not self.one_way:
            return "in both directions"
        if self.server_back:
            return "in the server's answers alone, not in the client's SYN"
        return "in the client's SYN alone, not in the server's answers"

    @property
    def sentences(self) -> tuple[str, ...]:
        """Each rewrite in words."""
        said = []
        if self.server is not None:
            here, there = self.server
            said.append(f"the server is {here} here and {there} there: translated {self._ways()}")
        if self.client is not None:
            said.append(
                f"the client is {self.client[0]} here and {self.client[1]} there: its source is translated"
            )
        if self.client_numbers:
            back = {
                True: "and taken off again on the way back",
                False: "and the SYN/ACK comes back without that being undone: it passed beside the device",
                None: "and no answer shows whether it is undone",
            }[self.undone]
            said.append(f"{self.client_numbers} is added to the client's numbers on the way there, {back}")
        if self.server_numbers:
            said.append(f"the server's numbers are {self.server_numbers} more there")
        return tuple(said)


def rewrites_of(pairs: list[Pair]) -> Rewrites:
    """What the paired packets of a call have in common."""
    both = [
        (one, other, change_of(one, other)) for one, other in pairs if one is not None and other is not None
    ]
    opening = next((part for part in both if part[0].seen.is_syn), None)
    answer = next((part for part in both if part[0].seen.is_syn_ack), None)
    mine = [change for one, _, change in both if one.seen.from_client]
    theirs = [change for one, _, change in both if not one.seen.from_client]
    out = (
        opening[2].destination
        if opening
        else next((one.destination for one in mine if one.destination), None)
    )
    back = answer[2].source if answer else next((one.source for one in theirs if one.source), None)
    numbers = opening[2].seq if opening else _usual([change.seq for change in mine])
    hops = _usual([change.hops for change in mine if change.hops is not None])
    return Rewrites(
        client=next((one.source for one in mine if one.source), None),
        server=back or out,
        server_out=out is not None if mine else None,
        server_back=back is not None if theirs else None,
        client_numbers=numbers,
        undone=None if answer is None else answer[2].ack == numbers,
        server_numbers=answer[2].seq if answer else _usual([change.seq for change in theirs]),
        hops=abs(hops) if any(change.hops is not None for change in mine) else None,
    )


def _usual(values: list[int]) -> int:
    return Counter(values).most_common(1)[0][0] if values else 0
