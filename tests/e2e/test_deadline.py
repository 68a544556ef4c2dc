"""An audit that must be over by a given time, with a switch that never ends its answer."""

from __future__ import annotations

import time

from .live import Lab

DEADLINE_S = 4


def test_a_switch_that_hangs_costs_its_own_results_alone(lab: Lab) -> None:
    """X-04 X-08: unread within the deadline, and what the firewall said is judged all the same."""
    live = lab("routing-sdm")
    live.ask("fault", device="lab-switch", when="line:^show ip route", action="stall")

    began = time.monotonic()
    ran = live.bothways("audit", "--deadline", f"{DEADLINE_S}s", "--format", "json")
    took = time.monotonic() - began

    assert took < 2 * DEADLINE_S + 2  # a silent command alone is given a minute
    assert ran.code == 2, ran.err
    run = ran.json
    assert run["devices"]["edge-asa"] == "read"
    assert "not read within the deadline: cut after `show ip route` (reading)" in run["devices"]["lab-switch"]
    outcomes = {one["outcome"] for one in run["results"] if one["device"] == "lab-switch"}
    assert outcomes == {"could-not-see"}
    assert "half-open-hairpins/edge-asa/inside" in {
        one["id"] for one in run["results"] if one["outcome"] == "fail"
    }
    assert live.configured("lab-switch") == live.configured("edge-asa") == []
