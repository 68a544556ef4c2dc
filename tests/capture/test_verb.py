"""`bothways capture` as it is typed, on captures of the lab's wires and on built ones."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bothways.cli.main import run
from bothways.lab.world import World

from .wire import ACK, RST, SYN, Talk, pcap, timed

CALL = Talk()


@dataclass(frozen=True)
class Ran:
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        whole: dict[str, Any] = json.loads(self.out)
        return whole


def capture(*words: str | Path) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["capture", *map(str, words)])
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return Ran(code, out.getvalue(), err.getvalue())


def saved(world: World, wire: str, folder: Path) -> Path:
    path = folder / f"{wire}.pcap"
    world.write_pcap(wire, path)
    return path


def test_the_customer_and_the_firewall_see_different_resets(tmp_path: Path) -> None:
    """S1-05: captures of the lab's customer and firewall wires as tables, with the cause where it shows."""
    world = World.from_story("one-way-nat")
    world.connect("192.4.4.4", "10.1.1.1", 23)
    customer = capture(saved(world, "customer", tmp_path))
    firewall = capture(saved(world, "resource-edge", tmp_path))
    assert (customer.code, firewall.code) == (2, 2)
    assert "wrong-source (certain), 192.4.4.4:" in customer.out.splitlines()[0]
    assert "is answered by 192.1.1.1" in customer.out
    assert "client-refuses (certain), 192.4.4.4:" in firewall.out.splitlines()[0]
    rows = [
        line
        for line in firewall.out.splitlines()
        if line.startswith("    ") and " at " in line and " ttl " in line
    ]
    assert [line.split(" at ")[1].split(": ")[1].split(" seq ")[0].split()[3:] for line in rows] == [
        ["SYN"],
        ["SYN", "ACK"],
        ["RST"],
    ]
    assert "seq 269622971 win 0 len 0" in rows[2]


@pytest.mark.parametrize(
    ("variants", "cause"),
    [(("delta-below",), "isn-mismatch"), (("delta-above",), "isn-mismatch"), (("ack",), "handshake-unseen")],
)
def test_the_users_wire_of_the_hairpin(tmp_path: Path, variants: tuple[str, ...], cause: str) -> None:
    """S0-08: the frame is rewritten on one wire, and the MAC of the firewall stands in the verdict."""
    world = World.from_story("hairpin", variants, None, workloads=False)
    world.connect("workstation", "cimc", 443)
    world.run_for(20)
    ran = capture(saved(world, "users", tmp_path), "--format", "json")
    (said,) = ran.json["captures"]
    (odd,) = said["odd"]
    assert (ran.code, odd["cause"], odd["confidence"]) == (2, cause, "certain")
    assert "0023.5e1a.2b08" in odd["sentence"]
    links = [line["text"].rpartition("(")[2] for line in odd["evidence"][:2]]
    assert links == ["0050.56a0.0130 > 0023.5e1a.2b08)", "0023.5e1a.2b08 > 0019.2fbc.3ac2)"]


def test_pings_that_live_beside_dying_tcp_are_told(tmp_path: Path) -> None:
    """S0-06: a capture that shows both says that the way is there."""
    world = World.from_story("hairpin", ("ack",), None, workloads=False)
    world.ping("workstation", "cimc", 4)
    world.connect("workstation", "cimc", 443)
    ran = capture(saved(world, "users", tmp_path))
    assert "pings from 10.12.0.130 to 172.16.1.18 are answered: both ways exist" in ran.out


def test_the_last_line_is_the_next_command(tmp_path: Path) -> None:
    """The devices on the way of the worst stream are asked next."""
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(timed(CALL.c(0, SYN, 0), CALL.s(0.1, RST | ACK, -700000, 1))))
    ran = capture(path)
    assert ran.out.splitlines()[0] == (
        "a.pcap: 1 stream, 1 refused; 1 odd: refused (certain), 10.12.0.130:50001 > 172.16.1.18:443, packet 2"
    )
    assert ran.out.splitlines()[-1] == "bothways diagnose 10.12.0.130 172.16.1.18 tcp/443"


def test_codes_tell_clean_from_unseen(tmp_path: Path) -> None:
    """0 when nothing failed, 3 when it cannot be seen, 10 when it is no capture."""
    clean, empty, other = (tmp_path / name for name in ("clean.pcap", "empty.pcap", "other.pcap"))
    clean.write_bytes(pcap(timed(*CALL.whole())))
    empty.write_bytes(pcap([]))
    other.write_text("hello")
    assert [capture(path).code for path in (clean, empty, other)] == [0, 3, 10]
    assert "none is odd" in capture(clean).out
    assert "could not see: there is no packet in the file" in capture(empty).out
    assert capture(clean, empty).code == 3


def test_one_flow_of_many(tmp_path: Path) -> None:
    """--flow leaves the other streams out, and the next command is about it."""
    other = replace(CALL, cport=50002, sport=80)
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(timed(*CALL.whole(), other.c(5, SYN, 0), other.s(5.1, RST | ACK, -700000, 1))))
    said = capture(path, "--flow", "10.12.0.130,172.16.1.18,tcp/443", "--format", "json")
    assert said.code == 0
    assert [one["server_port"] for one in said.json["captures"][0]["streams"]] == [443]
    assert capture(path, "--flow", "10.12.0.130,172.16.1.18,tcp/80").code == 2
    assert capture(path, "--flow", "nonsense").code == 10


def test_like_streams_are_one_story(tmp_path: Path) -> None:
    """Thirty refused calls to one port are told once, with their number; --all shows every row."""
    calls = [replace(CALL, cport=50_000 + number) for number in range(30)]
    packets = [
        one
        for number, call in enumerate(calls)
        for one in (call.c(number, SYN, 0), call.s(number + 0.1, RST | ACK, -700000, 1))
    ]
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(timed(*packets)))
    ran = capture(path)
    assert "refused (certain): 10.12.0.130:50000 > 172.16.1.18:443 (and 29 more like it)" in ran.out
    assert "and 10 more streams; all of them: --all" in ran.out
    assert "10.12.0.130:50029 > " in capture(path, "--all").out
