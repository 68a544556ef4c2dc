"""The picture of a trace, at the widths people have."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
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
    picture_of,
    verdict_line,
)
from bothways.report.ladder.picture import Picture
from bothways.report.ladder.svg import ladder_svg
from bothways.rules import diagnose
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

WEB = "10.12.0.130 172.16.1.18 tcp/443"

FAILING = """\
              10.12.0.130        edge-asa         lab-switch        172.16.1.18
                   │                 │                 │                 │
1 SYN              │─ seq C ────────►≠─ seq C+Δ ──────►│─ seq C+Δ ──────►│
2 SYN/ACK          ✗◄────────────────│───── ack C+Δ+1 ─│◄──── ack C+Δ+1 ─│
  DIES HERE        ✗ ack C+Δ+1 is not C+1              │                 │
3 RST              │─ seq C+Δ+1 ────►x                 │                 │
  afterwards       │                 x RST of no use (tcp-rstfin-ooo)    │

C = the client's first sequence number; S = the server's first sequence number;
Δ = what edge-asa adds to C; ≠ = rewritten there"""

FAILING_ASCII = """\
              10.12.0.130        edge-asa         lab-switch        172.16.1.18
                   |                 |                 |                 |
1 SYN              |- seq C -------->*- seq C+d ------>|- seq C+d ------>|
2 SYN/ACK          X<----------------|----- ack C+d+1 -|<---- ack C+d+1 -|
  DIES HERE        X ack C+d+1 is not C+1              |                 |
3 RST              |- seq C+d+1 ---->x                 |                 |
  afterwards       |                 x RST of no use (tcp-rstfin-ooo)    |

C = the client's first sequence number; S = the server's first sequence number;
d = what edge-asa adds to C; * = rewritten there"""

SUPPOSED = """\
              10.12.0.130        edge-asa         lab-switch        172.16.1.18
                   │                 │                 │                 │
1 SYN              │─ seq C ────────►✗                 │                 │
  DIES HERE        │                 ✗ hairpin not permitted (acl-drop)  │
(2 SYN/ACK)        │◄╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│╌╌╌╌╌╌╌╌╌ seq S ╌│◄╌╌╌╌╌╌╌╌ seq S ╌│

C = the client's first sequence number; S = the server's first sequence number;
(…) = not sent"""

WIDE = """\
1 SYN              │─ seq C ───────────────►≠─ seq C+Δ ─────────────►│─ seq C+Δ ─────────────►│
2 SYN/ACK          ✗◄───────────────────────│───── seq S, ack C+Δ+1 ─│◄──── seq S, ack C+Δ+1 ─│"""

LISTED = """\
1 SYN: 10.12.0.130 → edge-asa → lab-switch →
    172.16.1.18
  seq C
  ≠ edge-asa: seq C → C+Δ
2 SYN/ACK: 172.16.1.18 → lab-switch → 10.12.0.130
  seq S, ack C+Δ+1
  ✗ DIES HERE, 10.12.0.130: ack C+Δ+1 is not C+1
3 RST: 10.12.0.130 → edge-asa
  seq C+Δ+1
  x afterwards, edge-asa: RST of no use
    (tcp-rstfin-ooo)"""

PACKETS = """\
packet 1 SYN
  10.12.0.130 → edge-asa: 10.12.0.130 > 172.16.1.18:443, seq C; in on inside
  edge-asa rewrites seq C → C+Δ
  edge-asa → lab-switch: 10.12.0.130 > 172.16.1.18:443, seq C+Δ; out of inside to 10.12.0.254, frame
      0011.2233.0001 to 0011.2233.0254, in on Vlan10
  lab-switch → 172.16.1.18: 10.12.0.130 > 172.16.1.18:443, seq C+Δ; out of Vlan172 to 172.16.1.18,
      frame 0011.2233.0172 to 0011.2233.1718
packet 2 SYN/ACK
  172.16.1.18 → lab-switch: 172.16.1.18:443 > 10.12.0.130, seq S, ack C+Δ+1; in on Vlan172
  lab-switch → 10.12.0.130: 172.16.1.18:443 > 10.12.0.130, seq S, ack C+Δ+1; out of Vlan10 to
      10.12.0.130, frame 0011.2233.0254 to 0011.2233.0130
  10.12.0.130: DIES HERE: ack C+Δ+1 is not C+1
packet 3 RST
  10.12.0.130 → edge-asa: 10.12.0.130 > 172.16.1.18:443, seq C+Δ+1; in on inside
  edge-asa: afterwards: RST of no use (tcp-rstfin-ooo); would go out of inside to 10.12.0.254, frame
      0011.2233.0001 to 0011.2233.0254"""


def of(story: Story, flow: str = WEB, *hosts: DeclaredHost) -> Trace:
    return trace(story.snapshot(), Flow.parse(flow), hosts)


def drawn(story: Story, flow: str = WEB, *hosts: DeclaredHost) -> Picture:
    return picture_of(of(story, flow, *hosts))


def printed(item: object, **settings_: object) -> str:
    stream = io.StringIO()
    Console(file=stream, **settings_).print(item)  # type: ignore[arg-type]
    return stream.getvalue()


def test_failing_flow(story: Story) -> None:
    """S0-10: the SYN/ACK passes the firewall's line without stopping; the client's mark says why."""
    assert ladder_text(drawn(story), 80) == FAILING


def test_failing_flow_in_ascii(story: Story) -> None:
    """A terminal without Unicode gets the same picture."""
    text = ladder_text(drawn(story), 80, ascii_only=True)

    assert text == FAILING_ASCII
    assert text.isascii()


def test_supposed_answer_is_dashed(story: Story) -> None:
    """S0-02, S0-13: packet 1 dies; where the answer would go is drawn apart."""
    story.asa.drop(rows.SameSecurity, "intra")

    assert ladder_text(drawn(story), 80) == SUPPOSED


def test_device_of_the_answer_alone_has_its_column(story: Story) -> None:
    """S0-24: the ASA, met by the SYN/ACK only, stands between the switch and the host."""
    story.routing_template().pbr()
    host = DeclaredHost("pc", IPv4Address("10.12.0.130"), IPv4Address("10.12.0.254"))

    lines = ladder_text(drawn(story, WEB, host), 88).splitlines()

    assert lines[0].split() == ["10.12.0.130", "edge-asa", "lab-switch", "172.16.1.18"]
    (reason,) = [line for line in lines if "✗ no connection (tcp-not-syn)" in line]
    assert reason.startswith("  DIES HERE ")


@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_line_is_wider_than_the_terminal(story: Story, width: int) -> None:
    """Readable from 80 to 120 columns."""
    assert max(len(line) for line in ladder_text(drawn(story), width).splitlines()) <= width


def test_narrow_terminal_gets_a_list(story: Story) -> None:
    """Arrows need room; without it each packet is a few lines, with the same marks and words."""
    assert ladder_text(drawn(story), 50).startswith(LISTED + "\n")
    assert "►" not in ladder_text(drawn(story), 79)
    assert "►" in ladder_text(drawn(story), 80)


def test_with_room_both_numbers_stand_on_the_arrows(story: Story) -> None:
    """Sequence and acknowledgement, on all stretches of a packet alike."""
    assert WIDE in ladder_text(drawn(story), 100)


def test_every_packet_in_full(story: Story) -> None:
    """S0-08: the hairpinned frame goes from the ASA's MAC to the 3560's, in and out of one interface."""
    assert ladder_text(drawn(story), 100, packets=True).endswith("\n\n" + PACKETS)


def test_the_page_shows_what_is_drawn() -> None:
    """The pictures in the documentation are those the program draws."""
    page = Path(__file__).parents[2] / "docs" / "ladder.md"
    if not page.exists():
        pytest.skip("not a checkout")
    first, second = re.findall(r"```text\n(.*?)\n```", page.read_text("utf-8"), re.DOTALL)

    assert first == FAILING
    assert PACKETS.startswith(second)


def test_the_picture_beside_the_page_is_the_programs(story: Story) -> None:
    """`docs/ladder.svg` is what `--report svg` writes of the flow above it."""
    kept = Path(__file__).parents[2] / "docs" / "ladder.svg"
    if not kept.exists():
        pytest.skip("not a checkout")

    assert kept.read_text("utf-8") == ladder_svg(drawn(story)) + "\n"


def test_evidence_shows_the_packets_and_a_plain_answer_does_not(story: Story) -> None:
    """S0-08: who asks what an answer rests on gets every packet's wire."""
    wire = "frame 0011.2233.0001 to 0011.2233.0254"
    result = replace(of(story), remarks=())

    assert wire in " ".join(printed(answer(result, evidence=True), width=100).split())
    assert wire not in " ".join(printed(answer(result), width=100).split())


def test_console_decides_on_width_and_letters(story: Story) -> None:
    """A rich console prints the same lines, without colour where it has none."""
    assert printed(ladder(drawn(story)), width=80).rstrip() == FAILING.rstrip()


def test_no_colour_means_no_colour(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR is respected on a terminal that has colours."""
    coloured = printed(ladder(drawn(story)), width=80, force_terminal=True, color_system="truecolor")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = printed(ladder(drawn(story)), width=80, force_terminal=True, color_system="truecolor")

    colour = re.compile(r"\x1b\[[\d;]*3[0-8]")
    assert colour.search(coloured)
    assert not colour.search(plain)


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
        ladder_text(picture_of(result), packets=True),
        ladder_markdown(picture_of(result)),
        verdict_line(result),
        findings_markdown(findings),
        answer_markdown(result, findings),
        printed(answer(result, findings, evidence=True), width=100),
    ]

    for output in outputs:
        bad = {character for character in output if unicodedata.category(character)[0] == "C"} - {"\n"}
        assert not bad
