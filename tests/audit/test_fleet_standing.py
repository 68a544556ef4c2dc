"""Each rule that needs no flow: a device that breaks it and one that does not, with hand-written verdicts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bothways.rules.fleet import Outcome, all_fleet_rules

from .fleet_texts import (
    BACK,
    OTHERS,
    RUNNING,
    STARTUP,
    THERE,
    WHOLE,
    Box,
    Case,
    Edit,
    Fleet,
    cites,
    classed,
    fleet_of,
    listed,
)

CONN, DROPS, LOG = "show conn", "show asp drop", "show logging"
MAPS, LISTS, POLICY, SDM = "show route-map", "show access-lists", "show ip policy", "show sdm prefer"
CHANNELS, GROUPS = "show etherchannel summary", "show link state group detail"

EDGE, MPLS, APP = fleet_of("edge-asa"), fleet_of("mpls-asa"), fleet_of("app-asa")
SWITCH, RACK = fleet_of("lab-switch"), fleet_of("tor-a")
ROUTERS = fleet_of("ResourceR1", "EdgeR2", "CustomerR3", "CustIntR4")

INTRA = "same-security-traffic permit intra-interface"
HALF_OPEN = "TCP inside  172.16.1.18:443 inside  10.12.0.130:51007, idle 0:00:01, bytes 0, flags SaAB"
TURNING_ROUTE = "D        172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, 5d03h, inside\n"
NAT_LINE = "ip nat outside source static 10.1.1.1 192.1.1.1"
NEXT_HOP = "Internet  10.12.0.1               5   c84c.75aa.0101  ARPA   Vlan10\n"
CHANNEL = "11     Po11(SU)         LACP      Gi1/45(P)   Gi1/46(P)   Gi1/47(P)"
ON_BY_DEFAULT = "no line says: service resetoutbound, which is on by default"

# Policy routing on the switch of the hairpin.
ROUTE_MAP = "route-map FIX_ROUTING, permit, sequence 10"
MAP = f"""{ROUTE_MAP}
  Match clauses:
    ip address (access-lists): RETURN
  Set clauses:
    ip next-hop 10.12.0.1
  Policy routing matches: 0 packets, 0 bytes"""
LIST = "Extended IP access list RETURN\n    10 permit ip 172.16.1.0 0.0.0.255 10.12.0.128 0.0.0.63"
OPEN_LIST = "Extended IP access list RETURN\n    10 permit ip any any"
BOUND = "Interface      Route map\nVlan172        FIX_ROUTING"
UNBOUND = "Interface      Route map"
ROOM: tuple[Edit, ...] = (
    ("policy based routing aces:         0", "policy based routing aces:         0.5K"),
    ('"desktop default"', '"desktop routing"'),
)
ROUTING = SWITCH.but("lab-switch", *ROOM, says={MAPS: MAP, LISTS: LIST, POLICY: BOUND})
MISMATCH = "*Mar  1 00:05:13.767: %PLATFORM_PBR-4-SDM_MISMATCH: PBR requires sdm template routing"
REFUSED = f"Log Buffer (4096 bytes):\n\n{MISMATCH}"

# A whole link state group on the rack's switch.
TRACK = ("hostname HQ4948A", "hostname HQ4948A\n!\nlink state track 1")
UPSTREAM = ("interface Port-channel11\n", "interface Port-channel11\n link state group 1 upstream\n")
DOWNSTREAM = (" description esx", " link state group 1 downstream\n description esx")
GROUP = (TRACK, UPSTREAM, DOWNSTREAM)
UP = (
    "Link State Group: 1      Status: Enabled, Up\nUpstream Interfaces   : Po11(Up)\n"
    "Downstream Interfaces : Gi1/1(Up) Gi1/2(Up)\n\n"
    "(Up):Interface up   (Dwn):Interface Down   (Dis):Interface disabled"
)
DOWN = UP.replace("Enabled, Up", "Enabled, Down").replace("Po11(Up)", "Po11(Dwn)").replace("2(Up)", "2(Dis)")
TRACKED = RACK.but("tor-a", *GROUP, says={GROUPS: UP})

SPAN = ("no ip domain-lookup", "no ip domain-lookup\nmonitor session 1 destination interface Gi1/3")

PAIR = """Failover On
Failover unit Primary
Failover LAN Interface: folink Vlan3 (up)
Last Failover at: 10:00:00 UTC Jan 1 2026
\tThis host: Primary - Active
\t\tActive time: 100 (sec)
\tOther host: Secondary - Standby Ready
\t\tActive time: 0 (sec)"""


def paired(mate: str, unit: str = "Active") -> Fleet:
    """A firewall and what it says of its mate."""
    text = PAIR.replace("Standby Ready", mate).replace("- Active", f"- {unit}")
    return EDGE.but("edge-asa", says={"show failover": text})


def linked(ours: str, mate: str, lan: str = "up", state: str = "up") -> Fleet:
    """A pair with its releases and its links."""
    text = PAIR.replace("Vlan3 (up)", f"Vlan3 ({lan})")
    text = text.replace("Last Failover", f"Version: Ours {ours}, Mate {mate}\nLast Failover")
    text += f"\n\nStateful Failover Logical Update Statistics\n\tLink : statelink Vlan4 ({state})"
    return EDGE.but("edge-asa", says={"show failover": text})


def drops(count: int, cleared: str = "Never") -> str:
    row = f"  First TCP packet not SYN (tcp-not-syn)                  {count}\n" if count else ""
    return f"\nFrame drop:\n{row}\nLast clearing: {cleared}\n"


def dropping(before: str, now: str, minutes: float = 10) -> Fleet:
    """Counters at two times."""
    box = Box("edge-asa")
    later = box.but(says={DROPS: now}).later(minutes)
    return Fleet((later,), before=(box.but(says={DROPS: before}),))


def remarked(day: str) -> Fleet:
    line = f"access-list BYPASS remark TEMPORARY until {day}"
    return MPLS.but("mpls-asa", ("pager lines 24", f"{line}\npager lines 24"))


UNSAVED = EDGE.but("edge-asa", says={STARTUP: Box("edge-asa").outputs()[RUNNING].text.replace("names\n", "")})
THREE = MPLS.but(
    "mpls-asa", listed("BYPASS", THERE, BACK, OTHERS), *classed("mpls", "BYPASS", "interface MPLS")
)
HEALTHY = MPLS.but("mpls-asa", *WHOLE)
FOR_EVER = classed("mpls", "BYPASS", "interface MPLS", idle="")
WAITING = '\n On next reload, template will be "desktop routing" template.\n'
LAST_LINE = "  number of IPv4/MAC security aces:                 1K\n"

FAILS = (
    Case("hairpin-permit-unused", EDGE.but("edge-asa", (HALF_OPEN, ""), (TURNING_ROUTE, "")), "edge-asa",
         "note", RUNNING, INTRA),
    Case("half-open-hairpins", EDGE, "edge-asa", "error", CONN, HALF_OPEN, "inside"),
    Case("no-connection-drops", dropping(drops(7), drops(207)), "edge-asa", "warning", DROPS,
         "First TCP packet not SYN (tcp-not-syn)                  207"),
    Case("pbr-ineffective", ROUTING.but("lab-switch", (NEXT_HOP, "")), "lab-switch", "error", MAPS, ROUTE_MAP,
         "FIX_ROUTING next hop 10.12.0.1"),
    Case("any-any-acl", ROUTING.but("lab-switch", says={LISTS: OPEN_LIST}), "lab-switch", "warning", LISTS,
         "10 permit ip any any", "RETURN"),
    Case("bypass-too-wide", THREE, "mpls-asa", "warning", RUNNING, "class BYPASS", "BYPASS"),
    Case("bypass-without-idle-timeout", MPLS.but("mpls-asa", listed("BYPASS", THERE, BACK), *FOR_EVER),
         "mpls-asa", "warning", RUNNING, "class BYPASS", "BYPASS"),
    Case("bypass-overdue", remarked("2026-01-04"), "mpls-asa", "warning", RUNNING,
         "access-list BYPASS remark TEMPORARY until 2026-01-04", "BYPASS"),
    Case("second-policy-map", MPLS.but("mpls-asa", *classed("mpls", "BYPASS", "")), "mpls-asa", "warning",
         RUNNING, "policy-map mpls", "mpls"),
    Case("one-way-nat", ROUTERS, "CustomerR3", "warning", RUNNING, NAT_LINE, "10.1.1.1 CustIntR4"),
    Case("missing-outside-local-route",
         ROUTERS.but("CustomerR3", ("S       192.1.1.1 [1/0] via 192.23.0.2\n", "")), "CustomerR3", "warning",
         RUNNING, NAT_LINE, "192.1.1.1"),
    Case("orphaned-switch", RACK, "tor-a", "warning", CHANNELS, CHANNEL, "Port-channel11"),
    Case("link-upstream-down", RACK.but("tor-a", *GROUP, says={GROUPS: DOWN}), "tor-a", "error", GROUPS,
         "Upstream Interfaces   : Po11(Dwn)", "Port-channel11"),
    Case("link-group-faulty", RACK.but("tor-a", TRACK, DOWNSTREAM), "tor-a", "error", RUNNING,
         "link state group 1 downstream", "group 1 upstream"),
    Case("failover-not-ready", paired("Failed"), "edge-asa", "error", "show failover",
         "Other host: Secondary - Failed", "its mate"),
    Case("startup-differs", UNSAVED, "edge-asa", "warning", RUNNING, "names"),
    Case("sdm-change-pending", SWITCH.but("lab-switch", (LAST_LINE, LAST_LINE + WAITING)), "lab-switch",
         "warning", SDM, 'The current template is "desktop default" template.'),
    Case("reset-service", replace(EDGE, parameters={"outbound": "off"}), "edge-asa", "warning", RUNNING,
         ON_BY_DEFAULT),
    Case("logging-too-quiet", APP, "app-asa", "warning", RUNNING, "no line says: logging enable"),
    Case("ssh-weak", APP.but("app-asa", ("ssh version 2", "ssh version 1")), "app-asa", "warning", RUNNING,
         "ssh version 1", "ssh version 1"),
)  # fmt: skip
PASSES = (
    Case("hairpin-permit-unused", EDGE, "edge-asa", "", CONN, HALF_OPEN),
    Case("half-open-hairpins", EDGE.but("edge-asa", ("idle 0:00:01, bytes 0", "idle 0:00:00, bytes 0")),
         "edge-asa", "", CONN),
    Case("no-connection-drops", dropping(drops(7), drops(57)), "edge-asa", "", DROPS),
    Case("pbr-ineffective", ROUTING, "lab-switch", "", MAPS),
    Case("any-any-acl", ROUTING, "lab-switch", "", LISTS),
    Case("bypass-too-wide", HEALTHY, "mpls-asa", "", RUNNING, "class BYPASS", "BYPASS"),
    Case("bypass-without-idle-timeout", HEALTHY, "mpls-asa", "", RUNNING, "class BYPASS", "BYPASS"),
    Case("bypass-overdue", remarked("2026-01-05"), "mpls-asa", "", RUNNING),
    Case("second-policy-map", HEALTHY, "mpls-asa", "", RUNNING),
    Case("one-way-nat", ROUTERS.but("CustIntR4", ("S       10.1.1.1 [1/0] via 192.34.0.3\n", "")),
         "CustomerR3", "", RUNNING),
    Case("missing-outside-local-route", ROUTERS, "CustomerR3", "", "show ip route"),
    Case("orphaned-switch", TRACKED, "tor-a", "", CHANNELS, CHANNEL, "Port-channel11"),
    Case("link-upstream-down", TRACKED, "tor-a", "", GROUPS),
    Case("link-group-faulty", TRACKED, "tor-a", "", RUNNING),
    Case("failover-not-ready", paired("Standby Ready"), "edge-asa", "", "show failover",
         "Other host: Secondary - Standby Ready"),
    Case("startup-differs", EDGE, "edge-asa", "", STARTUP),
    Case("sdm-change-pending", SWITCH, "lab-switch", "", SDM,
         'The current template is "desktop default" template.'),
    Case("reset-service", EDGE, "edge-asa", "", RUNNING, ON_BY_DEFAULT),
    Case("logging-too-quiet", EDGE, "edge-asa", "", RUNNING),
    Case("ssh-weak", APP, "app-asa", "", RUNNING),
)  # fmt: skip


def name(case: Case) -> str:
    return case.rule


@pytest.mark.parametrize("case", FAILS, ids=name)
def test_a_device_breaks_the_rule(case: Case) -> None:
    """S0-24, S2b-01, X-07: one failure, of the thing, as grave as it is, with the line that says so."""
    (failed,) = [one for one in case.fleet.audit(case.rule) if one.outcome is Outcome.FAIL]
    assert (failed.device, failed.subject, failed.severity) == (case.device, case.subject, case.severity)
    assert cites(failed, case), failed.evidence


@pytest.mark.parametrize("case", PASSES, ids=name)
def test_a_device_keeps_the_rule(case: Case) -> None:
    """X-07: a pass says what it rests on."""
    results = case.fleet.audit(case.rule)
    assert not [one.sentence for one in results if one.outcome is Outcome.FAIL]
    (passed,) = [one for one in results if one.device == case.device]
    assert (passed.outcome, passed.subject) == (Outcome.PASS, case.subject), passed.sentence
    assert cites(passed, case), passed.evidence


def test_every_standing_rule_has_a_failure_and_a_pass() -> None:
    """Nobody adds a rule without a device that breaks it."""
    standing = {rule.id for rule in all_fleet_rules() if not rule.of_flows_alone} - {"flow-lives"}
    assert {case.rule for case in FAILS} == standing
    assert {case.rule for case in PASSES} == standing


def verdicts(fleet: Fleet, rule: str) -> list[tuple[str, str, str]]:
    """Outcome, severity and subject of what is no plain pass."""
    return [
        (one.outcome.value, one.severity.value if one.outcome is Outcome.FAIL else "", one.subject)
        for one in fleet.audit(rule)
        if one.outcome is not Outcome.PASS
    ]


HALF_CLOSED = (" idle", " half-closed 0:05:00 idle")
TEMPLATE = SWITCH.but("lab-switch", says={MAPS: MAP, LISTS: LIST, POLICY: UNBOUND})
IN_USE = ROUTING.but("lab-switch", says={POLICY: UNBOUND})
NEIGHBOUR = ("ip classless", "ip classless\nrouter bgp 65000\n neighbor 10.12.0.1 route-map FIX_ROUTING in")
TCP_LIST = "Extended IP access list RETURN\n    10 permit tcp any any"
DARK_LIST = "Extended IP access list RETURN\n    10 permit ip object-group USERS object-group SERVERS"
DARK_SIDE = "Extended IP access list RETURN\n    10 permit ip 172.16.1.0 0.0.0.255 object-group SERVERS"
HOSTS = tuple(f"host 10.40.0.{number} host 10.10.0.20" for number in (50, 51, 52))
OF_HOSTS = (listed("BYPASS", *HOSTS), *classed("mpls", "BYPASS", "global"))
FAR_ROUTE = "S        10.40.0.0 255.255.255.0 [1/0]"
WITH_PORT = "Extended IP access list RETURN\n    10 permit tcp any any eq www"


@pytest.mark.parametrize(
    ("rule", "fleet", "wanted"),
    [
        # A template without room refuses the binding; the fault is the template's.
        ("pbr-ineffective", TEMPLATE, [("fail", "error", "FIX_ROUTING template")]),
        # After the reload there is room, and the binding is still missing.
        (
            "pbr-ineffective",
            IN_USE.but("lab-switch", ("Log Buffer (4096 bytes):", REFUSED)),
            [("fail", "error", "FIX_ROUTING unbound")],
        ),
        ("pbr-ineffective", IN_USE, [("fail", "warning", "FIX_ROUTING unbound")]),
        ("pbr-ineffective", IN_USE.but("lab-switch", NEIGHBOUR), []),
        ("pbr-ineffective", SWITCH.but("lab-switch", *ROOM, says={POLICY: BOUND}),
         [("fail", "error", "FIX_ROUTING missing")]),
        # Who takes all of TCP takes everybody's, with a port only that service's.
        ("any-any-acl", ROUTING.but("lab-switch", says={LISTS: TCP_LIST}), [("fail", "warning", "RETURN")]),
        ("any-any-acl", ROUTING.but("lab-switch", says={LISTS: WITH_PORT}), []),
        # A line that is not understood may be as wide as any; one that says whom it means is not.
        ("any-any-acl", ROUTING.but("lab-switch", says={LISTS: DARK_LIST}),
         [("could-not-see", "", "RETURN")]),
        ("any-any-acl", ROUTING.but("lab-switch", says={LISTS: DARK_SIDE}), []),
        ("any-any-acl", ROUTING.but("lab-switch", says={LISTS: f"{DARK_LIST}\n    20 permit ip any any"}),
         [("fail", "warning", "RETURN")]),
        # Hosts of two subnets are two subnets, as far as the firewall knows the way to them.
        ("bypass-too-wide", MPLS.but("mpls-asa", *OF_HOSTS), []),
        ("bypass-too-wide", MPLS.but("mpls-asa", *OF_HOSTS, (FAR_ROUTE, "S        10.0.0.0 255.0.0.0 [1/0]")),
         [("fail", "warning", "BYPASS")]),
        # What is switched off takes nothing.
        ("bypass-too-wide", MPLS.but("mpls-asa", listed("BYPASS", THERE, "any any inactive"),
         *classed("mpls", "BYPASS", "global")), []),
        ("any-any-acl", ROUTING.but("lab-switch", says={LISTS: OPEN_LIST, POLICY: UNBOUND}), []),
        ("any-any-acl", MPLS.but("mpls-asa", *classed("mpls", "ALL", "global", match="any")),
         [("fail", "warning", "any")]),
        ("any-any-acl", MPLS.but("mpls-asa", *classed("mpls", "WEB", "global", match="port tcp eq www")), []),
        ("bypass-too-wide", MPLS.but("mpls-asa", *classed("mpls", "ALL", "global", match="any")),
         [("fail", "warning", "ALL")]),
        ("bypass-too-wide", MPLS.but("mpls-asa", listed("BYPASS", "10.0.0.0 255.0.0.0 10.10.0.0 255.255.0.0"),
         *classed("mpls", "BYPASS", "global")), [("fail", "warning", "BYPASS")]),
        ("bypass-too-wide", MPLS.but("mpls-asa", listed("BYPASS", "object-group USERS host 10.10.0.20"),
         *classed("mpls", "BYPASS", "global")), [("could-not-see", "", "BYPASS")]),
        # Nought is for ever.
        ("bypass-without-idle-timeout", MPLS.but("mpls-asa", *classed("mpls", "B", "global", idle="0:00:00")),
         [("fail", "warning", "B")]),
        ("bypass-without-idle-timeout",
         MPLS.but("mpls-asa", *classed("mpls", "B", "global", idle="0:00:00"), HALF_CLOSED),
         [("fail", "warning", "B")]),
        # Cleared in between: what is counted since then is the least that it can have been.
        ("no-connection-drops", dropping(drops(700), drops(207)), [("fail", "warning", "")]),
        ("no-connection-drops", dropping(drops(700), drops(57)), [("could-not-see", "", "")]),
        ("no-connection-drops", dropping(drops(7), drops(57, "11:55:00 UTC Jan 5 2026")),
         [("could-not-see", "", "")]),
        ("no-connection-drops", dropping(drops(0), drops(0)), []),
        ("no-connection-drops", dropping(drops(7), drops(207), 0), [("could-not-see", "", "")]),
        ("no-connection-drops", EDGE, [("skipped", "", "")]),
        ("failover-not-ready", EDGE, [("skipped", "", "")]),
        ("failover-not-ready", paired("Bulk Sync"), [("fail", "error", "its mate")]),
        ("failover-not-ready", paired("Sync Config"), [("fail", "error", "its mate")]),
        ("failover-not-ready", paired("Not Detected"), [("fail", "error", "its mate")]),
        ("failover-not-ready", paired("Active"), [("fail", "error", "")]),
        ("failover-not-ready", paired("Standby Ready", "Standby Ready"), [("fail", "error", "")]),
        ("failover-not-ready", EDGE.but("edge-asa", says={"show failover": PAIR.replace("Primary - Active",
         "Primary").replace("Secondary - Standby Ready", "Secondary")}), [("could-not-see", "", "")]),
        # A translation within one interface needs the permit, however it is written.
        ("hairpin-permit-unused", EDGE.but("edge-asa", (HALF_OPEN, ""), (TURNING_ROUTE, ""),
         ("ftp mode passive", "ftp mode passive\nnat (inside,inside) source dynamic any interface")), []),
        ("hairpin-permit-unused", EDGE.but("edge-asa", (HALF_OPEN, ""), (TURNING_ROUTE, ""),
         ("ftp mode passive", "ftp mode passive\nnat (inside,outside) source dynamic any interface")),
         [("fail", "note", "")]),
        # Two releases, and links between the units; a mate that is away tells no release.
        ("failover-not-ready", linked("9.2(4)", "9.1(7)"), [("fail", "warning", "software")]),
        ("failover-not-ready", linked("9.2(4)", "9.2(4)"), []),
        ("failover-not-ready", linked("9.2(4)", "Unknown"), []),
        ("failover-not-ready", linked("9.2(4)", "9.2(4)", lan="Failed - No Switchover"),
         [("fail", "error", "failover link folink")]),
        ("failover-not-ready", linked("9.2(4)", "9.2(4)", state="administratively down"),
         [("fail", "error", "state link statelink")]),
        # One uplink that is no channel; a second one; hardly a host.
        ("orphaned-switch", RACK.but("tor-a", ("interface Port-channel11\n", ("interface Port-channel11\n "
         "shutdown\n"))), []),
        ("orphaned-switch", SWITCH, []),
        ("orphaned-switch", replace(RACK, parameters={"ports": 41}), []),
        ("orphaned-switch", replace(RACK, parameters={"ports": 40}), [("fail", "warning", "Port-channel11")]),
        ("orphaned-switch", RACK.but("tor-a", UPSTREAM, DOWNSTREAM), [("fail", "warning", "Port-channel11")]),
        ("link-group-faulty", RACK.but("tor-a", UPSTREAM, DOWNSTREAM),
         [("fail", "warning", "group 1 track")]),
        ("link-group-faulty", TRACKED.but("tor-a", SPAN), [("fail", "warning", "group 1 mirrors")]),
        ("reset-service", EDGE.but("edge-asa", ("ftp mode passive", ("ftp mode passive\nno service "
         "resetoutbound interface inside"))), []),
        ("ssh-weak", replace(APP, host_keys={"app-asa": ("ssh-rsa 1024", "ssh-ed25519 256")}),
         [("fail", "warning", "host key ssh-rsa")]),
        ("ssh-weak", replace(APP, host_keys={"app-asa": ("ssh-rsa 2048",)}), []),
        ("ssh-weak", replace(APP, legacy_ssh=frozenset({"app-asa"})), [("fail", "warning", "legacy_ssh")]),
        ("ssh-weak", SWITCH.but("lab-switch", (" login local", " login local\n transport input telnet ssh")),
         [("fail", "warning", "version"), ("fail", "note", "line vty 0 4 transport input telnet ssh")]),
        # No line about versions: some releases are known to take the first, of others nobody here knows.
        ("ssh-weak", SWITCH, [("fail", "warning", "version")]),
        ("ssh-weak", SWITCH.but("lab-switch", ("ip classless", "ip classless\nip ssh version 2")), []),
        ("ssh-weak", SWITCH.but("lab-switch", (" login local", " login local\n transport input telnet")),
         [("fail", "note", "line vty 0 4 transport input telnet")]),
        ("ssh-weak", SWITCH.but("lab-switch", ("Version 12.2(55)SE", "Version 17.9.4a")),
         [("fail", "note", "version")]),
        ("ssh-weak", APP.but("app-asa", ("ssh version 2\n", "")), [("fail", "warning", "version")]),
        ("ssh-weak", APP.but("app-asa", ("ssh version 2\n", ""), ("Version 9.2(4)", "Version 9.18(1)")),
         [("fail", "note", "version")]),
        ("logging-too-quiet", SWITCH.but("lab-switch", ("Buffer logging:  level debugging",
         "Buffer logging:  level errors")), [("fail", "warning", "")]),
        ("logging-too-quiet", SWITCH.but("lab-switch", ("Buffer logging:  level debugging",
         "Buffer logging:  disabled"), ("Log Buffer", ("    Trap logging: level informational, 5 messages\n\n"
         "Log Buffer")), ("ip classless", "ip classless\nlogging 9.9.9.9")), []),
        ("startup-differs", EDGE.but("edge-asa", says={STARTUP: "Command authorization failed"}),
         [("could-not-see", "", "")]),
        ("startup-differs", EDGE.but("edge-asa", says={STARTUP: "No Configuration"}),
         [("fail", "warning", "")]),
    ],
)  # fmt: skip
def test_other_forms(rule: str, fleet: Fleet, wanted: list[tuple[str, str, str]]) -> None:
    """S0-24, S2b-01: the same fault in other words, and what only looks like it."""
    assert verdicts(fleet, rule) == wanted


def test_a_line_under_another_interface_is_another_line() -> None:
    """A word that stands in both configurations may stand in the wrong place of one."""
    running = Box("app-asa").outputs()[RUNNING].text
    moved = running.replace(
        "interface Ethernet0/1\n!", "interface Ethernet0/1\n switchport access vlan 2\n!"
    ).replace("interface Ethernet0/0\n switchport access vlan 2\n", "interface Ethernet0/0\n")
    (one,) = APP.but("app-asa", says={STARTUP: moved}).audit("startup-differs")
    assert one.sentence == (
        "a reload of app-asa changes its configuration: - switchport access vlan 2 (interface Ethernet0/0); "
        "+ switchport access vlan 2 (interface Ethernet0/1)"
    )
    assert [(line.command, line.text) for line in one.evidence] == [
        (RUNNING, " switchport access vlan 2"),
        (STARTUP, " switchport access vlan 2"),
    ]
    assert all(line.line for line in one.evidence)


def test_a_route_past_an_inside_translation_is_found_from_outside() -> None:
    """The real address of an inside host, routed on the outer side: the same fault, the other way round."""
    head = "Gateway of last resort"
    route = (head, f"S       192.4.4.4/32 [1/0] via 192.23.0.3\n\n{head}")
    inside = (NAT_LINE, "ip nat inside source static 192.4.4.4 192.23.0.44")
    fleet = ROUTERS.but("CustomerR3", inside).but("EdgeR2", route)
    failed = [one for one in fleet.audit("one-way-nat") if one.outcome is Outcome.FAIL]
    assert [(one.device, one.subject) for one in failed] == [("CustomerR3", "192.4.4.4 EdgeR2")]


def test_routes_that_nobody_read_leave_it_open() -> None:
    """X-07: a router that is down may be the one with the leftover."""
    fleet = replace(
        fleet_of("CustomerR3", "ResourceR1", "EdgeR2"), unread={"CustIntR4": "CustIntR4: TCP refused"}
    )
    open_ones = [one for one in fleet.audit("one-way-nat") if one.device == "CustomerR3"]
    assert [(one.outcome, one.subject) for one in open_ones] == [(Outcome.COULD_NOT_SEE, "routes of others")]


def test_rates_are_told_with_their_span() -> None:
    """Two reads, both cited."""
    (one,) = dropping(drops(7), drops(207)).audit("no-connection-drops")
    assert one.sentence == (
        "edge-asa dropped 200 packets without a connection (tcp-not-syn) in 10 minutes, 20.0 a minute"
    )
    assert [line.text.split()[-1] for line in one.evidence] == ["7", "207"]
    (half,) = replace(EDGE, before=(Box("edge-asa"),)).audit("half-open-hairpins")
    assert half.sentence.endswith("172.16.1.18 and 10.12.0.130; 1 at the earlier read")
