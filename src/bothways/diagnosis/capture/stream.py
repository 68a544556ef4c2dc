"""One connection of a capture: its two ends, its packets, and what its handshake shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.legs import on_the_clients_leg
from bothways.diagnosis.capture.packets import ACK, FIN, RST, SYN, Mark, Packets, flag_names

_BATCH = 20_000
"""Packets that are made into values at a time: few for the memory, many for one look into the columns."""


class Seen(NamedTuple):
    """A packet of a stream, as it passed the place of the capture.

    `place` counts in the order in which packets are judged, `number` in that of the file.
    """

    place: int
    number: int
    time_ns: int
    from_client: bool
    seq: int
    ack: int
    flags: int
    window: int
    ttl: int
    ident: int
    length: int
    link: int
    marks: int

    @property
    def is_syn(self) -> bool:
        """The first packet of a handshake."""
        return self.flags & (SYN | ACK | RST) == SYN

    @property
    def is_syn_ack(self) -> bool:
        """The second one."""
        return self.flags & (SYN | ACK | RST) == SYN | ACK

    @property
    def is_reset(self) -> bool:
        """A RST, whatever else is set."""
        return bool(self.flags & RST)

    @property
    def is_fin(self) -> bool:
        """A FIN, and no RST."""
        return self.flags & (FIN | RST) == FIN

    @property
    def time_s(self) -> float:
        """Seconds, for differences."""
        return self.time_ns / 1e9

    @property
    def flag_names(self) -> str:
        """Flags in words."""
        return flag_names(self.flags)


class Opening(StrEnum):
    """What tells the client from the server."""

    SYN = "SYN"
    SYN_ACK = "SYN/ACK"
    PORTS = "ports"


@dataclass(frozen=True, eq=False)
class Stream:
    """A connection.

    Attributes:
        number: place among the capture's streams, from 0, in the order of their first packets.
        client, client_port, server, server_port: its ends.
        opening: what tells which is which.
        rows: of the capture's packets, copies left out.
    """

    capture: Capture
    number: int
    client: int
    client_port: int
    server: int
    server_port: int
    opening: Opening
    rows: NDArray[np.intp]

    @cached_property
    def packets(self) -> tuple[Seen, ...]:
        """Every packet of it, copies left out."""
        return seen_rows(self.capture, self.rows, self.client, self.client_port)

    @cached_property
    def direct(self) -> tuple[Seen, ...]:
        """Those on the client's side of a device that shows them twice, with other numbers; else all."""
        return on_the_clients_leg(self.capture, self.packets)

    @cached_property
    def copies(self) -> tuple[Seen, ...]:
        """The packets that passed once more: sent on over the same wire, or captured twice."""
        return seen_rows(self.capture, self.rows, self.client, self.client_port, copies=True)

    def forget(self) -> None:
        """Drop the packets as values: they take ten times the room of the columns."""
        for name in ("packets", "direct", "copies"):
            self.__dict__.pop(name, None)

    @cached_property
    def _opening(self) -> tuple[Seen, ...]:
        """The packets with a SYN, found without making the others."""
        if "packets" in self.__dict__:
            return tuple(one for one in self.packets if one.flags & (SYN | RST) == SYN)
        flags = self.capture.packets.flags[self.rows]
        rows = self.rows[(flags & (SYN | RST)) == SYN]
        return seen_rows(self.capture, rows, self.client, self.client_port)

    @property
    def syns(self) -> tuple[Seen, ...]:
        """Every SYN of the client, repeated ones too."""
        return tuple(one for one in self._opening if one.is_syn and one.from_client)

    @property
    def syn_acks(self) -> tuple[Seen, ...]:
        """Every SYN/ACK of the server, repeated ones too."""
        return tuple(one for one in self._opening if one.is_syn_ack and not one.from_client)

    @property
    def name(self) -> str:
        """`10.12.0.130:50001 > 172.16.1.18:443`."""
        return (
            f"{self.capture.address(self.client)}{_port(self.client_port)} > "
            f"{self.capture.address(self.server)}{_port(self.server_port)}"
        )

    def side(self, *, client: bool) -> str:
        """The address of an end."""
        return self.capture.address(self.client if client else self.server)


def _port(number: int) -> str:
    return f":{number}" if number else ""


def seen_rows(
    capture: Capture, rows: NDArray[np.intp], client: int, client_port: int, *, copies: bool = False
) -> tuple[Seen, ...]:
    """Rows of a capture as packets: those that are no copies, or only the copies."""
    packets = capture.packets
    rows = rows[((packets.marks[rows] & Mark.DUPLICATE) > 0) == copies]
    from_client = (packets.source[rows] == client) & (packets.sport[rows] == client_port)
    return tuple(_values(packets, rows, from_client))


def _values(packets: Packets, rows: NDArray[np.intp], from_client: NDArray[np.bool_]) -> Iterator[Seen]:
    columns = (
        packets.number, packets.time_ns, None, packets.seq, packets.ack, packets.flags, packets.window,
        packets.ttl, packets.ident, packets.length, packets.link, packets.marks,
    )  # fmt: skip
    lists = [(from_client if column is None else column[rows]).tolist() for column in columns]
    return map(Seen, rows.tolist(), *lists)


def with_packets(streams: Sequence[Stream]) -> Iterator[Stream]:
    """Each stream, its packets made into values together with those of others; they are gone behind it."""
    batch: list[Stream] = []
    size = 0
    for stream in streams:
        batch.append(stream)
        size += len(stream.rows)
        if size >= _BATCH:
            yield from _batch(batch)
            batch, size = [], 0
    yield from _batch(batch)


def _batch(streams: Sequence[Stream]) -> Iterator[Stream]:
    if not streams:
        return
    packets = streams[0].capture.packets
    rows = np.concatenate([stream.rows for stream in streams])
    counts = [len(stream.rows) for stream in streams]
    clients = np.repeat(np.array([stream.client for stream in streams], np.uint32), counts)
    ports = np.repeat(np.array([stream.client_port for stream in streams], np.uint16), counts)
    own = (packets.marks[rows] & Mark.DUPLICATE) == 0
    kept = np.add.reduceat(own, np.cumsum([0, *counts[:-1]]), dtype=np.intp).tolist()
    from_client = (packets.source[rows] == clients) & (packets.sport[rows] == ports)
    values = _values(packets, rows[own], from_client[own])
    for stream, count in zip(streams, kept, strict=True):
        stream.__dict__["packets"] = tuple(islice(values, count))
        yield stream
        stream.forget()
