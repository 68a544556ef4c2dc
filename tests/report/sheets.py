"""Reports about flows written by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.fixes.menu_item import MenuItem
from bothways.report.ladder.picture import Picture
from bothways.report.ladder.sheet import Chapter, Mood, Said, Sheet
from bothways.state.device import Evidence

from .pictures import hairpin, hostile

AT = datetime(2026, 10, 2, 2, 0, 5, tzinfo=UTC)
ROUTE = Evidence(
    "edge-asa", "show route", 7, "D 172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, inside", AT
)
VERDICT = "10.12.0.130, packet 2 (SYN/ACK): isn-mismatch: the SYN/ACK goes past edge-asa (certain)"
FINDING = Finding(
    id="asymmetric-return",
    severity=Severity.ERROR,
    device="edge-asa",
    sentence="edge-asa never sees the answers of 172.16.1.18",
    evidence=(ROUTE,),
    confidence=Confidence.CERTAIN,
    raises=("106015 in the log of edge-asa",),
    refutes=("a connection of the flow with flags UIO",),
)
WAY = MenuItem(
    "pbr-return", True, "lab-switch routes by policy", "one hop more", "route-map BACK\n set ip next-hop",
    needs="a routing template",
)  # fmt: skip


def chapter(picture: Picture | None, heading: str = "", mood: Mood = Mood.BAD) -> Chapter:
    """One flow with everything that can be said of one."""
    return Chapter(
        heading=heading,
        verdict=VERDICT,
        mood=mood,
        picture=picture,
        said=(Said("Notes", ("ping lives all the same",)), Said("Inferred", ()), Said("More", ("a", "b"))),
        could_not_see=("core-2 was not read",),
        evidence=(ROUTE,),
        findings=(FINDING,),
        ways=(WAY,),
    )


def sheet(*chapters: Chapter) -> Sheet:
    """A report of one chapter or of several."""
    return Sheet(
        title="bothways trace 10.12.0.130 172.16.1.18 tcp/443",
        headline="Dies at 10.12.0.130 with packet 2, SYN/ACK",
        mood=Mood.BAD,
        chapters=chapters,
        next="bothways diagnose 10.12.0.130 172.16.1.18 tcp/443",
        made_at=AT,
        source="state read 2026-10-02 02:00:05 UTC",
        keys={"verb": "trace", "fate": "isn-mismatch"},
    )


def hairpin_sheet() -> Sheet:
    return sheet(chapter(hairpin()))


def hostile_sheet(text: str) -> Sheet:
    """The text wherever a device, a capture, a playbook or a user can put it."""
    line = Evidence(text, text, 0, text, AT)
    finding = Finding(
        id=text,
        severity=Severity.ERROR,
        device=text,
        sentence=text,
        evidence=(line,),
        confidence=Confidence.LIKELY,
        raises=(text,),
        refutes=(text,),
    )
    ways = (MenuItem(text, True, text, text, text, needs=text), MenuItem(text, False, text, text, ""))
    one = Chapter(
        heading=text,
        verdict=text,
        mood=Mood.DIM,
        picture=hostile(text),
        said=(Said(text, (text,)),),
        could_not_see=(text,),
        evidence=(line,),
        findings=(finding,),
        ways=ways,
    )
    return Sheet(
        title=text, headline=text, mood=Mood.DIM, chapters=(one, one), next=text, made_at=AT, source=text,
        keys={text: text},
    )  # fmt: skip
