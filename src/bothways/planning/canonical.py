"""The one way a plan is written down: sorted keys, no floats, two blanks of indentation, ASCII."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from bothways.planning.plan import Plan


def canonical(data: dict[str, Any]) -> str:
    """JSON with one possible spelling: a file that spells it otherwise was not written by us."""
    return json.dumps(data, sort_keys=True, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def content_hash(plan: Plan) -> str:
    """SHA-256 over everything but the hash itself."""
    data = plan.model_dump(mode="json", exclude={"content_hash"})
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def sealed(plan: Plan) -> Plan:
    """The plan with its hash."""
    return plan.model_copy(update={"content_hash": content_hash(plan)})
