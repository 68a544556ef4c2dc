"""A session that answers from a table, and what the two devices of the hairpin story print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import pytest
from pydantic import SecretStr

from bothways.network import Device, PlatformName
from bothways.session.contract import Answer
from bothways.state.device import Output

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

ASA_TEXTS: dict[str, str] = {
    "show conn count": "3 in use, 715 most used",
    "show cpu usage": "CPU utilization for 5 seconds = 18%; 1 minute: 18%; 5 minutes: 17%",
    "show version": (
        "Cisco Adaptive Security Appliance Software Version 9.2(4)\n"
        "EDGE-ASA up 41 days 19 hours\n"
        "Hardware:   ASA5505, 512 MB RAM, CPU Geode 500 MHz,\n"
        "Serial Number: JMX00000001"
    ),
    "show running-config": (
        ": Saved\nASA Version 9.2(4)\nhostname EDGE-ASA\nnames\nname 172.16.1.18 cimc\n"
        "same-security-traffic permit intra-interface\nCryptochecksum:33ba7d0d5a1b2c3d4e5f60718293a4b5\n: end"
    ),
    "show startup-config": "No Configuration",
    "show failover": "Failover Off",
    "show nameif": (
        "Interface                Name                     Security\n"
        "Vlan1                    inside                   100\n"
        "Vlan2                    outside                    0"
    ),
    "show interface": (
        'Interface Vlan1 "inside", is up, line protocol is up\n'
        "\tMAC address 0011.2233.4401, MTU 1500\n"
        "\tIP address 10.12.0.1, subnet mask 255.255.255.0"
    ),
    "show route": (
        "C    10.12.0.0 255.255.255.0 is directly connected, inside\n"
        "D    172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, 0:19:52, inside\n"
        "S    cimc 255.255.255.255 [1/0] via 10.12.0.254, inside"
    ),
    "show arp": "        inside 10.12.0.254 0011.2233.44fe 15",
    "show asp drop": "Frame drop:\n  First TCP packet not SYN (tcp-not-syn)   205",
    "show logging": "Syslog logging: enabled\n    Buffer logging: disabled",
    "show access-list": "access-list cached ACL log flows: total 0, denied 0 (deny-flow-max 4096)",
    "show conn": (
        "3 in use, 715 most used\n"
        "TCP inside  172.16.1.18:443 inside  10.12.0.130:17559, idle 0:00:07, bytes 0, flags SaAB"
    ),
}

IOS_TEXTS: dict[str, str] = {
    "show version": (
        "Cisco IOS Software, C3560 Software (C3560-IPSERVICESK9-M), Version 12.2(55)SE\n"
        "DC_LAB_SWITCH uptime is 3 weeks\n"
        "Processor board ID CAT1017R1AB"
    ),
    "show running-config": "Current configuration : 40 bytes\nhostname DC_LAB_SWITCH\nend",
    "show startup-config": "Using 40 out of 524288 bytes\nhostname DC_LAB_SWITCH\nend",
    "show ip interface": "Vlan10 is up, line protocol is up\n  Internet address is 10.12.0.254/24",
    "show ip route": "C       10.12.0.0/24 is directly connected, Vlan10",
    "show ip arp": "Internet  10.12.0.1               3   0011.2233.4401  ARPA   Vlan10",
    "show mac address-table": "  10    0050.56aa.0130    DYNAMIC     Fa0/1",
    "show etherchannel summary": "Number of channel-groups in use: 0",
    "show link state group detail": "",
    "show ip policy": "Interface      Route map",
    "show route-map": "",
    "show access-lists": "Extended IP access list 101\n    10 permit ip any any",
    "show sdm prefer": ' The current template is "desktop default" template.',
    "show logging": "Log Buffer (4096 bytes):",
}


class SavedSession:
    """A session whose device is a table of texts; it notes what it was asked."""

    def __init__(self, name: str, platform: PlatformName, texts: Mapping[str, str]) -> None:
        self.device = Device(name, "127.0.0.1", 22, platform, "admin", SecretStr("made up"))
        self.asked: list[str] = []
        self._texts = texts

    def read(self, commands: Sequence[str]) -> list[Output]:
        self.asked += commands
        refusal = "ERROR: % Invalid input detected at '^' marker."
        if self.device.platform == "cisco_ios":
            refusal = "% Invalid input detected at '^' marker."
        return [Output(one, self._texts.get(one, f"  ^\n{refusal}"), NOON) for one in commands]

    def enter_config(self) -> None:
        raise AssertionError("reading never configures")

    def send_config(self, line: str) -> str:
        raise AssertionError(line)

    def leave_config(self) -> None:
        raise AssertionError("reading never configures")

    def converse(self, command: str, answers: Sequence[Answer]) -> str:
        raise AssertionError(command, answers)

    def capture(self, command: str) -> str:
        raise AssertionError(command)

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class StoppedClock:
    """Noon, for ever."""

    def now(self) -> datetime:
        return NOON

    def monotonic(self) -> float:
        return 0.0

    def wait_until(self, moment_s: float) -> None:
        raise AssertionError(moment_s)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def asa() -> SavedSession:
    return SavedSession("edge-asa", "cisco_asa", ASA_TEXTS)


@pytest.fixture
def ios() -> SavedSession:
    return SavedSession("lab-switch", "cisco_ios", IOS_TEXTS)
