"""One-way NAT over SSH, the verdict, the calls, the cure, what proves it, the way back."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from .live import Live, Ran
from .live import lab as running

CALL, OPENS, BACK = (
    "192.4.4.4 10.1.1.1 tcp/23", "192.4.4.4 192.1.1.1 tcp/23", "10.1.1.1 192.4.4.4 tcp/23",
)  # fmt: skip
ROUTE = "ip route 10.1.1.1 255.255.255.255 192.34.0.3"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The story's lab."""
    text = (files("bothways.lab.stories") / "one-way-nat.yaml").read_text(encoding="utf-8")
    with running(tmp_path_factory.mktemp("nat") / "lab", story=YAML(typ="safe").load(text)) as started:
        yield started


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verdicts are one line; tables are wide enough."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize("flow", [CALL, OPENS, BACK])
def test_prediction_over_ssh_is_what_the_hosts_get(live: Live, flow: str) -> None:
    """S1-04, S1-06: read through real sessions, fate and place are the witness's."""
    assert live.predicted(flow) == live.observed(flow)


def test_one_command_tells_all_calls(live: Live) -> None:
    """S1-08: the matrix, from the broken call alone; exit 2 because one of them dies."""
    said = live.json("trace", *CALL.split(), "--matrix")
    assert (said["exit_code"], [(row["flow"], row["fate"]) for row in said["matrix"]]) == (
        2,
        [(CALL, "wrong-source"), (OPENS, "complete"), (BACK, "complete")],
    )
    lines = live.bothways("trace", *CALL.split(), "--matrix").out.splitlines()
    assert "192.4.4.4 10.1.1.1 tcp/23   wrong-source  192.4.4.4, packet 2" in lines
    assert lines[-1] == f"bothways diagnose {CALL}"


def test_the_menu_asks_what_is_meant(live: Live) -> None:
    """S1-12: the ways with what each means for the callers; the plan says which it takes for meant."""
    said = live.json("diagnose", *CALL.split())
    assert [item["name"] for item in said["menu"]] == [
        "call-nat-address",
        "name-answers-nat-address",
        "nat-both-ways",
        "remove-nat",
    ]
    assert said["menu"][0]["reason"].startswith("right if clients are meant to call 192.1.1.1, for which")
    assert said["menu"][3]["reason"].startswith("right if clients are meant to call 10.1.1.1")
    assert f"no {ROUTE}" in said["menu"][0]["text"]


def planned(live: Live, folder: Path) -> Path:
    plan = folder / "fix.plan"
    ran = live.bothways("plan", "--flow", CALL.replace(" ", ","), "-o", plan)
    assert ran.code == 2, ran.err
    return plan


def run_id(ran: Ran) -> str:
    return next(word for word in ran.out.split() if word.startswith("2026"))


def test_applied_without_traffic_is_unproven_and_taken_back(live: Live, tmp_path: Path) -> None:
    """S1-12, F78: 24 and the running configuration alone; a rollback types the exact line again."""
    before = live.running_config("CustIntR4")
    ran = live.bothways("apply", planned(live, tmp_path), "--wait", "4")
    assert ran.code == 24
    assert "no connection of it appeared within 4 s" in ran.err
    assert ROUTE not in live.running_config("CustIntR4")
    assert live.observed(OPENS)[0] == "complete"
    assert live.observed(CALL) == ("no-adjacency", "CustIntR4", 1) == live.predicted(CALL)
    assert live.bothways("rollback", run_id(ran)).code == 0
    assert live.running_config("CustIntR4") == before


def test_two_names_let_all_calls_live_and_leave_no_trace(live: Live, tmp_path: Path) -> None:
    """S1-12, S1-08, X-06, X-02: planned, applied, seen by the hosts; again nothing; taken back."""
    before, plan = live.running_config("CustomerR3"), tmp_path / "names.plan"
    assert live.bothways("plan", "nat-both-ways", "--flow", CALL.replace(" ", ","), "-o", plan).code == 2
    ran = live.bothways("apply", plan, "--wait", "4")
    assert ran.code == 24, ran.err
    for flow in (CALL, OPENS, BACK):
        assert live.predicted(flow)[0] == live.observed(flow)[0] == "complete", flow
    again = live.json(
        "plan", "nat-both-ways", "--flow", CALL.replace(" ", ","), "-o", tmp_path / "again.plan"
    )
    assert (again["exit_code"], again["plan"]["steps"]) == (0, [])
    assert live.bothways("rollback", run_id(ran)).code == 0
    assert live.running_config("CustomerR3") == before
    assert live.predicted(CALL) == live.observed(CALL) == ("wrong-source", "192.4.4.4", 2)


def test_a_call_to_the_nat_address_proves_what_stands(live: Live, tmp_path: Path) -> None:
    """S1-12: typed by hand, then called: the client's own router shows the connection, and verify says so."""
    plan = planned(live, tmp_path)
    live.ask("edit", device="CustIntR4", lines=[f"no {ROUTE}"])
    live.ask("connect", client="192.4.4.4", server="192.1.1.1", port=23)
    ran = live.bothways("verify", plan, "--wait", "0")
    assert ran.code == 23, ran.out + ran.err
    assert "CustIntR4: an end of the flow itself, it has the connection: 192.4.4.4." in ran.out
    assert ran.errors[0].endswith(f"startup lacks `- {ROUTE}`; then type: write memory")
    live.ask("edit", device="CustIntR4", lines=[ROUTE])
    assert live.bothways("verify", plan, "--wait", "0").code == 2


def test_from_one_half_the_other_is_guessed_and_asked_for(live: Live, tmp_path: Path) -> None:
    """S1-09: EdgeR2 alone, and what the story's admin saw: exit 3, one-way NAT first, questions to send."""
    saved = tmp_path / "edge.snapshot"
    live.bothways("read", "EdgeR2", "-o", saved)
    words = ["diagnose", *CALL.split(), "--snapshot", str(saved)]
    seen = ["client-resets", "reverse-works", "ping-works", "permitted"]
    said = live.json(*words, *(word for one in seen for word in ("--seen", one)))
    assert (said["exit_code"], said["blind_half"]["seen"]) == (3, seen)
    assert said["blind_half"]["hypotheses"][0]["id"] == "one-way-nat"
    assert len(said["blind_half"]["excluded"]) == 3
    wrong = live.bothways(*words, "--seen", "client-reset")
    assert wrong.code == 10
    assert wrong.errors == ["error: --seen: 'client-reset' is no observation; did you mean 'client-resets'?"]
