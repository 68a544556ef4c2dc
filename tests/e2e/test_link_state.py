"""Link state tracking over SSH: refused while the uplink is down, quiet when typed, gone in one line."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from .live import Live, Ran
from .live import lab as running

FLOW = "10.20.0.11 10.10.0.20 tcp/443"
LOSS = ("--scenario", "uplink-loss")
TOR = "tor-a"
LINES = [
    "link state track 1",
    "interface Port-channel11",
    "link state group 1 upstream",
    "interface range GigabitEthernet1/1 - 40",
    "link state group 1 downstream",
    "end",
]


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """The story's lab, its hosts known to everybody."""
    text = (files("bothways.lab.stories") / "link-state.yaml").read_text(encoding="utf-8")
    with running(tmp_path / "lab", story=YAML(typ="safe").load(text)) as started:
        yield started


def planned(live: Live, plan: Path) -> Ran:
    return live.bothways("plan", *LOSS, "--flow", FLOW.replace(" ", ","), "-o", plan)


def test_tracking_is_typed_without_a_port_going_down(live: Live, tmp_path: Path) -> None:
    """S2b-02 S2b-06 S2b-10: the story's lines in its order, no question mark, no port disturbed, and back."""
    plan = tmp_path / "fix.plan"
    assert planned(live, plan).code == 2
    before = live.running_config(TOR)
    ran = live.bothways("apply", plan)
    assert ran.code == 0, ran.err
    assert live.configured(TOR) == LINES
    assert not [line for line in live.typed(TOR) if "?" in line or "\t" in line]
    assert live.bothways("verify", plan).code == 0
    run_id = next(word for word in ran.out.split() if word.startswith("2026"))
    assert live.bothways("rollback", run_id).code == 0
    assert live.running_config(TOR) == before
    assert live.configured(TOR)[len(LINES)] == "no link state track 1"
    log = live.ask("drops", where=TOR)["drops"]
    assert not [row for row in log if row["why"] == "the link is down"]


def test_a_refused_line_takes_the_change_back(live: Live, tmp_path: Path) -> None:
    """S2b-10: whatever the switch answers that nobody expects, nothing of ours stays."""
    plan = tmp_path / "fix.plan"
    assert planned(live, plan).code == 2
    before = live.running_config(TOR)
    live.ask("fault", device=TOR, when="line:^link state track", action="answer", times=1)
    ran = live.bothways("apply", plan)
    assert ran.code == 20, ran.err
    assert live.running_config(TOR) == before


def test_no_plan_while_the_uplink_is_down(live: Live, tmp_path: Path) -> None:
    """S2b-04: the group would take forty ports down at once, so there is no plan."""
    live.ask("edit", device=TOR, lines=["interface Port-channel11", "shutdown"])
    ran = planned(live, tmp_path / "fix.plan")
    assert ran.code == 10, ran.out + ran.err
    assert "Port-channel11 of tor-a is down: the group would take all 40 server ports down" in ran.err
    assert not (tmp_path / "fix.plan").exists()


def test_plan_is_stale_once_the_uplink_is_down(live: Live, tmp_path: Path) -> None:
    """S2b-04: between plan and apply the uplink fails: nothing is typed."""
    plan = tmp_path / "fix.plan"
    assert planned(live, plan).code == 2
    for member in range(1, 5):
        live.ask("cut", wire=f"a-up-{member}")
    ran = live.bothways("apply", plan)
    assert ran.code == 12, ran.out + ran.err
    assert "Port-channel11 of tor-a is up" in ran.err
    assert live.configured(TOR) == []


def test_the_menu_tells_the_other_ways(live: Live) -> None:
    """S2b-09: each with what it needs and costs, beside the one that is ours to push."""
    said = live.json("diagnose", *FLOW.split(), *LOSS)
    assert [item["name"] for item in said["menu"]] == [
        "link-state-group",
        "beacon-probing",
        "vss",
        "second-uplink",
    ]
    assert [finding["id"] for finding in said["findings"]] == ["orphaned-switch"]


@pytest.mark.parametrize("tracked", [False, True], ids=["untracked", "tracked"])
def test_prediction_is_what_the_servers_get(live: Live, *, tracked: bool) -> None:
    """S2b-01 S2b-07: read while all is well, tried while the uplinks are cut: fate and place are the same."""
    if tracked:
        live.ask("edit", device=TOR, lines=[*LINES[:-1]])
    flows = [FLOW, "10.20.0.13 10.10.0.20 icmp", "10.20.0.15 10.20.0.12 tcp/902"]
    flows += [] if tracked else ["10.20.0.11 10.20.0.13 tcp/902"]
    for flow in flows:
        live.observed(flow)  # everybody knows everybody's address
    said = [live.json("trace", *flow.split(), *LOSS) for flow in flows]
    predicted = [(one["fate"], one["at"]["device"], one["at"]["packet"]) for one in said]
    for member in range(1, 5):
        live.ask("cut", wire=f"a-up-{member}")
    live.live_for(1)
    assert predicted == [live.observed(flow) for flow in flows]
    fates = {fate for fate, _, _ in predicted}
    assert fates == ({"complete"} if tracked else {"complete", "link-down"})


@pytest.mark.parametrize("tracked", [False, True], ids=["untracked", "tracked"])
def test_an_outage_is_seen_while_it_lasts(live: Live, *, tracked: bool) -> None:
    """S2b-01 S2b-07: nobody says what was lost; the tables of the switch do, and the hosts agree."""
    if tracked:
        live.ask("edit", device=TOR, lines=[*LINES[:-1]])
    live.observed(FLOW)
    for member in range(1, 5):
        live.ask("cut", wire=f"a-up-{member}")
    live.live_for(1)
    said = live.json("diagnose", *FLOW.split())
    assert (said["fate"], said["at"]["device"], said["at"]["packet"]) == live.observed(FLOW)
    assert said["fate"] == ("complete" if tracked else "link-down")
    assert tracked or [one["id"] for one in said["findings"]] == ["orphaned-switch"]
