"""One way out of a fault, as it is offered."""

from __future__ import annotations

from dataclasses import dataclass

NOT_PUSHED = "not pushed by us"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One way out.

    Attributes:
        name: in kebab case.
        available: whether it can be done here.
        reason: the line or fact that decides that.
        price: what it costs, one sentence.
        text: what to type, and where; "" when it is not available.
        playbook: the one that does it; "" for what is not ours to push.
        needs: what it presupposes, whether or not that is there; "" where the reason says all.
    """

    name: str
    available: bool
    reason: str
    price: str
    text: str
    playbook: str = ""
    needs: str = ""
