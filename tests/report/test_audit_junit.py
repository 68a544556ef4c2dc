"""An audit as JUnit XML."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bothways.audit.result import AuditRun
from bothways.report.audit.junit import junit
from bothways.rules.fleet import Outcome

from .audit_runs import DIES, FLOW, PASSED, UNSEEN, WEAK, night, result, run_of, since


def suites(text: str) -> dict[str, ET.Element]:
    return {suite.get("name", ""): suite for suite in ET.fromstring(text)}  # noqa: S314  our own


def case(text: str, name: str) -> ET.Element:
    found = [one for suite in suites(text).values() for one in suite if one.get("name") == name]
    assert len(found) == 1
    return found[0]


COUNTS = {
    # tests, failures, errors, skipped
    "edge-asa": ("5", "1", "1", "2"),
    "lab-switch": ("2", "1", "1", "0"),
    "core-2": ("1", "0", "1", "0"),
    "fleet": ("0", "0", "0", "0"),
}


def test_each_device_is_a_suite_with_its_counts() -> None:
    """X-08: counted by hand from the results above; the fleet is a suite, too."""
    found = suites(junit(night()))
    counted = {
        name: tuple(suite.get(key) for key in ("tests", "failures", "errors", "skipped"))
        for name, suite in found.items()
    }
    assert counted == COUNTS
    assert {suite.get("hostname") for suite in found.values()} == set(COUNTS)
    assert {suite.get("timestamp") for suite in found.values()} == {"2026-10-02T02:00:05"}


ENDED = {
    DIES.id: ("failure", "error", "edge-asa never sees the answers of 172.16.1.18 (likely)"),
    WEAK.id: ("failure", "note", "the host key is RSA of 1024 bits"),
    UNSEEN.id: ("error", "could-not-see", "`show startup-config` was refused"),
    "logging-too-quiet/edge-asa": ("error", "error", "the rule itself broke: KeyError: 'x'"),
    "any-any-acl/edge-asa/PBR-LAB": (
        "skipped", "excepted", "PBR takes any any; excepted: moved in March (j.doe, until 2027-03-31)"
    ),
    "failover-unready/edge-asa": ("skipped", "skipped", "edge-asa has no failover"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "ended"), ENDED.items(), ids=ENDED.keys())
def test_each_outcome_has_its_element(name: str, ended: tuple[str, str, str]) -> None:
    """X-08: what could not be seen is an error of its own type; an exception is skipped, with its reason."""
    (element,) = case(junit(night()), name)
    assert (element.tag, element.get("type"), element.get("message")) == ended


def test_a_pass_is_a_case_with_its_proof() -> None:
    """X-07 X-08: neither failure nor error nor skipped."""
    (output,) = case(junit(night()), PASSED.id)
    assert output.tag == "system-out"
    assert output.text == (
        "nothing of it found\n"
        "edge-asa: show running-config:7 at 02:00:05+0000: class-map inspection_default"
    )  # fmt: skip


def test_a_failure_holds_its_evidence_and_what_to_type() -> None:
    """X-07 X-08: device, command, line, text; the fixes; the next command; what it was the night before."""
    (failure,) = case(junit(night(), since()), DIES.id)
    assert failure.text == (
        "edge-asa never sees the answers of 172.16.1.18 (likely)\n"
        "since then: new\n"
        "sure: likely\n"
        "edge-asa: show route:7 at 02:00:05+0000: "
        "D 172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, inside\n"
        "may cure: pbr-return, tcp-state-bypass\n"
        "next: bothways plan --from-audit 20261002T020005Z-1a2b asymmetric-return/edge-asa/x -o a.plan"
    )


def test_who_shows_no_messages_shows_the_reason() -> None:
    """X-08: GitLab shows the text of an element alone; each that did not pass begins with its sentence."""
    ended = [one for case in ET.fromstring(junit(night())).iter("testcase") for one in case]  # noqa: S314  our own
    assert len(ended) == len(night().results)
    for one in ended:
        if one.tag != "system-out":
            assert (one.text or "").split("\n")[0] == one.get("message")


def test_what_became_of_last_nights_failures_stands_beside_the_fleet() -> None:
    """X-08: a failure that was cured or went dark may have no case any more."""
    told = suites(junit(night(), since()))["fleet"].findtext("system-out")
    assert told == (
        "since then:\n"
        f"new: {DIES.id}: edge-asa never sees the answers of 172.16.1.18 (likely)\n"
        f"better: {WEAK.id}: the host key is RSA of 1024 bits\n"
        "cured: bypass-overdue/edge-asa: the bypass ended on 2026-09-30\n"
        "unseen: startup-differs/lab-switch: 12 lines are not in startup\n"
        "unseen: orphaned-switch/lab-switch/Gi0_1: one uplink, no group"
    )


def test_a_missed_device_that_no_rule_asked_for_is_no_empty_suite() -> None:
    """X-08: an empty suite looks well."""
    (only,) = suites(junit(run_of(PASSED, **{"core-2": "no answer"})))["core-2"].findall("testcase")
    assert only.get("name") == "device-not-read/core-2"
    (error,) = only
    assert (error.tag, error.get("type"), error.get("message")) == ("error", "could-not-see", "no answer")


def collisions() -> AuditRun:
    """Names that differ only in what an id cannot hold, and one that looks like a numbered one."""
    names = ("a b", "a b", "a_b", "a_b#2", "a\x00b")
    return run_of(*(result("any-any-acl", "edge-asa", Outcome.FAIL, "any any", subject=one) for one in names))


@pytest.mark.parametrize("run", [night(), collisions()], ids=["night", "collisions"])
def test_a_stock_reader_tells_all_cases_apart(run: AuditRun, tmp_path: Path) -> None:
    """X-08: ids are unique in the eyes of junitparser, and it finds every case and every outcome."""
    junitparser = pytest.importorskip("junitparser", reason="junitparser comes with the extra `dev`")
    path = tmp_path / "audit.xml"
    path.write_text(junit(run), encoding="utf-8")

    cases = [one for suite in junitparser.JUnitXml.fromfile(str(path)) for one in suite]

    assert len({(one.classname, one.name) for one in cases}) == len({one.name for one in cases})
    assert sorted(one.name for one in cases) == sorted(one.id for one in run.results)
    kinds = {one.name: type(one.result[0]).__name__ if one.result else "Passed" for one in cases}
    expected = {
        Outcome.FAIL: "Failure",
        Outcome.ERROR: "Error",
        Outcome.COULD_NOT_SEE: "Error",
        Outcome.EXCEPTED: "Skipped",
        Outcome.SKIPPED: "Skipped",
        Outcome.PASS: "Passed",
    }
    assert kinds == {one.id: expected[one.outcome] for one in run.results}


def test_a_reader_that_splits_at_dots_finds_the_device_and_the_rule() -> None:
    """X-08: `classname` is the device and the rule; the flow stands in the name."""
    found = case(junit(night()), DIES.id)
    assert found.get("classname") == "edge-asa.asymmetric-return"
    assert found.get("name") == f"asymmetric-return/edge-asa/{FLOW.replace(' ', '_').replace('/', '_')}"
