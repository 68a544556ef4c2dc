"""`--report FORMS -o DIR` of the verbs that tell of flows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

Bothways = Callable[..., Any]

FLOW = ("10.40.0.50", "10.10.0.20", "tcp/443")
DIES = (*FLOW, "--scenario", "mid-stream")
FORMS = "html,svg,md,json"


@pytest.mark.parametrize("verb", ["trace", "diagnose"])
def test_an_answer_is_written_in_every_form(bothways: Bothways, cut: Path, verb: str) -> None:
    """S2a-01: the same verdict in all of them; the answer and its code are those without files."""
    plain = bothways(verb, *DIES, "--snapshot", cut)
    ran = bothways(verb, *DIES, "--snapshot", cut, "--report", FORMS, "-o", "to/day")
    assert (ran.code, ran.out) == (plain.code, plain.out)
    assert ran.code == 2
    folder = Path("to/day")
    assert [path.name for path in sorted(folder.iterdir())] == [
        f"{verb}.html", f"{verb}.json", f"{verb}.md", f"{verb}.svg",
    ]  # fmt: skip
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert f"written: to/day/{verb}.svg" in ran.err
    page = (folder / f"{verb}.html").read_text()
    assert "<h1>Dies at mpls-asa with packet 1, " in page
    assert f"<bdi>bothways {verb} 10.40.0.50 10.10.0.20 tcp/443 --scenario mid-stream</bdi>" in page
    assert "from <bdi>state read 2026-01-05 12:00:00 UTC</bdi>" in page
    drawing = ET.fromstring((folder / f"{verb}.svg").read_text())  # noqa: S314  our own
    titles = [one.text or "" for one in drawing.iter("{http://www.w3.org/2000/svg}title")]
    assert sum(": dies at mpls-asa: " in title and "the flow dies of this" in title for title in titles) == 1
    text = (folder / f"{verb}.md").read_text()
    assert text.startswith("# Dies at mpls-asa with packet 1, ")
    assert "DIES HERE" in text
    kept = json.loads((folder / f"{verb}.json").read_text())
    told = bothways(verb, *DIES, "--snapshot", cut, "--format", "json").json
    assert kept == told
    assert (kept["verb"], kept["exit_code"], kept["fate"]) == (verb, 2, "no-connection")


def test_a_diagnosis_brings_its_findings_and_the_ways_out(bothways: Bothways, cut: Path) -> None:
    """S2a-05: each with its lines, in the page and in Markdown; the next command stands at the top."""
    bothways("diagnose", *DIES, "--snapshot", cut, "--report", "html,md", "-o", "r")
    following = "bothways plan --scenario mid-stream --flow 10.40.0.50,10.10.0.20,tcp/443 -o fix.plan"
    page, text = Path("r/diagnose.html").read_text(), Path("r/diagnose.md").read_text()
    assert following.replace(" ", '</span> <span class="word">') in page
    assert following in text
    for written in (page, text):
        assert "asymmetric-after-failover" in written
        assert "Ways out" in written
        assert "show conn" in written


def test_a_matrix_is_written_too(bothways: Bothways, cut: Path) -> None:
    """S1-08: every call between the two, below the picture of the one that was asked about."""
    ran = bothways("trace", *FLOW, "--snapshot", cut, "--matrix", "--report", "html,json", "-o", "r")
    assert ran.code in {0, 2, 3}
    page = Path("r/trace.html").read_text()
    assert "Every call between the two" in page
    assert "<h1>Lives" in page
    assert [one["flow"] for one in json.loads(Path("r/trace.json").read_text())["matrix"]]


WRONG = {
    "a form of an audit": (("--report", "junit", "-o", "r"), "--report: no form 'junit'; known: "),
    "no folder": (("--report", "svg"), "--report: does not say where to; add -o DIR"),
    "no form": (("-o", "r"), "-o: is for report files; say which: --report html,svg,md,json"),
}


@pytest.mark.parametrize("verb", ["trace", "diagnose"])
@pytest.mark.parametrize(("words", "says"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_written_is_refused_before_anything_is_read(
    bothways: Bothways, verb: str, words: tuple[str, ...], says: str
) -> None:
    """10, and the snapshot that does not exist is not even looked for."""
    ran = bothways(verb, *FLOW, "--snapshot", "nowhere.snapshot", *words)
    assert ran.code == 10
    assert ran.errors[0].startswith(f"error: {says}")
    assert not Path("r").exists()


def test_a_folder_that_fills_up_costs_no_answer(bothways: Bothways, cut: Path) -> None:
    """The answer is told whole, and the file that is missing is an error beside it."""
    Path("r/trace.svg").mkdir(parents=True)
    ran = bothways("trace", *FLOW, "--snapshot", cut, "--report", "html,svg", "-o", "r")
    assert ran.code == 10
    assert ran.out == bothways("trace", *FLOW, "--snapshot", cut).out
    assert ran.errors == ["error: r: takes no report: Is a directory; make room there"]
    assert not Path("r/trace.html").exists() or Path("r/trace.html").read_text().startswith("<!DOCTYPE")


def test_a_demo_is_one_page_of_three_ladders(bothways: Bothways) -> None:
    """S0-20: broken, cured and undone, each with what the hosts of the lab got beside it."""
    ran = bothways("demo", "hairpin", "--format", "json", "--report", FORMS, "-o", "r")
    assert ran.code == 0
    assert ran.json["reports"] == [f"r/demo.{form}" for form in FORMS.split(",")]
    page = Path("r/demo.html").read_text()
    assert "<h1>broken: isn-mismatch; cured: complete; taken back: isn-mismatch</h1>" in page
    assert page.count("<figure") == 3
    assert page.count("the flow dies of this") == 2
    assert page.count("observed complete (delivered)   agree") == 1
    drawing = ET.fromstring(Path("r/demo.svg").read_text())  # noqa: S314  our own
    assert sum(one.get("class") == "cross big" for one in drawing.iter()) == 2
    assert json.loads(Path("r/demo.json").read_text())["after"]["predicted"] == "complete"


def test_every_story_at_once_writes_no_page(bothways: Bothways) -> None:
    """`--all` is a line for each; no lab is started."""
    ran = bothways("demo", "--all", "--report", "html", "-o", "r")
    assert ran.code == 10
    assert ran.errors == ["error: --all: takes every story as it is; leave the other options out"]
