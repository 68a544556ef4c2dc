from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bothways.errors import CouldNotSee
from bothways.fixes.render import TextContent
from bothways.fixes.steps import ClearStep, ReloadStep
from bothways.flow import Flow
from bothways.planning import load_plan, write_plan
from bothways.planning.plan import Plan
from bothways.planning.predicates import check
from bothways.state.snapshot import Snapshot

FROM_START = ("same-security-traffic permit intra-interface\n", "")
ROUTING = (
    ('"desktop default"', '"desktop routing"'),
    ("policy based routing aces:         0\n", "policy based routing aces:         0.5K\n"),
)

Build = Callable[..., Snapshot]
Lookup = Callable[[str], TextContent]


def shape(made: Plan) -> list[tuple[str, str, str]]:
    return [(step.device, step.kind, step.fix) for step in made.steps]


def test_the_bypass_way_is_one_device_and_cured(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-21: from the client's reset to a complete handshake, without a switch."""
    made = plan(snapshot(), "hairpin-bypass")
    assert shape(made) == [("edge-asa", "config", "state-bypass"), ("edge-asa", "clear", "state-bypass")]
    assert (made.before.fate, made.before.device, made.before.packet) == ("isn-mismatch", "10.12.0.130", 2)
    assert (made.after.fate, made.after.device, made.after.packet) == ("complete", "", 0)
    assert made.finding == "asymmetric-return"
    assert made.expires_at - made.created_at == timedelta(hours=4)


def test_the_policy_route_way_has_its_phases(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-18: store, reload, apply; each step on the state that the one before leaves."""
    made = plan(snapshot(), "hairpin-return")
    assert shape(made) == [
        ("lab-switch", "config", "sdm-template"),
        ("lab-switch", "reload", "sdm-template"),
        ("lab-switch", "config", "pbr-return"),
    ]
    assert made.after.fate == "complete"


def test_on_a_routing_template_there_is_no_reload(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-19: the phases are absent, and the plan is one step."""
    made = plan(snapshot(ios=ROUTING), "hairpin-return")
    assert shape(made) == [("lab-switch", "config", "pbr-return")]


def test_from_the_start_the_permit_comes_first(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-05: the denied turn is one cause, the asymmetry behind it the next; one plan cures both."""
    made = plan(snapshot(asa=(FROM_START,)), "hairpin-bypass")
    assert made.before.fate == "intra-interface-denied"
    assert made.finding == "hairpin-denied"
    assert [fix for _, _, fix in shape(made)] == ["asa-hairpin", "state-bypass", "state-bypass"]
    assert made.after.fate == "complete"


def test_source_translation_is_planned_without_reload(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-21, X-06: three lines where ASA prints them; planned again on what they make, none."""
    made = plan(snapshot(), "hairpin-pat")
    assert shape(made) == [("edge-asa", "config", "hairpin-pat")]
    assert (made.before.fate, made.after.fate) == ("isn-mismatch", "complete")
    assert made.diff["edge-asa"].splitlines()[2:] == [
        "@@ -19,4 +19,6 @@",
        " same-security-traffic permit inter-interface",
        " same-security-traffic permit intra-interface",
        "+object network HAIRPIN-USERS",
        "+ subnet 10.12.0.0 255.255.255.0",
        " pager lines 24",
        " logging enable",
        "@@ -26,4 +28,6 @@",
        " icmp unreachable rate-limit 1 burst-size 1",
        " arp timeout 14400",
        "+object network HAIRPIN-USERS",
        "+ nat (inside,inside) dynamic interface",
        " router eigrp 100",
        "  network 10.12.0.0 255.255.255.0",
    ]
    held = "object network HAIRPIN-USERS\n subnet 10.12.0.0 255.255.255.0\npager lines 24\n"
    rule = "arp timeout 14400\nobject network HAIRPIN-USERS\n nat (inside,inside) dynamic interface\n"
    cured = snapshot(asa=(("pager lines 24\n", held), ("arp timeout 14400\n", rule)))
    assert plan(cured, "hairpin-pat").steps == ()


def test_from_the_start_source_translation_comes_behind_the_permit(
    snapshot: Build, plan: Callable[..., Plan]
) -> None:
    """S0-21: each step on the state that the one before leaves."""
    made = plan(snapshot(asa=(FROM_START,)), "hairpin-pat")
    assert [fix for _, _, fix in shape(made)] == ["asa-hairpin", "hairpin-pat"]
    assert made.after.fate == "complete"


def test_the_diff_is_the_devices_own(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-05, S0-14: what the running configuration will say, with its surroundings."""
    made = plan(snapshot(ios=ROUTING), "hairpin-return", match="hosts")
    assert list(made.diff) == ["lab-switch"]
    assert made.diff["lab-switch"] == (
        "--- lab-switch running-config\n"
        "+++ lab-switch running-config, predicted\n"
        "@@ -21,4 +21,5 @@\n"
        " interface Vlan172\n"
        "  ip address 172.16.1.1 255.255.255.0\n"
        "+ ip policy route-map FIX_ROUTING\n"
        " router eigrp 100\n"
        "  network 10.12.0.0 0.0.0.255\n"
        "@@ -27,5 +28,10 @@\n"
        " ip classless\n"
        " ip http server\n"
        "+ip access-list extended RETURN-VLAN172\n"
        "+ permit ip 172.16.1.0 0.0.0.255 host 10.12.0.130\n"
        " logging buffered 4096 debugging\n"
        "+route-map FIX_ROUTING permit 10\n"
        "+ match ip address RETURN-VLAN172\n"
        "+ set ip next-hop 10.12.0.1\n"
        " line con 0\n"
        " line vty 0 4"
    )


def test_no_secret_travels_in_the_context_of_a_diff(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """I7: a neighbouring line with a password hash shows its first words only."""
    beside = ("ftp mode passive\n", "passwd 2KFQnbNIdI.2KYOU encrypted\n")
    made = plan(snapshot(asa=(FROM_START, beside)), "hairpin-bypass")
    assert "passwd <hidden>" in made.diff["edge-asa"]
    assert "2KFQnbNIdI" not in made.model_dump_json()


def test_a_plan_is_bound_to_serial_and_configuration(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """X-01: the same state gives the same digest, one foreign line another; separators do not count."""
    made = plan(snapshot(), "hairpin-bypass")
    binding = made.bindings["edge-asa"]
    assert (binding.serial, binding.hostname, binding.platform) == ("JMX1234Z0AB", "EDGE-ASA", "cisco_asa")
    assert binding.saved is True
    moved = plan(snapshot(asa=(("ftp mode passive\n", "!\n!\nftp mode passive\n"),)), "hairpin-bypass")
    assert moved.bindings["edge-asa"].config_digest == binding.config_digest
    foreign = plan(snapshot(asa=(("ftp mode passive\n", ""),)), "hairpin-bypass")
    assert foreign.bindings["edge-asa"].config_digest != binding.config_digest


def test_the_facts_of_a_plan_hold_and_fail_one_by_one(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """X-01: a changed ARP entry is named with what is seen instead."""
    made = plan(snapshot(), "hairpin-return")
    assert all(check(fact, snapshot())[0] for fact in made.predicates)
    moved = snapshot(ios=(("c84c.75aa.0101  ARPA", "c84c.75aa.0999  ARPA"),))
    failing = [(fact.because, check(fact, moved)) for fact in made.predicates if not check(fact, moved)[0]]
    assert failing == [
        ("10.12.0.1 is in ARP on Vlan10 of lab-switch as c84c.75aa.0101", (False, "c84c.75aa.0999"))
    ]


def test_a_fact_that_cannot_be_seen_is_not_false(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """X-01: a table that was not read raises; nobody applies on a guess."""
    made = plan(snapshot(), "hairpin-return")
    blind = snapshot()
    state = blind.device("lab-switch")
    state.outputs = {name: output for name, output in state.outputs.items() if name != "show ip arp"}
    arp = next(fact for fact in made.predicates if fact.table == "Arp")
    with pytest.raises(CouldNotSee, match="`show ip arp` was not read"):
        check(arp, blind)


def test_a_cured_network_has_nothing_to_plan(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """X-06: type the plan into the configuration, plan again: no steps, no diff."""
    made = plan(snapshot(), "hairpin-bypass")
    added = "\n".join(
        line[1:]
        for line in made.diff["edge-asa"].split("\n")
        if line.startswith("+") and not line.startswith("+++")
    )
    listed = (
        "access-list StatelessTraffic line 1 extended permit tcp 10.12.0.0 255.255.255.0 "
        "172.16.1.0 255.255.255.0 (hitcnt=0) 0x1\n"
        "access-list StatelessTraffic line 2 extended permit tcp 172.16.1.0 255.255.255.0 "
        "10.12.0.0 255.255.255.0 (hitcnt=0) 0x2\n"
    )
    cured = snapshot(
        asa=(
            ("prompt hostname context\n", f"{added}\nprompt hostname context\n"),
            (">>> show failover\n", f"{listed}>>> show failover\n"),
        )
    )
    again = plan(cured, "hairpin-bypass")
    assert again.before.fate == "complete"
    assert (again.steps, again.diff, again.finding, again.lints) == ((), {}, "", ())


def test_a_plan_names_what_it_was_made_with(
    snapshot: Build, plan: Callable[..., Plan], content: Lookup
) -> None:
    """Templates and playbook by origin and digest, so that an overlay is seen in review."""
    made = plan(snapshot(ios=ROUTING), "hairpin-return")
    (template,) = made.templates
    assert (template.name, template.origin) == ("templates/cisco_ios/pbr-return.j2", "shipped")
    assert template.sha256 == content(template.name).sha256
    assert made.playbook.origin == "playbooks/hairpin-return.yaml"
    assert made.made_by.startswith("bothways ")
    assert made.id.startswith("hairpin-return-")


def test_planning_twice_gives_the_same_bytes(
    snapshot: Build, plan: Callable[..., Plan], tmp_path: Path
) -> None:
    """No chance, no clock but the given one: a plan can be compared with the one reviewed."""
    for name in ("one", "two"):
        write_plan(plan(snapshot(), "hairpin-return"), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert shape(load_plan(tmp_path / "one")) == shape(plan(snapshot(), "hairpin-return"))


def test_the_point_of_no_return_is_named(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """X-02: reload and cleared connections say what they cannot give back."""
    for name in ("hairpin-return", "hairpin-bypass"):
        for step in plan(snapshot(), name).steps:
            if isinstance(step, ReloadStep | ClearStep):
                assert step.cannot_undo


@pytest.mark.parametrize("name", ["hairpin-return", "hairpin-bypass"])
def test_lab_initiated_flows_are_cured_by_both_ways(
    snapshot: Build, plan: Callable[..., Plan], name: str
) -> None:
    """S0-23: the SYN goes direct, its answer meets no connection; each playbook cures that too."""
    made = plan(snapshot(), name, flow=Flow.parse("172.16.1.18 10.12.0.5 tcp/80"))
    assert (made.before.fate, made.after.fate) == ("no-connection", "complete")


@pytest.mark.parametrize("name", ["hairpin-return", "hairpin-bypass"])
def test_the_second_mechanism_is_cured_by_both_ways(
    snapshot: Build, plan: Callable[..., Plan], name: str
) -> None:
    """S0-11: without randomising, the client's acknowledgement dies at the firewall; same cures."""
    disabled = (
        "  inspect tftp\n",
        "  inspect tftp\n class class-default\n  set connection random-sequence-number disable\n",
    )
    made = plan(snapshot(asa=(disabled,)), name)
    assert (made.before.fate, made.before.device, made.before.packet) == ("handshake-unseen", "edge-asa", 3)
    assert made.after.fate == "complete"
