"""Models over documents: the first fault, at its place, in words a person can act on."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bothways.document.fields import known_keys
from bothways.document.source import Document, Trail, dotted, shown
from bothways.errors import DocumentError

M = TypeVar("M")

_SECRET_KEYS = ("password", "secret", "enable", "community", "passphrase")

_PLAIN = {
    "missing": "is missing",
    "string_type": "must be text, not {input}: put it in quotes",
    "int_type": "must be a whole number, not {input}",
    "int_parsing": "must be a whole number, not {input}",
    "int_from_float": "must be a whole number, not {input}",
    "float_type": "must be a number, not {input}",
    "bool_type": "must be true or false, not {input}",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping (key: value)",
    "model_type": "must be a mapping (key: value)",
    "model_attributes_type": "must be a mapping (key: value)",
    "dataclass_type": "must be a mapping (key: value)",
    "greater_than_equal": "{input} is too small: at least {ge}",
    "greater_than": "{input} is too small: more than {gt}",
    "less_than_equal": "{input} is too big: at most {le}",
    "less_than": "{input} is too big: less than {lt}",
    "ip_v4_address": "{input} is not an IPv4 address",
    "ip_any_address": "{input} is not an IP address",
    "ip_v4_network": "{input} is not an IPv4 network",
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        "{input} is not a day of the calendar: write it like 2027-03-31",
    ),
    "too_short": "is empty or too short",
    "too_long": "is too long",
    "string_too_short": "is empty or too short",
    "string_too_long": "is too long: at most {max_length} characters",
    "string_pattern_mismatch": "{input} does not look right: expected {pattern}",
}


def validate(document: Document, model: type[M]) -> M:
    """The document as `model`, read strictly.

    Raises:
        DocumentError: the first fault in reading order; a misspelt key comes before what it leaves missing.
    """
    try:
        # JSON mode lets a strict model take lists for tuples and text for addresses, and nothing else;
        # `default` writes the dates that TOML has and JSON has not.
        return TypeAdapter(model).validate_json(json.dumps(document.data, default=str))
    except ValidationError as error:
        faults = error.errors(include_url=False)
    raise _first_fault(document, model, faults)


def nearest(word: str, known: Collection[str]) -> str:
    """The sentence's end that helps with a misspelt word: `did you mean 'x'?` or what is known."""
    close = difflib.get_close_matches(word.lower(), [name.lower() for name in known], n=1, cutoff=0.6)
    for name in known:
        if close and name.lower() == close[0]:
            return f"did you mean {name!r}?"
    return f"known: {', '.join(sorted(known))}" if known else ""


def _first_fault(document: Document, model: Any, faults: list[ErrorDetails]) -> DocumentError:
    ordered = sorted(
        faults, key=lambda fault: (fault["type"] == "missing", _line(document, fault), len(fault["loc"]))
    )
    fault = ordered[0]
    trail = _trail(document, fault)
    path = dotted(trail)
    what, next_step = _sentence(document, model, fault, trail)
    rest = f"{len(faults) - 1} more in this file" if len(faults) > 1 else ""
    return DocumentError(
        document.where(trail, of_key=fault["type"] == "extra_forbidden"),
        f"{path}: {what}" if path else what,
        "; ".join(part for part in (next_step, rest) if part),
    )


def _trail(document: Document, fault: ErrorDetails) -> Trail:
    """The error's location without the union tags that pydantic mixes in."""
    at: Any = document.data
    trail: Trail = ()
    for position, part in enumerate(fault["loc"]):
        last = position == len(fault["loc"]) - 1
        if _holds(at, part):
            at = at[part]
        elif not (last and fault["type"] == "missing"):
            continue
        trail = (*trail, part)
    return trail


def _holds(container: Any, part: str | int) -> bool:
    if isinstance(container, dict):
        return part in container
    return isinstance(container, list) and isinstance(part, int) and part < len(container)


def _line(document: Document, fault: ErrorDetails) -> tuple[int, int]:
    place = document.where(_trail(document, fault)).rsplit(":", 2)
    return int(place[1]), int(place[2])


def _sentence(document: Document, model: Any, fault: ErrorDetails, trail: Trail) -> tuple[str, str]:
    kind = fault["type"]
    context: Mapping[str, Any] = fault.get("ctx", {})
    value = "this" if _is_secret(trail) else shown(_at(document.data, trail))
    if kind == "extra_forbidden":
        return "unknown key", nearest(str(trail[-1]), known_keys(model, fault["loc"][:-1]))
    if kind in {"literal_error", "enum"}:
        expected = str(context["expected"])
        return f"{value} is not one of {expected}", _nearest_choice(str(fault["input"]), expected)
    if kind == "union_tag_invalid":
        tag, tags = str(context["tag"]), str(context["expected_tags"])
        key = str(context["discriminator"]).strip("'")
        return f"{key}: {shown(tag)} is not one of {tags}", _nearest_choice(tag, tags)
    return _plain_sentence(fault, value), ""


def _plain_sentence(fault: ErrorDetails, value: str) -> str:
    kind = fault["type"]
    context: Mapping[str, Any] = fault.get("ctx", {})
    if kind == "union_tag_not_found":
        return f"{context['discriminator']!s} is missing"
    if kind == "value_error":
        return str(context["error"])
    if kind in _PLAIN:
        return _PLAIN[kind].format(input=value, **context)
    message = fault["msg"]
    return message[:1].lower() + message[1:]


def _nearest_choice(word: str, expected: str) -> str:
    choices = [choice.strip(" '") for choice in expected.replace(" or ", ",").split(",")]
    found = nearest(word, choices)
    return found if found.startswith("did you") else ""


def _at(data: Any, trail: Trail) -> Any:
    for part in trail:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _is_secret(trail: Trail) -> bool:
    return bool(trail) and any(word in str(trail[-1]).lower() for word in _SECRET_KEYS)
