"""Plans on disk: written for their owner only, and refused unless every byte is as we wrote it."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from bothways.clock import Clock
from bothways.errors import BadInput, PlanRefused, PlanStale, PlanTampered
from bothways.planning.canonical import canonical, content_hash, sealed
from bothways.planning.plan import FORMAT_VERSION, Plan

_MOST_BYTES = 8_000_000


def write_plan(plan: Plan, path: Path) -> None:
    """Write the plan, sealed, mode 0600, whole or not at all.

    Raises:
        BadInput: the folder is not there or not writable.
    """
    text = canonical(sealed(plan).model_dump(mode="json"))
    try:
        # mkstemp makes the file 0600 from its first byte; the rename replaces what stood there.
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        raise BadInput(str(path), f"the plan cannot be written ({error.strerror})") from None


def load_plan(path: Path, clock: Clock | None = None) -> Plan:
    """Read a plan back.

    Args:
        path: the file.
        clock: given, an expired plan is refused; to verify or undo an old one, leave it out.

    Raises:
        BadInput: there is no such file.
        PlanTampered: the file is not what we wrote.
        PlanRefused: a newer Bothways made it.
        PlanStale: it has expired.
    """
    text = _read(path)
    data = _parsed(path, text)
    _check_version(path, data)
    try:
        plan = Plan.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        _tampered(path, f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}")
    # The hash catches a changed value, the spelling everything a reader of JSON would forgive.
    if plan.content_hash != content_hash(plan) or canonical(plan.model_dump(mode="json")) != text:
        _tampered(path, "its content does not fit its hash")
    if clock is not None:
        check_expiry(plan, clock, str(path))
    return plan


def check_expiry(plan: Plan, clock: Clock, where: str = "") -> None:
    """Refuse a plan that is too old.

    Raises:
        PlanStale: it has expired.
    """
    now = clock.now()
    if now >= plan.expires_at:
        raise PlanStale(where or plan.id, f"expired at {plan.expires_at.isoformat()}", "plan again")


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            _tampered(path, f"larger than any plan ({_MOST_BYTES} bytes)")
        return path.read_bytes().decode("ascii")
    except UnicodeDecodeError:
        _tampered(path, "it holds bytes that no plan has")
    except OSError as error:
        raise BadInput(str(path), f"the plan cannot be read ({error.strerror})") from None


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        data = json.loads(text, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError):
        _tampered(path, "it is not the JSON we write")
    if not isinstance(data, dict):
        _tampered(path, "it is not the JSON we write")
    return data


def _check_version(path: Path, data: dict[str, Any]) -> None:
    version = data.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        made_by = str(data.get("made_by", "a newer Bothways"))[:60]
        what = f"plan format {version} was made by a newer Bothways ({made_by!r})"
        raise PlanRefused(str(path), what, "update Bothways")
    if version != FORMAT_VERSION:
        _tampered(path, "it names no known plan format")


def _no_float(text: str) -> NoReturn:
    raise ValueError(text)


def _tampered(path: Path, what: str) -> NoReturn:
    raise PlanTampered(str(path), f"the plan is not as it was written: {what}", "plan again")
