"""An audit as an HTML page: what stands in its markup."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib.metadata import distribution
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest

from bothways.audit.result import AuditRun
from bothways.report.audit.page import page

from .audit_runs import BROKE, DIES, PASSED, UNSEEN, WEAK, night, run_of, since

_VOID = {"meta", "link", "br", "img"}


class Page(HTMLParser):
    """Elements with their attributes, and the text of each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self._open[-1], data.strip()))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def of(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]

    @property
    def text(self) -> str:
        return " ".join(text for name, text in self.texts if name != "style")


RUNS = {"a night": night(), "all is well": run_of(PASSED), "nothing at all": run_of()}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_the_page_asks_nobody_for_anything(run: AuditRun) -> None:
    """X-08: no script, no picture, no style from elsewhere; the policy lets in its own style alone."""
    text = page(run, since())
    found = Page(text)
    assert not {tag for tag, _ in found.elements} & {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "form",
        "base",
    }
    assert all((one["href"] or "").startswith("#") for one in found.all("a"))
    assert not [
        a for _, attributes in found.elements for a in attributes if a.startswith("on") or a == "style"
    ]
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert found.all("meta")[1] == {"http-equiv": "Content-Security-Policy", "content": policy}
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_the_page_can_be_heard(run: AuditRun) -> None:
    """X-08: landmarks, headings without a gap, a caption for each table, links that lead somewhere."""
    found = Page(page(run, since()))
    tags = [tag for tag, _ in found.elements]
    for landmark in ("header", "nav", "main", "footer", "h1", "title"):
        assert tags.count(landmark) == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert tags.count("caption") == tags.count("table")
    assert all("scope" in one for one in found.all("th"))
    assert found.all("html") == [{"lang": "en"}]
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {unquote(one["href"] or "")[1:] for one in found.all("a")} <= set(ids)


def test_the_verdict_comes_first() -> None:
    """X-08: then the command to type, then what fails, with its evidence folded."""
    found = Page(page(night(), since()))
    assert found.of("h1") == ["Fails: 1 error, 1 note; not everything was seen"]
    order = [
        "read 2026-10-02 02:00:05 UTC",
        "Fails: 1 error, 1 note; not everything was seen",
        "Seen nothing of core-2 and not all of edge-asa, lab-switch: more may fail there.",
        "2 of 3 devices read",
        "1 new, 1 better, 1 cured, 2 unseen",
        DIES.next,
        "asymmetric-return on edge-asa",
        (
            "edge-asa never sees the answers of 172.16.1.18 Sure: likely "
            "May be cured by pbr-return, tcp-state-bypass"
        ),
        "Evidence: 1 line",
        "show route",
        "line 7",
        "D 172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, inside",
        "connection refused",
        UNSEEN.sentence,
        "the bypass ended on 2026-09-30",
        "None is unchanged.",
        "moved in March (j.doe, until 2027-03-31)",
        "Every device",
        "edge-asa has no failover",
    ]
    text = found.text.split("Skip to the results")[1]
    places = [text.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)


NOTE = WEAK.model_copy(update={"fixes": ()})
VERDICTS = {
    "all is well": (run_of(PASSED), "good", "Nothing fails; everything was seen"),
    "notes alone": (run_of(PASSED, NOTE), "good", "Nothing fails but 1 note; everything was seen"),
    "a note and a gap": (run_of(NOTE, UNSEEN), "dim", "Nothing fails but 1 note; not everything was seen"),
    "a table is missing": (run_of(PASSED, UNSEEN), "dim", "Nothing fails; not everything was seen"),
    "a rule broke": (run_of(PASSED, BROKE), "dim", "Nothing fails; not everything was seen"),
    "a device that no rule asked for": (
        run_of(PASSED, **{"core-2": "no answer"}), "dim", "Nothing fails; not everything was seen"
    ),
    "no device answered": (run_of(**{"core-2": "no answer"}), "bad", "No device was read"),
    "no rule fits": (run_of(**{"core-2": "read"}), "dim", "Nothing was looked at"),
    "a failure": (run_of(DIES), "bad", "Fails: 1 error"),
}  # fmt: skip


@pytest.mark.parametrize(("run", "mood", "words"), VERDICTS.values(), ids=VERDICTS.keys())
def test_what_was_not_seen_is_never_green(run: AuditRun, mood: str, words: str) -> None:
    """X-08: the colour of the verdict, and its words, which say the same."""
    text = page(run)
    assert Page(text).all("header") == [{"class": mood}]
    assert Page(text).of("h1") == [words]
    assert ("Everything was seen." in text) is (run in (run_of(PASSED), run_of(PASSED, NOTE), run_of(DIES)))


MADE_OF = {
    "pages": ("base.html.j2", "parts.html.j2", "colours.css", "base.css"),
    "audit": ("page.html.j2", "page.css"),
    "ladder": ("page.html.j2", "page.css", "ladder.css"),
}


def test_a_wheel_brings_what_the_page_is_made_of() -> None:
    """X-08: its templates and its styles, each once, and these are the ones that are used."""
    installed = [str(file) for file in distribution("bothways").files or ()]
    if "bothways/__init__.py" not in installed:
        pytest.skip("not installed from a wheel")
    for room, names in MADE_OF.items():
        for name in names:
            file = f"bothways/report/{room}/{name}"
            assert installed.count(file) == 1
            brought = Path(str(distribution("bothways").locate_file(file))).resolve()
            with as_file(files(f"bothways.report.{room}").joinpath(name)) as used:
                assert used.resolve() == brought


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_can_be_read(scheme: int) -> None:
    """X-08: 4.5 to 1 on both grounds, by the formula of WCAG 2."""
    style = files("bothways.report.pages").joinpath("colours.css").read_text(encoding="utf-8")
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))
    assert set(colours) == {
        "ground", "raised", "line", "ink", "soft", "link", "bad", "warn", "good", "note",
    }  # fmt: skip
    for name in colours.keys() - {"ground", "raised", "line"}:
        for ground in ("ground", "raised"):
            light, dark = sorted((_luminance(colours[name]), _luminance(colours[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, ground)
