"""Running and startup, the reload dialogue, and the switch that cannot route by policy yet."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab, Typist

_STORED = (
    "Changes to the running SDM preferences have been stored, "
    "but cannot take effect until the next reload.\r\n"
    "Use 'show sdm prefer' to see what SDM preference is currently active.\r\n"
)
_MISMATCH = "%PLATFORM_PBR-4-SDM_MISMATCH: PBR requires sdm template routing"


def _configure(terminal: Typist, *lines: str) -> list[str]:
    """Type lines in configuration mode; what the device said to each."""
    terminal.type("configure terminal")
    answers = [terminal.type(line).split("\r\n", 1)[1].rpartition("\r\n")[0] for line in lines]
    terminal.type("end")
    return answers


def _bind(terminal: Typist) -> list[str]:
    return _configure(
        terminal,
        "access-list 101 permit ip 172.16.1.0 0.0.0.255 10.12.0.128 0.0.0.127",
        "route-map FIX_ROUTING permit 10",
        "match ip address 101",
        "set ip next-hop 10.12.0.1",
        "interface vlan 172",
        "ip policy route-map FIX_ROUTING",
    )


def test_policy_on_the_default_template_is_accepted_in_silence_and_not_stored(lab: RunningLab) -> None:
    """S0-17, F40: every answer is empty; only the read-back and the log tell."""
    with lab.terminal("lab-switch") as terminal:
        assert set(_bind(terminal)) == {""}
        assert "ip policy" not in terminal.type("show running-config interface vlan 172")
        assert terminal.type("show ip policy").split("\r\n")[1:-1] == ["Interface      Route map"]
        logged = terminal.type("show logging | include SDM_MISMATCH").split("\r\n")[1]
    assert logged.startswith("*Mar  1 00:")
    assert logged.endswith(f": {_MISMATCH}")


def test_mismatch_comes_to_a_terminal_that_asked_for_the_log_only(lab: RunningLab) -> None:
    """S0-17: the message is in the buffer, and on an SSH session only behind `terminal monitor`."""
    with lab.terminal("lab-switch") as deaf, lab.terminal("lab-switch") as watching:
        watching.type("terminal monitor")
        _bind(deaf)
        watching.until(r"PLATFORM_PBR-4-SDM_MISMATCH: PBR requires sdm template routing\r\n")
        assert "SDM_MISMATCH" not in deaf.seen


def test_template_waits_for_the_reload(lab: RunningLab) -> None:
    """S0-18: stored outside the configuration, pending until the reload, then in force; PBR sticks."""
    with lab.terminal("lab-switch") as terminal:
        terminal.type("configure terminal")
        assert terminal.type("sdm prefer routing") == (
            f"sdm prefer routing\r\n{_STORED}DC_LAB_SWITCH(config)#"
        )
        terminal.type("end")
        pending = terminal.type("show sdm prefer")
        assert ' The current template is "desktop default" template.' in pending
        assert "number of IPv4 policy based routing aces:         0\r\n" in pending
        assert ' On next reload, template will be "desktop routing" template.' in pending
        assert "sdm" not in terminal.type("show running-config | include ^sdm").split("\r\n", 1)[1]
        terminal.type("reload", r"\[confirm\]")
        terminal.send("\r")
        assert terminal.ended() == 0
    now_s = lab.ask("clock")["now_s"]
    lab.ask("advance_to", moment_s=now_s + 200)
    with lab.terminal("lab-switch") as terminal:
        active = terminal.type("show sdm prefer")
        assert ' The current template is "desktop routing" template.' in active
        assert "number of IPv4 policy based routing aces:         0.5K\r\n" in active
        assert "On next reload" not in active
        _bind(terminal)
        assert "Vl172          FIX_ROUTING\r\n" in terminal.type("show ip policy")
        route_map = terminal.type("show route-map FIX_ROUTING")
    assert route_map.split("\r\n")[1:-1] == [
        "route-map FIX_ROUTING, permit, sequence 10",
        "  Match clauses:",
        "    ip address (access-lists): 101 ",
        "  Set clauses:",
        "    ip next-hop 10.12.0.1",
        "  Policy routing matches: 0 packets, 0 bytes",
    ]


@pytest.mark.parametrize(("save", "kept"), [("no", False), ("yes", True)])
def test_reload_asks_to_save_what_was_modified(lab: RunningLab, save: str, kept: bool) -> None:
    """F62: `System configuration has been modified. Save?`, then one key; startup is what comes back."""
    with lab.terminal("lab-switch") as terminal:
        _configure(terminal, "ip domain-name changed.example")
        terminal.type("reload", r"System configuration has been modified\. Save\? \[yes/no\]: ")
        said = terminal.type(save, r"Proceed with reload\? \[confirm\]")
        assert ("[OK]" in said) is kept
        terminal.send("y")
        terminal.ended()
    lab.ask("advance_to", moment_s=lab.ask("clock")["now_s"] + 200)
    with lab.terminal("lab-switch") as terminal:
        assert ("changed.example" in terminal.type("show running-config | include domain-name")) is kept


def test_reload_is_off_with_any_other_key(lab: RunningLab) -> None:
    """`[confirm]` takes one key: anything but Enter and `y` means no."""
    with lab.terminal("lab-switch") as terminal:
        terminal.type("reload", r"\[confirm\]")
        terminal.send("n")
        assert terminal.until("#").endswith("DC_LAB_SWITCH#")
        assert "minute" in terminal.type("show version | include uptime")


def test_device_that_reloads_is_away_and_comes_back(lab: RunningLab) -> None:
    """F62: every session ends, the port refuses, and after the boot it answers with the same host key."""
    host = lab.host("edge-asa")
    known = (lab.folder / "known_hosts").read_text()
    with lab.terminal("edge-asa") as bystander, lab.terminal("edge-asa") as terminal:
        terminal.type("reload", r"Proceed with reload\? \[confirm\] ")
        terminal.send("\r")
        terminal.ended()
        bystander.ended()
    assert lab.ask("devices")["devices"]["edge-asa"]["up"] is False
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", host["port"]), timeout=5)
    lab.ask("advance_to", moment_s=lab.ask("clock")["now_s"] + 200)
    assert lab.ask("devices")["devices"]["edge-asa"]["port"] == host["port"]
    with lab.terminal("edge-asa") as terminal:
        assert "EDGE-ASA up " in terminal.type("show version | include up ")
    assert (lab.folder / "known_hosts").read_text() == known


@pytest.mark.parametrize(
    ("command", "question"),
    [("write memory", ""), ("wr", ""), ("copy run start", r"Destination filename \[startup-config\]\? ")],
)
def test_saving_writes_startup(lab: RunningLab, command: str, question: str) -> None:
    """F55: `write memory` asks nothing, `copy` wants a name and takes Enter."""
    with lab.terminal("lab-switch") as terminal:
        _configure(terminal, "ip domain-name saved.example")
        assert "saved.example" not in terminal.type("show startup-config")
        if question:
            terminal.type(command, question)
            terminal.send("\r")
            answer = terminal.until("#")
        else:
            answer = terminal.type(command)
        assert "Building configuration...\r\n[OK]\r\n" in answer
        assert "saved.example" in terminal.type("show startup-config")


def test_asa_stores_entries_in_its_own_form(lab: RunningLab) -> None:
    """F41: `extended`, port names, `any` and `host` are how the ASA writes back what was typed otherwise."""
    with lab.terminal("edge-asa") as terminal:
        _configure(
            terminal,
            "access-list WEB permit tcp 10.12.0.5 255.255.255.255 0.0.0.0 0.0.0.0 eq 443",
            "access-list WEB permit udp any any eq 69",
        )
        assert terminal.type("show running-config access-list WEB").split("\r\n")[1:-1] == [
            "access-list WEB extended permit tcp host 10.12.0.5 any eq https",
            "access-list WEB extended permit udp any any eq tftp",
        ]


@pytest.mark.parametrize(
    ("name", "line", "answer"),
    [
        ("lab-switch", "ip route 10.1.1.1 255.0.0.0 10.12.0.1", "%Inconsistent address and mask"),
        ("edge-asa", "route inside 10.1.1.1 255.0.0.0 10.12.0.254",
         "ERROR: IP address,mask <10.1.1.1,255.0.0.0> doesn't pair"),
        ("edge-asa", "no access-list NOBODY extended permit ip any any",
         "Specified access-list does not exist"),
        ("edge-asa", "access-group NOBODY in interface inside",
         "ERROR: access-list <NOBODY> does not exist"),
    ],
)  # fmt: skip
def test_lines_that_do_not_fit_are_refused(lab: RunningLab, name: str, line: str, answer: str) -> None:
    """F38, F39: refusals in the device's own words, with and without a percent sign; nothing is stored."""
    with lab.terminal(name) as terminal:
        before = terminal.type("show running-config")
        assert _configure(terminal, line) == [answer]
        assert terminal.type("show running-config") == before
