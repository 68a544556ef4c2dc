"""A deadline for all of the reading: whoever hangs or babbles is cut off, the others stay, and we end."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bothways.errors import SessionLost, Unreachable
from bothways.fleet import read_fleet
from bothways.network import Device, Network
from bothways.platforms import platform
from bothways.session.device_session import open_session
from bothways.session.timeouts import LATE, Timeouts
from tests.session.conftest import (
    ScriptedDevice,
    ScriptedShell,
    Serve,
    ServerThread,
    StoppedClock,
    for_ever,
    stall,
)

DEADLINE_S = 2.0
GRACE_S = 2.0
"""For a busy machine; the limits of the phases are ten times as long."""
COMMANDS = (*platform("cisco_ios").load_commands, *platform("cisco_ios").read_commands)


async def dribble(shell: ScriptedShell) -> None:
    """A byte now and then, for ever: no limit on silence ever ends that."""
    while True:
        shell.write(b"x")
        await asyncio.sleep(0.02)


class Dribbling(ScriptedShell):
    """Never shows a prompt, never is silent."""

    async def run(self) -> None:
        await dribble(self)


def ill(serve: Serve, servers: ServerThread) -> dict[str, Device]:
    """Devices that never end, each in another phase."""
    half = COMMANDS[len(COMMANDS) // 2]
    shells = {
        "no-password-answer": ScriptedDevice(password_delay_s=60.0),
        "no-prompt": ScriptedDevice(banner=b"", prompts_unasked=False, shell=Dribbling),
        "stalls": ScriptedDevice(outputs={half: [b"half of it\n", stall]}),
        "dribbles": ScriptedDevice(outputs={half: [dribble]}),
        "floods": ScriptedDevice(outputs={half: [for_ever]}),
    }
    devices = {name: serve(shell).as_device(name=name) for name, shell in shells.items()}
    mute = servers.serve_bytes(b"")
    return devices | {"no-banner": ScriptedDevice(port=mute).as_device(name="no-banner")}


def test_who_never_ends_is_unread_and_the_others_stay(
    serve: Serve, servers: ServerThread, known_hosts: Path, clock: StoppedClock
) -> None:
    """X-04 X-08: in every phase, within the deadline; what was read of the others is judged."""
    well = serve(ScriptedDevice()).as_device(name="well")
    devices = ill(serve, servers)
    network = Network({"well": well, **devices}, ())

    began = time.monotonic()
    seen = read_fleet(network, known_hosts=known_hosts, clock=clock, deadline_s=DEADLINE_S)
    took = time.monotonic() - began

    assert set(seen.devices) == {"well"}
    assert set(seen.unread) == set(devices)
    assert {name: LATE in why for name, why in seen.unread.items()} == dict.fromkeys(devices, True)
    assert DEADLINE_S <= took < DEADLINE_S + GRACE_S


def test_devices_whose_turn_does_not_come_are_unread(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """X-08: more devices than are read at once, and the first ones never end; none is forgotten."""
    stuck = serve(ScriptedDevice(password_delay_s=60.0))
    network = Network({name: stuck.as_device(name=name) for name in (f"sw{n}" for n in range(45))}, ())
    began = time.monotonic()
    seen = read_fleet(network, known_hosts=known_hosts, clock=clock, deadline_s=1.0)
    assert time.monotonic() - began < 1.0 + GRACE_S
    assert set(seen.unread) == set(network.devices)
    turns = [why for why in seen.unread.values() if "its turn did not come" in why]
    assert len(turns) == 25
    assert len(stuck.passwords) <= 20


def test_a_session_past_its_end_tells_where_it_was_cut(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """X-08: the sentence names the command; the session is gone."""
    device = serve(ScriptedDevice(outputs={"show clock": [dribble]})).device
    limits = Timeouts(until_s=time.monotonic() + 1.0)
    session = open_session(device, known_hosts, clock, limits)
    with pytest.raises(SessionLost, match=f"{LATE}: cut after `show clock`"):
        session.read(["show clock"])
    assert not session.alive
    began = time.monotonic()
    session.close()
    assert time.monotonic() - began < 0.5


def test_after_the_deadline_nobody_is_called(serve: Serve, known_hosts: Path, clock: StoppedClock) -> None:
    """X-08: a password that cannot lead to anything is not sent."""
    device = serve(ScriptedDevice())
    with pytest.raises(Unreachable, match=LATE):
        open_session(device.device, known_hosts, clock, Timeouts(until_s=time.monotonic()))
    assert device.passwords == []


DEAD_NAMES = """
import socket, sys, threading, time
from pathlib import Path
from pydantic import SecretStr
from bothways.clock import SystemClock
from bothways.fleet import read_fleet
from bothways.network import Device, Network

answer = socket.getaddrinfo

def asked(*words, flags=0, **named):
    if flags & socket.AI_NUMERICHOST:  # nobody is asked
        return answer(*words, flags=flags, **named)
    threading.Event().wait()

socket.getaddrinfo = asked
device = Device(name="asa", address="asa.example.net", port=22, platform="cisco_asa", username="u",
                password=SecretStr("p"), secret=None)
network = Network({"asa": device}, ())
seen = read_fleet(network, known_hosts=Path(sys.argv[1]), clock=SystemClock(), deadline_s=0.5)
print(seen.unread["asa"])
"""


def test_a_dead_name_server_does_not_hold_up_the_exit(tmp_path: Path) -> None:
    """X-08: the process ends although a thread of it never will."""
    command = [sys.executable, "-c", DEAD_NAMES, str(tmp_path / "none")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert LATE in ran.stdout
