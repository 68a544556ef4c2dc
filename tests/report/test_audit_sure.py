"""How sure a failure is: every form says it, in its own place."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from bothways.audit.change import changes
from bothways.audit.result import AuditRun
from bothways.diagnosis.findings import Confidence
from bothways.report.audit.files import FORMS
from bothways.report.audit.text import audit_text

from .audit_runs import DIES, PASSED, run_of
from .test_audit_page import Page

SURE = [str(word) for word in Confidence]
TOLD: dict[str, Callable[[str], list[str]]] = {
    "html": lambda text: [words for tag, words in Page(text).texts if tag == "b" and words in SURE],
    "junit": lambda text: [line[6:] for line in in_failures(text) if line.startswith("sure: ")],
    "csv": lambda text: [row["confidence"] for row in csv.DictReader(io.StringIO(text)) if row["confidence"]],
    "md": lambda text: [line[6:] for line in text.splitlines() if line.startswith("Sure: ")],
    "json": lambda text: [one["confidence"] for one in json.loads(text)["results"] if one["confidence"]],
}


def in_failures(text: str) -> list[str]:
    failures = ET.fromstring(text).iter("failure")  # noqa: S314  our own
    return [line for one in failures for line in (one.text or "").splitlines()]


def night(sure: Confidence | None) -> AuditRun:
    return run_of(DIES.model_copy(update={"confidence": sure}), PASSED)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sure", [*Confidence, None])
def test_every_form_says_how_sure_a_failure_is(form: str, sure: Confidence | None) -> None:
    """X-07 X-08: certain is said, too; where nothing is claimed, no word stands for it."""
    assert TOLD[form](FORMS[form].render(night(sure), None)) == ([] if sure is None else [str(sure)])


@pytest.mark.parametrize("sure", [Confidence.LIKELY, Confidence.POSSIBLE])
def test_doubt_follows_a_failure_into_the_list_of_changes(sure: Confidence) -> None:
    """X-07 X-08: a cured failure that was only possible was never certain."""
    changed = changes(night(sure), run_of(PASSED, DIES.model_copy(update={"outcome": PASSED.outcome})))
    (cured,) = json.loads(FORMS["json"].render(run_of(PASSED), changed))["since"]
    assert (cured["change"], cured["confidence"]) == ("cured", str(sure))
    for form in ("html", "junit", "md"):
        assert f"{DIES.sentence} ({sure})" in FORMS[form].render(run_of(PASSED), changed)
    told = " ".join(str(part) for part in audit_text(run_of(PASSED), changed))
    assert f"{DIES.sentence} ({sure})" in told
