"""What is found about flows that fall silent, and about connections that a firewall lost."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Scenario, trace
from bothways.flow import Flow
from bothways.rules import Finding, Severity, diagnose
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Hosting

FLOW = Flow.parse("10.20.0.25 203.0.113.80 tcp/80")
LOGGED = ("logging enable", "logging buffered informational")


def found(hosting: Hosting, scenario: Scenario, silence_s: int | None = None) -> dict[str, Finding]:
    snapshot = hosting.snapshot()
    walked = trace(snapshot, FLOW, (), scenario, silence_s)
    return {finding.id: finding for finding in diagnose(snapshot, walked)}


def configure(hosting: Hosting, *lines: str) -> None:
    for line in ("hostname APP-ASA", *lines):
        hosting.app.add(rows.ConfigLine, line, section="", text=line)


def test_a_timer_shorter_than_the_silence_is_told_with_both_numbers(hosting: Hosting) -> None:
    """S3-04: 15 minutes against 20, and the service that answers."""
    one = found(hosting, Scenario.AFTER_IDLE, 1200)
    assert set(one) == {"idle-timeout-short", "reset-service"}
    short = one["idle-timeout-short"]
    assert (short.device, short.severity) == ("app-asa", Severity.ERROR)
    assert "silent for 0:20:00" in short.sentence
    assert "after 0:15:00 (timeout conn)" in short.sentence
    assert any("timeout conn 900" in line.text for line in short.evidence)
    assert one["reset-service"].severity is Severity.WARNING


def test_a_gap_of_a_second_rejects_the_timer_and_ranks_the_rest(hosting: Hosting) -> None:
    """S3-04: 1 s against 1 h is no reason, with its numbers; the other reasons stand in order."""
    hosting.keeps(hosting.app, 3600)
    hosting.app.add(rows.Failover, "Failover Off", enabled=False, role="")
    for scenario in (Scenario.CONN_LOST, Scenario.AFTER_IDLE):
        one = found(hosting, scenario, 1)
        assert "idle-timeout-short" not in one
        sentence = one["connection-lost"].sentence
        ranked, _, ruled_out = sentence.partition("; ruled out: ")
        assert "1. somebody cleared it (clear conn, clear xlate" in ranked
        assert "2. the TCP normaliser" in ranked
        assert "a failover: there is no mate" in ruled_out
        assert "0:00:01 of silence against 1:00:00 (timeout conn) on app-asa" in ruled_out
        assert one["connection-lost"].confidence == "possible"
    assert one["connection-lost"].severity is Severity.NOTE


def test_a_mate_and_an_inspection_are_reasons_where_they_are(hosting: Hosting) -> None:
    """S3-04: neither is ruled out when it is there; a failover comes before an inspection."""
    hosting.app.add(rows.Failover, "Failover On", enabled=True, role="Active")
    hosting.app.policy("", "inspection_default", "default-inspection-traffic", "inspect http")
    sentence = found(hosting, Scenario.CONN_LOST, 1)["connection-lost"].sentence.partition("; ruled out")[0]
    assert sentence.index("a failover") < sentence.index("inspection_default: inspect http")


def test_a_silence_that_is_long_enough_is_a_reason(hosting: Hosting) -> None:
    """S3-04: the same question with twenty minutes leaves the timer in the list."""
    sentence = found(hosting, Scenario.CONN_LOST, 1200)["connection-lost"].sentence
    assert "the idle timeout: 0:20:00 of silence against 0:15:00" in sentence.partition("; ruled out")[0]


@pytest.mark.parametrize(
    ("reason", "first"),
    [
        ("Xlate Clear", "1. the log of app-asa says 'Xlate Clear'"),
        ("Flow closed by inspection", "1. the log of app-asa says 'Flow closed by inspection'"),
        ("TCP FINs from outside", "1. somebody cleared it"),
    ],
)
def test_the_log_decides_when_it_speaks(hosting: Hosting, reason: str, first: str) -> None:
    """S3-04: 302014 of these very ends names the reason; an end in peace is none."""
    text = (
        "Teardown TCP connection 7 for outside:192.0.2.10/50001 to inside:10.30.0.80/80 duration 0:00:09 "
        f"bytes 62 {reason}"
    )
    hosting.app.log("302014", text)
    lost = found(hosting, Scenario.CONN_LOST)["connection-lost"]
    assert first in lost.sentence
    assert (lost.confidence == "likely") is ("the log" in first)


def test_an_empty_log_refutes_nothing(hosting: Hosting) -> None:
    """S3-07: no finding is weaker for the silence of a log."""
    without = found(hosting, Scenario.AFTER_IDLE, 1200)["idle-timeout-short"]
    hosting.app.log("302013", "Built inbound TCP connection 9 for outside:192.0.2.77/1 to inside:10.30.0.9/1")
    beside = found(hosting, Scenario.AFTER_IDLE, 1200)["idle-timeout-short"]
    assert without.confidence == beside.confidence
    text = "Teardown TCP connection 7 for outside:192.0.2.10/50001 to inside:10.30.0.80/80 duration 0:15:00 "
    hosting.app.log("302014", f"{text}bytes 62 Conn-timeout")
    assert found(hosting, Scenario.AFTER_IDLE, 1200)["idle-timeout-short"].confidence == "certain"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        pytest.param((), "keeps no log at all", id="S3-07 nothing"),
        pytest.param(
            ("no logging enable", "logging buffered debugging"), "keeps no log at all", id="S3-07 off"
        ),
        pytest.param(("logging enable",), "logs nothing down to informational", id="S3-07 nowhere"),
        pytest.param(
            ("logging enable", "logging buffered warnings"), "logs nothing down", id="S3-07 severity 4"
        ),
        pytest.param(("logging enable", "logging trap 5"), "logs nothing down", id="S3-07 number 5"),
        pytest.param(
            (*LOGGED, "no logging message 302014"), "keeps the telling messages", id="S3-07 silenced"
        ),
        pytest.param(LOGGED, "", id="S3-07 enough in the buffer"),
        pytest.param(
            ("logging enable", "logging trap 7", "logging host inside 10.20.0.9"),
            "",
            id="S3-07 enough at a server",
        ),
        pytest.param(("logging enable", "logging trap 7"), "logs nothing down", id="S3-07 no server"),
        pytest.param(("logging enable", "logging asdm informational"), "", id="S3-07 enough in ASDM"),
    ],
)
def test_a_firewall_that_cannot_tell_is_a_finding(
    hosting: Hosting, lines: tuple[str, ...], says: str
) -> None:
    """S3-07: no log is itself a finding: a warning where the flow dies."""
    configure(hosting, *lines)
    one = found(hosting, Scenario.AFTER_IDLE, 1200).get("logging-too-quiet")
    assert (one is None) == (not says)
    if one is not None:
        assert says in one.sentence
        assert (one.device, one.severity) == ("app-asa", Severity.WARNING)
        assert one.evidence


def test_a_quiet_firewall_of_a_living_flow_is_a_note(hosting: Hosting) -> None:
    """S3-07: it hurts nobody yet."""
    configure(hosting)
    assert found(hosting, Scenario.HANDSHAKE)["logging-too-quiet"].severity is Severity.NOTE


@pytest.mark.parametrize(
    ("flags", "idle_s", "count", "heaped"),
    [
        pytest.param("UfIOB", 300, 25, True, id="S3-04 the server closed"),
        pytest.param("UFRIOB", 300, 25, True, id="S3-04 the client closed"),
        pytest.param("UfIOB", 300, 19, False, id="S3-04 a few"),
        pytest.param("UfFRIOB", 300, 25, False, id="S3-04 both closed"),
        pytest.param("UfIOB", 5, 25, False, id="S3-04 under way"),
        pytest.param("UIOB", 300, 25, False, id="S3-04 none closed"),
    ],
)
def test_half_closed_connections_heap_up(
    hosting: Hosting, flags: str, idle_s: int, count: int, heaped: bool
) -> None:
    """S3-04: one FIN of two, for longer than a close takes, many times."""
    for number in range(count):
        hosting.app.add(
            rows.Conn,
            f"TCP outside 192.0.2.10:{50000 + number} inside 10.30.0.80:80 flags {flags}",
            protocol="TCP",
            a_interface="outside",
            a_address=IPv4Address("192.0.2.10"),
            a_port=50000 + number,
            b_interface="inside",
            b_address=IPv4Address("10.30.0.80"),
            b_port=80,
            idle_s=idle_s,
            bytes=62,
            flags=flags,
        )
    one = found(hosting, Scenario.HANDSHAKE).get("half-closed-pile-up")
    assert (one is not None) is heaped
    if one is not None:
        assert "25 connections to port 80" in one.sentence
        assert "stays 0:10:00" in one.sentence
