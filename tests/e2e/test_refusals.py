"""What must not happen does not: stale and forged plans, refused lines, bad input, unwell devices."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .live import CIMC, DEVICES, STORY_FLOW, Lab, Live, Story, calm, commands_of, hairpin, plan_words
from .live import lab as running


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """For tests that leave no trace on a device."""
    with running(tmp_path_factory.mktemp("s") / "lab", "routing-sdm") as live:
        yield live


def another_admin(live: Live) -> None:
    lines = ["access-list OTHER extended permit tcp any any eq 22"]
    assert live.ask("edit", device="edge-asa", lines=lines)["answers"] == [""]


def next_hop_forgotten(live: Live) -> None:
    assert live.ask("edit", device="lab-switch", lines=["do clear arp-cache"])["answers"] == [""]


STALE = {
    "a line of another admin": (another_admin, "edge-asa"),
    "a fact that is none any more": (next_hop_forgotten, "10.12.0.1 is in ARP on Vlan10 of lab-switch"),
}


@pytest.mark.parametrize(("change", "named"), STALE.values(), ids=STALE.keys())
def test_a_stale_plan_is_refused_and_nothing_is_typed(
    lab: Lab, change: Callable[[Live], None], named: str
) -> None:
    """X-01: configuration or a predicate changed since; exit 12, one line that names what."""
    live = lab("routing-sdm", story=calm(_with_arp()))
    file = live.folder / "fix.plan"
    assert live.bothways(*plan_words(), "-o", file).code == 2
    change(live)
    ran = live.bothways("apply", file)
    assert ran.code == 12
    assert len(ran.errors) == 1
    assert named in ran.errors[0]
    assert [live.configured(device) for device in DEVICES] == [[], []]


def test_a_refused_line_in_the_middle_is_undone_everywhere(lab: Lab) -> None:
    """X-02: exit 20; both running configurations are what they were, by our own eyes; then it works."""
    live = lab("from-start", "routing-sdm")
    before = {device: live.running_config(device) for device in DEVICES}
    file = live.folder / "fix.plan"
    assert live.bothways(*plan_words(), "-o", file).code == 2
    said = "% Sorry, the moon is in the wrong house"
    live.ask("fault", device="lab-switch", when="line:^set ip next-hop", action=f"answer:{said}", times=1)

    ran = live.bothways("apply", file)

    assert ran.code == 20, ran.out
    assert said in ran.err
    assert {device: live.running_config(device) for device in DEVICES} == before
    assert "same-security-traffic permit intra-interface" in live.configured("edge-asa")
    assert "ip policy route-map FIX_ROUTING" not in live.configured("lab-switch")
    assert live.observed(STORY_FLOW) == ("intra-interface-denied", "edge-asa", 1)
    for device in DEVICES:
        shown = live.openssh(device, "show startup-config")
        assert "FIX_ROUTING" not in shown
        assert "permit intra-interface" not in shown
    live.ask("fault", device="lab-switch", action="clear")
    assert live.bothways("apply", file).code == 0  # nothing is left that makes the plan stale
    assert live.observed(STORY_FLOW) == ("complete", "", 0)


def test_a_plan_edited_by_hand_is_refused(story: Live, tmp_path: Path) -> None:
    """X-01: one character of a command; exit 12 before anybody is logged in to."""
    file = tmp_path / "fix.plan"
    story.bothways(*plan_words(), "-o", file)
    plan = json.loads(file.read_text())
    assert "set ip next-hop 10.12.0.1" in commands_of(plan)[-1]
    file.write_text(file.read_text().replace("set ip next-hop 10.12.0.1", "set ip next-hop 10.12.0.7"))
    typed = {device: story.typed(device) for device in DEVICES}
    for verb in ("apply", "verify"):
        ran = story.bothways(verb, file)
        assert ran.code == 12
        assert len(ran.errors) == 1
    assert {device: story.typed(device) for device in DEVICES} == typed


@pytest.mark.parametrize(
    ("variable", "wanted"),
    [
        (r'"FIX\nno router eigrp 100"', "route_map"),
        ('"FIX ROUTING"', "route_map"),
        ('"FIX?"', "route_map"),
    ],
)
def test_a_variable_cannot_become_a_command(story: Live, variable: str, wanted: str) -> None:
    """B08, B09: exit 10, file and line, before anybody is logged in to."""
    which = story.json("content", "which", "playbooks/hairpin-return.yaml")
    shipped = Path(which["content"][0]["path"]).read_text()
    mine = story.folder / "mine.yaml"
    mine.write_text(shipped.replace("route_map: FIX_ROUTING", f"route_map: {variable}"))
    typed = {device: story.typed(device) for device in DEVICES}
    ran = story.bothways(*plan_words(STORY_FLOW, mine))
    assert ran.code == 10
    assert len(ran.errors) == 1
    assert f"{mine}:" in ran.errors[0]
    assert wanted in ran.errors[0]
    assert {device: story.typed(device) for device in DEVICES} == typed


UNWELL = {
    "refuses": ("connect", "refuse", "refused"),
    "closes": ("connect", "close", "lab-switch"),
    "wrong password": ("auth", "refuse", "lab-switch"),
    "wrong secret": ("enable", "bad-secrets", "lab-switch"),
}


@pytest.mark.parametrize(("when", "do", "said"), UNWELL.values(), ids=UNWELL.keys())
def test_a_device_that_cannot_be_entered_is_one_line(story: Live, when: str, do: str, said: str) -> None:
    """F01, F15, F18, F19: alone 11, beside a healthy one 3; apply is 11 and types nothing anywhere."""
    file = story.folder / "well.plan"
    assert story.bothways(*plan_words(), "-o", file).code == 2
    story.ask("fault", device="lab-switch", when=when, action=do)
    try:
        for words, code in ((("read", "lab-switch"), 11), (("read",), 3), (("apply", file), 11)):
            ran = story.bothways(*words)
            assert ran.code == code, (words, ran.err)
            assert len(ran.errors) == 1
            assert "lab-switch" in ran.errors[0]
            assert said in ran.errors[0]
    finally:
        story.ask("fault", device="lab-switch", action="clear")
    assert [story.configured(device) for device in DEVICES] == [[], []]
    assert story.bothways("read").code == 0


def test_a_changed_host_key_is_refused(lab: Lab) -> None:
    """F11: exit 11, no password is sent, and it is said what to do."""
    live = lab()
    live.ask("fault", device="edge-asa", when="connect", action="new-host-key")
    ran = live.bothways("read", "edge-asa")
    assert ran.code == 11
    assert len(ran.errors) == 1
    assert "host key" in ran.errors[0]
    assert live.typed("edge-asa") == []


@pytest.mark.parametrize(
    ("device", "command", "refusal", "verdict"),
    [
        ("edge-asa", "show route", "ERROR: % Invalid input detected at '^' marker.", (3, "unknown")),
        ("lab-switch", "show ip route", "% Invalid input detected at '^' marker.", (2, "isn-mismatch")),
    ],
)
def test_a_refused_command_is_not_an_empty_table(
    story: Live, device: str, command: str, refusal: str, verdict: tuple[int, str]
) -> None:
    """X-07: what went unread is named and weakens the word; without the firewall's routes none is said."""
    story.ask("fault", device=device, when=f"line:^{command}$", action=f"answer:{refusal}")
    try:
        said = story.json("trace", *STORY_FLOW.split())
    finally:
        story.ask("fault", device=device, action="clear")
    assert (said["exit_code"], said["fate"]) == verdict
    assert said["confidence"] == "possible"
    assert any(f"{device}: `{command}`" in missing for missing in said["could_not_see"])
    whole = story.json("trace", *STORY_FLOW.split())
    assert (whole["fate"], whole["confidence"], whole["could_not_see"]) == ("isn-mismatch", "likely", [])


def _with_arp() -> Story:
    """The story; its printer keeps the switch's ARP table alive for the server, not for the firewall."""
    story = hairpin()
    story["hosts"]["printer"] = {
        "address": "10.12.0.60/24",
        "wire": "users",
        "mac": "0050.56a0.0060",
        "gateway": "10.12.0.254",
    }
    story["workloads"].append(
        {"kind": "hold", "client": "printer", "server": CIMC, "port": 443, "every_s": 1, "first_s": 21}
    )
    return story
