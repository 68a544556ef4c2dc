"""Every acceptance row is named by a test that shows it; docs/acceptance.md says by which.

python tests/test_acceptance_rows.py > docs/acceptance.md
"""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from pathlib import Path

import pytest

from bothways.document import load_yaml

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "acceptance.md"
_ROW = re.compile(r"\b(?:S\d[ab]?|X)-\d\d\b")
_HEAD = """\
# What has been shown

Each row is a statement about the product or its lab, and the tests that show it, named in their name, their
docstring or their cases. Made by `python tests/test_acceptance_rows.py`; a test fails when it is out of date.

| row | says | shown by |
|---|---|---|
"""


def rows() -> dict[str, str]:
    """Row id to what it says."""
    content = load_yaml(HERE / "rows.yaml").data
    assert isinstance(content, dict)
    return {str(row): str(says) for row, says in content.items()}


@cache
def named_rows(folder: Path) -> dict[str, set[str]]:
    """Row id to the tests that name it, in their docstring, their name or their cases."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        if path.name == Path(__file__).name:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                words = " ".join(_texts(node))
                for row in _ROW.findall(words):
                    found.setdefault(row, set()).add(f"{path.relative_to(folder).as_posix()}::{node.name}")
    return found


def _texts(node: ast.FunctionDef) -> list[str]:
    """The strings of a test and of its decorators, where rows are named."""
    whole = [*ast.walk(node), *(part for decorator in node.decorator_list for part in ast.walk(decorator))]
    named = node.name.upper().replace("_", "-")
    return [named, *(p.value for p in whole if isinstance(p, ast.Constant) and isinstance(p.value, str))]


def page() -> str:
    """The table, row by row."""
    named = named_rows(HERE)
    lines = (
        f"| {row} | {says} | {'<br>'.join(f'`{test}`' for test in sorted(named.get(row, ())))} |"
        for row, says in rows().items()
    )
    return _HEAD + "\n".join(lines) + "\n"


@pytest.mark.parametrize("row", rows())
def test_a_row_is_named_by_at_least_one_test(row: str) -> None:
    """A row nobody names is a row nobody shows."""
    assert named_rows(HERE).get(row), f"no test names {row}"


def test_the_page_lists_what_the_tests_say() -> None:
    """The table in the docs is made from the tests."""
    if not PAGE.is_file():
        pytest.skip("no docs here: tested from a checkout")
    assert PAGE.read_text(encoding="utf-8") == page(), "make it anew, see above"


if __name__ == "__main__":
    sys.stdout.write(page())
