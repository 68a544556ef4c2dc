"""`bothways demo hairpin`, as a user runs it, in an empty folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ISN = ("isn-mismatch", "10.12.0.130", 2)
ACK = ("handshake-unseen", "edge-asa", 3)
DENIED = ("intra-interface-denied", "edge-asa", 1)
WHOLE = ("complete", "", 0)
LONGEST_S = 30  # what the demo may take on an ordinary machine

WAYS = {
    "default": ([], ISN),
    "ack": (["--mechanism", "ack"], ACK),
    "bypass": (["--fix", "bypass"], ISN),
    "pat": (["--fix", "pat"], ISN),
    "from-start": (["--from-start"], DENIED),
}


@pytest.mark.parametrize(("options", "broken"), WAYS.values(), ids=WAYS.keys())
def test_what_is_predicted_is_what_the_hosts_get(
    tmp_path: Path, options: list[str], broken: tuple[str, str, int]
) -> None:
    """S0-10, S0-11, S0-02, S0-20, S0-21: from broken to cured to undone, device and packet included."""
    script = Path(sys.executable).with_name("bothways")
    done = subprocess.run(
        [script, "demo", "hairpin", *options, "--format", "json"],
        capture_output=True,
        cwd=tmp_path,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    said = json.loads(done.stdout)
    assert (said["exit_code"], said["errors"]) == (0, [])
    for stage, wanted in (("before", broken), ("after", WHOLE), ("undone", broken)):
        seen, at, observed_at = said[stage], said[stage]["at"], said[stage]["observed_at"]
        assert (seen["predicted"], at["device"], at["packet"]) == wanted, stage
        assert (seen["observed"], observed_at["device"], observed_at["packet"]) == wanted, stage
    assert said["after"]["socket"] == "delivered"
    assert {said["before"]["socket"], said["undone"]["socket"]} <= {"timeout", "reset"}
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == []
