"""One way out, as text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One way out.

    Attributes:
        name: in kebab case.
        available: whether it can be done here.
        reason: the line or fact that decides that.
        price: what it costs, one sentence.
        text: what to type, and where; "" when it is not available.
    """

    name: str
    available: bool
    reason: str
    price: str
    text: str
