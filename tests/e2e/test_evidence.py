"""What an answer rests on stands in the devices' own text, and asking for it leaves no trace on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from bothways.lab.frames import Packet
from bothways.lab.world import World
from bothways.state.log_rows import AspDrop, LogLine
from bothways.state.rows import Conn

from .live import (
    CIMC,
    DEVICES,
    STORY_FLOW,
    VCENTER,
    WORKSTATION,
    Lab,
    Live,
    Saved,
    bothways,
    calm,
    hairpin,
    lints,
    plan_words,
    served,
)
from .live import lab as running

FLOWS = (STORY_FLOW, f"{CIMC} {VCENTER} tcp/80", f"{WORKSTATION} {CIMC} icmp")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("s") / "lab") as live:
        yield live


@pytest.mark.parametrize("flow", FLOWS)
def test_every_evidence_stands_in_the_raw_text(story: Live, flow: str) -> None:
    """X-07: device, command, line, time; the line reads so, an absence is line 0 of a text that was read."""
    saved = story.read()
    said = story.json("diagnose", *flow.split(), "--snapshot", saved.path)
    rows = [*said["evidence"], *(row for finding in said["findings"] for row in finding["evidence"])]
    assert rows
    for row in rows:
        text = saved.texts[row["device"]][row["command"]].split("\n")
        assert datetime.fromisoformat(row["taken_at"]).tzinfo is not None
        if row["line"]:
            assert text[row["line"] - 1] == row["text"]
        else:
            assert row["text"].startswith("no line says: ")
            absent = row["text"].removeprefix("no line says: ").split(" for ")[0]
            assert not any(absent in line for line in text)


def test_looking_types_nothing_but_shows(lab: Lab) -> None:
    """X-04: after read, trace, diagnose and plan the devices' logs hold logins, paging and shows."""
    live = lab()
    live.read()
    live.bothways("trace", *STORY_FLOW.split())
    live.bothways("diagnose", *STORY_FLOW.split())
    for playbook in ("hairpin-return", "hairpin-bypass"):
        assert live.bothways(*plan_words(STORY_FLOW, playbook), "-o", live.folder / "fix.plan").code == 2
    assert live.bothways("verify", live.folder / "fix.plan", "--wait", "0").code == 2
    harmless = re.compile(r"enable|show [a-z| -]+|terminal (length|width|pager) \d+|exit|")
    for device in DEVICES:
        received = live.ask("commands", device=device)["commands"]
        assert len(received) > 20
        assert [row for row in received if row["mode"] not in ("exec", "privileged")] == []
        assert [row["line"] for row in received if not harmless.fullmatch(row["line"])] == []


def test_saved_outputs_are_as_good_as_a_login(story: Live, tmp_path: Path) -> None:
    """S0-01 X-03: the texts of a read, saved as files, make the same tables and the same verdict."""
    saved = story.read()
    for device, texts in saved.texts.items():
        folder = tmp_path / "saved" / device
        folder.mkdir(parents=True)
        for command, text in texts.items():
            (folder / f"{command.replace(' ', '_')}.txt").write_text(text)
    again = tmp_path / "again.snapshot"

    ran = bothways(story.folder, "read", "--from-files", tmp_path / "saved", "-o", again)

    assert ran.code == 0, ran.err
    told, read = (
        bothways(story.folder, "diagnose", *STORY_FLOW.split(), "--snapshot", path, "--format", "json").json
        for path in (again, saved.path)
    )
    for said in (told, read):
        for row in (*said["evidence"], *(row for finding in said["findings"] for row in finding["evidence"])):
            del row["taken_at"]
    assert told == read
    assert told["fate"] == "isn-mismatch"
    from_files, from_ssh = type(saved)(again).snapshot, saved.snapshot
    for state in from_ssh:
        other = from_files.device(state.name)
        assert other.platform == state.platform
        for kind, source in state._sources.items():
            if source.command not in state.outputs:  # read only when a flow is to be proven
                assert source.command not in other.outputs
                continue
            assert list(other.table(kind)) == list(state.table(kind)), (state.name, kind)


def test_the_counter_rises_by_what_died_and_packet_tracer_counts_itself(lab: Lab) -> None:
    """S0-02: the delta of `acl-drop` is read before any packet-tracer, which raises it once more."""
    live = lab("from-start", story=calm(hairpin()))
    before = live.read("before")
    assert live.ask("ping", client=WORKSTATION, server=CIMC, count=3)["received"] == 0
    assert live.ask("connect", client=WORKSTATION, server=CIMC, port=443)["result"] == "timeout"
    after = live.read("after")
    died = [row for row in live.drops("edge-asa") if CIMC in row["packet"]]
    assert len(died) > 3
    assert after.counter("acl-drop") - before.counter("acl-drop") == len(died)
    (row,) = after.snapshot.device("edge-asa").table(AspDrop).where(name="acl-drop")
    assert row.count == after.counter("acl-drop")
    said = live.json("diagnose", *STORY_FLOW.split(), "--snapshot", after.path)
    (finding, limit) = said["findings"]
    assert (finding["id"], limit["id"]) == ("hairpin-denied", "interface-limit")
    cited = {evidence["command"]: evidence["text"] for evidence in finding["evidence"]}
    assert "(acl-drop)" in cited["show asp drop"]
    assert cited["show running-config"] == "no line says: same-security-traffic permit intra-interface"
    assert not [line for line in live.typed("edge-asa") if "packet-tracer" in line]

    traced = live.openssh("edge-asa", f"packet-tracer input inside tcp {WORKSTATION} 40000 {CIMC} 443")

    assert "Drop-reason: (acl-drop) Flow is denied by configured rule" in traced
    assert "Implicit Rule" in traced
    assert live.read("traced").counter("acl-drop") == after.counter("acl-drop") + 1


def test_the_log_line_is_joined_to_the_flow(lab: Lab) -> None:
    """S0-09: 106015 with flags RST, from the device's buffer to the finding; pasted, it names the flow."""
    live = lab("delta-above", story=calm(hairpin()))
    port = live.ask("connect", client=WORKSTATION, server=CIMC, port=443)["client_port"]
    text = f"Deny TCP (no connection) from {WORKSTATION}/{port} to {CIMC}/443 flags RST  on interface inside"
    shown = live.openssh("edge-asa", "show logging")
    assert f"%ASA-6-106015: {text}" in shown

    said = live.json("diagnose", *STORY_FLOW.split())

    (finding, _) = said["findings"]
    cited = [row["text"] for row in finding["evidence"] if row["command"] == "show logging"]
    assert cited
    assert all(row.endswith(f"%ASA-6-106015: {text}") for row in cited)
    pasted = live.json("diagnose", "--log", f"%ASA-6-106015: {text}")
    assert (pasted["flow"], pasted["fate"]) == (STORY_FLOW, "isn-mismatch")


def test_a_reset_behind_the_first_number_ends_the_half_open_connection(lab: Lab) -> None:
    """S0-12: the client's RST is taken: `TCP Reset-O`, no entry left, nothing out of order counted."""
    live = lab("delta-above", story=calm(hairpin()))
    before = live.read("before")
    assert live.observed(STORY_FLOW) == ("isn-mismatch", WORKSTATION, 2)
    after = live.read("after")
    assert live.conns(WORKSTATION, CIMC) == []
    logged = [row.text for row in after.snapshot.device("edge-asa").table(LogLine).where(code="302014")]
    assert any(f"{CIMC}/443" in text and text.endswith("TCP Reset-O from inside") for text in logged)
    assert _counts(before, after, "tcp-rstfin-ooo") == (0, 0)
    denied = [row for row in live.drops("edge-asa") if "RST" in row["packet"]]
    assert _counts(before, after, "tcp-not-syn") == (0, len(denied))
    assert live.predicted(STORY_FLOW) == ("isn-mismatch", WORKSTATION, 2)


def test_a_reset_before_the_first_number_leaves_it_for_thirty_seconds(lab: Lab) -> None:
    """S0-12: `SaAB`, no byte, RSTs counted as out of order; gone with `SYN Timeout` when its time is over."""
    live = lab("delta-below", story=calm(hairpin()))
    before = live.read("before")
    assert live.observed(STORY_FLOW) == ("isn-mismatch", WORKSTATION, 2)
    during = live.read("during")
    (entry,) = live.conns(WORKSTATION, CIMC)
    assert (entry["flags"], entry["bytes"]) == ("SaAB", 0)
    (row,) = during.snapshot.device("edge-asa").table(Conn).where(bytes=0)
    assert (row.flags, row.a_interface, row.b_interface) == ("SaAB", "inside", "inside")
    resets = [row for row in live.drops("edge-asa") if "RST" in row["packet"]]
    assert _counts(before, during, "tcp-rstfin-ooo") == (0, len(resets))
    (finding, _) = live.json("diagnose", *STORY_FLOW.split(), "--snapshot", during.path)["findings"]
    assert any(cited["command"] == "show conn" and "SaAB" in cited["text"] for cited in finding["evidence"])

    live.ask("advance_to", moment_s=entry["created_s"] + 30.5)

    assert live.conns(WORKSTATION, CIMC) == []
    after = live.read("after").snapshot.device("edge-asa")
    assert after.table(Conn).where(bytes=0) == []
    ends = [row.text for row in after.table(LogLine).where(code="302014")]
    assert ends[-1].endswith("duration 0:00:30 bytes 0 SYN Timeout")


FLAGS = {
    0x12: "SYN ACK", 0x10: "ACK", 0x18: "PSH ACK", 0x11: "FIN ACK",
    0x01: "FIN", 0x04: "RST", 0x14: "RST ACK", 0x08: "PSH",
}  # fmt: skip


def test_no_segment_but_a_syn_passes_without_a_connection(tmp_path: Path) -> None:
    """S0-22: each is dropped, counted, logged and read back with its flags; a pasted line finds its flow."""
    world = World.from_story("hairpin")
    sender = world.host("workstation")
    for port, flags in enumerate(FLAGS, 40000):
        sender.send(
            Packet(sender.address.ip, IPv4Address(CIMC), 6, sport=port, dport=443, flags=flags, seq=7, ack=9)
        )
        world.run_for(0.1)
    with served(world, tmp_path / "lab") as live:
        for port, _ in enumerate(FLAGS, 40000):
            said = live.ask("witness", client=WORKSTATION, server=CIMC, port=443, client_port=port)
            assert (said["fate"], said["at"]["device"]) == ("no-connection", "edge-asa")
        saved = live.read()
        asa = saved.snapshot.device("edge-asa")
        denied = [row.text for row in asa.table(LogLine).where(code="106015")]
        assert denied == [
            f"Deny TCP (no connection) from {WORKSTATION}/{port} to {CIMC}/443 "
            f"flags {names}  on interface inside"
            for port, names in enumerate(FLAGS.values(), 40000)
        ]
        assert saved.counter("tcp-not-syn") == len(FLAGS)
        for line in denied[1:]:  # a SYN ACK is of the other direction
            found = live.json("diagnose", "--log", f"%ASA-6-106015: {line}", "--snapshot", saved.path)
            assert found["flow"] == STORY_FLOW


def test_an_open_access_list_changes_nothing(lab: Lab) -> None:
    """S0-07: `permit ip any any` both ways: the same verdict, and it is said that no list is the cause."""
    live = lab()
    before = live.predicted(STORY_FLOW)
    answers = live.ask(
        "edit",
        device="edge-asa",
        lines=[
            "access-list ANY extended permit ip any any",
            "access-group ANY in interface inside",
            "access-group ANY out interface inside",
        ],
    )["answers"]
    assert answers == ["", "", ""]

    said = live.json("diagnose", *STORY_FLOW.split())

    assert (said["fate"], said["at"]["device"], said["at"]["packet"]) == before
    assert live.observed(STORY_FLOW) == before == ("isn-mismatch", WORKSTATION, 2)
    found = {finding["id"]: finding for finding in said["findings"]}
    assert sorted(found) == ["any-any-acl", "asymmetric-return", "interface-limit"]
    assert found["any-any-acl"]["severity"] == "note"
    assert "ACL is not the cause" in found["any-any-acl"]["sentence"]
    assert not [row for row in live.drops("edge-asa") if "access list" in row["why"]]
    plan = live.json(*plan_words())["plan"]
    assert lints(plan, "blocking") == {}


def _counts(before: Saved, after: Saved, name: str) -> tuple[int, int]:
    return before.counter(name), after.counter(name)
