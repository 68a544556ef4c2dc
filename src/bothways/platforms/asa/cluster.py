"""`show cluster info`: whether this unit is one of several that act as one firewall."""

from __future__ import annotations

import re

from bothways.platforms.lines import LineParser, known
from bothways.state.cluster import Cluster
from bothways.state.tables import Table

_ON = re.compile(r"Cluster (?P<name>\S+): On", re.ASCII)


class _Unit(LineParser[Cluster]):
    known = known(
        r"Cluster \S+: Off|Clustering is (?:not|disabled)|Other members in the cluster",
        r"\s*(?:Interface mode|Cluster Member Limit|Cluster has|This is |Unit |There is no other unit)",
        r"\s*(?:ID|Site ID|Version|Serial No\.|CCL (?:IP|MAC)|Module|Resource|Last (?:join|leave))\s*:",
    )

    def __init__(self, command: str) -> None:
        super().__init__(Cluster, command)

    def take(self, number: int, line: str) -> bool:
        found = _ON.fullmatch(line)
        return found is not None and self.add(line=number, name=found["name"], text=line)


def parse_cluster(text: str, command: str) -> Table[Cluster]:
    """One row for a unit in a cluster. It is not asked: `cluster group` in the configuration says it."""
    return _Unit(command).read(text)
