"""The one way on which captures are typed: in privileged exec, ours only."""

from __future__ import annotations

from pathlib import Path

import pytest

from bothways.errors import BadInput
from bothways.session.device_session import open_session
from tests.session.conftest import QUICK, ScriptedDevice, Serve, StoppedClock

PLACE = (
    "capture bw-abc123-1 type raw-data interface inside buffer 65536 packet-length 128 "
    "match tcp host 10.12.0.130 host 172.16.1.18 eq 443"
)
REMOVE = "no capture bw-abc123-1"


@pytest.mark.parametrize("packet", [0, 1])
def test_a_capture_is_typed_in_exec_and_the_answer_comes_back(
    serve: Serve, known_hosts: Path, clock: StoppedClock, packet: int
) -> None:
    """Longer than the terminal is wide, byte by byte: silence is "", a complaint is what was said."""
    device = serve(
        ScriptedDevice(
            platform="cisco_asa",
            prompt_end=" ",
            packet=packet,
            outputs={PLACE: [b""], REMOVE: [b"ERROR: Capture <bw-abc123-1> does not exist\n"]},
        )
    )
    with open_session(device.device, known_hosts, clock, QUICK) as session:
        assert session.capture(PLACE) == ""
        assert session.capture(REMOVE) == "ERROR: Capture <bw-abc123-1> does not exist"
    typed = [line for mode, line in device.typed if "capture" in line]
    assert typed == [PLACE, REMOVE]
    assert not [line for mode, line in device.typed if mode == "config"]


@pytest.mark.parametrize(
    "command", ["capture theirs interface inside", "configure terminal", f"{REMOVE}\nreload"]
)
def test_nothing_else_leaves(serve: Serve, known_hosts: Path, clock: StoppedClock, command: str) -> None:
    """X-04: refused before a byte of it is sent; reading stays reading, too."""
    device = serve(ScriptedDevice(platform="cisco_asa", prompt_end=" "))
    with open_session(device.device, known_hosts, clock, QUICK) as session:
        before = len(device.typed)
        with pytest.raises(BadInput):
            session.capture(command)
        with pytest.raises(BadInput):
            session.read([PLACE])
        assert device.typed[before:] == []
