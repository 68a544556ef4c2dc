"""An audit as Markdown, read by a parser of it."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bothways.report.audit.markdown import markdown
from bothways.report.markdown_text import fenced, literal
from bothways.rules.fleet import Outcome

from .audit_runs import DIES, night, result, run_of, since

READER = MarkdownIt("commonmark").enable("table")


def shown(tokens: list[Token]) -> str:
    """The text of inline tokens as a reader sees it."""
    return "".join(shown(one.children) if one.children else one.content for one in tokens)


def tables(text: str) -> dict[str, list[list[str]]]:
    """Heading to the rows of the table below it, without the first."""
    found: dict[str, list[list[str]]] = {}
    heading, tokens = "", READER.parse(text)
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[number + 1].content
        elif token.type == "tr_open":
            found.setdefault(heading, []).append([])
        elif token.type in {"td_open", "th_open"}:
            found[heading][-1].append(shown([tokens[number + 1]]))
    return {name: rows[1:] for name, rows in found.items()}


def test_the_tables_hold_what_was_found() -> None:
    """X-08: told by hand from the two nights."""
    assert tables(markdown(night(), since())) == {
        "Since then": [
            ["new", "error", "edge-asa", "asymmetric-return", f"{DIES.sentence} (likely)"],
            ["better", "note", "lab-switch", "ssh-weak", "the host key is RSA of 1024 bits"],
            ["cured", "warning", "edge-asa", "bypass-overdue", "the bypass ended on 2026-09-30"],
            ["unseen", "warning", "lab-switch", "startup-differs", "12 lines are not in startup"],
            ["unseen", "warning", "lab-switch", "orphaned-switch", "one uplink, no group"],
        ],
        "Could not see": [
            ["core-2", "connection refused", "all of them: it was not read"],
            ["edge-asa", "the rule itself broke: KeyError: 'x'", "logging-too-quiet"],
            ["lab-switch", "`show startup-config` was refused", "startup-differs"],
        ],
        "Excepted": [
            [
                "edge-asa", "any-any-acl", "PBR-LAB",
                "PBR takes any any; excepted: moved in March (j.doe, until 2027-03-31)",
            ],
        ],
        "Devices": [
            ["core-2", "not read", "1 could-not-see"],
            ["edge-asa", "read", "1 pass, 1 fail, 1 excepted, 1 skipped, 1 error"],
            ["lab-switch", "read", "1 fail, 1 could-not-see"],
        ],
    }  # fmt: skip


def test_the_verdict_comes_first_and_each_failure_has_its_lines() -> None:
    """X-07 X-08: evidence and commands stand in blocks that can be copied."""
    tokens = READER.parse(markdown(night()))
    texts = [shown([one]) for one in tokens if one.type == "inline"]
    assert texts[0] == "bothways audit audit-baseline"
    assert texts[1] == (
        "Fails: 1 error, 1 note; not everything was seen. audit-baseline: 2 of 3 devices read; "
        "1 pass, 2 fail, 1 excepted, 1 skipped, 2 could-not-see, 1 error"
    )
    assert texts[2] == "Seen nothing of core-2 and not all of edge-asa, lab-switch: more may fail there."
    found = texts.index("Found: edge-asa never sees the answers of 172.16.1.18")
    assert texts[found + 1] == "Sure: likely"
    blocks = [one.content for one in tokens if one.type == "fence"]
    assert blocks[1] == (
        "edge-asa: show route:7 at 02:00:05+0000: "
        "D 172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, inside\n"
    )
    assert blocks[0] == blocks[2] == f"{night().results[0].next}\n"


LITERALS = [
    "a|b", "a\\|b", "a\\", "`a`", "``", "<b>a</b>", "<!-- a -->", "&lt;", "&#124;", "*a*", "**", "_a_",
    "[a](b)", "![a](http://b)", "https://a.b/c", "www.a.b", "~~a~~", "$a$", "@a", "# a", "a_b_c", "\\\\|",
]  # fmt: skip


@pytest.mark.parametrize("text", LITERALS)
def test_a_cell_shows_what_it_was_given(text: str) -> None:
    """X-08: no mark of Markdown's means anything in it, and none is lost."""
    (inline,) = (one for one in READER.parse(f"x {literal(text)} x") if one.type == "inline")
    assert {child.type for child in inline.children or ()} == {"text"} | (
        {"text_special"} if any(child.type == "text_special" for child in inline.children or ()) else set()
    )
    assert shown([inline]) == f"x {text} x"
    run = run_of(result("any-any-acl", text, Outcome.PASS, "ok"))
    assert tables(markdown(run))["Devices"] == [[text, "read", "1 pass"]]


def test_no_line_ends_its_fence() -> None:
    """X-08: a device's text may hold any number of backticks."""
    (block,) = READER.parse(fenced(["a", "```", "`````", "b"]))
    assert block.content == "a\n```\n`````\nb\n"
