"""Names on devices are anybody's words: in no form do they become anything but words."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from bothways.audit.change import changes
from bothways.audit.result import AuditRun
from bothways.diagnosis.findings import Severity
from bothways.report.audit.files import FORMS
from bothways.report.audit.text import audit_text
from bothways.rules.fleet import Outcome

from .audit_runs import result, run_of
from .test_audit_page import Page

HOSTILE = {
    "script": "<script>document.title='owned'</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "template": "{{ 7*7 }}{% for x in y %}",
    "end of style": "</style></title></textarea><h1>well",
    "cdata": "]]></failure><testcase name='ok'/><![CDATA[",
    "entity": "&lt;b&gt; &amp; &#x202e;",
    "escape sequence": "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "link of a terminal": "\x1b]8;;http://a\x1b\\b\x1b]8;;\x1b\\\x9d8;;c\x9c",
    "tags": "a\U000e0001\U000e0041\U000e007f\ufeff\u200b",
    "line ends": "a\r\nb\n\n# c\u2028d\u0085e\x0bf",
    "null": "a\x00b\x7f",
    "formula": "=cmd|' /C calc'!A0",
    "formula behind blanks": "\t\r +1;=1",
    "pipe": "a|b||c\\|d|",
    "backticks": "``` `a` ````",
    "link": "[a](javascript:alert(1)) ![b](http://c) https://d.e",
    "bidi": "\u202eevil\u2066\u2069\u200f\u061c",
    "quotes": '\'"\'",",\r\n"',
    "no character": "\ufffe\uffff\ufdd0\ue000",
    "markup of rich": "[bold red]x[/bold red][link=http://a]b[/]",
}


WORD = {"class": "word"}


def hostile_run(text: str, *, failing: bool = True) -> AuditRun:
    """The text wherever a device, a user or a file can put it."""
    outcomes = [one for one in Outcome if failing or one is not Outcome.FAIL]
    results = [
        result(
            "any-any-acl", text, outcome, text, Severity.ERROR, text,
            line=text, command=text, fixes=(text,), next_words=text,
        )
        for outcome in outcomes
    ]  # fmt: skip
    run = run_of(*results, **{text: "read", f"{text}2": text})
    return run.model_copy(update={"origin": text})


def rendered(form: str, text: str) -> str:
    now = hostile_run(text)
    return FORMS[form].render(now, changes(hostile_run(text, failing=False), now))


def parts(text: str) -> list[tuple[str, list[str]]]:
    """Each element and the names of its attributes, but for the words that commands are parted into."""
    elements = ((tag, sorted(attributes)) for tag, attributes in Page(text).elements if attributes != WORD)
    return list(elements)


def in_html(text: str, harmless: str) -> None:
    assert parts(text) == parts(harmless)


def in_junit(text: str, harmless: str) -> None:
    root = ET.fromstring(text)  # noqa: S314  our own
    plain = ET.fromstring(harmless)  # noqa: S314  our own
    assert [one.tag for one in root.iter()] == [one.tag for one in plain.iter()]
    cases = [(one.get("classname"), one.get("name")) for one in root.iter("testcase")]
    assert len(set(cases)) == len({name for _, name in cases}) == len(cases)


def in_csv(text: str, harmless: str) -> None:
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == len(list(csv.reader(io.StringIO(harmless, newline=""))))
    assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in set("=+-@\t\r")]


def in_markdown(text: str, harmless: str) -> None:
    reader = MarkdownIt("commonmark").enable("table")
    found, plain = reader.parse(text), reader.parse(harmless)
    assert [one.type for one in found] == [one.type for one in plain]
    inline = {child.type for one in found for child in one.children or ()}
    assert inline <= {"text", "text_special", "strong_open", "strong_close", "softbreak"}


def in_json(text: str, harmless: str) -> None:
    assert text.isascii()
    assert "\x7f" not in text
    whole = json.loads(text)
    assert len(whole["results"]) == len(json.loads(harmless)["results"])


READ: dict[str, Callable[[str, str], None]] = {
    "html": in_html,
    "junit": in_junit,
    "csv": in_csv,
    "md": in_markdown,
    "json": in_json,
}


def test_every_form_is_tried() -> None:
    """X-08: a form that is added must be tried, too."""
    assert READ.keys() == FORMS.keys()


def commanding(text: str) -> set[str]:
    """The characters that a terminal or an editor obeys, but for ends of lines."""
    return {mark for mark in text if unicodedata.category(mark) in {"Cc", "Cf", "Zl", "Zp"}} - {"\n", "\r"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_stay_words(form: str, text: str) -> None:
    """X-08: the document has the same parts as that of a harmless night, and nothing in it is obeyed."""
    written = rendered(form, text)
    assert commanding(written) == set()
    READ[form](written, rendered(form, "x"))


def on_a_terminal(run: AuditRun) -> str:
    """Without the styles that are our own."""
    console = Console(file=io.StringIO(), force_terminal=True, color_system=None, width=200)
    for part in audit_text(run, changes(run_of(), run)):
        console.print(part, soft_wrap=True)
    file = console.file
    assert isinstance(file, io.StringIO)
    return re.sub(r"\x1b\[[0-9;]*m", "", file.getvalue())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_stay_words_on_a_terminal(text: str) -> None:
    """X-08: as many lines as on a harmless night, and no sequence but the styles of our own."""
    said = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal(hostile_run(text)))
    assert commanding(said) == set()
    assert len(said.splitlines()) == len(
        re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal(hostile_run("x"))).splitlines()
    )


@settings(deadline=None, max_examples=50)  # ten documents a try
@given(text=st.text(max_size=40))
def test_any_words_stay_words(text: str) -> None:
    """X-08: whatever a device may be called, in all forms."""
    if not text or text == "fleet":
        return
    for form, read in READ.items():
        written = rendered(form, text)
        assert commanding(written) == set()
        read(written, rendered(form, "x"))
    assert commanding(on_a_terminal(hostile_run(text))) == set()
