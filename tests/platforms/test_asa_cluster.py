"""`show cluster info`, in the shape that public captures show."""

from __future__ import annotations

import pytest

from bothways.platforms.asa.cluster import parse_cluster

MEMBER = """\
Cluster EDGE: On
    Interface mode: spanned
    This is "one" in state MASTER
        ID        : 0
        Version   : 9.1(5)16
        Serial No.: JMX1203L0NN
        CCL IP    : 10.100.100.1
        CCL MAC   : 5000.0002.0002
        Last join : 21:59:37 UTC Jul 12 2018
        Last leave: N/A
Other members in the cluster:
    Unit "two" in state SLAVE_BULK_SYNC
        ID        : 1
"""


def test_a_unit_in_a_cluster_is_one_row() -> None:
    """X-07: its name, the line that says so, and no line left over."""
    table = parse_cluster(MEMBER, "show cluster info")
    (row,) = table
    assert (row.name, row.text, row.line) == ("EDGE", "Cluster EDGE: On", 1)
    assert table.unknown == ()


@pytest.mark.parametrize("text", ["", "Clustering is not configured\n", "Cluster EDGE: Off\n"])
def test_a_unit_alone_is_no_row(text: str) -> None:
    table = parse_cluster(text, "show cluster info")
    assert (len(table), table.unknown) == (0, ())
