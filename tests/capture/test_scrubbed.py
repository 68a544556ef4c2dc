"""Captures that were made fit to be shown still say the same."""

from __future__ import annotations

from pathlib import Path

from bothways.cli.main import run
from bothways.lab.world import World

from .test_verb import capture


def test_two_scrubbed_captures_are_joined_to_the_same_verdict(tmp_path: Path) -> None:
    """S3-08: under other names, the same cause, the same packets, the same rewrite between them."""
    world = World.from_story("one-way-nat")
    world.connect("192.4.4.4", "10.1.1.1", 23)
    wires = ("customer", "resource-edge")
    for wire in wires:
        world.write_pcap(wire, tmp_path / f"{wire}.pcap")
    plain = [tmp_path / f"{wire}.pcap" for wire in wires]
    shared = tmp_path / "shared"
    assert run(["scrub", *map(str, plain), "-o", str(shared), "--map", str(tmp_path / "map")]) == 0
    before, after = (
        capture(*files, "--format", "json")
        for files in (plain, sorted(shared.rglob("*.pcap"), key=lambda path: wires.index(path.stem)))
    )
    assert "10.1.1.1" not in after.out
    ours, theirs = (ran.json["joins"][0] for ran in (before, after))
    for key in ("cause", "confidence", "client_here", "undone"):
        assert ours["calls"][0][key] == theirs["calls"][0][key]
    assert ours["packets"] == theirs["packets"]
    numbers = [
        [(one["here"], one["there"]) for one in said["calls"][0]["packets"]] for said in (ours, theirs)
    ]
    assert numbers[0] == numbers[1]
    odd = [[one["cause"] for part in ran.json["captures"] for one in part["odd"]] for ran in (before, after)]
    assert odd[0] == odd[1] == ["wrong-source", "client-refuses"]
