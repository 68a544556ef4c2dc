"""From a failure of an audit to its cure: every command typed is one that the tool printed."""

from __future__ import annotations

import shlex

from .live import CIMC, STORY_FLOW, WORKSTATION, Lab, Live, Ran

SUBJECT = f"{WORKSTATION}_{CIMC}_tcp_443"


def typed(live: Live, printed: str) -> Ran:
    """A command line as it was printed, with files in the lab's folder."""
    first, *words = shlex.split(printed)
    assert first == "bothways"
    return live.bothways(*(live.folder / word if word.endswith(".plan") else word for word in words))


def test_an_audit_leads_to_the_cure_by_what_it_prints(lab: Lab) -> None:
    """S0-24 X-04: audit, the printed plan, its printed apply, and the next audit calls it cured."""
    live = lab("routing-sdm")
    first = live.bothways("audit", "--format", "json").json
    failed = {one["id"]: one for one in first["results"] if one["outcome"] == "fail"}
    ours = failed[f"asymmetric-return/edge-asa/{SUBJECT}"]
    assert ours["fixes"]
    assert ours["next"] == (
        f"bothways plan --from-audit {first['run']} {ours['id']} -o asymmetric-return.plan"
    )

    planned = typed(live, ours["next"])
    assert planned.code == 2, planned.err
    assert f"{STORY_FLOW}: " in planned.out
    assert "by hairpin-return" in planned.out
    apply = planned.out.splitlines()[-1]
    assert apply.startswith("bothways apply ")
    assert typed(live, apply).code == 0
    live.live_for(60)

    after = live.bothways("audit", "--since", first["run"], "--format", "json").json
    assert ours["id"] in {one["id"] for one in after["since"] if one["change"] == "cured"}
    walked = next(one for one in after["results"] if one["id"] == f"flow-lives/fleet/{SUBJECT}")
    assert (walked["outcome"], f"failed in {first['run']}" in walked["sentence"]) == ("pass", True)
    assert not [one for one in after["since"] if one["change"] == "unseen"]


def test_every_printed_command_runs(lab: Lab) -> None:
    """X-08: no failure without a next command, and none of them is refused."""
    live = lab("routing-sdm")
    run = live.bothways("audit", "--format", "json").json
    nexts = {one["id"]: one["next"] for one in run["results"] if one["outcome"] == "fail"}
    assert nexts
    ended = {one: typed(live, printed).code for one, printed in nexts.items()}
    assert set(ended.values()) <= {0, 2}, ended


def test_a_plan_from_saved_text_is_made_without_a_device(lab: Lab) -> None:
    """X-03: the command that an audit of a snapshot prints names that snapshot; the devices hear nothing."""
    live = lab("routing-sdm")
    saved = live.read().path
    heard = len(live.typed("edge-asa"))
    run = live.bothways("audit", "--snapshot", saved, "--format", "json").json
    (printed,) = (
        one["next"] for one in run["results"] if one["rule"] == "asymmetric-return" and one["fixes"]
    )
    assert f" --snapshot {saved} " in printed
    assert typed(live, printed).code == 2
    assert len(live.typed("edge-asa")) == heard


def test_a_flow_that_was_cured_meanwhile_needs_no_plan(lab: Lab) -> None:
    """S0-24: the plan is made on what the devices say now, not on what the audit saw."""
    live = lab("routing-sdm")
    run = live.bothways("audit", "--format", "json").json
    (printed,) = (
        one["next"] for one in run["results"] if one["rule"] == "asymmetric-return" and one["fixes"]
    )
    assert typed(live, typed(live, printed).out.splitlines()[-1]).code == 0

    again = typed(live, printed)
    assert again.code == 0, again.err
    assert "nothing to change" in again.out
