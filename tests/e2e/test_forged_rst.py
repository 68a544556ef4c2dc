"""The forged RST from start to end: broken, cured, undone, and a cure that is none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

LONGEST_S = 60
RESET = ("reset-by-device", "app-asa", 1)
WHOLE = ("complete", "", 0)
SILENT = ("idle-timeout", "app-asa", 1)


@pytest.mark.parametrize(
    ("fix", "code", "after", "socket"),
    [
        pytest.param([], 0, WHOLE, "closed", id="S3-07 a longer timer, and a log"),
        pytest.param(["--fix", "dcd"], 0, WHOLE, "closed", id="S3-07 probes"),
        pytest.param(["--fix", "reset-service"], 2, SILENT, "silence", id="S3-05 nobody is told"),
    ],
)
def test_prediction_and_hosts_agree(
    tmp_path: Path, fix: list[str], code: int, after: tuple[str, str, int], socket: str
) -> None:
    """S3-05, S3-07: twenty minutes of silence over two firewalls that translate."""
    script = Path(sys.executable).with_name("bothways")
    done = subprocess.run(
        [script, "demo", "forged-rst", *fix, "--format", "json"],
        capture_output=True,
        cwd=tmp_path,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    said = json.loads(done.stdout)
    for stage, wanted in (("before", RESET), ("after", after), ("undone", RESET)):
        seen, at, observed_at = said[stage], said[stage]["at"], said[stage]["observed_at"]
        assert (seen["predicted"], at["device"], at["packet"]) == wanted, stage
        assert (seen["observed"], observed_at["device"], observed_at["packet"]) == wanted, stage
    assert said["before"]["socket"] == "silence"
    assert said["after"]["socket"] == socket
    assert {"idle-timeout-short", "reset-service", "logging-too-quiet"} <= {
        finding["id"] for finding in said["findings"]
    }
