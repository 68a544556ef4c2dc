"""An audit as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from bothways.audit.change import Changed
from bothways.audit.result import AuditRun
from bothways.report.audit.csv_rows import cell, csv_rows
from bothways.rules.fleet import Outcome

from .audit_runs import DIES, FLOW, UNSEEN, night, result, run_of, since

HEADER = (
    '"run","taken_at","id","outcome","severity","change","device","rule","subject","sentence",'
    '"confidence","fixes","flow","scenario","silence_s","next","evidence"'
)


def rows(run: AuditRun, changed: tuple[Changed, ...] | None = None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_rows(run, changed), newline=""), strict=True))


def test_the_columns_keep_their_order() -> None:
    """X-08: scripts count columns; every line ends as RFC 4180 says."""
    text = csv_rows(night())
    assert text.split("\r\n")[0] == HEADER
    assert text.endswith('"\r\n')
    assert text.count("\n") == text.count("\r\n") == 1 + len(night().results)


def test_each_result_is_one_row() -> None:
    """X-08: in the order of the run, with all of its parts."""
    found = rows(night())
    assert [one["id"] for one in found] == [one.id for one in night().results]
    assert found[0] == {
        "run": "20261002T020005Z-1a2b",
        "taken_at": "2026-10-02T02:00:05+00:00",
        "id": DIES.id,
        "outcome": "fail",
        "severity": "error",
        "change": "",
        "device": "edge-asa",
        "rule": "asymmetric-return",
        "subject": FLOW,
        "sentence": "edge-asa never sees the answers of 172.16.1.18",
        "confidence": "likely",
        "fixes": "pbr-return tcp-state-bypass",
        "flow": FLOW,
        "scenario": "after-idle",
        "silence_s": "1200",
        "next": DIES.next,
        "evidence": "edge-asa: show route:7 at 02:00:05+0000: "
        "D 172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, inside",
    }


def test_what_became_of_a_failure_stands_in_its_row() -> None:
    """X-08: a failure without a result now has a row without an outcome, which nobody counts."""
    found = {one["id"]: (one["outcome"], one["change"]) for one in rows(night(), since())}
    assert {name: ended for name, ended in found.items() if ended[1]} == {
        DIES.id: ("fail", "new"),
        "ssh-weak/lab-switch": ("fail", "better"),
        "bypass-overdue/edge-asa": ("pass", "cured"),
        UNSEEN.id: ("could-not-see", "unseen"),
        "orphaned-switch/lab-switch/Gi0_1": ("", "unseen"),
    }
    assert len(found) == len(night().results) + 1


FORMULAS = {
    "=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
    "+1": "'+1",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": " '=1",
    "\r=1": " '=1",
    " =1": " '=1",
    "\x00=1": "'=1",
    "\u202e=1": "'=1",
    "\uff1d1": "'\uff1d1",
    "a;=1": "a;'=1",
    "a=1": "a=1",
    "10.0.0.0 -> 10.0.0.1": "10.0.0.0 -> 10.0.0.1",
    "": "",
}


@pytest.mark.parametrize(("text", "safe"), FORMULAS.items())
def test_no_cell_is_a_formula(text: str, safe: str) -> None:
    """X-08: names on devices are anybody's words, and a spreadsheet calculates what begins like a formula."""
    assert cell(text) == safe


def test_quotes_commas_and_line_ends_stay_in_their_cell() -> None:
    """X-08: RFC 4180."""
    run = run_of(result("any-any-acl", "fw", Outcome.FAIL, 'it says "any", twice\r\n"x",y'))
    (row,) = rows(run)
    assert row["sentence"] == 'it says "any", twice  "x",y'
