"""What `show conn` holds of the very flow that was asked about, where it contradicts the walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Confidence, Scenario, trace
from bothways.flow import Fate, Flow

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
LAB, PC = "172.16.1.18", "10.12.0.130"

OPEN = [
    ("data of both ends", (443, 51000), 50000, "UIOB", True),
    ("bypassed, data of both ends", (443, 51000), 50000, "UIOBb", True),
    ("data of one end", (443, 51000), 700, "UIB", False),
    ("nothing yet", (443, 51000), 0, "UIOB", False),
    ("another service", (8443, 51000), 50000, "UIOB", False),
    ("opened by the lab", (51000, 443), 50000, "UIOB", False),
    ("embryonic, as predicted", (443, 51000), 0, "SaAB", False),
]


@pytest.mark.parametrize(
    ("ports", "size", "flags", "against"), [case[1:] for case in OPEN], ids=[case[0] for case in OPEN]
)
def test_open_connection_speaks_against_a_death(
    story: Story, ports: tuple[int, int], size: int, flags: str, *, against: bool
) -> None:
    """X-07: the prediction stays, its word falls, and the line is named; only this very flow counts."""
    story.asa.conn(("inside", LAB, ports[0]), ("inside", PC, ports[1]), size, flags)

    result = trace(story.snapshot(), WEB)

    assert result.fate is Fate.ISN_MISMATCH
    assert result.confidence is (Confidence.POSSIBLE if against else Confidence.LIKELY)
    assert any(text.startswith("against this verdict: edge-asa has") for text in result.remarks) == against
    assert [f"bytes {size}, flags {flags}" in one.line.text for one in result.contradicted] == [
        True
    ] * against
    assert all(one.line in result.evidence for one in result.contradicted)


@pytest.mark.parametrize(
    ("size", "flags", "against"),
    [(0, "saA", True), (0, "SaAB", True), (9000, "UIOB", False), (0, "SaAb", False)],
)
def test_connection_that_waits_speaks_against_a_life(
    story: Story, size: int, flags: str, *, against: bool
) -> None:
    """X-07: cured by a policy route, and the handshake is still waited for; a bypass waits for none."""
    story.routing_template().pbr().asa.conn(("inside", LAB, 443), ("inside", PC, 51000), size, flags)

    result = trace(story.snapshot(), WEB)

    assert result.fate is Fate.COMPLETE
    assert result.confidence is (Confidence.POSSIBLE if against else Confidence.LIKELY)
    assert bool(result.contradicted) == against


def test_missing_connection_speaks_against_nothing(story: Story) -> None:
    """X-07: connections are short, and a table that was not read holds none."""
    assert trace(story.snapshot(), WEB).contradicted == ()


def test_later_moments_of_a_flow_have_their_connection(story: Story) -> None:
    """X-07: that a flow was open before it was re-routed is what the scenario supposes."""
    story.asa.conn(("inside", LAB, 443), ("inside", PC, 51000), 50000, "UIOB")

    assert trace(story.snapshot(), WEB, scenario=Scenario.MID_STREAM).contradicted == ()
