"""Which keys a model knows at some place: what a misspelt one is compared with."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def known_keys(model: Any, location: tuple[str | int, ...]) -> set[str]:
    """The keys of the models that can stand at an error's location, union tags included."""
    candidates = list(_members(model))
    for part in location:
        candidates = [found for kind in candidates for found in _step(kind, part)]
    return {
        field.alias or name
        for kind in candidates
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name, field in kind.model_fields.items()
    }


def _members(kind: Any) -> Iterator[Any]:
    """The types a type may be: unions opened, annotations taken off."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _members(get_args(kind)[0])
    elif origin in (Union, types.UnionType):
        for member in get_args(kind):
            yield from _members(member)
    else:
        yield kind


def _step(kind: Any, part: str | int) -> Iterator[Any]:
    origin = get_origin(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if part == (field.alias or name):
                yield from _members(field.annotation)
                return
        if isinstance(part, str) and _has_tag(kind, part):
            yield kind
    elif origin in (list, tuple, set, frozenset) and isinstance(part, int):
        yield from _members(get_args(kind)[0])
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _members(get_args(kind)[1])


def _has_tag(model: type[BaseModel], tag: str) -> bool:
    return model.__name__ == tag or any(
        get_origin(field.annotation) is Literal and tag in get_args(field.annotation)
        for field in model.model_fields.values()
    )
