"""The bypass on a firewall whose interface has somebody's policy already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bothways.platforms import platform
from bothways.pushing.line import accepted

from .live import CIMC, DEVICES, STORY_FLOW, WORKSTATION, Lab, Live, Story, calm, hairpin, lints, plan_words

COMPLETE = ("complete", "", 0)
DEAD = ("isn-mismatch", WORKSTATION, 2)
POLICY = (
    "class-map KEEP\n"
    " match access-list PRINTERS\n"
    "policy-map inside-policy\n"
    " class KEEP\n"
    "  set connection timeout idle 2:00:00\n"
)
LIST = "access-list PRINTERS extended permit tcp host 10.12.0.60 any\n"
BINDING = "service-policy inside-policy interface inside\n"
GLOBAL = "service-policy global_policy global\n"


def policed() -> Story:
    """The story on a firewall with a policy on its inside, and a user who keeps trying."""
    story = calm(hairpin())
    story["workloads"].append(
        {"kind": "hold", "client": "workstation", "server": CIMC, "port": 443, "every_s": 5, "first_s": 22}
    )
    asa = story["devices"]["edge-asa"]
    for before in ("pager lines 24\n", "policy-map global_policy\n", GLOBAL):
        assert before in asa["startup"], before
    asa["startup"] = (
        asa["startup"]
        .replace("pager lines 24\n", f"{LIST}pager lines 24\n", 1)
        .replace("policy-map global_policy\n", f"{POLICY}policy-map global_policy\n", 1)
        .replace(GLOBAL, f"{GLOBAL}{BINDING}", 1)
    )
    return story


def applied(live: Live, file: Path) -> dict[str, Any]:
    """The bypass, planned and applied."""
    plan: dict[str, Any] = live.json(*plan_words(STORY_FLOW, "hairpin-bypass"), "-o", file)["plan"]
    return {"plan": plan, **live.json("apply", file)}


def test_the_class_joins_the_policy_and_leaves_it_as_it_was(lab: Lab) -> None:
    """S2a-06, S0-21, X-02, X-06: one class more, in the diff; predicted, seen to cure, undone alone."""
    live = lab(story=policed())
    before = {device: live.running_config(device) for device in DEVICES}
    assert BINDING.strip() in before["edge-asa"]
    assert live.observed(STORY_FLOW) == DEAD

    done = applied(live, live.folder / "fix.plan")

    assert done["exit_code"] == 0, done
    assert not [line for line in live.configured("edge-asa") if line.startswith("service-policy")]
    shown = live.running_config("edge-asa")
    at = shown.index("policy-map inside-policy")
    assert shown[at : at + 6] == [
        "policy-map inside-policy",
        " class KEEP",
        "  set connection timeout idle 2:00:00",
        " class tcp_bypass",
        "  set connection timeout idle 0:15:00",
        "  set connection advanced-options tcp-state-bypass",
    ]
    assert lints(done["plan"], "note")["joins-policy-map"] == (
        "inside has policy-map inside-policy already: class tcp_bypass joins it, and its other classes stay "
        "as they are"
    )
    assert "+ class tcp_bypass" in done["plan"]["diff"]["edge-asa"].splitlines()
    assert not [line for line in done["plan"]["diff"]["edge-asa"].splitlines() if line.startswith("-  ")]
    assert live.predicted(STORY_FLOW) == live.observed(STORY_FLOW) == COMPLETE
    assert live.json(*plan_words(STORY_FLOW, "hairpin-bypass"))["plan"]["steps"] == []

    live.live_for(180.0)
    assert live.bothways("rollback", done["run"]).code == 0
    assert {device: live.running_config(device) for device in DEVICES} == before
    assert live.observed(STORY_FLOW) == DEAD


@pytest.mark.parametrize(
    "line",
    [
        "no class-map tcp_bypass",
        "no policy-map inside-policy",
        "clear configure access-list StatelessTraffic",
    ],
)
def test_taking_it_away_in_another_order_is_refused_and_understood(lab: Lab, line: str) -> None:
    """S2a-09: the firewall says no to each, the push would stop there, and nothing has changed."""
    live = lab(story=policed())
    assert applied(live, live.folder / "fix.plan")["exit_code"] == 0
    cured = live.running_config("edge-asa")

    (answer,) = live.ask("edit", device="edge-asa", lines=[line])["answers"]

    assert answer
    assert not accepted(answer, "", platform("cisco_asa"))
    assert live.running_config("edge-asa") == cured
