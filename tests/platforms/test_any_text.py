"""No text, however broken, stops a parser; line endings change nothing; every line is accounted for."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothways.platforms import PLATFORMS
from bothways.state.tables import Row, Source, Table

PARSERS: list[tuple[str, type[Row], Source]] = [
    (platform.name, row_type, source)
    for platform in PLATFORMS.values()
    for row_type, source in platform.sources.items()
]
IDS = [f"{name}-{row_type.__name__}" for name, row_type, _ in PARSERS]

# Words that real outputs are made of, so that random texts come close to what the parsers look for.
WORDS = [
    *(
        "TCP",
        "UDP",
        "inside",
        "outside",
        "idle",
        "0:00:07,",
        "bytes",
        "99999999999999999999",
        "flags",
        "SaAB",
    ),
    *(
        "10.12.0.1:443",
        "10.12.0.300",
        "10.12.0.1",
        "255.255.255.0",
        "0.0.0.255",
        "[90/28416]",
        "via",
        "D",
        "O IA",
    ),
    *(
        "S*",
        "is directly connected,",
        "is variably subnetted, 2 subnets",
        "0011.2233.4455",
        "Incomplete",
        "Internet",
    ),
    *(
        "Frame drop:",
        "(tcp-not-syn)",
        "205",
        "access-list",
        "A",
        "line",
        "1",
        "extended",
        "permit",
        "ip",
        "any",
    ),
    *(
        "host",
        "eq",
        "www",
        "range",
        "(hitcnt=3)",
        "route-map M, permit, sequence 10",
        "Match clauses:",
        "interface",
    ),
    *(
        "ip address",
        "Vlan172",
        "is up, line protocol is up",
        'Interface Vlan1 "inside",',
        "%ASA-6-106015:",
        "policy-map",
    ),
    *(
        "%SYS-5-CONFIG_I:",
        "Mar  1 00:05:13.767:",
        "class",
        "service-policy",
        "global",
        "banner motd ^C",
        "^C",
        "²",
        "٣",
    ),
]
LINES = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=12).map(" ".join)
INDENTED = st.tuples(st.sampled_from(["", " ", "  ", "\t"]), LINES).map("".join)
TEXTS = st.lists(INDENTED, max_size=12).map("\n".join)


def values(table: Table[Any]) -> list[Row]:
    return list(table)


@pytest.mark.parametrize(("name", "row_type", "source"), PARSERS, ids=IDS)
@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_any_text_is_accounted_for_and_nothing_is_raised(
    name: str, row_type: type[Row], source: Source, text: str
) -> None:
    table = source.parse(text, source.command)
    lines = text.split("\n")
    rows = values(table)
    assert all(isinstance(row, row_type) for row in rows), name
    assert all(0 < row.line <= len(lines) for row in rows)
    assert all(0 < number <= len(lines) for number in table.unknown)
    assert not {row.line for row in rows} & set(table.unknown)
    assert list(table.unknown) == sorted(set(table.unknown))


@pytest.mark.parametrize(("name", "row_type", "source"), PARSERS, ids=IDS)
@settings(max_examples=30, deadline=None)
@given(text=TEXTS.filter(lambda text: "\r" not in text))
def test_line_endings_change_nothing(name: str, row_type: type[Row], source: Source, text: str) -> None:
    unix = source.parse(text, source.command)
    windows = source.parse(text.replace("\n", "\r\n"), source.command)
    assert (name, row_type, values(unix)) == (name, row_type, values(windows))
    assert unix.unknown == windows.unknown


LONG = ["a", " ", "1 ", "1.", "- ", ", ", "(a", "x - ", "10.0.0.1 ", "%A-", "any ", ":", "0"]


@pytest.mark.parametrize(("name", "row_type", "source"), PARSERS, ids=IDS)
def test_b17_one_huge_line_costs_no_more_than_its_length(
    name: str, row_type: type[Row], source: Source
) -> None:
    """B17: a line of a megabyte, of anything, is looked at once."""
    started = time.process_time()
    for piece in LONG:
        source.parse(piece * (1_000_000 // len(piece)), source.command)
    assert time.process_time() - started < 5, (name, row_type)


@pytest.mark.parametrize(("name", "row_type", "source"), PARSERS, ids=IDS)
def test_lines_just_short_enough_to_be_looked_at_are_cheap(
    name: str, row_type: type[Row], source: Source
) -> None:
    started = time.process_time()
    for piece in LONG:
        line = piece * (4000 // len(piece))
        source.parse(
            "\n".join([line, f"  {line}", f"TCP {line}", f"S {line}", f"access-list {line}"]), source.command
        )
    assert time.process_time() - started < 5, (name, row_type)
