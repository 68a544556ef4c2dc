"""Every acceptance row that is shown is named by a test that shows it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROWS = [f"S0-{number:02}" for number in range(1, 25)] + ["X-01", "X-02", "X-04", "X-06", "X-07"]
ROWS += [f"S4-{number:02}" for number in range(1, 6)]
ROWS += [f"S2b-{number:02}" for number in range(1, 11)]
ROWS += [f"S3-{number:02}" for number in range(4, 8)]
ROWS += ["S2a-05", "S2a-07", "S2a-11"]
ROWS += [f"S1-{number:02}" for number in (1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13)]
_ROW = re.compile(r"\b(?:S\d[ab]?|X)-\d\d\b")


def named_rows(folder: Path) -> dict[str, set[str]]:
    """Row id to the tests that name it, in their docstring, their name or their cases."""
    rows: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        if path.name == Path(__file__).name:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                words = " ".join(_texts(node))
                for row in _ROW.findall(words):
                    rows.setdefault(row, set()).add(f"{path.name}::{node.name}")
    return rows


def _texts(node: ast.FunctionDef) -> list[str]:
    """The strings of a test and of its decorators, where rows are named."""
    whole = [*ast.walk(node), *(part for decorator in node.decorator_list for part in ast.walk(decorator))]
    named = node.name.upper().replace("_", "-")
    return [named, *(p.value for p in whole if isinstance(p, ast.Constant) and isinstance(p.value, str))]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_named_by_at_least_one_test(row: str) -> None:
    """A row nobody names is a row nobody shows."""
    assert named_rows(Path(__file__).parent).get(row), f"no test names {row}"
