"""A ladder for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from bothways.report.escaping import clean
from bothways.report.ladder.picture import Number, Picture, Row, Stretch
from bothways.report.ladder.texts import with_texts


def ladder_keys(picture: Picture) -> dict[str, Any]:
    """Plain values only; `start`, `end` and `column` name a column by its key."""
    said = with_texts(picture, clean)
    key = _harmless_keys(column.key for column in said.columns)
    return {
        "title": said.title,
        "source": said.source,
        "columns": [
            {"key": key[one.key], "name": one.name, "kind": one.kind.value, "aliases": list(one.aliases)}
            for one in said.columns
        ],
        "rows": [_row(row, key) for row in said.rows],
        "legend": [{"symbol": symbol, "meaning": meaning} for symbol, meaning in said.legend],
    }


def _harmless_keys(keys: Iterable[str]) -> dict[str, str]:
    """Two columns stay two, even if nothing but a control character tells them apart."""
    found: dict[str, str] = {}
    for key in keys:
        harmless = base = clean(key)
        count = 1
        while harmless in found.values():
            count += 1
            harmless = f"{base} ({count})"
        found[key] = harmless
    return found


def _row(row: Row, key: Mapping[str, str]) -> dict[str, Any]:
    end = row.end
    return {
        "number": row.number,
        "kind": row.kind,
        "fate": row.fate.value,
        "dead": row.dead,
        "stretches": [_stretch(one, key) for one in row.stretches],
        "end": {**asdict(end), "column": key[end.column]} if end else None,
        "sightings": [{**asdict(one), "at": key.get(one.at, "")} for one in row.sightings],
        "agrees": row.agrees,
        "remark": row.remark,
    }


def _stretch(stretch: Stretch, key: Mapping[str, str]) -> dict[str, Any]:
    return {
        "start": key[stretch.start],
        "end": key[stretch.end],
        "source": stretch.source,
        "destination": stretch.destination,
        "seq": _number(stretch.seq),
        "ack": _number(stretch.ack),
        "changes": [asdict(one) for one in stretch.changes],
        "through": asdict(stretch.through),
    }


def _number(number: Number | None) -> dict[str, Any] | None:
    return asdict(number) if number else None
