"""An audit as JSON: the keys of `--format json`, and the report file that holds the same."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bothways.audit.change import Changed
from bothways.audit.result import AuditRun


def audit_keys(run: AuditRun, changed: Sequence[Changed] | None = None) -> dict[str, object]:
    """What the verb tells beside the keys of all verbs; `since` only when somebody asked."""
    keys: dict[str, object] = {"run": run.id, **run.model_dump(mode="json", exclude={"id", "format_version"})}
    if changed is not None:
        keys["since"] = [_changed(one) for one in changed]
    return keys


def audit_json(run: AuditRun, changed: Sequence[Changed] | None = None) -> str:
    """The file. It is ASCII, and shows no character that a terminal would obey."""
    whole = {"format_version": run.format_version, **audit_keys(run, changed)}
    return json.dumps(whole, indent=2).replace("\x7f", "\\u007f") + "\n"


def _changed(one: Changed) -> dict[str, str | None]:
    """With its words: a failure of the earlier run may have no result in this one."""
    result = one.result
    return {
        "change": one.change,
        "id": result.id,
        "severity": result.severity,
        "confidence": result.confidence,
        "device": result.device,
        "sentence": result.sentence,
    }
