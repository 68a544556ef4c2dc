from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.fixes.asa_hairpin import AsaHairpin, HairpinInputs, HairpinOptions
from bothways.fixes.contract import InPlace, NotApplicable, Ready, Situation
from bothways.fixes.steps import Command, ConfigStep, Undo
from bothways.flow import Flow
from bothways.state.rows import SameSecurity

FIX = AsaHairpin()
NOTHING = HairpinOptions()
WITHOUT = ("same-security-traffic permit intra-interface\n", "")
LINE = "same-security-traffic permit intra-interface"

Build = Callable[..., Situation]


def test_the_permit_is_one_line_and_its_no(situation: Build) -> None:
    """S0-05: typed, proven by its row, taken back by its no."""
    here = situation(asa=(WITHOUT,))
    ready = FIX.propose(here, NOTHING)
    assert ready == Ready("edge-asa", HairpinInputs())
    (step,) = FIX.steps(here, ready, (LINE,))
    assert isinstance(step, ConfigStep)
    assert step.commands == (Command(text=LINE),)
    assert step.undo == (Undo(section="", ours=LINE, text=f"no {LINE}"),)
    assert [proof.because for proof in step.proofs] == [f"edge-asa has {LINE}"]


def test_a_permit_that_stands_is_left_alone_and_shown(situation: Build) -> None:
    """S0-05, B19: the second run has nothing to do, and says which line it saw."""
    found = FIX.propose(situation(), NOTHING)
    assert isinstance(found, InPlace)
    assert str(found.evidence[0]) == f"edge-asa: show running-config:27: {LINE}"


def test_the_other_permit_stays_in_the_prediction(situation: Build) -> None:
    """S0-05: inter-interface is another row."""
    here = situation(asa=(WITHOUT,))
    overlay = FIX.predict(here.snapshot.device("edge-asa"), HairpinInputs())
    kinds = [row.kind for row in overlay[SameSecurity] if isinstance(row, SameSecurity)]
    assert kinds == ["inter-interface", "intra-interface"]


def test_a_flow_that_does_not_turn_around_is_refused(situation: Build) -> None:
    """The permit helps nobody whose packets leave by another interface."""
    found = FIX.propose(situation(flow="10.12.0.130 203.0.113.80 tcp/443"), NOTHING)
    assert found == NotApplicable(
        "", "no firewall sends 10.12.0.130 to 203.0.113.80 out of the interface it came in by"
    )


def test_a_standby_unit_is_refused(situation: Build) -> None:
    """S2a-11: what is typed there is lost with the next synchronisation."""
    standby = ("Failover Off\n", "Failover On\n")
    role = ("Failover unit Primary", "Failover unit Secondary\n\tThis host: Secondary - Standby Ready")
    found = FIX.propose(situation(asa=(WITHOUT, standby, role)), NOTHING)
    assert isinstance(found, NotApplicable)
    assert found.reason == "this unit is the standby one"


def test_undo_is_hindered_by_other_connections_that_turn_around(situation: Build) -> None:
    """S0-05: the flow's own connection does not count, somebody else's does."""
    up = (
        "10.12.0.130:51007, idle 0:00:01, bytes 0, flags SaAB",
        "10.12.0.130:51007, idle 0:00:01, bytes 9, flags UIOB",
    )
    here = situation(asa=(up,))
    state = here.snapshot.device("edge-asa")
    assert not FIX.undo_hindrance(state, here.flow)
    other = Flow.parse("10.12.0.7 172.16.1.18 tcp/443")
    assert not FIX.undo_hindrance(situation().snapshot.device("edge-asa"), other), "it never came up"
    assert FIX.undo_hindrance(state, other) == (
        "1 other connection turns around on edge-asa, for example "
        "172.16.1.18:443 and 10.12.0.130:51007 on inside"
    )


@pytest.mark.parametrize(
    ("idle", "flags", "hinders"),
    [
        ("0:00:01", "b", True),
        ("0:01:59", "b", True),
        ("0:02:00", "b", False),
        ("0:30:00", "UIOB", True),
        ("0:00:01", "SaAB", False),
    ],
)
def test_only_a_connection_that_lives_hinders_the_undo(
    situation: Build, idle: str, flags: str, hinders: bool
) -> None:
    """S0-05: what is bypassed stays in the table long after its FIN; what never came up loses nothing."""
    before = "10.12.0.130:51007, idle 0:00:01, bytes 0, flags SaAB"
    after = f"10.12.0.130:51007, idle {idle}, bytes 0, flags {flags}"
    state = situation(asa=((before, after),)).snapshot.device("edge-asa")
    other = Flow.parse("10.12.0.7 172.16.1.18 tcp/443")
    assert bool(FIX.undo_hindrance(state, other)) == hinders
