"""An audit as one HTML page: it asks nobody for anything, runs no script, and fits a phone at night."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from bothways.audit.change import Changed
from bothways.audit.result import AuditRun
from bothways.report.audit import told
from bothways.report.escaping import clean
from bothways.rules.fleet import Outcome


def page(run: AuditRun, changed: Sequence[Changed] | None = None) -> str:
    """The page.

    Args:
        run: what was found.
        changed: what became of an earlier run's failures; None when nobody asked.
    """
    style, template = _parts()
    return template.render(
        run=run,
        changed=changed,
        became={one.result.id: one.change for one in changed or ()},
        style=Markup(style),  # noqa: S704  our own file
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        mood=_mood(run),
        failing=told.of_outcome(run, Outcome.FAIL),
        excepted=told.of_outcome(run, Outcome.EXCEPTED),
        dark=told.dark_reasons(run),
        counts=Counter(str(one.outcome) for one in run.results),
        devices=_tally(run, by="device"),
        rules=_tally(run, by="rule"),
        outcomes=[str(outcome) for outcome in Outcome],
        told=told,
    )


@cache
def _parts() -> tuple[str, Template]:
    """The style and the template; whatever the template shows is cleaned, then escaped."""
    room = files("bothways.report.audit")
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.from_string(room.joinpath("page.html.j2").read_text(encoding="utf-8"))
    return room.joinpath("page.css").read_text(encoding="utf-8"), template


def _harmless(value: Any) -> Any:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _mood(run: AuditRun) -> str:
    """The colour of the verdict; its words say the same."""
    if any(one.weighs for one in run.results) or all(how != "read" for how in run.devices.values()):
        return "bad"
    return "dim" if any(one.is_dark for one in run.results) else "good"


def _tally(run: AuditRun, by: str) -> dict[str, Counter[str]]:
    """Device or rule to how often each outcome was met there."""
    names = [*run.devices] if by == "device" else []
    found: dict[str, Counter[str]] = {name: Counter() for name in names}
    for one in run.results:
        found.setdefault(getattr(one, by), Counter())[str(one.outcome)] += 1
    return dict(sorted(found.items()))
