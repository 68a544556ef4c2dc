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

from bothways.audit.change import Change, Changed
from bothways.audit.result import AuditRun, Result
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
        moved=[one for one in changed or () if one.change is not Change.UNCHANGED],
        became={one.result.id: one.change for one in changed or ()},
        style=Markup(style),  # noqa: S704  our own file
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        failing=told.of_outcome(run, Outcome.FAIL),
        excepted=told.of_outcome(run, Outcome.EXCEPTED),
        unread=told.not_read(run),
        dark=told.dark_reasons(run),
        devices=told.by_device(run),
        rules=_by_rule(run),
        outcomes=[str(outcome) for outcome in Outcome],
        tally=_tally,
        words=_words,
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


def _words(command: str) -> list[str]:
    return clean(command).split(" ")


def _by_rule(run: AuditRun) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for one in run.results:
        found.setdefault(one.rule, []).append(one)
    return dict(sorted(found.items()))


def _tally(results: Sequence[Result]) -> Counter[str]:
    """How often each outcome was met."""
    return Counter(str(one.outcome) for one in results)
