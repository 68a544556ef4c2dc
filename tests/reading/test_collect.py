"""Reading a device: what is asked, in which order, and what is said of what was not read."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from bothways.errors import CouldNotSee
from bothways.platforms import platform
from bothways.reading import collect
from bothways.state.log_rows import AspDrop
from bothways.state.parts import parts_of
from bothways.state.rows import AclEntry, Arp, ConfigLine, Conn, Route, SdmTemplate, Version

from .conftest import ASA_TEXTS, IOS_TEXTS, SavedSession, StoppedClock


def test_x_04_a_read_asks_show_commands_only(
    asa: SavedSession, ios: SavedSession, clock: StoppedClock
) -> None:
    """X-04: no configuration command, no clear, no ping, no packet-tracer."""
    collect(asa, clock)
    collect(ios, clock)
    assert all(command.startswith("show ") for command in asa.asked + ios.asked)


def test_the_count_of_connections_comes_before_the_connections(
    asa: SavedSession, clock: StoppedClock
) -> None:
    state = collect(asa, clock)
    assert asa.asked[0] == "show conn count"
    assert asa.asked[-1] == "show conn"
    assert len(state.table(Conn)) == 1


def test_every_table_of_a_platform_has_its_command_in_a_full_read() -> None:
    for name in ("cisco_asa", "cisco_ios"):
        family = platform(name)
        # A router's own connections matter to a flow that is to be proven, and are asked for then; what a
        # cluster says of itself stands in the configuration too.
        asked = {*family.load_commands, *family.read_commands, "show tcp brief", "show cluster info"}
        assert {source.command for source in family.sources.values()} <= asked
        assert {family.config_command, family.startup_command} <= asked


def test_a_busy_table_is_not_asked_and_says_why(clock: StoppedClock) -> None:
    """More than 20,000 connections are read with --full only; the table is unknown, not empty."""
    texts = {**ASA_TEXTS, "show conn count": "20001 in use, 30000 most used"}
    spared = SavedSession("edge-asa", "cisco_asa", texts)
    state = collect(spared, clock)
    assert "show conn" not in spared.asked
    with pytest.raises(CouldNotSee, match="20,001 connections, more than 20,000; --full reads them"):
        state.table(Conn)
    asked = SavedSession("edge-asa", "cisco_asa", texts)
    assert len(collect(asked, clock, full=True).table(Conn)) == 1


def test_exactly_the_limit_is_still_asked(clock: StoppedClock) -> None:
    session = SavedSession(
        "edge-asa", "cisco_asa", {**ASA_TEXTS, "show conn count": "20000 in use, 30000 most used"}
    )
    collect(session, clock)
    assert "show conn" in session.asked


def test_a_busy_cpu_spares_the_heavy_commands(clock: StoppedClock) -> None:
    busy = "CPU utilization for 5 seconds = 61%; 1 minute: 18%; 5 minutes: 17%"
    session = SavedSession("edge-asa", "cisco_asa", {**ASA_TEXTS, "show cpu usage": busy})
    state = collect(session, clock)
    assert not {"show conn", "show access-list"} & set(session.asked)
    with pytest.raises(CouldNotSee, match="CPU is at 61 %, above 60 %"):
        state.table(AclEntry)
    assert len(state.table(Route)) == 3


def test_f68_a_refused_command_is_unknown_and_not_empty(clock: StoppedClock) -> None:
    """F68: the device's own words come back to whoever asks for the table."""
    texts = {command: text for command, text in IOS_TEXTS.items() if command != "show sdm prefer"}
    state = collect(SavedSession("lab-switch", "cisco_ios", texts), clock)
    assert not state.sees(SdmTemplate)
    with pytest.raises(CouldNotSee, match="was refused: % Invalid input detected at '\\^' marker"):
        state.table(SdmTemplate)


def test_f68_a_firewall_without_the_cpu_command_is_read_all_the_same(clock: StoppedClock) -> None:
    """F68: a command that only informs us may be missing."""
    texts = {command: text for command, text in ASA_TEXTS.items() if command != "show cpu usage"}
    state = collect(SavedSession("edge-asa", "cisco_asa", texts), clock)
    assert "show cpu usage" not in state.outputs
    assert len(state.table(Conn)) == 1


def test_f67_a_configuration_without_its_end_is_cut(clock: StoppedClock) -> None:
    """F67: a running configuration that stops in the middle is no base of anything."""
    texts = {**IOS_TEXTS, "show running-config": "hostname DC_LAB_SWITCH\ninterface Vl"}
    state = collect(SavedSession("lab-switch", "cisco_ios", texts), clock)
    with pytest.raises(CouldNotSee, match="cut short"):
        state.table(ConfigLine)


def test_words_of_a_refusal_inside_a_long_answer_refuse_nothing(clock: StoppedClock) -> None:
    lines = [
        "hostname DC_LAB_SWITCH",
        "interface Vlan10",
        " description one",
        " no shutdown",
        "banner motd ^C",
    ]
    text = "\n".join([*lines, "% Invalid input detected at '^' marker.", "^C", "end"])
    state = collect(
        SavedSession("lab-switch", "cisco_ios", {**IOS_TEXTS, "show running-config": text}), clock
    )
    assert state.outputs["show running-config"].refused == ""


def test_an_empty_answer_is_an_empty_table(ios: SavedSession, clock: StoppedClock) -> None:
    state = collect(ios, clock)
    assert len(state.table(AclEntry)) == 1
    assert state.outputs["show route-map"].text == ""
    assert state.outputs["show route-map"].complete


def test_s0_01_routes_are_resolved_with_the_names_of_the_running_configuration(
    asa: SavedSession, clock: StoppedClock
) -> None:
    """S0-01: `S cimc` is 172.16.1.18, and both lab routes leave by the interface they are asked on."""
    routes = collect(asa, clock).table(Route)
    assert [str(row.prefix) for row in routes] == ["10.12.0.0/24", "172.16.1.0/24", "172.16.1.18/32"]
    assert {row.interface for row in routes} == {"inside"}
    assert routes.where(prefix=IPv4Network("172.16.1.0/24"))[0].code == "D"


def test_x_07_every_row_leads_back_to_its_line(asa: SavedSession, clock: StoppedClock) -> None:
    """X-07: device, command, line and time."""
    state = collect(asa, clock)
    (drop,) = state.table(AspDrop)
    evidence = state.evidence(drop)
    assert (evidence.device, evidence.command, evidence.line) == ("edge-asa", "show asp drop", 2)
    assert "tcp-not-syn" in evidence.text
    # The line of the release: what a refusal by release has to show.
    release = state.evidence(next(iter(state.table(Version)))).text
    assert release == "Cisco Adaptive Security Appliance Software Version 9.2(4)"


VRFS = {
    **IOS_TEXTS,
    "show running-config": (
        "Current configuration : 40 bytes\nhostname DC_LAB_SWITCH\n"
        "interface Vlan20\n ip vrf forwarding OOB_Mgmt\n ip address 10.50.15.12 255.255.255.128\nend"
    ),
    "show ip route vrf OOB_Mgmt": (
        "Routing Table: OOB_Mgmt\n\nC       10.50.15.0/25 is directly connected, Vlan20"
    ),
    "show ip arp vrf OOB_Mgmt": ("Internet  10.50.15.1              3   0011.2233.4401  ARPA   Vlan20"),
}


def test_tables_of_vrfs_are_asked_for_where_there_are_any(ios: SavedSession, clock: StoppedClock) -> None:
    """X-07: after the configuration has named them, each by its own commands."""
    collect(ios, clock)
    assert not any(" vrf " in command for command in ios.asked)
    session = SavedSession("lab-switch", "cisco_ios", VRFS)
    state = collect(session, clock)
    assert session.asked[-2:] == ["show ip route vrf OOB_Mgmt", "show ip arp vrf OOB_Mgmt"]
    (plain, vrf) = parts_of(state)
    assert [str(row.prefix) for row in plain.table(Route)] == ["10.12.0.0/24"]
    assert [str(row.prefix) for row in vrf.table(Route)] == ["10.50.15.0/25"]
    assert [str(row.address) for row in vrf.table(Arp)] == ["10.50.15.1"]


def test_a_device_that_refuses_the_table_of_a_vrf_leaves_it_unseen(clock: StoppedClock) -> None:
    """X-07: with the device's own words."""
    texts = {command: text for command, text in VRFS.items() if "route vrf" not in command}
    (_, vrf) = parts_of(collect(SavedSession("lab-switch", "cisco_ios", texts), clock))
    with pytest.raises(CouldNotSee, match="`show ip route vrf OOB_Mgmt` was refused"):
        vrf.table(Route)


def test_only_what_is_wanted_is_asked(clock: StoppedClock) -> None:
    """X-04: a second look at a firewall asks for what moves, and for how busy it is."""
    texts = {"show conn": "0 in use, 0 most used\n", "show asp drop": "Frame drop:\n"}
    session = SavedSession("edge-asa", "cisco_asa", texts)

    state = collect(session, clock, only=("show conn", "show asp drop"))

    assert {"show running-config", "show access-list", "show route"}.isdisjoint(state.outputs)
    assert {"show conn", "show asp drop", "show conn count"} <= set(state.outputs)
