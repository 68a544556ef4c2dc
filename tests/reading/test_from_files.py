"""Saved outputs: folders per device, terminal logs, and the state people paste them in."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path

import pytest

from bothways.errors import CouldNotSee, SnapshotError
from bothways.platforms import platform
from bothways.reading import collect, read_files, read_files_with_remarks
from bothways.state.device import DeviceState
from bothways.state.parts import parts_of
from bothways.state.rows import AclEntry, Arp, ConfigLine, Conn, Interface, Route, Version

from .conftest import ASA_TEXTS, IOS_TEXTS, SavedSession, StoppedClock


def write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    folder.mkdir(parents=True)
    for command, text in texts.items():
        (folder / f"{command.replace(' ', '_')}.txt").write_text(text + "\n")


def write_log(path: Path, prompt: str, texts: Mapping[str, str], space: str = "") -> None:
    said = [f"{prompt}{space}{command}\n{text}\n" for command, text in texts.items()]
    path.write_text("\n".join(["login banner", *said]) + f"\n{prompt}\n")


def tables(state: DeviceState) -> dict[str, object]:
    """Every table of a state as rows and unknown lines, or why it cannot be seen."""
    seen: dict[str, object] = {}
    for row_type in platform(state.platform).sources:
        try:
            table = state.table(row_type)
        except CouldNotSee as error:
            seen[row_type.__name__] = error.what
        else:
            seen[row_type.__name__] = (list(table), table.unknown)
    return seen


def test_a_session_and_saved_files_of_the_same_text_give_the_same_tables(
    asa: SavedSession, ios: SavedSession, clock: StoppedClock, tmp_path: Path
) -> None:
    write_folder(tmp_path / "edge-asa", ASA_TEXTS)
    write_folder(tmp_path / "lab-switch", IOS_TEXTS)
    snapshot = read_files(tmp_path)
    assert list(snapshot.devices) == ["edge-asa", "lab-switch"]
    for session in (asa, ios):
        live, saved = collect(session, clock), snapshot.device(session.device.name)
        assert saved.platform == live.platform
        assert tables(saved) == tables(live)


def test_a_session_and_a_terminal_log_of_the_same_text_give_the_same_tables(
    asa: SavedSession, ios: SavedSession, clock: StoppedClock, tmp_path: Path
) -> None:
    write_log(tmp_path / "edge-asa.txt", "EDGE-ASA#", ASA_TEXTS, space=" ")
    write_log(tmp_path / "lab-switch.log", "DC_LAB_SWITCH#", IOS_TEXTS)
    snapshot = read_files(tmp_path)
    for session in (asa, ios):
        live, saved = collect(session, clock), snapshot.device(session.device.name)
        assert tables(saved) == tables(live)


PASTED = """\
DC_LAB_SWITCH>en
Password:
DC_LAB_SWITCH#sh ver
Cisco IOS Software, C3560 Software (C3560-IPSERVICESK9-M), Version 12.2(55)SE, RELEASE SOFTWARE (fc2)
DC_LAB_SWITCH uptime is 3 weeks
DC_LAB_SWITCH#
DC_LAB_SWITCH#sh ip ro
C    10.12.0.0/24 is directly connected, Vlan10
 --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08        \x08\x08\x08\x08\x08\x08\x08\x08\x08\
C    172.16.1.0/24 is directly connected, Vlan172
DC_LAB_SWITCH#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
DC_LAB_SWITCH(config)#do sh arp
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  10.12.0.1               3   0011.2233.4401  ARPA   Vlan10
DC_LAB_SWITCH(config)#access-list 101 permit ip any any
DC_LAB_SWITCH(config)#end
DC_LAB_SWITCH#sh run | inc ip route
ip route 0.0.0.0 0.0.0.0 10.12.0.1
DC_LAB_SWITCH#sh access-li
Extended IP access list 101
    10 permit ip any any
DC_LAB_SWITCH#sh ip int br
Interface                  IP-Address      OK? Method Status                Protocol
Vlan10                     10.12.0.254     YES NVRAM  up                    up
DC_LAB_SWITCH#
"""


def test_a_pasted_log_is_read_with_abbreviations_pager_and_what_was_typed_between(tmp_path: Path) -> None:
    (tmp_path / "switch.txt").write_text(PASTED)
    state = read_files(tmp_path).device("switch")
    assert state.platform == "cisco_ios"
    assert [str(row.prefix) for row in state.table(Route)] == ["10.12.0.0/24", "172.16.1.0/24"]
    assert [str(row.address) for row in state.table(Arp)] == ["10.12.0.1"]
    assert state.outputs["show ip arp"].command == "show arp"
    assert len(state.table(AclEntry)) == 1
    assert "access-list 101 permit ip any any" not in state.outputs


def test_a_filtered_command_fills_no_table(tmp_path: Path) -> None:
    """`show run | include …` is not the running configuration."""
    (tmp_path / "switch.txt").write_text(PASTED)
    state = read_files(tmp_path).device("switch")
    with pytest.raises(CouldNotSee, match="`show running-config` was not read"):
        state.table(ConfigLine)
    with pytest.raises(CouldNotSee, match="`show ip interface` was not read"):
        state.table(Interface)


def test_an_asa_log_is_split_at_its_own_prompt_only(tmp_path: Path) -> None:
    (tmp_path / "fw.log").write_text(
        "fw/act# sh conn\n"
        "2 in use, 5 most used\n"
        "TCP inside 10.0.0.3:3 dmz 10.0.0.4:4, idle 0:00:01, bytes 7, flags UIO\n"
        "other# this is no prompt of ours\n"
        "<--- More --->\r      \rTCP inside 10.0.0.5:5 dmz 10.0.0.6:6, idle 0:00:01, bytes 7, flags U\n"
        "fw/act# show conn coun\n"
        "2 in use, 5 most used\n"
        "fw/act# \n"
    )
    table = read_files(tmp_path).device("fw").table(Conn)
    assert [(row.line, row.a_port) for row in table] == [(2, 3), (4, 5)]
    assert table.unknown == (3,)


MARKED = {
    "windows line ends": (lambda text: text.replace("\n", "\r\n").encode(), "CRLF line ends"),
    "byte order mark": (lambda text: codecs.BOM_UTF8 + text.encode(), "byte order mark"),
    "utf-16": (lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"), "byte order mark"),
    "latin bytes": (lambda text: b"! caf\xe9\n" + text.encode(), "is not UTF-8"),
    "smart quotes": (lambda text: text.replace('"', "\u201d").encode(), "typographic quotes"),
    "long dashes": (lambda text: (text + "! 1 \u2013 40\n").encode(), "typographic quotes"),
}
ONE_INTERFACE = (
    'Interface Vlan1 "inside", is up, line protocol is up\n IP address 10.12.0.1, subnet mask 255.255.255.0\n'
)


@pytest.mark.parametrize(("spoil", "said"), MARKED.values(), ids=MARKED.keys())
def test_b16_spoilt_text_is_read_and_said(tmp_path: Path, spoil: object, said: str) -> None:
    """B16: CRLF, byte order marks, other encodings and word processors."""
    assert callable(spoil)
    (tmp_path / "fw").mkdir()
    (tmp_path / "fw" / "show_interface.txt").write_bytes(spoil(ONE_INTERFACE))
    snapshot, remarks = read_files_with_remarks(tmp_path)
    (row,) = snapshot.device("fw").table(Interface)
    assert (row.name, str(row.address)) == ("inside", "10.12.0.1/24")
    assert any(said in remark for remark in remarks)


def test_b16_two_captures_glued_together_are_said_and_the_last_counts(tmp_path: Path) -> None:
    """B16: the same command twice in one log."""
    log = "sw#show ip route\nC    10.1.0.0/24 is directly connected, Vlan1\n"
    (tmp_path / "sw.log").write_text(log + log.replace("10.1.", "10.2.") + "sw#\n")
    snapshot, remarks = read_files_with_remarks(tmp_path)
    assert [str(row.prefix) for row in snapshot.device("sw").table(Route)] == ["10.2.0.0/24"]
    assert any("`show ip route` stands there more than once; the last one counts" in one for one in remarks)


def test_b16_a_log_without_a_last_prompt_may_be_cut_and_that_is_said(tmp_path: Path) -> None:
    """B16: nothing says that the route table was complete."""
    (tmp_path / "sw.log").write_text("sw#show ip route\nC    10.1.0.0/24 is directly connected, Vlan1\n")
    assert any("no prompt follows `show ip route`" in one for one in read_files_with_remarks(tmp_path)[1])


def test_b16_a_log_that_stops_at_the_pager_is_cut(tmp_path: Path) -> None:
    """B16: the pager was never answered."""
    (tmp_path / "sw.log").write_text(
        "sw#show ip route\nC    10.1.0.0/24 is directly connected, Vlan1\n --More-- "
    )
    with pytest.raises(CouldNotSee, match="cut short"):
        read_files(tmp_path).device("sw").table(Route)


def test_b16_an_output_of_another_command_is_said(tmp_path: Path) -> None:
    """B16: a file named after one command holds another's text."""
    write_folder(
        tmp_path / "fw", {"show version": ASA_TEXTS["show version"], "show arp": ASA_TEXTS["show nameif"]}
    )
    snapshot, remarks = read_files_with_remarks(tmp_path)
    with pytest.raises(CouldNotSee, match="`show arp` said nothing that is understood"):
        snapshot.device("fw").table(Arp)
    assert any("nothing under `show arp` was understood" in one for one in remarks)


def test_an_echoed_prompt_or_command_above_an_output_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "r1").mkdir()
    route = "C    10.1.0.0/24 is directly connected, Vlan1\n"
    (tmp_path / "r1" / "show_ip_route.txt").write_text(f"\nR1_iosv#show ip route\n{route}R1_iosv#\n")
    (tmp_path / "r1" / "show_version.txt").write_text(f"\nshow version\n{IOS_TEXTS['show version']}\n")
    state = read_files(tmp_path).device("r1")
    assert (len(state.table(Route)), state.table(Route).unknown) == (1, ())
    assert (len(state.table(Version)), state.table(Version).unknown) == (1, ())


def test_f68_a_saved_refusal_is_unknown_and_not_empty(tmp_path: Path) -> None:
    """F68: also in text that somebody saved."""
    refused = "show foo\n     ^\n% Invalid input detected at '^' marker.\n"
    write_folder(tmp_path / "sw", {"show version": IOS_TEXTS["show version"], "show ip route": refused})
    with pytest.raises(CouldNotSee, match="was refused"):
        read_files(tmp_path).device("sw").table(Route)


def test_f67_a_saved_configuration_without_its_end_is_cut(tmp_path: Path) -> None:
    """F67: also in text that somebody saved."""
    write_folder(tmp_path / "sw", {"show version": IOS_TEXTS["show version"], "show run": "hostname sw\n"})
    with pytest.raises(CouldNotSee, match="cut short"):
        read_files(tmp_path).device("sw").table(ConfigLine)


def test_the_platform_can_be_named_beside_the_outputs(tmp_path: Path) -> None:
    write_folder(tmp_path / "box", {"show version": "nothing to tell by"})
    with pytest.raises(
        SnapshotError, match="cannot be told to be an ASA or IOS; write cisco_asa or cisco_ios"
    ):
        read_files(tmp_path)
    (tmp_path / "box" / "platform").write_text("cisco_asa\n")
    assert read_files(tmp_path).device("box").platform == "cisco_asa"
    (tmp_path / "box" / "platform").write_text("cisco_nxos\n")
    with pytest.raises(SnapshotError, match="names no platform: 'cisco_nxos'"):
        read_files(tmp_path)


def test_the_platform_is_told_by_the_commands_where_the_texts_do_not(tmp_path: Path) -> None:
    write_folder(tmp_path / "a", {"show asp drop": "", "show version": "?"})
    write_folder(tmp_path / "b", {"show ip policy": "Interface      Route map"})
    snapshot = read_files(tmp_path)
    assert [state.platform for state in snapshot] == ["cisco_asa", "cisco_ios"]


def mixed_platforms(folder: Path) -> None:
    texts = {"show version": ASA_TEXTS["show version"], "show ip arp": IOS_TEXTS["show ip arp"]}
    write_folder(folder / "x", texts)


def mixed_hosts_in_a_log(folder: Path) -> None:
    (folder / "x.log").write_text("r1#show arp\nr2#show arp\n")


def mixed_hosts_in_a_folder(folder: Path) -> None:
    write_folder(folder / "x", {"show version": "r1#show version", "show arp": "r2#show arp"})


def loose_file(folder: Path) -> None:
    (folder / "show_route.txt").write_text("C 10.0.0.0 255.0.0.0 is directly connected, inside\n")


def no_prompt(folder: Path) -> None:
    (folder / "notes.txt").write_text("call Bob\n")


def folder_and_log(folder: Path) -> None:
    write_folder(folder / "x", IOS_TEXTS)
    (folder / "x.log").write_text("x#show arp\n")


def binary(folder: Path) -> None:
    (folder / "x.log").write_bytes(b"\x7fELF\0\0\0")


def nothing(folder: Path) -> None:
    (folder / ".hidden").write_text("")


REFUSED = {
    "two platforms": (mixed_platforms, "show_ip_arp.txt looks like cisco_ios"),
    "two hosts in a log": (mixed_hosts_in_a_log, r"x\.log:2: two devices speak here, r1 and r2"),
    "two hosts in a folder": (
        mixed_hosts_in_a_folder,
        "two devices speak here, r2 in show_arp.txt and r1 in",
    ),
    "an output without a device": (loose_file, "belongs to no device; move it to .*/DEVICE/show_route.txt"),
    "a text without prompts": (no_prompt, "shows no prompt with a show command; save each output as"),
    "a device twice": (folder_and_log, "x has a folder and a log; keep one of them"),
    "no text": (binary, "is no text"),
    "nothing": (nothing, "holds no saved outputs; expected .*/DEVICE/show_route.txt or"),
}


@pytest.mark.parametrize(("write", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_b16_what_cannot_be_a_snapshot_is_refused_in_one_sentence(
    tmp_path: Path, write: object, sentence: str
) -> None:
    """B16: mixed hosts and platforms, and folders of something else."""
    assert callable(write)
    write(tmp_path)
    with pytest.raises(SnapshotError, match=sentence):
        read_files(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="is no folder"):
        read_files(tmp_path / "nowhere")


def test_other_files_are_left_alone_and_said(tmp_path: Path) -> None:
    write_folder(tmp_path / "sw", IOS_TEXTS)
    (tmp_path / "diagram.vsd").write_bytes(b"\0")
    (tmp_path / "photos").mkdir()
    snapshot, remarks = read_files_with_remarks(tmp_path)
    assert list(snapshot.devices) == ["sw"]
    assert sum("holds no saved outputs" in remark for remark in remarks) == 2


def test_tables_of_vrfs_are_found_by_their_names(tmp_path: Path) -> None:
    """X-07: as typed in a log, and as a file's name has them, whose underlines became blanks."""
    config = (
        "Current configuration : 40 bytes\nhostname SW\n"
        "interface Vlan20\n ip vrf forwarding OOB_Mgmt\n ip address 10.50.15.12 255.255.255.128\nend\n"
    )
    routes = "\nRouting Table: OOB_Mgmt\n\nC       10.50.15.0/25 is directly connected, Vlan20\n"
    arp = "Internet  10.50.15.1              3   0011.2233.4401  ARPA   Vlan20\n"
    (tmp_path / "files").mkdir()
    for name, text in (("running-config", config), ("ip_route_vrf_OOB_Mgmt", routes)):
        (tmp_path / "files" / f"show_{name}.txt").write_text(text)
    (tmp_path / "files" / "show_arp_vrf_OOB_Mgmt.txt").write_text(arp)
    log = f"SW#sh run\n{config}SW#sh ip ro vrf OOB_Mgmt\n{routes}SW#sh ip arp vrf OOB_Mgmt\n{arp}SW#\n"
    (tmp_path / "typed.log").write_text(log)
    for device in read_files(tmp_path):
        (_, vrf) = parts_of(device)
        assert [str(row.prefix) for row in vrf.table(Route)] == ["10.50.15.0/25"]
        assert [str(row.address) for row in vrf.table(Arp)] == ["10.50.15.1"]
