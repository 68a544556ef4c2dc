"""Link state groups and channels, typed after what devices print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.platforms.ios import IOS
from bothways.platforms.ios.etherchannel import parse_etherchannel
from bothways.platforms.ios.link_state import parse_link_groups, parse_link_members
from bothways.platforms.ios.version import parse_version
from bothways.state.link_rows import LinkStateGroup, LinkStateMember

COMMAND = "show link state group 1 detail"
LEGEND = "(Up):Interface up (Dwn):Interface Down (Dis):Interface disabled"
PORTS = "\n".join(
    ("Downstream Interfaces: " if not at else " " * 23)
    + " ".join(f"Gi1/{number}(Up)" for number in range(at + 1, at + 5))
    for at in range(0, 40, 4)
)
# As an engineer pasted it from a 4948E: a newline moved into the next line's first word.
PASTED = f"Link State Group: 1 Status: Enabled, \nUpUpstream Interfaces : Po11(Up) \n{PORTS}\n\n{LEGEND}"
PRINTED = (
    f"Link State Group: 1      Status: Enabled, Up\nUpstream Interfaces   : Po11(Up)\n{PORTS}\n\n{LEGEND}\n"
)
TWO = """\
Link State Group: 1      Status: Enabled, Down
Upstream Interfaces   : Gi1/47(Dwn) Gi1/48(Dwn)
Downstream Interfaces : Gi1/1(Dis) Te1/50(Dis)

Link State Group: 2      Status: Disabled, Down
Upstream Interfaces   :
Downstream Interfaces : Gi1/3(Up)

(Up):Interface up   (Dwn):Interface Down   (Dis):Interface disabled
"""


@pytest.mark.parametrize("text", [PASTED, PRINTED], ids=["pasted", "printed"])
def test_forty_ports_of_a_group(text: str) -> None:
    """S2b-05: the broken wrapping of the paste and the device's own give the same 41 interfaces."""
    groups, members = parse_link_groups(text, COMMAND), parse_link_members(text, COMMAND)
    assert (groups.unknown, members.unknown) == ((), ())
    assert list(groups) == [LinkStateGroup(line=1, group=1, enabled=True, up=True)]
    rows = list(members)
    assert (rows[0].role, rows[0].interface, rows[0].state) == ("upstream", "Port-channel11", "up")
    assert [row.interface for row in rows[1:]] == [f"GigabitEthernet1/{number}" for number in range(1, 41)]
    assert {(row.group, row.role, row.state) for row in rows[1:]} == {(1, "downstream", "up")}


def test_states_of_two_groups() -> None:
    """S2b-05: down, disabled, and a group that is not switched on."""
    assert [(row.group, row.enabled, row.up) for row in parse_link_groups(TWO, COMMAND)] == [
        (1, True, False),
        (2, False, False),
    ]
    assert [(r.group, r.role, r.interface, r.state, r.line) for r in parse_link_members(TWO, COMMAND)] == [
        (1, "upstream", "GigabitEthernet1/47", "down", 2),
        (1, "upstream", "GigabitEthernet1/48", "down", 2),
        (1, "downstream", "GigabitEthernet1/1", "disabled", 3),
        (1, "downstream", "TenGigabitEthernet1/50", "disabled", 3),
        (2, "downstream", "GigabitEthernet1/3", "up", 7),
    ]


@given(st.text(max_size=300))
def test_any_text_gives_rows_or_unknown_lines(text: str) -> None:
    """S2b-05: nothing is raised, nothing is dropped in silence."""
    for parse in (parse_link_groups, parse_link_members):
        table = parse(text, COMMAND)
        assert all(0 < number <= text.count("\n") + 1 for number in table.unknown)


def test_an_answer_in_other_words_is_unknown() -> None:
    """S2b-05: a line with more in it than is understood is counted."""
    table = parse_link_members("Upstream Interfaces : Po11(Up) and others\n", COMMAND)
    assert (len(table), table.unknown) == (0, (1,))


def test_no_group_is_an_empty_table() -> None:
    """S2b-05: a switch without groups prints nothing, which is read and empty."""
    assert not len(parse_link_groups("", COMMAND))
    assert LinkStateMember in IOS.sources


def test_channels_with_wrapped_members() -> None:
    """S2b-01: four members of an uplink on two lines, one of them down."""
    text = """\
Flags:  D - down        P - bundled in port-channel
        U - in use      f - failed to allocate aggregator

Number of channel-groups in use: 2
Number of aggregators:           2

Group  Port-channel  Protocol    Ports
------+-------------+-----------+-----------------------------------------------
11     Po11(SU)        LACP      Gi1/45(P)   Gi1/46(P)   Gi1/47(P)
                                 Gi1/48(D)
12     Po12(SD)         -
"""
    table = parse_etherchannel(text, "show etherchannel summary")
    assert table.unknown == ()
    uplink, empty = table
    assert (uplink.name, uplink.flags, uplink.protocol, uplink.line) == ("Port-channel11", "SU", "LACP", 9)
    assert uplink.members[0] == "GigabitEthernet1/45(P)"
    assert uplink.members[-1] == "GigabitEthernet1/48(D)"
    assert (empty.name, empty.flags, empty.protocol, empty.members) == ("Port-channel12", "SD", "", ())


@pytest.mark.parametrize(
    ("model", "release", "most"),
    [
        ("WS-C3560-24PS", "12.2(55)SE", 2),
        ("WS-C3750E-24TD", "12.2(55)SE", 10),
        ("WS-C4948E", "15.1(1)SG", 10),
        ("WS-C4948E", "15.2(5)E", 20),
        ("WS-C6509-E", "12.2(33)SXI7", None),
    ],
)
def test_groups_that_a_model_has(model: str, release: str, most: int | None) -> None:
    """S2b-08: by model and release; None where nobody told us."""
    assert IOS.limits_of(model, release).link_groups == most


def test_version_of_a_4948e() -> None:
    """S2b-08: model, serial and release, on which the limit rests."""
    text = (
        "Cisco IOS Software, Catalyst 4500 L3 Switch Software (cat4500e-ENTSERVICESK9-M), Version 15.1(1)SG, "
        "RELEASE SOFTWARE (fc3)\nHQ4948A uptime is 1 day\n"
        "cisco WS-C4948E (MPC8548) processor (revision 4) with 1048576K bytes of physical memory.\n"
        "Processor board ID CAT1433S0A1\n"
    )
    (row,) = parse_version(text, "show version")
    assert (row.model, row.serial, row.version) == ("WS-C4948E", "CAT1433S0A1", "15.1(1)SG")
