"""An audit as JUnit XML: a suite for each device, a case for each result, named by its id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from xml.etree import ElementTree as ET

from bothways.audit.change import Change, Changed
from bothways.audit.result import FLEET, AuditRun, Result, result_id, unique
from bothways.diagnosis.findings import Severity
from bothways.report.audit.told import by_device, not_read, sentence, title
from bothways.report.escaping import clean
from bothways.report.findings_table import evidence_line
from bothways.rules.fleet import Outcome

_NO_TIME = "0"
"""Of a case: a rule looks at what was read before, all rules at the same."""
_ELEMENTS = {
    Outcome.FAIL: "failure",
    Outcome.ERROR: "error",
    Outcome.COULD_NOT_SEE: "error",
    Outcome.EXCEPTED: "skipped",
    Outcome.SKIPPED: "skipped",
}
_NOT_READ = "device-not-read"


def junit(run: AuditRun, changed: Sequence[Changed] | None = None) -> str:
    """The document.

    What could not be seen is an error of its own type, and so is a rule that broke: both are no pass. What is
    excepted is skipped, with the reason. An id is the name of exactly one case.

    Args:
        run: what was found.
        changed: what became of an earlier run's failures; None when nobody asked.
    """
    root = ET.Element("testsuites", name=clean(title(run)))
    became = {one.result.id: one.change for one in changed or ()}
    for device, results in by_device(_whole(run)).items():
        suite = ET.SubElement(root, "testsuite")
        _properties(suite, run, device)
        for result in results:
            suite.append(_case(result, became.get(result.id)))
        _count(suite)
        suite.attrib.update(
            name=clean(device),
            hostname=clean(device),
            timestamp=f"{run.taken_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
            time=_NO_TIME,
        )
    _tell_changes(root, changed)
    _total(root)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _whole(run: AuditRun) -> AuditRun:
    """With a case for each device that was not read and that no rule asked for: its suite would look well."""
    told = {one.device for one in run.results if one.is_dark}
    missed = [
        Result(
            id=result_id(_NOT_READ, name, ""),
            rule=_NOT_READ,
            device=name,
            outcome=Outcome.COULD_NOT_SEE,
            severity=Severity.WARNING,
            sentence=how,
        )
        for name, how in not_read(run).items()
        if name not in told
    ]
    return run.model_copy(update={"results": unique((*run.results, *missed))})


def _properties(suite: ET.Element, run: AuditRun, device: str) -> None:
    values = {
        "run": run.id,
        "playbook": run.playbook,
        "bothways": run.bothways,
        "taken_at": run.taken_at.isoformat(),
        "reading": run.devices.get(device, ""),
    }
    properties = ET.SubElement(suite, "properties")
    for name, value in values.items():
        if value:
            ET.SubElement(properties, "property", name=name, value=clean(value))


def _case(result: Result, became: Change | None) -> ET.Element:
    # A consumer tells cases apart by both names together, and takes what stands before the last dot of
    # `classname` for a package.
    case = ET.Element(
        "testcase", classname=clean(f"{result.device}.{result.rule}"), name=clean(result.id), time=_NO_TIME
    )
    # In the text, too: GitLab and others show no `message`.
    lines = [clean(sentence(result)), *_lines(result, became)]
    element = _ELEMENTS.get(result.outcome)
    if element is None:
        _text(ET.SubElement(case, "system-out"), lines)
        return case
    kind = str(result.severity if result.outcome is Outcome.FAIL else result.outcome)
    _text(ET.SubElement(case, element, type=kind, message=clean(sentence(result))), lines)
    return case


def _lines(result: Result, became: Change | None) -> Iterator[str]:
    if became is not None:
        yield f"since then: {became}"
    if result.confidence is not None:
        yield f"sure: {result.confidence}"
    yield from (evidence_line(line) for line in result.evidence)
    if result.fixes:
        yield clean(f"may cure: {', '.join(result.fixes)}")
    if result.next:
        yield clean(f"next: {result.next}")


def _tell_changes(root: ET.Element, changed: Sequence[Changed] | None) -> None:
    """What became of all failures, beside the fleet: those of the earlier run may have no case here."""
    if changed is None:
        return
    suites = {suite.get("name"): suite for suite in root}
    lines = [clean(f"{one.change}: {one.result.id}: {sentence(one.result)}") for one in changed]
    _text(ET.SubElement(suites[FLEET], "system-out"), ["since then:", *(lines or ["no failures"])])


def _text(element: ET.Element, lines: Sequence[str]) -> None:
    if lines:
        element.text = "\n".join(lines)


_COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, element in _COUNTS.items():
        suite.set(name, str(len(suite.findall(f"testcase/{element}"))))


def _total(root: ET.Element) -> None:
    for name in ("tests", *_COUNTS):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", _NO_TIME)
