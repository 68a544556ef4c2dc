"""Clients that nobody wrote for this lab: OpenSSH, Netmiko, NAPALM."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from napalm import get_network_driver
from netmiko import ConnectHandler
from netmiko.base_connection import BaseConnection

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab


def _netmiko(lab: RunningLab, name: str) -> BaseConnection:
    host = lab.host(name)
    return ConnectHandler(
        device_type=host["platform"],
        host=host["hostname"],
        port=host["port"],
        username=host["username"],
        password=host["password"],
        secret=host["data"]["secret"],
    )


@pytest.mark.parametrize(
    ("name", "prompt", "line"),
    [
        ("edge-asa", "EDGE-ASA#", "Cisco Adaptive Security Appliance Software Version 9.2(4)"),
        ("lab-switch", "DC_LAB_SWITCH#", "12.2(55)SE"),
    ],
)
def test_stock_netmiko_logs_in_and_reads(quiet_lab: RunningLab, name: str, prompt: str, line: str) -> None:
    """X-05: stock Netmiko logs in, enables, sends a command."""
    with _netmiko(quiet_lab, name) as device:
        device.enable()
        assert device.find_prompt() == prompt
        assert line in device.send_command("show version")


def test_stock_netmiko_configures_and_saves_the_switch(lab: RunningLab) -> None:
    """X-05: a config set with sub-modes, then `save_config`; startup follows running only then."""
    lines = ["route-map FIX_ROUTING permit 10", "set ip next-hop 10.12.0.1"]
    with _netmiko(lab, "lab-switch") as device:
        device.enable()
        answer = device.send_config_set(lines, error_pattern=r"% ")
        assert "DC_LAB_SWITCH(config-route-map)#" in answer
        assert "FIX_ROUTING" in device.send_command("show running-config")
        assert "FIX_ROUTING" not in device.send_command("show startup-config")
        assert "[OK]" in device.save_config()
        assert "FIX_ROUTING" in device.send_command("show startup-config")


def test_stock_netmiko_configures_and_saves_the_asa(lab: RunningLab) -> None:
    """X-05: the same on the ASA, where `write mem` asks nothing."""
    with _netmiko(lab, "edge-asa") as device:
        device.enable()
        device.send_config_set(["access-list X extended permit ip any any"], error_pattern="ERROR")
        wanted = "access-list X extended permit ip any any"
        assert wanted in device.send_command("show running-config access-list X")
        assert "access-list X" not in device.send_command("show startup-config | include access-list")
        assert "[OK]" in device.save_config()
        assert wanted in device.send_command("show startup-config | include access-list")


@pytest.fixture(scope="module")
def napalm_ios(quiet_lab: RunningLab) -> Any:
    """NAPALM's own driver, opened."""
    host = quiet_lab.host("lab-switch")
    options = {"port": host["port"], "secret": host["data"]["secret"]}
    driver = get_network_driver("ios")(
        host["hostname"], host["username"], host["password"], optional_args=options
    )
    driver.open()
    yield driver
    driver.close()


def test_napalm_get_facts(napalm_ios: Any, quiet_lab: RunningLab) -> None:
    """X-05: NAPALM reads model, version, serial and host name."""
    facts = napalm_ios.get_facts()
    assert facts["hostname"] == "DC_LAB_SWITCH"
    assert facts["model"] == "WS-C3560-24PS"
    assert facts["vendor"] == "Cisco"
    assert "12.2(55)SE" in facts["os_version"]
    assert {"FastEthernet0/1", "FastEthernet0/2", "Vlan10", "Vlan172"} <= set(facts["interface_list"])
    serial = quiet_lab.ask("devices")["devices"]["lab-switch"]["serial"]
    assert facts["serial_number"] == serial


def test_napalm_get_arp_table(napalm_ios: Any) -> None:
    """S0-08: the switch knows hosts on both of its wires; its own addresses have age -1."""
    table = {(row["ip"], row["interface"]): row["age"] for row in napalm_ios.get_arp_table()}
    assert table[("10.12.0.254", "Vlan10")] == -1
    assert table[("172.16.1.1", "Vlan172")] == -1
    assert ("10.12.0.1", "Vlan10") in table


def test_napalm_get_interfaces(napalm_ios: Any) -> None:
    """X-05: ports and SVIs with their state and address."""
    interfaces = napalm_ios.get_interfaces()
    assert interfaces["FastEthernet0/1"]["is_up"]
    assert interfaces["FastEthernet0/1"]["speed"] == 100.0
    assert interfaces["Vlan172"]["is_enabled"]
    assert interfaces["Vlan172"]["mtu"] == 1500


def test_napalm_get_interfaces_ip(napalm_ios: Any) -> None:
    """X-05: the two SVIs of the story have their addresses."""
    addresses = napalm_ios.get_interfaces_ip()
    assert addresses["Vlan10"]["ipv4"] == {"10.12.0.254": {"prefix_length": 24}}
    assert addresses["Vlan172"]["ipv4"] == {"172.16.1.1": {"prefix_length": 24}}


def test_napalm_get_mac_address_table(napalm_ios: Any) -> None:
    """X-05: dynamic addresses stand on the two ports in use."""
    rows = napalm_ios.get_mac_address_table()
    dynamic = {(row["vlan"], row["interface"]) for row in rows if not row["static"]}
    assert dynamic == {(10, "Fa0/1"), (172, "Fa0/2")}


def test_napalm_get_config(napalm_ios: Any) -> None:
    """X-05: both configurations, whole."""
    config = napalm_ios.get_config()
    for text in (config["running"], config["startup"]):
        assert "hostname DC_LAB_SWITCH" in text
        assert text.rstrip().endswith("end")


@pytest.mark.parametrize(
    ("destination", "protocol", "next_hop", "interface"),
    [
        ("172.16.1.0/24", "connected", "", "Vlan172"),
        ("0.0.0.0/0", "eigrp", "10.12.0.1", "Vlan10"),
    ],
)
def test_napalm_get_route_to(
    napalm_ios: Any, destination: str, protocol: str, next_hop: str, interface: str
) -> None:
    """X-05: the lab network is connected, everything else is behind the ASA by EIGRP."""
    found = napalm_ios.get_route_to(destination)[destination]
    assert [(r["protocol"], r["next_hop"], r["outgoing_interface"]) for r in found] == [
        (protocol, next_hop, interface)
    ]


def test_openssh_runs_a_session(quiet_lab: RunningLab, tmp_path: Path) -> None:
    """OpenSSH's own client: strict host key, password, a session on a pty, exit status 0."""
    if shutil.which("ssh") is None:
        pytest.skip("no ssh on this machine")
    host = quiet_lab.host("lab-switch")
    askpass = tmp_path / "askpass"
    askpass.write_text(f"#!/bin/sh\necho {host['password']}\n")
    askpass.chmod(0o700)
    command = [
        "ssh", "-tt", "-F", "none", "-p", str(host["port"]),
        "-o", f"UserKnownHostsFile={quiet_lab.folder / 'known_hosts'}",
        "-o", "StrictHostKeyChecking=yes", "-o", "PubkeyAuthentication=no",
        f"{host['username']}@127.0.0.1",
    ]  # fmt: skip
    done = subprocess.run(
        command,
        input=b"show clock\nexit\n",
        capture_output=True,
        env=os.environ | {"SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"},
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"DC_LAB_SWITCH>show clock\r\n*" in done.stdout
    assert b"1993" in done.stdout
