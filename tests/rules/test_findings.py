"""What is found in the hairpin network, broken in each of its ways."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import trace
from bothways.flow import Fate, Flow
from bothways.network import DeclaredHost
from bothways.rules import Confidence, Finding, Severity, diagnose
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

WEB = "10.12.0.130 172.16.1.18 tcp/443"
FROM_LAB = "172.16.1.18 10.12.0.5 tcp/80"
ANY = "0.0.0.0/0"
RESET_LOG = (
    "Deny TCP (no connection) from 10.12.0.130/17559 to 172.16.1.18/443 flags RST  on interface inside"
)


def found(story: Story, flow: str = WEB, *hosts: DeclaredHost) -> tuple[Finding, ...]:
    snapshot = story.snapshot()
    return diagnose(snapshot, trace(snapshot, Flow.parse(flow), hosts))


def one(story: Story, finding_id: str, flow: str = WEB) -> Finding:
    matching = [finding for finding in found(story, flow) if finding.id == finding_id]
    assert len(matching) == 1, matching
    return matching[0]


def texts(finding: Finding) -> str:
    return "\n".join(line.text for line in finding.evidence)


def test_missing_permit(story: Story) -> None:
    """S0-02: the hairpin, the ASA, the missing command, its log line and its counter."""
    story.asa.drop(rows.SameSecurity, "intra").drops("acl-drop", 12)
    story.asa.log("106001", "Inbound TCP connection denied from 10.12.0.130/1 to 172.16.1.18/443 flags SYN")

    finding = one(story, "hairpin-denied")

    assert (finding.severity, finding.device) == (Severity.ERROR, "edge-asa")
    assert "hairpin" in finding.sentence
    assert "same-security-traffic permit intra-interface" in finding.sentence
    assert "106001" in texts(finding)
    assert "acl-drop" in texts(finding)
    assert finding.confidence is Confidence.CERTAIN


def test_reset_after_changed_number(story: Story) -> None:
    """S0-10, S0-09, S0-12: the embryonic entry, the RST in the log and the counter are cited."""
    story.asa.conn(("inside", "172.16.1.18", 443), ("inside", "10.12.0.130", 17559), 0, "SaAB")
    story.asa.log("106015", RESET_LOG).drops("tcp-rstfin-ooo", 3).drops("tcp-not-syn", 9).drops("l2_acl", 5)

    finding = one(story, "asymmetric-return")

    assert "changed the sequence number" in finding.sentence
    assert finding.confidence is Confidence.CERTAIN
    for piece in ("flags SaAB", "flags RST", "tcp-rstfin-ooo", "tcp-not-syn"):
        assert piece in texts(finding)
    assert "l2_acl" not in texts(finding)


def test_a_death_that_rests_on_a_guess_is_no_error_until_something_confirms_it(story: Story) -> None:
    """X-07: behind a switch as gateway the flow lives; a RST in the log shows that it does not."""
    story.asa.drop(rows.Conn, "172.16.1.20")
    guessed = one(story, "asymmetric-return")
    story.asa.log("106015", RESET_LOG)
    confirmed = one(story, "asymmetric-return")

    assert (guessed.severity, guessed.confidence) == (Severity.WARNING, Confidence.POSSIBLE)
    assert (confirmed.severity, confirmed.confidence) == (Severity.ERROR, Confidence.CERTAIN)


def test_a_table_that_was_not_read_takes_the_word_and_not_the_weight(story: Story) -> None:
    """X-07: the death is in what was read; what was not may explain it otherwise."""
    story.asa.not_read(rows.Failover)
    finding = one(story, "asymmetric-return")
    assert (finding.severity, finding.confidence) == (Severity.ERROR, Confidence.POSSIBLE)


def test_what_confirms_is_weighed_against_an_open_connection(story: Story) -> None:
    """X-07: a RST in the log raises the word, the flow's own connection with data lowers it more."""
    story.asa.log("106015", RESET_LOG)
    story.asa.conn(("inside", "172.16.1.18", 443), ("inside", "10.12.0.130", 17559), 50000, "UIOB")

    finding = one(story, "asymmetric-return")

    assert (finding.severity, finding.confidence) == (Severity.WARNING, Confidence.POSSIBLE)
    assert "flags RST" in texts(finding)
    assert "bytes 50000, flags UIOB" in texts(finding)


def test_ack_after_unseen_handshake(story: Story) -> None:
    """S0-11: its own sentence and its own counter, and the line that disables randomisation."""
    story.asa.policy("", "norandom", "any", "set connection random-sequence-number disable")
    story.asa.drops("tcp-3whs-failed", 4).drops("tcp-rstfin-ooo", 4)

    finding = one(story, "asymmetric-return")

    assert "drops what 10.12.0.130 sends after the SYN/ACK" in finding.sentence
    assert "random-sequence-number disable" in texts(finding)
    assert "tcp-3whs-failed" in texts(finding)
    assert "tcp-rstfin-ooo" not in texts(finding)


def test_connection_from_the_lab(story: Story) -> None:
    """S0-23: the SYN/ACK meets no entry; the log line with its flags is joined to the flow."""
    story.asa.drops("tcp-not-syn", 7)
    story.asa.log(
        "106015",
        "Deny TCP (no connection) from 10.12.0.5/80 to 172.16.1.18/40000 flags SYN ACK  on interface inside",
    )

    finding = one(story, "asymmetric-return", FROM_LAB)

    assert "no connection for the SYN/ACK" in finding.sentence
    assert "flags SYN ACK" in texts(finding)
    assert finding.confidence is Confidence.CERTAIN


def test_host_with_a_route_of_its_own(story: Story) -> None:
    """S0-24: after PBR it is the ASA that sees only the answer."""
    story.routing_template().pbr()
    host = DeclaredHost("pc", IPv4Address("10.12.0.130"), IPv4Address("10.12.0.254"))

    findings = found(story, WEB, host)

    assert [(finding.id, finding.device) for finding in findings] == [("asymmetric-return", "edge-asa")]


@pytest.mark.parametrize(
    "log",
    [None, RESET_LOG.replace("172.16.1.18", "172.16.1.180"), RESET_LOG.replace("10.12.0.130", "10.12.0.13")],
)
def test_log_of_others_or_none_changes_nothing(story: Story, log: str | None) -> None:
    """S0-09: only lines of this very pair confirm, and a missing line never refutes."""
    if log:
        story.asa.log("106015", log)

    finding = one(story, "asymmetric-return")

    assert finding.confidence is Confidence.LIKELY
    assert "Deny TCP" not in texts(finding)
    assert not any("log" in text for text in finding.refutes)


REVERSED = "Deny TCP (no connection) from 172.16.1.18/51000 to 10.12.0.130/443 flags RST  on interface inside"


@pytest.mark.parametrize(
    "log",
    [
        REVERSED,
        RESET_LOG.replace("172.16.1.18/443", "172.16.1.18/80"),
        RESET_LOG.replace("17559", "443").replace("172.16.1.18/443", "172.16.1.18/17559"),
        RESET_LOG.replace("RST", "SYN ACK"),
        RESET_LOG.replace("RST", "RST ACK"),
        RESET_LOG.replace("inside", "outside"),
    ],
    ids=["other way", "other port", "port of the client", "other flags", "one flag more", "other interface"],
)
def test_log_of_another_flow_between_the_hosts_confirms_nothing(story: Story, log: str) -> None:
    """S0-09: direction, server port, flags and interface must all be those of the packet that was walked."""
    story.asa.log("106015", log)

    finding = one(story, "asymmetric-return")

    assert finding.confidence is Confidence.LIKELY
    assert "Deny TCP" not in texts(finding)


@pytest.mark.parametrize(("flags", "joined"), [("ACK ", True), ("SYN ACK ", False), ("RST ", False)])
def test_ack_in_the_log_is_no_syn_ack(story: Story, flags: str, *, joined: bool) -> None:
    """S0-11: only the client's bare ACK confirms that its handshake went unseen."""
    story.asa.policy("", "norandom", "any", "set connection random-sequence-number disable")
    story.asa.log("106015", RESET_LOG.replace("RST ", flags))

    assert ("Deny TCP" in texts(one(story, "asymmetric-return"))) == joined


def test_half_open_connection_to_the_client_confirms_nothing(story: Story) -> None:
    """S0-09: an embryonic entry that the server opened towards the client is another flow."""
    story.asa.conn(("inside", "10.12.0.130", 8443), ("inside", "172.16.1.18", 40000), 0, "SaAB")

    finding = one(story, "asymmetric-return")

    assert "8443" not in texts(finding)
    assert finding.confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    ("code", "text", "joined"),
    [
        ("106023", 'Deny tcp src inside:10.12.0.130/1 dst inside:172.16.1.18/443 by access-group "U"', True),
        ("106023", 'Deny tcp src inside:10.12.0.130/1 dst inside:172.16.1.18/22 by access-group "U"', False),
        ("106023", 'Deny udp src inside:10.12.0.130/1 dst inside:172.16.1.18/443 by access-group "U"', False),
        (
            "106100",
            "access-list U denied tcp inside/10.12.0.130(1) -> inside/172.16.1.18(443) hit-cnt 1",
            True,
        ),
        ("106100", "access-list U permitted tcp inside/10.12.0.130(1) -> inside/172.16.1.18(443)", False),
        ("106014", "Deny inbound icmp src inside:10.12.0.130 dst inside:172.16.1.18 (type 8, code 0)", False),
    ],
    ids=["denied", "other port", "other protocol", "denied by 106100", "permitted", "ping"],
)
def test_only_a_denial_of_this_service_confirms_a_denial(
    story: Story, code: str, text: str, *, joined: bool
) -> None:
    """X-07: a log line about another service between the same hosts is not this flow's."""
    story.asa.acl("USERS", "deny", "tcp", ANY, ANY, destination_ports=(443, 443))
    story.asa.access_group("USERS", "in", "inside").log(code, text)

    assert (text in texts(one(story, "acl-denied"))) == joined


def test_confirmed_but_partly_blind_is_not_certain(story: Story) -> None:
    """X-07: a joined log line does not make up for a table that was not read."""
    story.asa.log("106015", RESET_LOG).not_read(rows.ServicePolicy)

    assert one(story, "asymmetric-return").confidence is Confidence.LIKELY


def test_cured_flow_has_no_findings(story: Story) -> None:
    """S0-20: with PBR in place the report is empty."""
    assert found(story.routing_template().pbr()) == ()


@pytest.mark.parametrize(
    ("direction", "interface"),
    [("in", "inside"), ("out", "inside"), ("global", "")],
    ids=["in", "out", "global"],
)
def test_open_list_is_not_the_cause(story: Story, direction: str, interface: str) -> None:
    """S0-07: permit ip any any is named, and said not to be what kills the flow."""
    story.asa.acl("OPEN", "permit", "ip", ANY, ANY).access_group("OPEN", direction, interface)

    finding = one(story, "any-any-acl")

    assert finding.severity is Severity.NOTE
    assert finding.sentence.startswith("ACL is not the cause (isn-mismatch is)")
    assert "access-group OPEN" in texts(finding)


def test_a_list_that_denies_something_first_protects_something(story: Story) -> None:
    """S0-07: only where nothing stands before it does `permit ip any any` permit everything."""
    story.asa.acl("OPEN", "deny", "tcp", ANY, "10.99.0.0/16").acl("OPEN", "permit", "ip", ANY, ANY)
    story.asa.access_group("OPEN", "in", "inside")

    assert [finding.id for finding in found(story)] == ["asymmetric-return"]


def test_narrow_list_is_no_remark(story: Story) -> None:
    """S0-07: only a list that permits everything is remarked upon."""
    story.asa.acl("USERS", "permit", "ip", "10.12.0.0/24", ANY).access_group("USERS", "in", "inside")

    assert [finding.id for finding in found(story)] == ["asymmetric-return"]


def test_denying_rule(story: Story) -> None:
    """The rule's line is the evidence."""
    story.asa.acl("USERS", "deny", "tcp", ANY, ANY, destination_ports=(443, 443))
    story.asa.access_group("USERS", "in", "inside")

    finding = one(story, "acl-denied")

    assert finding.device == "edge-asa"
    assert "rule 10 of USERS denies it" in finding.sentence
    assert "USERS deny tcp" in texts(finding)


def test_missing_route(story: Story) -> None:
    """The table was read and has no such line; that is the evidence."""
    story.asa.drop(rows.Route, "172.16.1.0/24").drop(rows.Route, "0.0.0.0/0")

    assert "no line says: a route to 172.16.1.18" in texts(one(story, "no-route"))


def test_unanswered_arp(story: Story) -> None:
    """The incomplete entry is the evidence."""
    story.switch.drop(rows.Arp, "172.16.1.18").arp("172.16.1.18", "", "")

    assert "172.16.1.18 Incomplete" in texts(one(story, "no-adjacency"))


def policy_finding(story: Story) -> Finding:
    return next(finding for finding in found(story) if finding.id == "pbr-ineffective")


def test_template_without_room_bound(story: Story) -> None:
    """S0-17: the binding stands and does nothing; the log line of the refusal is cited."""
    story.pbr().switch.log("PLATFORM_PBR-4-SDM_MISMATCH", "PBR requires sdm template routing", 4)

    finding = policy_finding(story)

    assert (finding.severity, finding.device) == (Severity.ERROR, "lab-switch")
    assert "bound without effect" in finding.sentence
    assert "SDM_MISMATCH" in texts(finding)


def test_template_without_room_unbound(story: Story) -> None:
    """S0-17: the switch did not keep the binding; the route-map is left over."""
    story.pbr().switch.drop(rows.PolicyBinding)

    assert "bound to no interface: this template refuses it" in policy_finding(story).sentence


def test_next_hop_out_of_arp(story: Story) -> None:
    """S0-24: asymmetric again, and why."""
    story.routing_template().pbr(next_hop="10.12.0.77")

    assert {finding.id for finding in found(story)} == {"asymmetric-return", "pbr-ineffective"}
    assert "10.12.0.77 of route-map FIX_ROUTING is not in ARP on Vlan10" in policy_finding(story).sentence


def test_next_hop_not_connected(story: Story) -> None:
    """S0-16: a next hop behind another router is never used."""
    story.routing_template().pbr(next_hop="192.0.2.1")

    assert "not on a connected network" in policy_finding(story).sentence


def test_map_on_the_wrong_interface(story: Story) -> None:
    """S0-16: bound where the answers leave, not where they come in."""
    story.routing_template().pbr("Vlan10")

    assert (
        "bound to Vlan10, but packet 2 (SYN/ACK) of the flow comes in on Vlan172"
        in policy_finding(story).sentence
    )


def test_map_of_another_vlan_that_takes_no_packet_of_the_flow(story: Story) -> None:
    """S0-20: policy routing of guests, broken or not, is nothing that this flow's report speaks of."""
    story.routing_template().switch.interface("Vlan50", "10.50.0.1/24")
    story.switch.acl("GUESTS", "deny", "udp", ANY, ANY).acl("GUESTS", "permit", "ip", "10.50.0.0/24", ANY)
    story.switch.route_map("GUEST", ["GUESTS"], "10.50.0.254").bind("Vlan50", "GUEST")

    assert {finding.id for finding in found(story)} == {"asymmetric-return"}


def test_map_of_another_vlan_that_leads_elsewhere(story: Story) -> None:
    """S0-16: a map elsewhere is misplaced only if it leads to the firewall that is missed."""
    story.routing_template().switch.interface("Vlan50", "10.50.0.1/24").arp("10.50.0.254", "00aa", "Vlan50")
    story.switch.route_map("GUEST", [], "10.50.0.254").bind("Vlan50", "GUEST")

    assert {finding.id for finding in found(story)} == {"asymmetric-return"}


def test_healthy_flow_past_an_unrelated_policy(story: Story) -> None:
    """S0-20: hosts that send to the switch itself are served, and its guests' policy is no fault of it."""
    story.routing_template().switch.interface("Vlan50", "10.50.0.1/24").arp("10.50.0.254", "00aa", "Vlan50")
    story.switch.route_map("GUEST", [], "10.50.0.254").bind("Vlan50", "GUEST")
    host = DeclaredHost("pc", IPv4Address("10.12.0.130"), IPv4Address("10.12.0.254"))

    assert found(story, WEB, host) == ()


def test_list_that_does_not_exist(story: Story) -> None:
    """S0-16: the dangling list is named; that IOS then takes everything is believed, not read."""
    story.routing_template().switch.route_map("FIX", ["NOSUCH"], "10.12.0.1").bind("Vlan172", "FIX")

    finding = policy_finding(story)

    assert "names access list NOSUCH, which has no rules" in finding.sentence
    assert (finding.severity, finding.confidence) == (Severity.WARNING, Confidence.LIKELY)


def test_map_that_does_not_exist(story: Story) -> None:
    """A binding to a name nobody defined."""
    story.routing_template().switch.bind("Vlan172", "GONE")

    assert "GONE is bound but does not exist" in policy_finding(story).sentence


def test_own_addresses_and_deny_rules_are_warnings(story: Story) -> None:
    """S0-15: any/any moves the flow, and takes the switch's own packets with it."""
    story.routing_template().switch.acl("101", "deny", "udp", ANY, ANY).acl("101", "permit", "ip", ANY, ANY)
    story.switch.route_map("FIX", ["101"], "10.12.0.1").bind("Vlan172", "FIX")

    sentences = [finding.sentence for finding in found(story) if finding.severity is Severity.WARNING]

    assert any("has deny rules" in sentence for sentence in sentences)
    assert any("10.12.0.254, the switch's own address" in sentence for sentence in sentences)
    assert not [finding for finding in found(story) if finding.severity is Severity.ERROR]


def test_a_finding_cites_a_line_once(story: Story) -> None:
    """What the trace and the rule both rest on is one line."""
    cited = [finding.evidence for finding in found(story)]

    assert cited
    assert all(len(lines) == len(set(lines)) for lines in cited)


def test_a_deny_sequence_that_takes_the_answer_is_the_cause(story: Story) -> None:
    """S0-16: the policy is where it belongs, and its first sequence leaves the very packet alone."""
    story.routing_template().pbr()
    story.switch.drop(rows.RouteMapEntry)
    story.switch.acl("NOT", "permit", "ip", "172.16.1.18/32", ANY)
    story.switch.route_map("FIX_ROUTING", ["NOT"], action="deny", sequence=10)
    story.switch.route_map("FIX_ROUTING", ["FIX"], "10.12.0.1", sequence=20)

    named = [finding.sentence for finding in found(story) if finding.id == "pbr-ineffective"]

    assert any("sequence 10 is a deny and takes packet 2 (SYN/ACK)" in sentence for sentence in named)
    assert not any("comes in on" in sentence for sentence in named), "it is bound where the answers come in"


def test_a_deny_rule_that_takes_the_answer_is_the_cause(story: Story) -> None:
    """S0-16: the list says no to this server before it says yes to its network."""
    story.routing_template().pbr()
    story.switch.drop(rows.AclEntry, "FIX")
    story.switch.acl("FIX", "deny", "ip", "172.16.1.18/32", ANY)
    story.switch.acl("FIX", "permit", "ip", "172.16.1.0/24", "10.12.0.128/26")

    named = [finding.sentence for finding in found(story) if finding.id == "pbr-ineffective"]

    assert any("access list FIX of route-map FIX_ROUTING denies packet 2 (SYN/ACK)" in one for one in named)


def test_a_rule_of_a_policy_list_that_nobody_understands_leaves_the_verdict_open(story: Story) -> None:
    """X-07: whether the answer is moved is the whole question, so nobody is blamed."""
    story.routing_template().pbr()
    story.switch.drop(rows.AclEntry, "FIX")
    story.switch.acl("FIX", "permit", "ip", "172.16.1.0/24", ANY, understood=False)

    assert trace(story.snapshot(), Flow.parse(WEB)).fate is Fate.UNKNOWN
    assert "asymmetric-return" not in {finding.id for finding in found(story)}


def test_a_second_next_hop_is_no_promise(story: Story) -> None:
    """S0-16: two plain next hops do not fail over by themselves; what becomes of the answer stays open."""
    story.routing_template().pbr()
    story.switch.drop(rows.RouteMapEntry).route_map("FIX_ROUTING", ["FIX"], "10.12.0.9", "10.12.0.1")

    walked = trace(story.snapshot(), Flow.parse(WEB))

    assert walked.fate is Fate.UNKNOWN
    assert any("whether it waits for 10.12.0.9" in text for text in walked.could_not_see)


def test_a_next_hop_whose_track_is_down_is_the_cause(story: Story) -> None:
    """S0-16, S0-24: the list takes the answer, and the only next hop is passed over."""
    story.routing_template().pbr()
    story.switch.drop(rows.RouteMapEntry)
    story.switch.route_map("FIX_ROUTING", ["FIX"], down=(IPv4Address("10.12.0.1"),))

    finding = policy_finding(story)

    assert trace(story.snapshot(), Flow.parse(WEB)).fate is Fate.ISN_MISMATCH
    assert finding.severity is Severity.ERROR
    assert "the track of next hop 10.12.0.1 of route-map FIX_ROUTING is down" in finding.sentence


def test_a_next_hop_that_is_not_connected_stops_nothing_while_the_second_is(story: Story) -> None:
    """S0-16: the switch sends the answer to the firewall; the first next hop is only dead wood."""
    story.routing_template().pbr()
    story.switch.drop(rows.RouteMapEntry).route_map("FIX_ROUTING", ["FIX"], "192.0.2.9", "10.12.0.1")

    assert trace(story.snapshot(), Flow.parse(WEB)).fate is Fate.COMPLETE
    assert policy_finding(story).severity is Severity.WARNING


def test_a_router_may_yet_resolve_its_next_hop(story: Story) -> None:
    """X-07: it asks for the first and routes nothing meanwhile, so only ping tells; no entry is no proof."""
    story.pbr(next_hop="10.12.0.9").switch.not_read(rows.SdmTemplate)

    walked = trace(story.snapshot(), Flow.parse(WEB))

    assert walked.fate is Fate.UNKNOWN
    assert any("ping 10.12.0.9, then show ip arp 10.12.0.9" in text for text in walked.could_not_see)
    assert policy_finding(story).confidence is Confidence.POSSIBLE
