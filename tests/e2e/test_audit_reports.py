"""The report files of one audit of a living lab: each says the same, to its own kind of reader."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from markdown_it import MarkdownIt

from .live import Lab, Ran

FORMS = "html,junit,csv,md,json"
ENDED = {
    "fail": Failure, "error": Error, "could-not-see": Error, "excepted": Skipped, "skipped": Skipped
}  # fmt: skip


@pytest.fixture
def reported(lab: Lab, tmp_path: Path) -> tuple[Ran, Path]:
    """A hairpin that fails, beside a switch that keeps its ARP table to itself."""
    live = lab("routing-sdm")
    live.ask("fault", device="lab-switch", when="line:^show ip arp", action="refuse-authorization")
    return live.bothways("audit", "--report", FORMS, "-o", tmp_path / "r", "--format", "json"), tmp_path / "r"


class Articles(HTMLParser):
    """The ids of the failures of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "article":
            self.ids.append(dict(attrs)["id"] or "")


def test_every_form_tells_the_same_results(reported: tuple[Ran, Path]) -> None:
    """X-08: the same ids end alike in JSON, CSV and JUnit; the page and the Markdown hold the failures."""
    ran, folder = reported
    results = ran.json["results"]
    ended = {one["id"]: one["outcome"] for one in results}
    failed = [one["id"] for one in results if one["outcome"] == "fail"]
    assert len(ended) == len(results)
    assert {"fail", "pass", "could-not-see"} <= set(ended.values())

    assert json.loads((folder / "audit.json").read_text())["results"] == results
    with (folder / "audit.csv").open(newline="") as file:
        assert {row["id"]: row["outcome"] for row in csv.DictReader(file, strict=True)} == ended
    assert Articles((folder / "audit.html").read_text()).ids == failed
    words = [one.children for one in MarkdownIt().parse((folder / "audit.md").read_text()) if one.children]
    lines = ["".join(part.content for part in parts) for parts in words]
    assert [line.removeprefix("Id: ") for line in lines if line.startswith("Id: ")] == failed


def test_a_stock_reader_of_junit_counts_what_the_file_counts(reported: tuple[Ran, Path]) -> None:
    """X-08: junitparser finds each id once, and its own sums are the ones that stand in the file."""
    ran, folder = reported
    told = JUnitXml.fromfile(str(folder / "audit.xml"))
    cases = [case for suite in told for case in suite]
    found = {case.name: type(case.result[0]) if case.result else None for case in cases}
    assert len(found) == len(cases)
    assert found == {one["id"]: ENDED.get(one["outcome"]) for one in ran.json["results"]}
    stood = (told.tests, told.failures, told.errors, told.skipped)
    told.update_statistics()  # type: ignore[no-untyped-call]
    assert stood == (told.tests, told.failures, told.errors, told.skipped)
    assert told.tests == len(cases)
