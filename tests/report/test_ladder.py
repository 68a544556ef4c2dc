"""The picture of a trace, at the widths people have."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from bothways.diagnosis import Trace, trace
from bothways.flow import Flow
from bothways.network import DeclaredHost
from bothways.report import (
    answer,
    answer_markdown,
    findings_markdown,
    ladder,
    ladder_markdown,
    ladder_text,
    next_command,
    verdict_line,
)
from bothways.rules import diagnose
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

WEB = "10.12.0.130 172.16.1.18 tcp/443"

FAILING = """\
              10.12.0.130        edge-asa         lab-switch        172.16.1.18
                   │                 │                 │                 │
1 SYN              │─ seq C ────────►│─ seq C+Δ ──────►│─ seq C+Δ ──────►│
2 SYN/ACK          ✗◄────────────────│───── ack C+Δ+1 ─│◄──── ack C+Δ+1 ─│
                   ✗ ack C+Δ+1 is not C+1              │                 │
3 RST              │─ seq C+Δ+1 ────►✗                 │                 │
                   │                 ✗ RST of no use (tcp-rstfin-ooo)    │"""

FAILING_ASCII = """\
              10.12.0.130        edge-asa         lab-switch        172.16.1.18
                   |                 |                 |                 |
1 SYN              |- seq C -------->|- seq C+d ------>|- seq C+d ------>|
2 SYN/ACK          X<----------------|----- ack C+d+1 -|<---- ack C+d+1 -|
                   X ack C+d+1 is not C+1              |                 |
3 RST              |- seq C+d+1 ---->X                 |                 |
                   |                 X RST of no use (tcp-rstfin-ooo)    |"""

SUPPOSED = """\
              10.12.0.130        edge-asa         lab-switch        172.16.1.18
                   │                 │                 │                 │
1 SYN              │─ seq C ────────►✗                 │                 │
                   │                 ✗ hairpin not permitted (acl-drop)  │
(2 SYN/ACK)        │◄╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│◄╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│"""


def of(story: Story, flow: str = WEB, *hosts: DeclaredHost) -> Trace:
    return trace(story.snapshot(), Flow.parse(flow), hosts)


def printed(item: object, **settings_: object) -> str:
    stream = io.StringIO()
    Console(file=stream, **settings_).print(item)  # type: ignore[arg-type]
    return stream.getvalue()


def test_failing_flow(story: Story) -> None:
    """S0-10: the SYN/ACK passes the firewall's line without stopping; the client's mark says why."""
    assert ladder_text(of(story), 80) == FAILING


def test_failing_flow_in_ascii(story: Story) -> None:
    """A terminal without Unicode gets the same picture."""
    text = ladder_text(of(story), 80, ascii_only=True)

    assert text == FAILING_ASCII
    assert text.isascii()


def test_supposed_answer_is_dashed(story: Story) -> None:
    """S0-02, S0-13: packet 1 dies; where the answer would go is drawn apart."""
    story.asa.drop(rows.SameSecurity, "intra")

    assert ladder_text(of(story), 80) == SUPPOSED


def test_device_of_the_answer_alone_has_its_column(story: Story) -> None:
    """S0-24: the ASA, met by the SYN/ACK only, stands between the switch and the host."""
    story.routing_template().pbr()
    host = DeclaredHost("pc", IPv4Address("10.12.0.130"), IPv4Address("10.12.0.254"))

    lines = ladder_text(of(story, WEB, host), 88).splitlines()

    assert lines[0].split() == ["10.12.0.130", "edge-asa", "lab-switch", "172.16.1.18"]
    assert "✗ no connection (tcp-not-syn)" in lines[-1]


@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_line_is_wider_than_the_terminal(story: Story, width: int) -> None:
    """Readable from 80 to 120 columns."""
    assert max(len(line) for line in ladder_text(of(story), width).splitlines()) <= width


def test_narrow_terminal_gets_a_list(story: Story) -> None:
    """Arrows need room; without it each packet is a line."""
    assert (
        ladder_text(of(story), 50).splitlines()[0]
        == "1 SYN: 10.12.0.130 → edge-asa → lab-switch → 172.16.1.18"
    )


def test_console_decides_on_width_and_letters(story: Story) -> None:
    """A rich console prints the same lines, without colour where it has none."""
    assert printed(ladder(of(story)), width=80).rstrip() == FAILING.rstrip()


def test_no_colour_means_no_colour(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR is respected on a terminal that has colours."""
    coloured = printed(ladder(of(story)), width=80, force_terminal=True, color_system="truecolor")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = printed(ladder(of(story)), width=80, force_terminal=True, color_system="truecolor")

    assert "\x1b[31m" in coloured
    assert "\x1b[31m" not in plain
    assert "\x1b[32m" not in plain


def test_markdown_is_a_fenced_block(story: Story) -> None:
    """For documents."""
    text = ladder_markdown(of(story), 80)

    assert text == f"```text\n{FAILING}\n```"


def test_verdict_comes_first_and_next_command_last(story: Story) -> None:
    """Box, packet and cause in the first line; what to type in the last."""
    snapshot = story.snapshot()
    result = of(story)

    lines = answer_markdown(result, diagnose(snapshot, result)).strip().splitlines()

    assert lines[0] == verdict_line(result)
    assert lines[0].startswith("10.12.0.130, packet 2 (SYN/ACK): isn-mismatch: edge-asa changed")
    assert lines[-1].strip() == "bothways plan --flow 10.12.0.130,172.16.1.18,tcp/443 -o fix.plan"


def test_next_command_follows_the_fate(story: Story) -> None:
    """Diagnose what is broken, read again what is dark, nothing when it lives."""
    broken = of(story)
    dark = of(story.routing_template().pbr())
    story.asa.not_read(rows.AccessGroup)

    assert next_command(broken) == f"bothways diagnose {WEB}"
    assert next_command(dark) == ""
    assert next_command(of(story)).startswith("bothways read")


def test_a_death_that_is_possible_leads_to_a_plan_too(story: Story) -> None:
    """X-07: a warning that explains it is no reason to diagnose it again; a note explains nothing."""
    story.asa.drop(rows.Conn, "172.16.1.20")
    snapshot, result = story.snapshot(), of(story)
    found = diagnose(snapshot, result)

    assert {finding.severity for finding in found if finding.id == "asymmetric-return"} == {"warning"}
    assert next_command(result, found).startswith("bothways plan --flow 10.12.0.130,172.16.1.18,tcp/443")
    assert (
        next_command(result, [one for one in found if one.severity == "note"]) == f"bothways diagnose {WEB}"
    )


def test_evidence_shows_device_command_line_and_time(story: Story) -> None:
    """X-07: each fact of a finding can be looked up."""
    snapshot = story.snapshot()

    text = findings_markdown(diagnose(snapshot, of(story)))

    assert "edge-asa: show route:4 at 03:00:00+0000: D 172.16.1.0/24 via 10.12.0.254, inside" in text
    assert "- wrong if: " in text


NASTY = st.text(
    st.sampled_from([*"ab[red]/#|`", *"\x00\x07\x08\x1b\x7f\x85\x9b\r\n\t\u202e\u2066\u200b\u2028\ufeff"]),
    max_size=12,
)


@given(name=NASTY, words=NASTY)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_nothing_printed_controls_the_terminal(story: Story, name: str, words: str) -> None:
    """Names and texts from devices reach the screen as letters, whatever bytes they hold."""
    type(story).__init__(story)
    story.asa.name = f"asa{name}"
    story.asa.log("106015", f"from 10.12.0.130/1 to 172.16.1.18/443 flags RST {words}")
    snapshot = story.snapshot()
    result = replace(trace(snapshot, Flow.parse(WEB)), mechanism=words or "x", remarks=(words,))
    findings = diagnose(snapshot, result)

    outputs = [
        ladder_text(result),
        verdict_line(result),
        findings_markdown(findings),
        answer_markdown(result, findings),
        printed(answer(result, findings, evidence=True), width=100),
    ]

    for output in outputs:
        bad = {character for character in output if unicodedata.category(character)[0] == "C"} - {"\n"}
        assert not bad
