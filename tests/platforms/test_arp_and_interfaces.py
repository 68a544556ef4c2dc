"""ARP tables, interfaces and nameifs of both platforms, typed by hand after what devices print."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface

from bothways.platforms.asa.arp import parse_arp as parse_asa_arp
from bothways.platforms.asa.interface import parse_interface as parse_asa_interface
from bothways.platforms.asa.nameif import parse_nameif
from bothways.platforms.ios.arp import parse_arp as parse_ios_arp
from bothways.platforms.ios.interface import parse_interface as parse_ios_interface


def test_asa_arp_ages_are_seconds_and_static_ones_have_none() -> None:
    text = (
        "        inside 10.12.0.254 0011.2233.4455 15\n"
        "        inside 10.12.0.130 0050.56AA.0130 -\n"
        "        inside 10.12.0.7 0050.56aa.0007 alias\n"
        "        outside 10.10.1.1/1 aa11.bbff.ee55 2\n"
    )
    table = parse_asa_arp(text, "show arp")
    assert table.unknown == ()
    assert [(str(row.address), row.mac, row.interface, row.age) for row in table] == [
        ("10.12.0.254", "0011.2233.4455", "inside", 15),
        ("10.12.0.130", "0050.56aa.0130", "inside", None),
        ("10.12.0.7", "0050.56aa.0007", "inside", None),
        ("10.10.1.1", "aa11.bbff.ee55", "outside", 2),
    ]


def test_asa_arp_resolves_the_devices_own_names() -> None:
    text = "        inside server 0011.2233.4455 15\n        inside nobody 0011.2233.4456 15\n"
    table = parse_asa_arp(text, "show arp", {"server": IPv4Address("10.12.0.5")})
    assert [str(row.address) for row in table] == ["10.12.0.5"]
    assert table.unknown == (2,)


def test_s0_08_the_switch_knows_the_hosts_macs_and_which_are_its_own() -> None:
    """S0-08: own addresses have no age, an unresolved neighbour has no MAC."""
    text = (
        "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
        "Internet  10.12.0.1               3   0011.2233.4401  ARPA   Vlan10\n"
        "Internet  10.12.0.254             -   0011.2233.44FE  ARPA   Vlan10\n"
        "Internet  10.12.0.99              0   Incomplete      ARPA\n"
    )
    table = parse_ios_arp(text, "show ip arp")
    assert table.unknown == ()
    assert [(str(row.address), row.mac, row.interface, row.age) for row in table] == [
        ("10.12.0.1", "0011.2233.4401", "Vlan10", 3),
        ("10.12.0.254", "0011.2233.44fe", "Vlan10", None),
        ("10.12.0.99", "", "", 0),
    ]


ASA_INTERFACES = """\
Interface Vlan1 "inside", is up, line protocol is up
  Hardware is EtherSVI, BW 100 Mbps, DLY 100 usec
\tMAC address 0011.2233.4401, MTU 1500
\tIP address 10.12.0.1, subnet mask 255.255.255.0
  Traffic Statistics for "inside":
\t107 packets input, 35506 bytes
\t6 packets output, 612 bytes
\t0 packets dropped
      1 minute input rate 0 pkts/sec,  0 bytes/sec
Interface Vlan3 "", is administratively down, line protocol is down
  Hardware is EtherSVI, BW 100 Mbps, DLY 100 usec
\tAvailable but not configured via nameif
\tMAC address 0011.2233.4403, MTU not set
\tIP address unassigned
Interface Ethernet0/0 "", is down, line protocol is down
"""


def test_asa_interfaces_are_named_by_their_nameif() -> None:
    table = parse_asa_interface(ASA_INTERFACES, "show interface")
    assert table.unknown == ()
    inside, spare, port = table
    assert (inside.name, inside.port, inside.line) == ("inside", "Vlan1", 1)
    assert inside.address == IPv4Interface("10.12.0.1/24")
    assert (inside.mac, inside.admin_up, inside.line_up) == ("0011.2233.4401", True, True)
    assert (spare.name, spare.address, spare.admin_up, spare.line_up) == ("", None, False, False)
    assert (port.port, port.mac, port.admin_up, port.line_up, port.line) == (
        "Ethernet0/0",
        "",
        True,
        False,
        15,
    )


def test_nameif_gives_port_name_and_level() -> None:
    text = (
        "Interface                Name                     Security\n"
        "Vlan1                    inside                   100\n"
        "Vlan2                    outside                    0\n"
    )
    table = parse_nameif(text, "show nameif")
    assert table.unknown == ()
    assert [(row.port, row.name, row.level) for row in table] == [
        ("Vlan1", "inside", 100),
        ("Vlan2", "outside", 0),
    ]


IOS_INTERFACES = """\
Vlan172 is up, line protocol is up
  Internet address is 172.16.1.1/24
  Broadcast address is 255.255.255.255
  Address determined by non-volatile memory
  MTU is 1500 bytes
  Helper address is not set
  Directed broadcast forwarding is disabled
  Outgoing access list is not set
  Inbound  access list is 102
  Proxy ARP is enabled
  Security level is default
  ICMP redirects are always sent
  IP fast switching is enabled
  Policy routing is enabled, using route map FIX_ROUTING
Vlan1 is administratively down, line protocol is down
  Internet protocol processing disabled
FastEthernet0/1 is up, line protocol is up (connected)
  Inbound  access list is not set
  Policy routing is disabled
"""


def test_s0_16_an_ios_interface_says_which_route_map_and_lists_are_bound() -> None:
    """S0-16: the policy stands on Vlan172, the ingress of the return traffic."""
    table = parse_ios_interface(IOS_INTERFACES, "show ip interface")
    assert table.unknown == ()
    lab, default, port = table
    assert (lab.name, lab.address, lab.policy) == ("Vlan172", IPv4Interface("172.16.1.1/24"), "FIX_ROUTING")
    assert (lab.acl_in, lab.acl_out) == ("102", "")
    assert (default.admin_up, default.line_up, default.address) == (False, False, None)
    assert (port.line, port.line_up, port.policy) == (17, True, "")
