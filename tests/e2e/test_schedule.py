"""What is printed for cron and systemd, run as it is printed, with the little that cron gives its jobs."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bothways

from .live import Live
from .live import lab as running

QUIET = """\
kind: audit
name: quiet
title: Nothing of it fails here
rules:
  - rule: reset-service
"""
NO_NEW_CODE = """
import ctypes, os, sys
assert ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) == 0
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A lab in a folder whose name is a trap for cron, systemd and shells."""
    with running(tmp_path_factory.mktemp("s") / "my 100% net", "routing-sdm") as lab:
        yield lab


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `bothways` that runs this very code, by the path that it was started with."""
    path = tmp_path / "my bin %" / "bothways"
    path.parent.mkdir()
    source = Path(bothways.__file__).parents[1]
    run = shlex.join(["env", f"PYTHONPATH={source}", sys.executable, "-c",
                      "from bothways.cli.main import main; main()"])  # fmt: skip
    path.write_text(f'#!/bin/sh\nexec {run} "$@"\n')
    path.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(path)])
    return path


def as_cron(line: str, home: Path) -> subprocess.CompletedProcess[str]:
    """What cron does with a line: its own percent signs, then sh with next to no environment."""
    text = line.split(maxsplit=5)[5].replace("\\%", "\0")
    assert "%" not in text  # that would end the command
    return subprocess.run(
        ["/bin/sh", "-c", text.replace("\0", "%")],
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "SHELL": "/bin/sh", "LOGNAME": "netops"},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_the_cron_line_runs_as_printed_and_mails_what_fails(
    live: Live, command: Path, tmp_path: Path
) -> None:
    """X-08 X-04: found by nothing but its paths; the log holds it all, the mail its end."""
    printed = live.bothways("audit", "--deadline", "50s", "--print-cron")
    assert printed.code == 0, printed.err
    line = printed.out.rstrip("\n")
    assert line.startswith("0 2 * * * ")
    assert "\n" not in line
    assert shlex.quote(str(command)).replace("%", "\\%") in line

    mailed = as_cron(line, tmp_path)

    assert mailed.stderr == ""
    assert "asymmetric-return" in mailed.stdout
    assert "bothways plan --from-audit" in mailed.stdout
    log = live.folder / ".bothways" / "audit.log"
    assert mailed.stdout in log.read_text()
    assert live.configured("edge-asa") == []

    again = as_cron(line, tmp_path)
    assert "unchanged" in again.stdout  # --since last: the second time there is a last one


def test_the_cron_line_mails_nothing_when_all_is_well(live: Live, command: Path, tmp_path: Path) -> None:
    """X-08: silence means that it ran and nothing failed; its options are those that were given."""
    (live.folder / "quiet.yaml").write_text(QUIET)
    words = ("audit", "edge-asa", "--playbook", live.folder / "quiet.yaml", "--full")
    line = live.bothways(*words, "--print-cron", "30 1 * * 1-5").out.rstrip("\n")
    assert line.startswith(f"30 1 * * 1-5 {shlex.quote(str(command))} audit edge-asa ".replace("%", "\\%"))
    assert " --deadline 30m --since last --playbook " in line
    assert " --full >> " in line

    mailed = as_cron(line, tmp_path)

    assert (mailed.stdout, mailed.stderr) == ("", "")
    assert "quiet: 1 of 1 devices read" in (live.folder / ".bothways" / "audit.log").read_text()


def test_the_service_runs_where_no_new_code_can_be_made(live: Live, command: Path, tmp_path: Path) -> None:
    """X-08: MemoryDenyWriteExecute= stands in the unit, so numpy and the rest must live with it."""
    files = live.json("audit", "--print-systemd")["units"]
    assert "MemoryDenyWriteExecute=yes" in files["bothways-audit.service"]
    forbids = [sys.executable, "-c", NO_NEW_CODE]
    if subprocess.run([*forbids, "/bin/true"], check=False, capture_output=True).returncode:
        pytest.skip("this kernel cannot forbid it")
    ran = subprocess.run(
        [*forbids, str(command), "audit", "--workspace", str(live.folder), "--deadline", "50s"],
        capture_output=True, text=True, timeout=100, check=False, env={"HOME": str(tmp_path)},
    )  # fmt: skip
    assert ran.returncode == 2, ran.stderr
    assert "2 of 2 devices read" in ran.stdout


def test_the_units_name_the_owner_and_the_store_of_the_workspace(live: Live, command: Path) -> None:
    """X-08: blanks in quotes, percent signs doubled, the time that was asked for."""
    ran = live.bothways("audit", "--deadline", "10m", "--print-systemd", "*/30 2 * * mon-fri")
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    folder = str(live.folder).replace("%", "%%")
    assert f'ReadWritePaths="{folder}/.bothways"' in lines
    shown = str(command).replace("%", "%%")
    assert f'ExecStart="{shown}" audit --workspace "{folder}" --deadline 10m --since last' in lines
    assert f"User={live.folder.owner()}" in lines
    assert "TimeoutStartSec=1200" in lines
    assert "OnCalendar=Mon..Fri *-*-* 02:00,30:00" in lines
    assert "RandomizedDelaySec=180" in lines


REFUSED = {
    "both": (["--print-cron", "--print-systemd"], "--print-cron: and --print-systemd would audit twice"),
    "no time": (["--print-cron", "@reboot"], "--print-cron: '@reboot' has 1 fields, not 5"),
    "a snapshot": (["--print-cron", "--snapshot", "x"], "--snapshot: does not change from night to night"),
    "no playbook": (
        ["--print-cron", "--playbook", "audit-basline"],
        "audit: no playbook 'audit-basline'; did you mean 'audit-baseline'?",
    ),
    "no device": (["edge-asb", "--print-cron"], "inventory: no device 'edge-asb'"),
}


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize(("words", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_could_not_run_at_night_is_not_printed(live: Live, words: list[str], says: str) -> None:
    """X-08: said while somebody is awake to hear it."""
    ran = live.bothways("audit", *words)
    assert (ran.code, ran.out) == (10, "")
    assert ran.errors[0].startswith(f"error: {says}")
