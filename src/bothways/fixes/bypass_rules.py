"""The rules of a state bypass: who is matched, as an ASA writes it and as its tables show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from bothways.fixes.grammar import is_remark
from bothways.flow import Flow
from bothways.platforms.services import TCP_SERVICES
from bothways.state.rows import AclEntry

# Of two names for a port an ASA writes back the one it prefers.
_NAMED = {number: name for name, number in TCP_SERVICES.items()} | {80: "www", 514: "rsh"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One direction of the match.

    Attributes:
        source_port, destination_port: None for any.
    """

    remark: str
    source: IPv4Network
    destination: IPv4Network
    source_port: int | None = None
    destination_port: int | None = None

    @property
    def text(self) -> str:
        """The two sides as an ASA writes them."""
        return (
            f"{side(self.source)}{_at(self.source_port)} {side(self.destination)}{_at(self.destination_port)}"
        )

    def entry(self, acl: str, sequence: int) -> AclEntry:
        """The rule as the tables will show it."""
        return AclEntry(
            line=0,
            acl=acl,
            sequence=sequence,
            action="permit",
            protocol="tcp",
            source=self.source,
            source_ports=_range(self.source_port),
            destination=self.destination,
            destination_ports=_range(self.destination_port),
            established=False,
            hits=0,
            active=True,
            understood=True,
        )


def side(network: IPv4Network) -> str:
    """One side of an ASA rule."""
    if network.prefixlen == 0:
        return "any"
    if network.prefixlen == 32:
        return f"host {network.network_address}"
    return f"{network.network_address} {network.netmask}"


def same_rules(standing: Iterable[str], acl: str, rules: Iterable[Rule]) -> bool:
    """Whether an access list's lines are these rules, remarks apart."""
    wanted = {f"access-list {acl} extended permit tcp {rule.text} log disable" for rule in rules}
    return {line for line in standing if not is_remark(line)} == wanted


def permits_both_ways(entries: list[AclEntry], flow: Flow) -> bool:
    """Whether both directions of a flow are surely permitted."""
    there = _permits(entries, flow.client, flow.server, None, flow.port)
    return there and _permits(entries, flow.server, flow.client, flow.port, None)


def _permits(
    entries: list[AclEntry],
    source: IPv4Address,
    destination: IPv4Address,
    source_port: int | None,
    destination_port: int | None,
) -> bool:
    """The first rule that can match permits all of it; one by other ports leaves it open."""
    for row in entries:
        if row.source is None or row.destination is None or not row.understood:
            return False
        if row.active and source in row.source and destination in row.destination:
            whole = _covers(row.source_ports, source_port) and _covers(
                row.destination_ports, destination_port
            )
            return row.action == "permit" and row.protocol in ("tcp", "ip") and whole
    return False


def _covers(ports: tuple[int, int] | None, port: int | None) -> bool:
    return ports is None or (port is not None and ports[0] <= port <= ports[1])


def _at(port: int | None) -> str:
    return "" if port is None else f" eq {_NAMED.get(port, port)}"


def _range(port: int | None) -> tuple[int, int] | None:
    return None if port is None else (port, port)
