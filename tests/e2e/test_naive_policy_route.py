"""A policy route that takes everything: refused, and what comes of it when somebody insists."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from .live import CIMC, STORY_FLOW, Lab, Live, calm, hairpin

OWN = "172.16.1.1"
CONSOLE = f"{CIMC} {OWN} tcp/22"
PING = f"{CIMC} {OWN} icmp"
COMPLETE = ("complete", "", 0)
KEEPS_TRYING = {
    "kind": "hold", "client": "workstation", "server": CIMC, "port": 443, "every_s": 5, "first_s": 22,
}  # fmt: skip
DEAD = ("isn-mismatch", CIMC, 2)


def naive_playbook(live: Live) -> Path:
    """The shipped one with the wider match."""
    shipped = (files("bothways") / "playbooks" / "hairpin-return.yaml").read_text(encoding="utf-8")
    file = live.folder / "naive.yaml"
    file.write_text(shipped.replace("match: subnet ", "match: any "))
    return file


def test_the_naive_line_is_blocked_and_detours_local_traffic_when_forced(lab: Lab) -> None:
    """S0-07, S0-15: told beforehand with the way to insist; then ping lives and TCP dies of the detour."""
    story = calm(hairpin())
    story["workloads"].append(KEEPS_TRYING)
    live = lab("routing-sdm", story=story)
    assert live.observed(CONSOLE) == live.observed(PING) == COMPLETE
    words = ("plan", naive_playbook(live), "--flow", STORY_FLOW.replace(" ", ","))
    file = live.folder / "fix.plan"

    refused = live.bothways(*words, "-o", file)
    assert refused.code == 10
    assert "any-any: lab-switch: `permit ip any any` also catches packets to the switch's own addresses" in (
        refused.err
    )
    assert "--override any-any" in refused.err
    assert not file.exists()

    plan = live.json(*words, "--override", "any-any", "-o", file)["plan"]
    assert plan["overridden"] == ["any-any"]
    assert live.json("apply", file)["exit_code"] == 0

    assert live.observed(STORY_FLOW) == COMPLETE
    assert live.observed(PING) == COMPLETE
    assert live.observed(CONSOLE) == DEAD
    log = live.openssh("edge-asa", "show logging")
    assert f"inside:{OWN}/22" in log  # on a firewall that has no business with it
    live.live_for(60)
    said = live.openssh("edge-asa", "show route")
    assert "D        172.16.1.0 255.255.255.0" in said  # EIGRP is on the users' network, untouched
