"""The two ends of connections, told apart: the lower port is the server's."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

import numpy as np
from numpy.typing import NDArray

from bothways.diagnosis.census.marks import Indices
from bothways.flow import Flow, Protocol
from bothways.state.rows import Conn
from bothways.state.tables import Table

Column = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ends:
    """Columns of some rows; interfaces are codes of `interfaces`."""

    client: Column
    client_port: Column
    client_interface: Column
    server: Column
    server_port: Column
    server_interface: Column
    interfaces: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.client)

    def names(self, index: int) -> tuple[str, str]:
        """The client's and the server's interface of one row."""
        ours, theirs = self.client_interface[index], self.server_interface[index]
        return self.interfaces[ours], self.interfaces[theirs]

    def flow(self, index: int) -> Flow:
        """The flow of one row, from any port of its client."""
        client, server = IPv4Address(int(self.client[index])), IPv4Address(int(self.server[index]))
        return Flow(client, server, Protocol.TCP, int(self.server_port[index]))


def ends_of(table: Table[Conn], rows: Indices) -> Ends:
    """The ends of these rows."""
    names: dict[str, int] = {}
    codes = {
        side: np.array(
            [names.setdefault(word, len(names)) for word in table.vocabulary(f"{side}_interface")], np.int64
        )
        for side in "ab"
    }
    interface = {side: codes[side][table.column(f"{side}_interface")[rows]] for side in "ab"}
    address = {side: table.column(f"{side}_address")[rows] for side in "ab"}
    port = {side: table.column(f"{side}_port")[rows] for side in "ab"}
    a_serves = port["a"] < port["b"]

    def pick(values: dict[str, Column], *, server: bool) -> Column:
        return np.where(a_serves == server, values["a"], values["b"])

    return Ends(
        client=pick(address, server=False),
        client_port=pick(port, server=False),
        client_interface=pick(interface, server=False),
        server=pick(address, server=True),
        server_port=pick(port, server=True),
        server_interface=pick(interface, server=True),
        interfaces=tuple(names),
    )
