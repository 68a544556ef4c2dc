"""Policy routing on a 3560 whose template has no room for it: silent failure, phases, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .live import STORY_FLOW, WORKSTATION, Lab, Live, bothways, commands_of, lints, plan_words
from .live import lab as running

MISMATCH = "%PLATFORM_PBR-4-SDM_MISMATCH: PBR requires sdm template routing"
BROKEN = ("isn-mismatch", WORKSTATION, 2)
BY_HAND = [
    "access-list 101 permit ip 172.16.1.0 0.0.0.255 10.12.0.0 0.0.0.255",
    "route-map BY_HAND permit 10",
    "match ip address 101",
    "set ip next-hop 10.12.0.1",
    "interface Vlan172",
    "ip policy route-map BY_HAND",
]


@pytest.fixture(scope="module")
def routing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """On the routing template, for tests that only plan."""
    with running(tmp_path_factory.mktemp("r") / "lab", "routing-sdm") as live:
        yield live


def test_a_policy_without_room_is_refused_in_silence_and_found(lab: Lab) -> None:
    """S0-17: empty answers, no `ip policy` in the configuration, a message in the log, and a finding."""
    live = lab()
    assert live.ask("edit", device="lab-switch", lines=BY_HAND)["answers"] == [""] * len(BY_HAND)
    assert not [line for line in live.running_config("lab-switch") if "ip policy" in line]
    assert MISMATCH in live.openssh("lab-switch", "show logging")

    said = live.json("diagnose", *STORY_FLOW.split())

    assert (said["fate"], said["at"]["device"], said["at"]["packet"]) == BROKEN
    assert live.observed(STORY_FLOW) == BROKEN
    (why,) = [finding for finding in said["findings"] if finding["id"] == "pbr-ineffective"]
    assert why["device"] == "lab-switch"
    assert "desktop default" in why["sentence"]
    cited = {row["command"]: row["text"] for row in why["evidence"]}
    assert cited["show logging"].endswith(MISMATCH)


def test_the_template_comes_first_with_consent_and_without_a_save(lab: Lab) -> None:
    """S0-18: store, reload, policy; not without consent, not saving before the reload; and it works."""
    live = lab()
    file = live.folder / "fix.plan"
    plan = live.json(*plan_words(), "-o", file)["plan"]
    store, reload, policy = commands_of(plan, "lab-switch")
    assert (store, reload, policy[-1]) == (
        ["sdm prefer routing"],
        ["reload"],
        "ip policy route-map FIX_ROUTING",
    )
    assert "reload" in lints(plan, "warning")
    assert "reloads" in plan["steps"][1]["cannot_undo"]
    assert live.bothways("apply", file).code == 12
    assert live.configured("lab-switch") == []

    applied = live.json("apply", file, "--allow-reload")

    assert applied["exit_code"] == 0, applied["errors"]
    typed = live.typed("lab-switch")
    stored, rebooted, listed = (
        typed.index(line)
        for line in ("sdm prefer routing", "reload", "ip access-list extended RETURN-VLAN172")
    )
    assert stored < rebooted < listed
    assert not [line for line in typed[:listed] if line.startswith(("write", "copy"))]
    assert 'The current template is "desktop routing"' in live.openssh("lab-switch", "show sdm prefer")
    assert live.observed(STORY_FLOW) == live.predicted(STORY_FLOW) == ("complete", "", 0)

    undone = live.json("rollback", applied["run"])

    assert undone["exit_code"] == 0
    assert any("not undone" in sentence for sentence in undone["sentences"])
    assert live.observed(STORY_FLOW) == live.predicted(STORY_FLOW) == BROKEN


def test_on_the_routing_template_there_is_nothing_to_reload(routing: Live) -> None:
    """S0-19: one step, no outage."""
    ran = routing.bothways(*plan_words())
    assert ran.code == 2
    assert "no outage" in ran.out.splitlines()[0]
    plan = routing.json(*plan_words())["plan"]
    assert [step["fix"] for step in plan["steps"]] == ["pbr-return"]


def test_a_vrf_on_the_interface_is_refused(lab: Lab) -> None:
    """S0-19: with the line as the reason; users and lab are in one VRF, and the flow dies there as ever."""
    live = lab("routing-sdm")
    lines = ["ip vrf RED"]
    for vlan, address in (("Vlan10", "10.12.0.254"), ("Vlan172", "172.16.1.1")):
        lines += [f"interface {vlan}", "ip vrf forwarding RED", f"ip address {address} 255.255.255.0"]
    answers = live.ask("edit", device="lab-switch", lines=lines)["answers"]
    assert [answer for answer in answers if answer and "removed due to enabling VRF RED" not in answer] == []
    route = "route inside 172.16.1.0 255.255.255.0 10.12.0.254 1"  # EIGRP stays in the table it is in
    assert live.ask("edit", device="edge-asa", lines=[route])["answers"] == [""]
    assert live.observed(STORY_FLOW) == live.predicted(STORY_FLOW)

    ran = live.bothways(*plan_words())

    assert ran.code == 10
    assert len(ran.errors) == 1
    assert "Vlan10 is in a VRF, where a 3560 has no policy routing" in ran.errors[0]
    assert "ip vrf forwarding RED" in ran.errors[0]


def test_an_image_without_ip_services_is_refused(routing: Live, tmp_path: Path) -> None:
    """S0-19: the saved `show version` says IP base, the plan says so."""
    snapshot = _without_ip_services(routing, tmp_path / "saved")
    ran = bothways(routing.folder, *plan_words(), "--snapshot", snapshot)
    assert ran.code == 10
    assert len(ran.errors) == 1
    assert "IPBASE" in ran.errors[0].upper()


@pytest.mark.parametrize(
    ("choice", "lint"),
    [
        ("match: any", "any-any"),
        ("interface: Vlan10", "wrong-interface"),
        ("next_hop: 10.12.0.77", "next-hop-not-in-arp"),
        ("next_hop: 172.16.1.20", "next-hop-not-connected"),
    ],
)
def test_what_would_hurt_or_not_work_is_blocked(
    routing: Live, tmp_path: Path, choice: str, lint: str
) -> None:
    """S0-15, S0-16: exit 10 and the id to override; with the override, any/any is planned."""
    which = routing.json("content", "which", "playbooks/hairpin-return.yaml")
    shipped = Path(which["content"][0]["path"]).read_text()
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        shipped.replace("name: hairpin-return", "name: mine").replace("match: subnet ", f"{choice} ")
    )
    ran = routing.bothways(*plan_words(STORY_FLOW, mine))
    assert ran.code == 10
    assert len(ran.errors) == 1
    assert lint in ran.errors[0]
    if lint == "any-any":
        plan = routing.json(*plan_words(STORY_FLOW, mine), "--override", lint)["plan"]
        assert plan["overridden"] == [lint]
        assert "permit ip any any" in commands_of(plan)[0]


def _without_ip_services(live: Live, folder: Path) -> Path:
    """The lab's outputs as files, one of them changed, as a snapshot."""
    for device, texts in live.read().texts.items():
        (folder / device).mkdir(parents=True)
        for command, text in texts.items():
            changed = text.replace("IPSERVICESK9", "IPBASE").replace("ipservicesk9", "ipbase")
            (folder / device / f"{command.replace(' ', '_')}.txt").write_text(changed)
    path = folder.with_suffix(".snapshot")
    assert bothways(live.folder, "read", "--from-files", folder, "-o", path).code == 0
    return path
