"""Ladders in what `bothways capture` says: the worst streams on a terminal, their pictures in JSON."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bothways.lab.world import World
from bothways.report.capture_pictures import pictures_of

from .conftest import Read
from .test_verb import capture, saved
from .wire import ACK, RST, SYN, Talk, Tcp, pcap, timed

CALL = Talk()


def refused(talk: Talk, at_s: float) -> list[Tcp]:
    return [talk.c(at_s, SYN, 0), talk.s(at_s + 0.1, RST | ACK, -talk.server_isn, 1)]


def unanswered(talk: Talk, at_s: float) -> list[Tcp]:
    return [talk.c(at_s + later, SYN, 0) for later in (0, 1, 3)]


def written(folder: Path, packets: list[Tcp], name: str = "a.pcap") -> Path:
    path = folder / name
    path.write_bytes(pcap(timed(*sorted(packets, key=lambda one: one.at_s))))
    return path


def test_the_ladder_follows_the_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """S0-10: the verdict first, then the ladder with the firewall's MAC address and its one dead packet."""
    monkeypatch.setenv("COLUMNS", "80")
    world = World.from_story("hairpin", ("delta-below",), None, workloads=False)
    world.connect("workstation", "cimc", 443)
    lines = capture(saved(world, "users", tmp_path)).out.splitlines()
    assert lines[0].startswith("users.pcap: 1 stream, 1 reset; 1 odd: isn-mismatch (certain)")
    heading = next(at for at, line in enumerate(lines) if "│" in line)
    names = " ".join(lines[heading - 1 : heading + 1]).replace("│", " ").split()
    assert set(names) == {"10.12.0.130", "users.pcap", "0023.5e1a.2b08", "172.16.1.18"}
    (dead,) = [at for at, line in enumerate(lines) if "DIES HERE" in line]
    assert 0 < heading < dead
    assert "acknowledges Δ+1, and the SYN asked for 1" in lines[dead]
    assert lines[dead - 1].startswith("27 SYN/ACK")
    assert lines[-1] == "bothways diagnose 10.12.0.130 172.16.1.18 tcp/443"


def test_one_ladder_of_each_cause(tmp_path: Path) -> None:
    """Ten refused calls to as many ports and two unanswered ones: two ladders, unless all are asked for."""
    packets = [one for turn in range(10) for one in refused(replace(CALL, sport=443 + turn), turn * 5.0)]
    packets += [
        one for turn in range(2) for one in unanswered(replace(CALL, sport=8000 + turn), 100 + turn * 9.0)
    ]
    path = written(tmp_path, packets)
    ran = capture(path)
    assert ran.out.count("DIES HERE") + ran.out.count("THE FLOW DIES OF THIS") == 2
    every = capture(path, "--all")
    assert every.out.count("DIES HERE") + every.out.count("THE FLOW DIES OF THIS") == 12


def test_the_picture_in_json(tmp_path: Path) -> None:
    """Programs get the ladder of the worst stream of each cause, whole, and null for the others."""
    packets = [*refused(CALL, 0.0), *refused(replace(CALL, cport=50002), 5.0)]
    first, second = capture(written(tmp_path, packets), "--format", "json").json["captures"][0]["odd"]
    assert second["ladder"] is None
    picture = first["ladder"]
    assert [column["name"] for column in picture["columns"]] == ["10.12.0.130", "a.pcap", "172.16.1.18"]
    assert [(row["kind"], row["dead"]) for row in picture["rows"]] == [("SYN", False), ("RST/ACK", True)]
    assert picture["rows"][0]["sightings"][0]["number"] == 1
    assert picture["rows"][0]["stretches"][0]["seq"] == {"relative": "0", "absolute": 1000}


def test_joined_captures_are_drawn_once(tmp_path: Path) -> None:
    """S1-10: two files give one ladder over both places, none of each file; JSON has it beside the call."""
    world = World.from_story("one-way-nat")
    world.connect("192.4.4.4", "10.1.1.1", 23)
    paths = [saved(world, wire, tmp_path) for wire in ("customer", "resource-edge")]
    out = capture(*paths).out
    assert out.count("DIES HERE") == 1
    heading = next(line for line in out.splitlines() if "between, 2 hops" in line)
    assert heading.split()[:2] == ["192.4.4.4", "customer.pcap"]
    (call,) = capture(*paths, "--format", "json").json["joins"][0]["calls"]
    assert [row["kind"] for row in call["ladder"]["rows"] if row["dead"]] == ["SYN/ACK"]


def test_a_file_with_a_hostile_name(tmp_path: Path) -> None:
    """B08: escape sequences in a file's name stay where they are, in text and in JSON."""
    path = written(tmp_path, refused(CALL, 0.0), "\x1b[31m\x1b]0;owned\x07<b>.pcap")
    for words in ((), ("--format", "json")):
        ran = capture(path, *words)
        assert ran.code == 2
        assert "\x1b" not in ran.out
        assert "\x07" not in ran.out


def test_what_a_report_shows(read: Read) -> None:
    """A file for people has the worst of each cause; where nothing is odd and one call is there, that one."""
    again, other = (replace(CALL, cport=port) for port in (50002, 50003))
    odd = read([*refused(CALL, 0.0), *refused(again, 5.0), *unanswered(other, 50.0)])
    titles = {picture.title.partition(" in ")[0] for picture in pictures_of([odd])}
    assert titles == {"10.12.0.130:50001 > 172.16.1.18:443", "10.12.0.130:50003 > 172.16.1.18:443"}
    assert len(pictures_of([odd], everything=True)) == 2
    (whole,) = pictures_of([read(CALL.whole())])
    assert [row.kind for row in whole.rows][:3] == ["SYN", "SYN/ACK", "ACK"]
    assert not any(row.dead for row in whole.rows)
