"""The demo: from broken to cured to undone, prediction and observation side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Bothways = Callable[..., Any]

ISN = ("isn-mismatch", "10.12.0.130", 2)
UNSEEN = ("handshake-unseen", "edge-asa", 3)
DENIED = ("intra-interface-denied", "edge-asa", 1)
COMPLETE = ("complete", "", 0)

# What each way shows before and after it is taken back; the cure makes it complete in between.
WAYS = {
    "pbr": ([], ISN),
    "bypass": (["--fix", "bypass"], ISN),
    "pat": (["--fix", "pat"], ISN),
    "ack-pat": (["--mechanism", "ack", "--fix", "pat"], UNSEEN),
    "from-start-pat": (["--from-start", "--fix", "pat"], DENIED),
    "ack-pbr": (["--mechanism", "ack"], UNSEEN),
    "ack-bypass": (["--mechanism", "ack", "--fix", "bypass"], UNSEEN),
    "from-start-pbr": (["--from-start"], DENIED),
    "from-start-bypass": (["--from-start", "--fix", "bypass"], DENIED),
}


@pytest.mark.parametrize(("words", "broken"), WAYS.values(), ids=WAYS.keys())
def test_prediction_and_observation_agree_all_the_way(
    bothways: Bothways, words: list[str], broken: tuple[str, str, int]
) -> None:
    """S0-02 S0-10 S0-11 S0-20 S0-21: fate, device and packet agree before, after and undone."""
    ran = bothways("demo", "hairpin", *words, "--format", "json")
    assert ran.code == 0
    told = ran.json
    for stage, (fate, device, packet) in (("before", broken), ("after", COMPLETE), ("undone", broken)):
        at = {"device": device, "packet": packet}
        assert told[stage]["predicted"] == told[stage]["observed"] == fate
        assert told[stage]["at"] == told[stage]["observed_at"] == at
    assert told["after"]["socket"] == "delivered"
    assert told["errors"] == []


@pytest.mark.parametrize("words", [(), ("--from-start",)], ids=["isn", "from-start"])
def test_a_wrong_cure_fails_as_predicted(bothways: Bothways, words: tuple[str, ...]) -> None:
    """S0-11: without randomisation the death moves from the SYN/ACK to the client's answer."""
    ran = bothways("demo", "hairpin", *words, "--fix", "random-sequence", "--format", "json")
    assert ran.code == 2
    told = ran.json
    for stage, (fate, device, packet) in (("before", DENIED if words else ISN), ("after", UNSEEN)):
        assert told[stage]["predicted"] == told[stage]["observed"] == fate
        assert told[stage]["at"] == told[stage]["observed_at"] == {"device": device, "packet": packet}
    assert told["undone"]["agrees"]
    assert told["undone"]["observed"] == told["before"]["observed"]


def test_a_wrong_cure_is_refused_where_its_cause_is_not(bothways: Bothways) -> None:
    """S0-11: this firewall leaves the numbers alone as it is: nothing is typed."""
    ran = bothways("demo", "--mechanism", "ack", "--fix", "random-sequence", "--format", "json")
    assert ran.code == 10
    (error,) = ran.json["errors"]
    assert error["message"].startswith("the flow does not die of changed numbers: edge-asa never saw")


def test_what_cannot_be_taken_back_is_named(bothways: Bothways) -> None:
    """X-02: the reload into another template stays, and the demo says so."""
    sentences = bothways("demo", "--format", "json").json["sentences"]
    assert any("not undone" in sentence and "template" in sentence for sentence in sentences)


def test_the_text_shows_ladders_and_ends_with_the_comparison(bothways: Bothways) -> None:
    """Somebody who types two words sees the whole story, and the last line is what to type next."""
    ran = bothways("demo", "--fix", "bypass")
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert [line for line in lines if line.startswith("━━")] == [
        "━━ before",
        "━━ the plan",
        "━━ apply",
        "━━ after the cure",
        "━━ roll back",
        "━━ after taking it back",
    ]
    assert sum("1 SYN" in line for line in lines) == 3
    assert sum(line.endswith("agree") for line in lines[-6:]) == 3
    assert lines[-1].startswith("bothways lab up hairpin")


def test_a_cut_fibre_is_survived_with_the_bypass_and_not_without(bothways: Bothways) -> None:
    """S2a-01 S2a-03: an established flow dies, goes on by the cure without reconnecting, and dies undone."""
    ran = bothways("demo", "state-bypass", "--format", "json")
    assert ran.code == 0
    told = ran.json
    dead = {"device": "mpls-asa", "packet": 1}
    cases = (("before", "no-connection", dead, "silence"), ("after", "complete", None, "delivered"),
             ("undone", "no-connection", dead, "silence"))  # fmt: skip
    for stage, fate, at, socket in cases:
        assert told[stage]["predicted"] == told[stage]["observed"] == fate
        assert told[stage]["at"] == told[stage]["observed_at"] == (at or {"device": "", "packet": 0})
        assert told[stage]["socket"] == socket
    assert [finding["id"] for finding in told["findings"]] == ["asymmetric-after-failover"]
    assert any("flags b" in sentence for sentence in told["sentences"])
    assert told["errors"] == []


def test_a_tunnel_outlives_a_lost_segment_with_the_bypass_and_not_without(bothways: Bothways) -> None:
    """S4-01 S4-03 S4-05: dead of one lost segment, alive of it behind the cure, dead again undone."""
    ran = bothways("demo", "ctcp", "--format", "json")
    assert ran.code == 0
    told = ran.json
    dead = {"device": "office-asa", "packet": 7}
    cases = (("before", "proxy-stall", dead, "timeout"), ("after", "complete", None, "delivered"),
             ("undone", "proxy-stall", dead, "timeout"))  # fmt: skip
    for stage, fate, at, socket in cases:
        assert told[stage]["predicted"] == told[stage]["observed"] == fate
        assert told[stage]["at"] == told[stage]["observed_at"] == (at or {"device": "", "packet": 0})
        assert told[stage]["socket"] == socket
    (finding,) = told["findings"]
    assert (finding["id"], finding["confidence"]) == ("ctcp-proxy-stall", "certain")
    assert "This is not a bug" in finding["sentence"]
    assert any("flags b" in sentence for sentence in told["sentences"])
    assert told["errors"] == []


def test_a_server_survives_its_core_switch_behind_tracked_ports(bothways: Bothways) -> None:
    """S2b-01 S2b-07: black-holed by the orphaned switch, alive by its other cards, black-holed undone."""
    ran = bothways("demo", "link-state", "--format", "json")
    assert ran.code == 0
    told = ran.json
    dead = {"device": "tor-a", "packet": 1}
    cases = (("before", "link-down", dead, "timeout"), ("after", "complete", None, "delivered"),
             ("undone", "link-down", dead, "timeout"))  # fmt: skip
    for stage, fate, at, socket in cases:
        assert told[stage]["predicted"] == told[stage]["observed"] == fate
        assert told[stage]["at"] == told[stage]["observed_at"] == (at or {"device": "", "packet": 0})
        assert told[stage]["socket"] == socket
    assert [finding["id"] for finding in told["findings"]] == ["orphaned-switch"]
    assert told["errors"] == []


def test_the_translated_address_is_called_and_the_old_call_goes_nowhere(bothways: Bothways) -> None:
    """S1-12 S1-13: the real address broken, the NAT address open, the old call astray; and all as before."""
    ran = bothways("demo", "one-way-nat", "--format", "json")
    assert ran.code == 0
    told = ran.json
    wrong = {"device": "192.4.4.4", "packet": 2}
    cases = (("before", "wrong-source", wrong, "timeout"), ("after", "complete", None, "delivered"),
             ("old_call", "no-adjacency", {"device": "CustIntR4", "packet": 1}, "timeout"),
             ("undone", "wrong-source", wrong, "timeout"))  # fmt: skip
    for stage, fate, at, socket in cases:
        assert told[stage]["predicted"] == told[stage]["observed"] == fate
        assert told[stage]["at"] == told[stage]["observed_at"] == (at or {"device": "", "packet": 0})
        assert told[stage]["socket"] == socket
    assert (told["flow"], told["call"]) == ("192.4.4.4 10.1.1.1 tcp/23", "192.4.4.4 192.1.1.1 tcp/23")
    assert [finding["id"] for finding in told["findings"]] == ["one-way-nat", "stale-route"]
    assert any("the handshake went both ways" in sentence for sentence in told["sentences"])
    assert told["errors"] == []


def test_two_names_let_the_real_address_be_called(bothways: Bothways) -> None:
    """S1-12: broken, alive by a second name on the router that translates, proven, broken again."""
    ran = bothways("demo", "one-way-nat", "--fix", "both-ways", "--format", "json")
    assert ran.code == 0
    told = ran.json
    wrong = {"device": "192.4.4.4", "packet": 2}
    cases = (("before", "wrong-source", wrong, "timeout"), ("after", "complete", None, "delivered"),
             ("undone", "wrong-source", wrong, "timeout"))  # fmt: skip
    for stage, fate, at, socket in cases:
        assert told[stage]["predicted"] == told[stage]["observed"] == fate
        assert told[stage]["at"] == told[stage]["observed_at"] == (at or {"device": "", "packet": 0})
        assert told[stage]["socket"] == socket
    assert told["flow"] == told["call"] == "192.4.4.4 10.1.1.1 tcp/23"
    assert any("the handshake went both ways" in sentence for sentence in told["sentences"])
    assert told["errors"] == []


@pytest.mark.parametrize(
    "words", [("--mechanism", "ack"), ("--from-start",), ("--fix", "pbr")], ids=["mechanism", "start", "fix"]
)
def test_options_of_another_story_are_refused(bothways: Bothways, words: tuple[str, ...]) -> None:
    """X-06: before any lab is brought up."""
    assert bothways("demo", "state-bypass", *words).code == 10


DEATHS = {
    "hairpin": ISN,
    "one-way-nat": ("wrong-source", "192.4.4.4", 2),
    "state-bypass": ("no-connection", "mpls-asa", 1),
    "link-state": ("link-down", "tor-a", 1),
    "forged-rst": ("reset-by-device", "app-asa", 1),
    "ctcp": ("proxy-stall", "office-asa", 7),
}


def test_every_story_in_one_table(bothways: Bothways) -> None:
    """S0-10 S1-06 S2a-03 S2b-07 S3-05 S4-01: each dies, is cured, is taken back, as predicted."""
    ran = bothways("demo", "--all", "--format", "json")
    assert ran.code == 0, ran.err
    assert list(ran.json["stories"]) == list(DEATHS)
    for story, (fate, device, packet) in DEATHS.items():
        told = ran.json["stories"][story]
        for stage, seen, at in (
            ("before", fate, {"device": device, "packet": packet}),
            ("after", "complete", {"device": "", "packet": 0}),
            ("undone", fate, {"device": device, "packet": packet}),
        ):
            assert told[stage]["predicted"] == told[stage]["observed"] == seen
            assert told[stage]["at"] == told[stage]["observed_at"] == at


def test_every_story_takes_no_other_option(bothways: Bothways) -> None:
    assert bothways("demo", "--all", "--fix", "bypass").code == 10
