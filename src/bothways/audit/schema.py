"""What a playbook file may say, of either kind, for editors that check as one types."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from bothways.audit.playbook import AuditModel
from bothways.playbook import RemediationModel

_AnyPlaybook = Annotated[RemediationModel | AuditModel, Field(discriminator="kind")]


def schema() -> str:
    """The JSON schema of playbooks, as `playbooks/schema.json` holds it."""
    adapter: TypeAdapter[Any] = TypeAdapter(_AnyPlaybook)
    made: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    made |= {"title": "A playbook of Bothways"} | adapter.json_schema()
    return json.dumps(made, indent=2, sort_keys=True) + "\n"
