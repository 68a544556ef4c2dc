"""`bothways capture --report FORMS -o DIR`: what captures show, in files."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

from bothways.lab.world import World

from .test_verb import capture, saved
from .wire import Talk, pcap, timed

CALL = Talk()
SVG = "{http://www.w3.org/2000/svg}"
FORMS = "html,svg,md,json"


def rows(drawing: str) -> list[str]:
    """What is read aloud of each packet."""
    root = ET.fromstring(drawing)  # noqa: S314  our own
    return [one[0][0].text or "" for one in root.iter(f"{SVG}g") if one.get("role") == "listitem"]


def test_a_capture_becomes_a_page_with_its_dead_packet(tmp_path: Path) -> None:
    """S0-10: captured at the workstation's wire: the SYN/ACK is what the call dies of, in every form."""
    world = World.from_story("hairpin", ("delta-below",), None, workloads=False)
    world.connect("workstation", "cimc", 443)
    users = saved(world, "users", tmp_path)
    ran = capture(users, "--report", FORMS, "-o", tmp_path / "r")
    assert ran.code == 2
    assert ran.out == capture(users).out
    page, drawing, text, keys = (
        (tmp_path / "r" / f"capture.{form}").read_text() for form in ("html", "svg", "md", "json")
    )
    assert "<h1>1 of 1 stream failed: isn-mismatch</h1>" in page
    assert '<h2 id="chapter-2-heading">isn-mismatch: 10.12.0.130:49363 &gt; 172.16.1.18:443</h2>' in page
    (dead,) = [row for row in rows(drawing) if "the flow dies of this" in row]
    assert dead.startswith(
        "packet 27, SYN/ACK, from 172.16.1.18:443 to 10.12.0.130:49363: dies at 10.12.0.130"
    )
    assert dead in page.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
    assert text.startswith("# 1 of 1 stream failed: isn-mismatch\n")
    assert "DIES HERE" in text
    assert json.loads(keys) == capture(users, "--format", "json").json


def test_two_captures_become_a_page_of_the_joined_call(tmp_path: Path) -> None:
    """S1-10: both files beside each other, the rewrite marked between them."""
    world = World.from_story("hairpin", ("delta-below",), None, workloads=False)
    world.connect("workstation", "cimc", 443)
    files = (saved(world, "users", tmp_path), saved(world, "lab", tmp_path))
    ran = capture(*files, "--report", "html,svg", "-o", tmp_path / "r")
    assert ran.code == 2
    page = (tmp_path / "r" / "capture.html").read_text()
    assert page.index("users.pcap and lab.pcap") < page.index("isn-mismatch: 10.12.0.130:49363")
    joined = rows((tmp_path / "r" / "capture.svg").read_text())
    assert "between, 1 hop rewrites seq from 0 to Δ" in joined[0]
    assert "captured as users.pcap:23" in joined[0]
    assert "captured as lab.pcap:8" in joined[0]


def test_a_call_that_lives_is_drawn_where_it_is_the_only_one(tmp_path: Path) -> None:
    """Nothing is dead in it, and the headline says so."""
    path = tmp_path / "whole.pcap"
    path.write_bytes(pcap(timed(*CALL.whole())))
    assert capture(path, "--report", "html,svg", "-o", tmp_path / "r").code == 0
    page = (tmp_path / "r" / "capture.html").read_text()
    assert "<h1>None of 1 stream failed" in page
    assert page.count("<figure") == 1
    assert not [row for row in rows((tmp_path / "r" / "capture.svg").read_text()) if "dies" in row]


def test_a_hostile_name_of_a_file_stays_a_name(tmp_path: Path) -> None:
    """A capture may be called anything that a file may."""
    path = tmp_path / "<script>alert(1)<\x1b[31m\u202e&'\"]]>.pcap"
    path.write_bytes(pcap(timed(*CALL.whole())))
    capture(path, "--report", FORMS, "-o", tmp_path / "r")
    page = (tmp_path / "r" / "capture.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;" in page
    assert not {"\x1b", "\u202e"} & set(page)
    assert rows((tmp_path / "r" / "capture.svg").read_text())
