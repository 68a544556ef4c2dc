"""The policy route on a switch whose interface has somebody's route-map already."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import ndiff

import pytest

from .live import (
    CIMC,
    DEVICES,
    STORY_FLOW,
    TFTP,
    WORKSTATION,
    Live,
    Story,
    calm,
    commands_of,
    hairpin,
    lints,
    plan_words,
)
from .live import lab as running

COMPLETE = ("complete", "", 0)
DEAD = ("isn-mismatch", WORKSTATION, 2)
OLD = "10.12.0.240"
"""A firewall that somebody has switched off."""
LISTS = (
    "ip access-list extended BACKUP\n"
    f" permit ip host {TFTP} any\n"
    "ip access-list extended PROXY\n"
    " permit ip 172.16.1.0 0.0.0.255 any\n"
)
BACKUP = f"route-map CORP permit 10\n match ip address BACKUP\n set ip next-hop {OLD}\n"
PROXY = f"route-map CORP permit 20\n match ip address PROXY\n set ip next-hop {OLD}\n"
BOUND = " ip address 172.16.1.1 255.255.255.0\n"


def corporate(*sequences: str) -> Story:
    """The story on a switch that routes what comes from the lab by a map of its own."""
    story = calm(hairpin())
    story["workloads"].append(
        {"kind": "hold", "client": "workstation", "server": CIMC, "port": 443, "every_s": 5, "first_s": 22}
    )
    switch = story["devices"]["lab-switch"]
    assert BOUND in switch["startup"]
    switch["startup"] = (
        switch["startup"]
        .replace(BOUND, f"{BOUND} ip policy route-map CORP\n")
        .replace("line con 0", "".join((LISTS, *sequences, "line con 0")))
    )
    return story


@pytest.fixture(params=[(15, (BACKUP, PROXY)), (20, (BACKUP,))], ids=["between", "at the end"])
def switch(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Live, int]]:
    number, sequences = request.param
    folder = tmp_path_factory.mktemp("j") / "lab"
    with running(folder, "routing-sdm", story=corporate(*sequences)) as live:
        yield live, number


def test_a_sequence_joins_the_map_cures_and_leaves_no_trace(switch: tuple[Live, int]) -> None:
    """S0-14, S0-15, B19, X-02, X-06: typed in its place, predicted and seen to cure, undone alone."""
    live, number = switch
    before = {device: live.running_config(device) for device in DEVICES}
    assert " ip policy route-map CORP" in before["lab-switch"]
    assert live.observed(STORY_FLOW) == DEAD
    file = live.folder / "fix.plan"

    plan = live.json(*plan_words(STORY_FLOW, "hairpin-return"), "-o", file)["plan"]

    (typed,) = commands_of(plan)
    assert typed[-3:] == [
        f"route-map CORP permit {number}",
        "match ip address RETURN-VLAN172",
        "set ip next-hop 10.12.0.1",
    ]
    assert f"sequence {number} joins it" in lints(plan, "warning")["joins-route-map"]

    applied = live.json("apply", file)

    assert applied["exit_code"] == 0, applied
    after = live.running_config("lab-switch")
    assert _changes(before["lab-switch"], after) == _told(plan["diff"]["lab-switch"])
    assert [line for line in after if line.startswith("route-map ")] == sorted(
        {*(line for line in before["lab-switch"] if line.startswith("route-map ")), typed[-3]}
    )
    assert live.predicted(STORY_FLOW) == live.observed(STORY_FLOW) == COMPLETE
    # What the map took before it still goes to where nobody is, and from there by the table.
    backup = f"{WORKSTATION} {TFTP} tcp/443"
    assert live.predicted(backup) == live.observed(backup) == DEAD
    again = live.json(*plan_words(STORY_FLOW, "hairpin-return"), "-o", live.folder / "again.plan")
    assert again["plan"]["steps"] == []

    assert live.bothways("rollback", applied["run"]).code == 0
    assert {device: live.running_config(device) for device in DEVICES} == before
    assert live.observed(STORY_FLOW) == DEAD


def _changes(before: list[str], after: list[str]) -> list[str]:
    compared = ndiff(
        [line for line in before if line.strip() != "!"], [line for line in after if line.strip() != "!"]
    )
    return [f"{line[0]}{line[2:]}" for line in compared if line[:1] in "+-"]


def _told(diff: str) -> list[str]:
    return [line for line in diff.splitlines()[2:] if line[:1] in "+-"]
