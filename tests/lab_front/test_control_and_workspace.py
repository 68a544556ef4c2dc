"""The control socket, the files of the workspace, the process."""

from __future__ import annotations

import json
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from bothways.clock import ask_lab
from bothways.errors import BothwaysError, Unreachable, WorkspaceError
from bothways.lab.child import run_lab
from bothways.lab.workspace_files import prepare_folder

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab


def test_clock_goes_forward_only(quiet_lab: RunningLab) -> None:
    """Skipping ahead is exact and at once; going back is a no-op."""
    now_s = quiet_lab.ask("clock")["now_s"]
    there_s = quiet_lab.ask("advance_to", moment_s=now_s + 3600)["now_s"]
    assert there_s >= now_s + 3600
    assert quiet_lab.ask("advance_to", moment_s=now_s)["now_s"] >= there_s


def test_connect_tells_what_the_hosts_got_and_what_the_witness_saw(lab: RunningLab) -> None:
    """S0-06, S0-10: ping works, TCP times out; the client refuses packet 2."""
    assert lab.ask("ping", client="workstation", server="cimc", count=3) == {
        "ok": True, "sent": 3, "received": 3,
    }  # fmt: skip
    answer = lab.ask("connect", client="workstation", server="172.16.1.18", protocol="tcp", port=443)
    assert answer["result"] == "timeout"
    assert answer["fate"] == "isn-mismatch"
    assert answer["at"] == {"device": "10.12.0.130", "packet": 2}
    assert lab.ask("tftp", client="tftp", server="vcenter")["result"] == "delivered"
    said = lab.ask(
        "witness", client="workstation", server="cimc", port=443, client_port=answer["client_port"]
    )
    assert (said["fate"], said["at"]) == (answer["fate"], answer["at"])


def test_ledger_connections_and_capture(lab: RunningLab) -> None:
    """Drops name place and reason; connections are those of the device; a capture is a file of ours."""
    lab.ask("connect", client="workstation", server="cimc", port=443)
    drops = lab.ask("drops", where="10.12.0.130")["drops"]
    assert {row["why"] for row in drops} == {"unacceptable ack in SYN-SENT"}
    ends = {(conn["responder"], conn["flags"]) for conn in lab.ask("conns", device="edge-asa")["conns"]}
    assert ("outside:203.0.113.80/443", "UIO") in ends
    size = lab.ask("pcap", wire="users", path="users.pcap")["bytes"]
    assert (lab.folder / "users.pcap").stat().st_size == size > 24


def test_other_administrator_types_through_the_same_command_line(lab: RunningLab) -> None:
    """F44: sections by indentation, errors in words, and his lines stand in the log under his name."""
    answers = lab.ask("edit", device="lab-switch", lines=["int vlan 172", " no shut", "nonsense here"])[
        "answers"
    ]
    assert answers[:2] == ["", ""]
    assert "% Invalid input detected" in answers[2]
    entries = lab.ask("commands", device="lab-switch")["commands"]
    assert {(entry["user"], entry["mode"]) for entry in entries} == {
        ("other-admin", "privileged"), ("other-admin", "config"), ("other-admin", "config-if"),
    }  # fmt: skip


def test_cable_can_be_pulled(lab: RunningLab) -> None:
    """Without it the port is down; with it up again."""
    with lab.terminal("lab-switch") as terminal:
        lab.ask("link", wire="lab", device="lab-switch", up=False)
        down = terminal.type("show ip interface brief | include FastEthernet0/2")
        assert "down                  down" in down
        lab.ask("link", wire="lab", device="lab-switch", up=True)
        assert "up                    up" in terminal.type("show ip interface brief | include Vlan172")


@pytest.mark.parametrize(
    ("request_line", "error"),
    [
        (b"not json\n", "not JSON"),
        (b"[1]\n", "one JSON object"),
        (b'{"do": "dance"}\n', "no verb 'dance'"),
        (b'{"do": "advance_to", "moment_s": "soon"}\n', "moment_s"),
        (b'{"do": "clock", "extra": 1}\n', "extra"),
        (b'{"do": "commands", "device": "nobody"}\n', "known: edge-asa, lab-switch"),
        (b'{"do": "connect", "client": "nobody", "server": "cimc", "port": 80}\n', "no host 'nobody'"),
    ],
)
def test_bad_requests_get_one_line_and_the_lab_lives_on(
    quiet_lab: RunningLab, request_line: bytes, error: str
) -> None:
    """Strict at the border, and said in words."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(quiet_lab.folder / "control.sock"))
        with connection.makefile("rwb") as lines:
            lines.write(request_line)
            lines.flush()
            answer = json.loads(lines.readline())
            assert answer["ok"] is False
            assert error in answer["error"]
            lines.write(b'{"do": "clock"}\n')
            lines.flush()
            assert json.loads(lines.readline())["ok"] is True


def test_workspace_is_private_and_complete(quiet_lab: RunningLab) -> None:
    """B06: 0700 and 0600; inventory, host keys, control socket and epoch."""
    folder = quiet_lab.folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert (folder / "bothways.toml").read_text() == (
        'inventory = "inventory"\nknown_hosts = "known_hosts"\n\n'
        '[lab]\ncontrol = "control.sock"\nepoch = "2026-03-02T08:00:00Z"\n'
    )
    hosts = YAML(typ="safe").load((folder / "inventory" / "hosts.yaml").read_text())
    assert {name: host["platform"] for name, host in hosts.items()} == {
        "edge-asa": "cisco_asa", "lab-switch": "cisco_ios",
    }  # fmt: skip
    secrets = [host[key] for host in hosts.values() for key in ("password",)]
    secrets += [host["data"]["secret"] for host in hosts.values()]
    assert len(set(secrets)) == 4
    assert all(len(secret) == 20 for secret in secrets)
    known = (folder / "known_hosts").read_text()
    for host in hosts.values():
        assert f"[127.0.0.1]:{host['port']} ssh-ed25519 " in known


def test_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """A lab writes into nothing that it did not make."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(WorkspaceError, match="not empty"):
        prepare_folder(tmp_path)


def test_second_lab_in_the_same_folder_is_refused(quiet_lab: RunningLab) -> None:
    """The socket answers: somebody is at home."""
    with pytest.raises(WorkspaceError, match="already runs"):
        prepare_folder(quiet_lab.folder)


@pytest.mark.parametrize(
    ("story", "variants"), [("no-such-story", ()), ("hairpin", ("no-such-variant",)), ("nowhere.yaml", ())]
)
def test_unknown_story_variant_or_file_is_said_before_anything_is_written(
    tmp_path: Path, story: str, variants: tuple[str, ...]
) -> None:
    """Bad input is 10, and leaves no folder behind."""
    with pytest.raises(BothwaysError) as caught:
        run_lab(story, tmp_path / "lab", variants=variants)
    assert caught.value.exit_code == 10
    assert not (tmp_path / "lab").exists()


def test_child_process_says_when_it_is_ready_and_ends_on_sigterm(tmp_path: Path) -> None:
    """One JSON line on stdout; SIGTERM ends it with 0 and removes the socket."""
    folder = tmp_path / "lab"
    command = [sys.executable, "-m", "bothways.lab", "hairpin", "--folder", str(folder)]
    command += ["--variant", "from-start", "--crypto", "modern"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        ready = json.loads(child.stdout.readline())
        assert ready["ready"] == str(folder)
        assert {device["name"] for device in ready["devices"]} == {"edge-asa", "lab-switch"}
        assert f"-o UserKnownHostsFile={folder}/known_hosts admin@127.0.0.1" in ready["devices"][0]["ssh"]
        child.terminate()
        assert child.wait(20) == 0
    assert not (folder / "control.sock").exists()


def test_child_process_says_what_is_wrong_in_json(tmp_path: Path) -> None:
    """Exit code 10, one line."""
    command = [sys.executable, "-m", "bothways.lab", "nothing", "--folder", str(tmp_path / "lab")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 10
    assert json.loads(done.stdout)["error"]["code"] == "bad-input"


def test_lab_that_is_down_does_not_answer(tmp_path: Path) -> None:
    """The product's own clock says what to do."""
    with pytest.raises(Unreachable, match="lab up"):
        ask_lab(tmp_path / "control.sock", {"do": "clock"})


def test_host_keys_outlive_a_restart(
    tmp_path: Path, start_lab: Callable[..., AbstractContextManager[RunningLab]]
) -> None:
    """A lab that comes up again in its folder shows the same keys, so that nobody has to trust it twice."""
    keys = []
    for _ in range(2):
        with start_lab(tmp_path / "lab", crypto="modern") as lab:
            known = (lab.folder / "known_hosts").read_text()
            keys.append([line.split(" ", 1)[1] for line in known.splitlines()])
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == 2
