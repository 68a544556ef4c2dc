"""TOML with places. The standard library reads it; a scan of the lines finds where keys stand."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from bothways.document.source import Document, Place, Trail, checked_text, read_text
from bothways.errors import DocumentError

_TABLE = re.compile(r"\s*\[\s*([A-Za-z0-9_.\-]+)\s*\]")
_PAIR = re.compile(r"\s*([A-Za-z0-9_\-]+)\s*=\s*")
_AT = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)")


def load_toml(source: Path | str, name: str = "") -> Document:
    """Read TOML from a file, or from text that messages shall call `name`.

    Raises:
        DocumentError: it is not TOML; `where` is file:line:col.
    """
    if isinstance(source, Path):
        name = name or str(source)
        text = read_text(source)
    else:
        name = name or "text"
        text = checked_text(source, name)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT.fullmatch(str(error))
        problem, line, column = found.groups() if found else (str(error), None, None)
        if line is None:
            line, column = str(text.count("\n") + 1), "1"
        raise DocumentError(f"{name}:{line}:{column}", f"is not TOML: {problem}") from None
    except RecursionError:
        raise DocumentError(f"{name}:1:1", "is nested too deep") from None
    keys, values = _places(text)
    return Document(name, data, keys, values)


def _places(text: str) -> tuple[dict[Trail, Place], dict[Trail, Place]]:
    """Places of tables and plain keys; what is written otherwise gets the place of its table."""
    keys: dict[Trail, Place] = {}
    values: dict[Trail, Place] = {(): (1, 1)}
    table: Trail = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            table = tuple(header[1].split("."))
            keys[table] = values[table] = (number, header.start(1) + 1)
        elif pair := _PAIR.match(line):
            trail = (*table, pair[1])
            keys.setdefault(trail, (number, pair.start(1) + 1))
            values.setdefault(trail, (number, pair.end() + 1))
    return keys, values
