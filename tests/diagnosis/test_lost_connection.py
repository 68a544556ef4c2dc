"""A silent flow, or one whose connection a firewall lost: what its server's FIN meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Scenario, trace
from bothways.errors import BadInput
from bothways.flow import Fate, Flow
from bothways.state import rows
from bothways.state.tables import Row

if TYPE_CHECKING:
    from bothways.diagnosis import Trace
    from tests.diagnosis.conftest import Hosting

FLOW = Flow.parse("10.20.0.25 203.0.113.80 tcp/80")
MATCH = ("QUIET", "access-list QUIET")


def silent(hosting: Hosting, seconds: int) -> Trace:
    return trace(hosting.snapshot(), FLOW, scenario=Scenario.AFTER_IDLE, silence_s=seconds)


def lost(hosting: Hosting, seconds: int | None = None) -> Trace:
    return trace(hosting.snapshot(), FLOW, scenario=Scenario.CONN_LOST, silence_s=seconds)


def place(walked: Trace) -> tuple[Fate, str, int]:
    return walked.fate, walked.at.device, walked.at.packet


def quiet_class(hosting: Hosting, *settings: str) -> None:
    hosting.app.acl("QUIET", "permit", "tcp", "192.0.2.10/32", "10.30.0.80/32")
    hosting.app.policy("", *MATCH, *settings)


def test_longer_silence_than_the_timer_ends_in_a_forged_reset(hosting: Hosting) -> None:
    """S3-05: the FIN meets no connection, and the server alone is told."""
    walked = silent(hosting, 1200)
    assert place(walked) == (Fate.RESET_BY_DEVICE, "app-asa", 1)
    assert "0:15:00 (timeout conn) of 0:20:00 of silence" in walked.mechanism
    assert "in the name of 192.0.2.10 (RST/ACK, TTL 255, the window of the FIN/ACK)" in walked.mechanism
    assert any("were the client the first to speak" in note for note in walked.remarks)
    assert [leg.sent.kind for leg in walked.legs] == ["FIN/ACK"]
    assert walked.devices == ("office-asa", "app-asa")


@pytest.mark.parametrize("seconds", [1, 899])
def test_shorter_silence_is_no_reason(hosting: Hosting, seconds: int) -> None:
    """S3-04: the hypothesis is rejected with its numbers."""
    walked = silent(hosting, seconds)
    assert walked.fate is Fate.COMPLETE
    notes = "; ".join(walked.remarks)
    assert "app-asa keeps it for 0:15:00 (timeout conn)" in notes
    assert "office-asa keeps it for 1:00:00 (the default of timeout conn)" in notes


def test_a_second_is_far_from_an_hour(hosting: Hosting) -> None:
    """S3-04: one second against the hour of the device, 3,600 times that long."""
    hosting.keeps(hosting.app, 3600)
    notes = silent(hosting, 1).remarks
    assert sum("1:00:00" in note and "3,600 times that long" in note for note in notes) == 2


def test_exactly_the_timer_is_too_long(hosting: Hosting) -> None:
    """S3-04: at the moment the timer is over the connection goes."""
    assert place(silent(hosting, 900))[0] is Fate.RESET_BY_DEVICE


def test_never_is_a_timer_too(hosting: Hosting) -> None:
    """S3-04: `timeout conn 0:00:00` keeps connections for ever."""
    hosting.keeps(hosting.app, 0)
    hosting.keeps(hosting.office, 0)
    assert silent(hosting, 10**6).fate is Fate.COMPLETE


@pytest.mark.parametrize(
    ("lines", "fate"),
    [
        pytest.param([], Fate.RESET_BY_DEVICE, id="S3-06 no line: on for what comes from inside"),
        pytest.param([("resetoutbound", "", False)], Fate.IDLE_TIMEOUT, id="S3-05 off everywhere"),
        pytest.param([("resetoutbound", "inside", False)], Fate.IDLE_TIMEOUT, id="S3-05 off there"),
        pytest.param([("resetoutbound", "outside", False)], Fate.RESET_BY_DEVICE, id="S3-05 off elsewhere"),
        pytest.param(
            [("resetoutbound", "", False), ("resetoutbound", "inside", True)],
            Fate.RESET_BY_DEVICE,
            id="S3-05 off, and on there",
        ),
        pytest.param([("resetinbound", "", False)], Fate.RESET_BY_DEVICE, id="S3-06 the other service"),
    ],
)
def test_the_reset_service_decides_who_hears_of_it(
    hosting: Hosting, lines: list[tuple[str, str, bool]], fate: Fate
) -> None:
    """S3-06: on where nothing is said, for what comes from the same or a higher level."""
    for kind, interface, on in lines:
        hosting.resets(kind, interface, on=on)
    walked = silent(hosting, 1200)
    assert place(walked) == (fate, "app-asa", 1)
    assert any("reset" in line.text for line in walked.evidence)


@pytest.mark.parametrize(
    ("settings", "fate"),
    [
        pytest.param(
            ("set connection timeout idle 1:00:00",), Fate.COMPLETE, id="S3-07 longer for the class"
        ),
        pytest.param(("set connection timeout idle 0:05:00",), Fate.RESET_BY_DEVICE, id="S3-04 shorter"),
        pytest.param(
            ("set connection timeout idle 0:05:00 dcd 0:00:15 5",), Fate.COMPLETE, id="S3-07 probes"
        ),
        pytest.param(("set connection timeout dcd",), Fate.COMPLETE, id="S3-07 probes, global timer"),
        pytest.param(
            ("set connection timeout embryonic 0:00:10",), Fate.RESET_BY_DEVICE, id="S3-04 another timer"
        ),
    ],
)
def test_the_class_of_the_flow_has_its_own_timers(
    hosting: Hosting, settings: tuple[str, ...], fate: Fate
) -> None:
    """S3-07: timers of the class before those of the device; its list names real addresses."""
    quiet_class(hosting, *settings)
    assert silent(hosting, 1200).fate is fate


def test_idle_with_reset_tells_both_ends(hosting: Hosting) -> None:
    """S3-07: nobody hangs, and everybody must connect anew."""
    quiet_class(hosting, "set connection timeout idle 0:10:00 reset")
    walked = silent(hosting, 1200)
    assert place(walked) == (Fate.RESET_BY_DEVICE, "app-asa", 1)
    assert "resets both ends" in walked.mechanism


def test_a_lost_connection_has_the_same_end_without_any_silence(hosting: Hosting) -> None:
    """S3-04: a gap of one second is told beside it, as no reason."""
    walked = lost(hosting, 1)
    assert place(walked) == (Fate.RESET_BY_DEVICE, "app-asa", 1)
    assert [note for note in walked.remarks if note.startswith("the idle timeout is not the reason")]
    assert walked.confidence == "possible"
    hosting.resets("resetoutbound", "inside", on=False)
    assert place(lost(hosting))[0] is Fate.NO_CONNECTION


def test_the_farther_firewall_may_be_the_short_one(hosting: Hosting) -> None:
    """S3-05: the FIN passes the first firewall and dies, unanswered, where it comes from outside."""
    hosting.keeps(hosting.app, 3600)
    hosting.keeps(hosting.office, 600)
    assert place(silent(hosting, 1200)) == (Fate.IDLE_TIMEOUT, "office-asa", 1)


def test_a_flow_that_never_opens_is_told_first(hosting: Hosting) -> None:
    hosting.app.drop(rows.AclEntry)
    hosting.app.acl("outside_in", "deny", "ip", "0.0.0.0/0", "0.0.0.0/0")
    assert place(silent(hosting, 1200)) == (Fate.ACL_DENIED, "app-asa", 1)


@pytest.mark.parametrize("table", [rows.Timeout, rows.ResetService])
def test_what_was_not_read_leaves_the_verdict_open(hosting: Hosting, table: type[Row]) -> None:
    """S3-06: an unread configuration is not an empty one."""
    hosting.app.not_read(table)
    assert silent(hosting, 1200).fate is Fate.UNKNOWN


def test_a_silence_needs_a_length(hosting: Hosting) -> None:
    with pytest.raises(BadInput, match="how long"):
        trace(hosting.snapshot(), FLOW, scenario=Scenario.AFTER_IDLE)
