"""What somebody pastes out of two terminals, typed here from the story alone, is enough for its verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from .live import CIMC, STORY_FLOW, WORKSTATION, bothways

LOGGED = (
    "%ASA-6-106015: Deny TCP (no connection) from 10.12.0.130/51515 to 172.16.1.18/443 "
    "flags RST  on interface inside"
)
FIREWALL = f"""\
EDGE-ASA# show nameif
Interface                Name                     Security
Vlan1                    inside                   100
Vlan2                    outside                    0
EDGE-ASA# show interface
Interface Vlan1 "inside", is up, line protocol is up
  Hardware is EtherSVI, BW 100 Mbps, DLY 100 usec
        MAC address 0024.c4ab.0001, MTU 1500
        IP address 10.12.0.1, subnet mask 255.255.255.0
Interface Vlan2 "outside", is up, line protocol is up
  Hardware is EtherSVI, BW 100 Mbps, DLY 100 usec
        MAC address 0024.c4ab.0001, MTU 1500
        IP address 203.0.113.2, subnet mask 255.255.255.0
EDGE-ASA# show route

Gateway of last resort is 203.0.113.80 to network 0.0.0.0

C    10.12.0.0 255.255.255.0 is directly connected, inside
C    203.0.113.0 255.255.255.0 is directly connected, outside
D    172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, 1:12:55, inside
S*   0.0.0.0 0.0.0.0 [1/0] via 203.0.113.80, outside
EDGE-ASA# show running-config
: Saved
:
ASA Version 9.2(4)
!
hostname EDGE-ASA
interface Vlan1
 nameif inside
 security-level 100
 ip address 10.12.0.1 255.255.255.0
!
interface Vlan2
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.0
!
same-security-traffic permit intra-interface
: end
EDGE-ASA# show logging
Syslog logging: enabled
    Buffer logging: level debugging, 12 messages logged
{LOGGED}
EDGE-ASA#
"""
SWITCH = """\
DC_LAB_SWITCH#show ip interface
Vlan10 is up, line protocol is up
  Internet address is 10.12.0.254/24
Vlan172 is up, line protocol is up
  Internet address is 172.16.1.1/24
DC_LAB_SWITCH#show ip route
Gateway of last resort is 10.12.0.1 to network 0.0.0.0

     10.0.0.0/24 is subnetted, 1 subnets
C       10.12.0.0 is directly connected, Vlan10
     172.16.0.0/24 is subnetted, 1 subnets
C       172.16.1.0 is directly connected, Vlan172
D*EX 0.0.0.0/0 [170/28416] via 10.12.0.1, 01:12:55, Vlan10
DC_LAB_SWITCH#show ip arp
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  10.12.0.1               4   0024.c4ab.0001  ARPA   Vlan10
Internet  10.12.0.130             1   0050.5600.0130  ARPA   Vlan10
Internet  10.12.0.254             -   0019.aabb.0254  ARPA   Vlan10
Internet  172.16.1.1              -   0019.aabb.0172  ARPA   Vlan172
Internet  172.16.1.18             2   0025.b500.0018  ARPA   Vlan172
DC_LAB_SWITCH#
"""
NO_PERMIT = FIREWALL.replace("same-security-traffic permit intra-interface\n", "")


def diagnosed(tmp_path: Path, firewall: str) -> tuple[dict[str, object], list[str], int]:
    """Verdict, finding ids and exit code of `diagnose` on two pasted terminals."""
    folder = tmp_path / "pasted"
    folder.mkdir()
    (folder / "edge-asa.log").write_text(firewall)
    (folder / "lab-switch.log").write_text(SWITCH)
    (tmp_path / "bothways.toml").touch()
    (tmp_path / "inventory").mkdir()
    saved = tmp_path / "s.zip"
    # 3: commands are missing in what was pasted, and that is said.
    assert bothways(tmp_path, "read", "--from-files", folder, "-o", saved).code in {0, 3}
    ran = bothways(tmp_path, "diagnose", *STORY_FLOW.split(), "--snapshot", saved, "--format", "json")
    said = ran.json
    return said, [finding["id"] for finding in said["findings"]], ran.code


def test_the_pasted_story_is_enough(tmp_path: Path) -> None:
    """X-03 S0-10: the SYN/ACK is refused by the client, and what was not pasted lowers the word."""
    said, findings, code = diagnosed(tmp_path, FIREWALL)

    assert (said["fate"], said["at"]) == ("isn-mismatch", {"device": WORKSTATION, "packet": 2})
    assert "asymmetric-return" in findings
    assert said["confidence"] == "possible"
    assert "edge-asa: `show conn` was not read" in str(said["could_not_see"])
    assert code == 2


def test_the_story_before_its_permit_is_pasted(tmp_path: Path) -> None:
    """X-03 S0-02: without the permit the SYN dies at the firewall."""
    said, findings, code = diagnosed(tmp_path, NO_PERMIT)

    assert (said["fate"], said["at"]) == ("intra-interface-denied", {"device": "edge-asa", "packet": 1})
    assert "hairpin-denied" in findings
    assert CIMC in str(said["flow"])
    assert code == 2


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("same-security-traffic", "cluster group EDGE"),
        (" ip address 10.12.0.1 255.255.255.0\n!", " asr-group 1"),
        ("same-security-traffic", "Cluster EDGE: On"),
    ],
    ids=["cluster", "asr-group", "cluster-info"],
)
def test_firewalls_that_share_connections_are_refused_a_verdict(
    tmp_path: Path, before: str, line: str
) -> None:
    """X-07 X-03: the pasted line is named, the verdict stays open, and scripts are told by the exit code."""
    if line.startswith("Cluster"):
        firewall = FIREWALL.replace(
            "EDGE-ASA# show logging", f"EDGE-ASA# show cluster info\n{line}\nEDGE-ASA# show logging"
        )
    else:
        firewall = FIREWALL.replace(before, f"{line}\n{before}")

    said, _, code = diagnosed(tmp_path, firewall)

    assert (said["fate"], code) == ("unknown", 3)
    assert line.strip() in str(said["could_not_see"])
