"""`--scenario mid-stream`: asked of a saved snapshot, verb by verb."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothways = Callable[..., Any]

FLOW = ("10.40.0.50", "10.10.0.20", "tcp/443")
MID_STREAM = ("--scenario", "mid-stream")


def test_trace_begins_where_it_is_told_to(bothways: Bothways, cut: Path) -> None:
    """S2a-01: complete from its SYN, dead at the firewall from the middle of its life."""
    assert bothways("trace", *FLOW, "--snapshot", cut).code == 0
    ran = bothways("trace", *FLOW, "--snapshot", cut, *MID_STREAM, "--format", "json")
    assert ran.code == 2
    assert ran.json["scenario"] == "mid-stream"
    assert (ran.json["fate"], ran.json["at"]) == ("no-connection", {"device": "mpls-asa", "packet": 1})


@pytest.mark.parametrize("verb", ["trace", "diagnose"])
def test_the_picture_is_in_the_json(bothways: Bothways, cut: Path, verb: str) -> None:
    """S2a-01: columns, packets, and the one that decides, for programs."""
    ladder = bothways(verb, *FLOW, "--snapshot", cut, *MID_STREAM, "--format", "json").json["ladder"]
    (dead,) = [row for row in ladder["rows"] if row["dead"]]
    assert ladder["title"] == "10.40.0.50 10.10.0.20 tcp/443, mid-stream"
    assert (dead["number"], dead["fate"], dead["end"]["column"]) == (1, "dies", "mpls-asa")
    names = [column["name"] for column in ladder["columns"]]
    assert names == ["10.40.0.50", "branch-switch", "mpls-asa", "dc-switch", "10.10.0.20"]


def test_evidence_adds_every_packet(bothways: Bothways, cut: Path) -> None:
    """S2a-01: a plain answer is the picture; whoever wants to check it gets the wires."""
    words = ("trace", *FLOW, "--snapshot", cut, *MID_STREAM)
    assert "packet 1 PSH/ACK" in bothways(*words, "--evidence").out.splitlines()
    assert "packet 1 PSH/ACK" not in bothways(*words).out.splitlines()


def test_diagnose_names_the_fault_and_what_to_type_next(bothways: Bothways, cut: Path) -> None:
    """S2a-01: the finding, and a plan for the same scenario."""
    ran = bothways("diagnose", *FLOW, "--snapshot", cut, *MID_STREAM)
    assert ran.code == 2
    assert "asymmetric-after-failover" in ran.out
    assert ran.out.splitlines()[-1] == (
        "bothways plan --scenario mid-stream --flow 10.40.0.50,10.10.0.20,tcp/443 -o fix.plan"
    )


def test_plan_takes_the_playbook_that_fits_the_scenario(bothways: Bothways, cut: Path) -> None:
    """S2a-02, S2a-08: both interfaces without being asked."""
    flow = ",".join(FLOW)
    assert bothways("plan", "--flow", flow, "--snapshot", cut, *MID_STREAM, "--paste").code == 2
    ran = bothways("plan", "--flow", flow, "--snapshot", cut, *MID_STREAM, "--format", "json")
    assert ran.code == 2
    made = ran.json["plan"]
    assert (made["playbook"]["name"], made["scenario"]) == ("state-bypass", "mid-stream")
    lines = [command["text"] for command in made["steps"][0]["commands"]]
    assert lines[-2:] == [
        "service-policy Inside-policy interface Inside",
        "service-policy MPLS-policy interface MPLS",
    ]


def test_a_word_that_is_no_scenario_is_refused(bothways: Bothways, cut: Path) -> None:
    """X-06: named before anything is read."""
    ran = bothways("trace", *FLOW, "--snapshot", cut, "--scenario", "midway")
    assert ran.code == 10
    assert ran.errors[0].startswith(
        "error: invalid value for '--scenario': 'midway' is not one of 'handshake', "
    )


@pytest.mark.parametrize(
    ("address", "what"),
    [("10.40.0.0", "the address of the network 10.40.0.0/24"), ("10.40.0.255", "the broadcast address of")],
)
@pytest.mark.parametrize("verb", ["trace", "diagnose", "plan"])
def test_an_address_that_no_host_has_is_refused(
    bothways: Bothways, cut: Path, verb: str, address: str, what: str
) -> None:
    """X-06: the first and the last address of a connected network; no way of theirs is walked."""
    flow = (address, *FLOW[1:])
    words = ("--flow", ",".join(flow)) if verb == "plan" else flow
    ran = bothways(verb, *words, "--snapshot", cut)
    assert ran.code == 10
    assert ran.errors[0].startswith(f"error: flow: {address} is {what}")


WAYS_OUT = [
    "ways out, in this order:",
    "  udp-or-esp: available",
    "  anyconnect: available",
    "  tcp-state-bypass: available",
    "  find-the-loss: available",
]


@pytest.mark.parametrize("scenario", ["handshake", "data-loss"])
def test_a_tunnel_that_stalls_is_told_with_its_ways_out(
    bothways: Bothways, office: Path, scenario: str
) -> None:
    """S4-02 S4-03 S4-05: the same four ways before a loss and behind it; not called a bug; then the plan."""
    flow = ("10.30.0.21", "203.0.113.90", "tcp/10000")
    ran = bothways("diagnose", *flow, "--snapshot", office, "--scenario", scenario)
    assert ran.code == (2 if scenario == "data-loss" else 0)
    lines = ran.out.splitlines()
    heads = [line for line in lines if any(line.startswith(head) for head in WAYS_OUT)]
    assert len(heads) == len(WAYS_OUT)
    assert all(line.startswith(head) for line, head in zip(heads, WAYS_OUT, strict=True))
    assert len([line for line in lines if line.startswith("  ")]) >= len(WAYS_OUT)
    assert not any(line.startswith("    ") and "price" in line for line in lines)
    full = bothways("diagnose", *flow, "--snapshot", office, "--scenario", scenario, "--evidence").out
    assert "    price: Another client on every machine, and its licence on the headend." in full.splitlines()
    assert "This is not a bug" in " ".join(ran.out.replace("│", " ").split())
    plan = "bothways plan --scenario data-loss --flow 10.30.0.21,203.0.113.90,tcp/10000 -o fix.plan"
    assert (lines[-1] == plan) == (scenario == "data-loss")
