"""At most one writer per device (I9)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bothways.clock import SystemClock
from bothways.errors import LockHeld
from bothways.pushing.lock import locked

HOLD = """
import sys
from pathlib import Path
from bothways.clock import SystemClock
from bothways.pushing.lock import locked
with locked(Path(sys.argv[1]), {"edge-asa": "JMX1234A0B1"}, "run-1", SystemClock()):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_f48_a_second_run_is_refused_and_told_who_has_the_device(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    """F48, I9: exit 12, with run, pid and host of the holder."""
    try:
        with (
            pytest.raises(LockHeld, match=rf"run-1 \(pid {holder.pid} on ") as caught,
            locked(tmp_path, {"edge-asa": "JMX1234A0B1"}, "run-2", SystemClock()),
        ):
            pass
    finally:
        ended(holder)
    assert caught.value.exit_code == 12


def test_f48_the_lock_of_a_killed_run_is_free(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """F48: nobody has to remove a file after a kill -9."""
    ended(holder)
    with locked(tmp_path, {"edge-asa": "JMX1234A0B1"}, "run-2", SystemClock()):
        pass


def test_other_devices_are_free_meanwhile(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    try:
        with locked(tmp_path, {"lab-switch": "FDO1111X0AA"}, "run-2", SystemClock()):
            pass
    finally:
        ended(holder)


def test_a_refused_run_frees_what_it_already_held(tmp_path: Path) -> None:
    with (
        locked(tmp_path, {"b": "SERIAL-B"}, "run-1", SystemClock()),
        pytest.raises(LockHeld),
        locked(tmp_path, {"a": "SERIAL-A", "b": "SERIAL-B"}, "run-2", SystemClock()),
    ):
        pass
    with locked(tmp_path, {"a": "SERIAL-A", "b": "SERIAL-B"}, "run-3", SystemClock()):
        pass


def test_a_serial_number_from_a_device_is_never_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "locks"
    with locked(folder, {"x": "../../etc/passwd"}, "run-1", SystemClock()):
        assert all(path.parent == folder for path in folder.iterdir())
    assert not (tmp_path / "etc").exists()
