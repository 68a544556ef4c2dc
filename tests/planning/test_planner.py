from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from bothways.errors import CouldNotSee, DocumentError, LintBlocked, PlaybookError
from bothways.fixes.render import Content, TextContent
from bothways.fixes.steps import ClearStep, ConfigStep, ReloadStep
from bothways.flow import Flow
from bothways.network import DeclaredHost
from bothways.planning import load_plan, make_plan, write_plan
from bothways.planning.plan import Plan
from bothways.planning.predicates import check
from bothways.playbook import Playbook
from bothways.state.snapshot import Snapshot

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
FROM_START = ("same-security-traffic permit intra-interface\n", "")
ROUTING = (
    ('"desktop default"', '"desktop routing"'),
    ("policy based routing aces:         0\n", "policy based routing aces:         0.5K\n"),
)

Build = Callable[..., Snapshot]
Find = Callable[[str], Playbook]
Lookup = Callable[[str], TextContent]


class Noon:
    def now(self) -> datetime:
        return NOON

    def monotonic(self) -> float:
        return 0

    def wait_until(self, moment_s: float) -> None:
        raise AssertionError(moment_s)


@pytest.fixture
def plan(playbook: Find, content: Lookup) -> Callable[..., Plan]:
    """Plan for the story's flow at noon."""

    def make(
        snapshot: Snapshot,
        name: str,
        *,
        flow: Flow = WEB,
        overrides: tuple[str, ...] = (),
        hosts: tuple[DeclaredHost, ...] = (),
        lookup: Callable[[str], Content] = content,
        **options: str,
    ) -> Plan:
        book = playbook(name)
        if options:
            *uses, last = book.model.fixes
            chosen = last.model_copy(update={"inputs": last.inputs.model_copy(update=options)})
            book = replace(book, model=book.model.model_copy(update={"fixes": [*uses, chosen]}))
        return make_plan(snapshot, flow, book, hosts=hosts, overrides=overrides, clock=Noon(), content=lookup)

    return make


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


def test_a_forced_any_is_blocked_until_it_is_overridden(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-07, S0-15: refused with its id, done with the override, and the plan remembers."""
    with pytest.raises(LintBlocked, match="--override any-any") as refused:
        plan(snapshot(ios=ROUTING), "hairpin-return", match="any")
    assert refused.value.exit_code == 10
    made = plan(snapshot(ios=ROUTING), "hairpin-return", match="any", overrides=("any-any",))
    assert made.overridden == ("any-any",)
    assert "permit ip any any" in [
        command.text for step in made.steps if isinstance(step, ConfigStep) for command in step.commands
    ]


def test_a_policy_in_the_wrong_place_does_not_pass_as_a_cure(
    snapshot: Build, plan: Callable[..., Plan]
) -> None:
    """S0-16: two reasons to refuse, the place and the verdict predicted from it."""
    with pytest.raises(LintBlocked, match="--override wrong-interface --override not-cured"):
        plan(snapshot(ios=ROUTING), "hairpin-return", interface="Vlan10")


def test_unsaved_lines_block_a_reload(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-18: the reload is without saving, so what somebody has not saved would be gone."""
    here = snapshot()
    state = here.device("lab-switch")
    startup = state.outputs["show startup-config"]
    state.outputs = {
        **state.outputs,
        "show startup-config": replace(startup, text=startup.text.replace("ip http server\n", "")),
    }
    with pytest.raises(
        LintBlocked, match="unsaved-lines: lab-switch: running and startup configuration differ"
    ):
        plan(here, "hairpin-return")


def test_what_the_playbook_does_not_cure_is_refused(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """Another fault, another playbook; the verdict is named."""
    lab = ("D        172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, 5d03h, inside\n", "")
    default = ("S*    0.0.0.0 0.0.0.0 [1/0] via 203.0.113.1, outside\n", "")
    with pytest.raises(PlaybookError, match=r"^hairpin-bypass: it cures .*; the flow dies of no-route "):
        plan(snapshot(asa=(lab, default)), "hairpin-bypass")


def test_a_fix_that_is_refused_stops_the_plan_with_its_reason(
    snapshot: Build, plan: Callable[..., Plan]
) -> None:
    """S0-19: device, fix, reason and the line it was read from, in one sentence."""
    base = ("C3560-IPSERVICESK9-M", "C3560-IPBASEK9-M")
    with pytest.raises(
        PlaybookError, match=r"^lab-switch: sdm-template: image C3560-IPBASEK9-M is without"
    ) as refused:
        plan(snapshot(ios=(base,)), "hairpin-return")
    assert "(lab-switch: show version:7: " in str(refused.value)


def test_an_unread_device_is_not_planned_around(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """A plan on half the network is no plan."""
    half = snapshot()
    alone = Snapshot({"edge-asa": half.device("edge-asa")}, NOON, {"lab-switch": "timed out"})
    with pytest.raises((CouldNotSee, PlaybookError)):
        plan(alone, "hairpin-return")


def test_a_template_whose_lines_are_not_all_taken_back_is_refused(
    snapshot: Build, plan: Callable[..., Plan], content: Lookup
) -> None:
    """The undo is proven on the text before a plan is written; the template is named."""

    def changed(name: str) -> TextContent:
        found = content(name)
        swapped = found.text.replace(" ip policy route-map {{ route_map }}", " ip policy route-map OTHER")
        return TextContent(name, swapped, "workspace", found.sha256)

    with pytest.raises(
        DocumentError, match=r"pbr-return\.j2 \(workspace\): the undo of pbr-return does not take back"
    ):
        plan(snapshot(ios=ROUTING), "hairpin-return", lookup=changed)


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


def test_a_host_with_its_own_route_is_predicted_to_break(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-24: it lives today by .254; afterwards its answers meet a firewall that saw no request."""
    old = DeclaredHost("old", IPv4Address("10.12.0.77"), IPv4Address("10.12.0.254"))
    (lint,) = [
        lint
        for lint in plan(snapshot(ios=ROUTING), "hairpin-return", hosts=(old,)).lints
        if lint.id == "flow-broken"
    ]
    assert (lint.severity, lint.device) == ("warning", "edge-asa")
    assert lint.text.startswith(
        "10.12.0.77 172.16.1.18 tcp/443 lives today and is predicted to be no-connection: "
    )
    bypass = plan(snapshot(), "hairpin-bypass", hosts=(old,))
    assert "flow-broken" not in [lint.id for lint in bypass.lints]


ONLY_USERS = (
    ("pager lines 24\n", "access-list IN extended permit ip 10.12.0.0 255.255.255.0 any\npager lines 24\n"),
    ("route outside 0.0.0.0", "access-group IN in interface inside\nroute outside 0.0.0.0"),
    (
        ">>> show failover\n",
        (
            "access-list IN; 1 elements; name hash: 0x1\n"
            "access-list IN line 1 extended permit ip 10.12.0.0 255.255.255.0 any (hitcnt=9) 0x1\n"
            ">>> show failover\n"
        ),
    ),
)


def test_the_firewalls_own_list_is_asked_about_the_lab(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-24: moved to the firewall, a connection from the lab meets the inside access list."""
    lab = Flow.parse("172.16.1.18 10.12.0.5 tcp/80")
    with pytest.raises(LintBlocked, match=r"not-cured: edge-asa: predicted after it: acl-denied at packet 1"):
        plan(snapshot(asa=ONLY_USERS, ios=ROUTING), "hairpin-return", flow=lab)
    assert plan(snapshot(asa=ONLY_USERS, ios=ROUTING), "hairpin-return").after.fate == "complete"


def test_the_reverse_path_check_is_walked(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-24: the firewall reaches the lab by the same interface, so its packets pass the check there."""
    check_inside = ("route outside 0.0.0.0", "ip verify reverse-path interface inside\nroute outside 0.0.0.0")
    lab = Flow.parse("172.16.1.18 10.12.0.5 tcp/80")
    made = plan(snapshot(asa=(check_inside,), ios=ROUTING), "hairpin-return", flow=lab)
    assert made.after.fate == "complete"
