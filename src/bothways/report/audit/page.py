"""An audit as one HTML page: it asks nobody for anything, runs no script, and fits a phone at night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bothways.audit.change import Change, Changed
from bothways.audit.result import AuditRun, Result
from bothways.report.audit import told
from bothways.report.pages.rendering import rendered
from bothways.rules.fleet import Outcome


def page(run: AuditRun, changed: Sequence[Changed] | None = None) -> str:
    """The page.

    Args:
        run: what was found.
        changed: what became of an earlier run's failures; None when nobody asked.
    """
    return rendered(
        "audit/page.html.j2",
        ("audit/page.css",),
        run=run,
        changed=changed,
        moved=[one for one in changed or () if one.change is not Change.UNCHANGED],
        became={one.result.id: one.change for one in changed or ()},
        failing=told.of_outcome(run, Outcome.FAIL),
        excepted=told.of_outcome(run, Outcome.EXCEPTED),
        unread=told.not_read(run),
        dark=told.dark_reasons(run),
        devices=told.by_device(run),
        rules=_by_rule(run),
        outcomes=[str(outcome) for outcome in Outcome],
        tally=_tally,
        told=told,
    )


def _by_rule(run: AuditRun) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for one in run.results:
        found.setdefault(one.rule, []).append(one)
    return dict(sorted(found.items()))


def _tally(results: Sequence[Result]) -> Counter[str]:
    """How often each outcome was met."""
    return Counter(str(one.outcome) for one in results)
