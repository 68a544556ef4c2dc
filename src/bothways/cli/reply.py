"""What a verb hands back: an exit code, lines for people, keys for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import RenderableType

from bothways.errors import BothwaysError


@dataclass(frozen=True)
class Reply:
    """The end of a verb.

    Attributes:
        exit_code: see `exits`.
        text: printed to stdout in order, unless JSON was asked for; strings are never wrapped.
        keys: the verb's own keys of the JSON object.
        errors: one line each on stderr, and the `errors` of the JSON object.
    """

    exit_code: int = 0
    text: tuple[RenderableType, ...] = ()
    keys: Mapping[str, Any] = field(default_factory=dict)
    errors: tuple[BothwaysError, ...] = ()
