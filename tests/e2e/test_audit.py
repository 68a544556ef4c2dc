"""`bothways audit` on living labs: what fails before the cure, and what does not fail after it."""

from __future__ import annotations

from .live import STORY_FLOW, Lab, plan_words

MINE = {
    ("flow-lives", "fleet"),
    ("asymmetric-return", "edge-asa"),
    ("half-open-hairpins", "edge-asa"),
    ("interface-limit", "edge-asa"),
}


def test_a_hairpin_is_found_before_anybody_complains(lab: Lab) -> None:
    """S0-24 X-08: without a word about the flow; the second run says that nothing changed."""
    live = lab("routing-sdm")

    first = live.bothways("audit", "--format", "json")
    assert first.code == 2, first.err
    failed = {(one["rule"], one["device"]) for one in first.json["results"] if one["outcome"] == "fail"}
    assert failed == MINE
    ids = [one["id"] for one in first.json["results"]]
    assert len(ids) == len(set(ids))
    assert f"asymmetric-return/edge-asa/{STORY_FLOW.replace(' ', '_').replace('/', '_')}" in ids

    again = live.bothways("audit", "--since", "last", "--format", "json").json
    assert {one["change"] for one in again["since"]} == {"unchanged"}


def test_after_the_cure_nothing_of_it_fails(lab: Lab) -> None:
    """S0-24 X-04: read only, and the failures of the run before are told as cured."""
    live = lab("routing-sdm")
    before = live.bothways("audit", "--format", "json").json["run"]
    plan = live.folder / "fix.plan"
    assert live.bothways(*plan_words(STORY_FLOW, "hairpin-return"), "-o", plan).code == 2
    assert live.bothways("apply", plan).code == 0
    live.live_for(60)  # half-open connections of the time before are gone by then

    after = live.bothways("audit", "--since", before, "--format", "json").json

    assert not [
        one["id"] for one in after["results"] if one["outcome"] == "fail" and one["severity"] == "error"
    ]
    assert {one["id"] for one in after["since"] if one["change"] == "cured"} >= {
        "half-open-hairpins/edge-asa/inside"
    }
