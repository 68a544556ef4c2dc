"""A capture beside a snapshot of the devices: which device does it, by which line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bothways.cli.lab_child import running_lab
from bothways.cli.main import run

from .test_verb import capture
from .wire import RST, SYN, Talk, pcap, timed


def lived(story: str, folder: Path, ask: dict[str, object], wires: Sequence[str]) -> Path:
    """A lab in which a call was made: its wires as captures, its devices as a snapshot."""
    with running_lab(story, folder) as lab:
        lab.ask("connect", protocol="tcp", **ask)
        for wire in wires:
            lab.ask("pcap", wire=wire, path=f"{wire}.pcap")
        saved = folder / "now.snapshot"
        assert run(["read", "-o", str(saved), "--workspace", str(folder)]) == 0
    return saved


@pytest.fixture(scope="module")
def one_way(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one-way translation, with a call of the customer."""
    folder = tmp_path_factory.mktemp("nat") / "lab"
    lived("one-way-nat", folder, {"client": "192.4.4.4", "server": "10.1.1.1", "port": 23}, ["customer"])
    return folder


def test_the_configuration_line_that_translates(one_way: Path) -> None:
    """S1-10: with a snapshot the rewrite is the customer's router's, and its line is shown."""
    files = one_way / "customer.pcap", "--snapshot", one_way / "now.snapshot"
    ran = capture(*files)
    assert ran.code == 2
    lines = ran.out.splitlines()
    (verdict,) = [line for line in lines if line.startswith("  the snapshot says the same: ")]
    assert "packet 2: " in verdict
    assert any("ip nat outside source static 10.1.1.1 192.1.1.1" in line for line in lines)
    (said,) = capture(*files, "--format", "json").json["foretold"]
    assert (said["cause"], said["fate"], said["agrees"]) == ("wrong-source", "wrong-source", True)


def test_a_snapshot_that_says_otherwise(one_way: Path, tmp_path: Path) -> None:
    """By the router 192.1.1.1 works: a capture of a refused call there is of another time."""
    call = Talk("192.4.4.4", "192.1.1.1", 40_000, 23)
    path = tmp_path / "other.pcap"
    path.write_bytes(pcap(timed(call.c(0, SYN, 0), call.s(0.1, SYN | 16, 0, 1), call.c(0.2, RST, 1))))
    (said,) = capture(path, "--snapshot", one_way / "now.snapshot", "--format", "json").json["foretold"]
    assert (said["cause"], said["fate"], said["agrees"]) == ("client-refuses", "complete", False)
    assert "of another time" in capture(path, "--snapshot", one_way / "now.snapshot").out


def test_addresses_nobody_knows_are_not_foretold(one_way: Path, tmp_path: Path) -> None:
    """The devices of the snapshot do not have that network: it cannot tell, and says so."""
    call = Talk("198.51.100.7", "203.0.113.9", 40_000, 23)
    path = tmp_path / "other.pcap"
    path.write_bytes(pcap(timed(*(call.c(at_s, SYN, 0) for at_s in (0, 1, 3)))))
    (said,) = capture(path, "--snapshot", one_way / "now.snapshot", "--format", "json").json["foretold"]
    assert (said["fate"], said["agrees"]) == ("unknown", None)


def test_an_idle_time_is_read_and_held_against_the_gap(tmp_path: Path) -> None:
    """S3-04: the firewall's own `timeout conn` beside the silence of the capture, in numbers."""
    folder = tmp_path / "lab"
    with running_lab("forged-rst", folder, ["hour"]) as lab:
        lab.ask("connect", client="client", server="203.0.113.80", protocol="tcp", port=80)
        assert run(["read", "-o", str(folder / "now.snapshot"), "--workspace", str(folder)]) == 0
    call = Talk("10.20.0.25", "203.0.113.80", 40_000, 80)
    packets = [*call.whole()[:6], call.c(900, 24, 6, 7, data=b"x"), call.s(900.01, RST, 7, window=0)]
    path = folder / "idle.pcap"
    path.write_bytes(pcap(timed(*packets)))
    (said,) = capture(path, "--snapshot", folder / "now.snapshot", "--format", "json").json["foretold"]
    assert said["cause"] == "idle-timeout"
    assert any("the longest silence captured is 900.0 s: no idle timeout" in line for line in said["idle"])
    assert any("1:00:00" in line for line in said["idle"])
