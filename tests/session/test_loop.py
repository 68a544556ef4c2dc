from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bothways.errors import SessionLost
from bothways.session.channel import ChannelClosed
from bothways.session.device_session import open_session
from bothways.session.loop import SshLoop, ssh_loop, stop_loop
from tests.session.conftest import QUICK, ScriptedDevice, Serve, StoppedClock, leave, stall


def test_one_loop_serves_the_process_until_it_is_stopped() -> None:
    first = ssh_loop()
    assert ssh_loop() is first
    stop_loop()
    second = ssh_loop()
    assert second is not first
    stop_loop()


def test_a_call_from_the_loops_own_thread_is_refused() -> None:
    """It would wait for itself, for ever."""
    loop = SshLoop()

    async def wrong() -> None:
        loop.run(asyncio.sleep(0), 1.0)

    with pytest.raises(RuntimeError, match="own thread"):
        loop.run(wrong(), 1.0)
    loop.stop()


def test_work_that_misses_its_deadline_is_cancelled() -> None:
    loop = SshLoop()
    ended = threading.Event()

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        loop.run(forever(), 0.05)
    assert ended.wait(1.0)
    loop.stop()


def test_nothing_happens_after_the_stop() -> None:
    loop = SshLoop()
    loop.stop()
    loop.post(pytest.fail, "posted to a stopped loop")


def test_stopping_closes_open_sessions(serve: Serve, known_hosts: Path, clock: StoppedClock) -> None:
    """F36: no VTY is left behind when the process ends."""
    session = open_session(serve(ScriptedDevice()).device, known_hosts, clock, QUICK)
    stop_loop()
    assert not session.alive
    session.close()


def test_a_thread_waiting_for_bytes_wakes_when_the_session_is_closed(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    session = open_session(
        serve(ScriptedDevice(outputs={"show a": [stall]})).device, known_hosts, clock, QUICK
    )
    channel = session._line.channel
    failures: list[str] = []

    def wait() -> None:
        try:
            channel.read(30)
        except ChannelClosed as closed:
            failures.append(str(closed))

    waiting = threading.Thread(target=wait)
    waiting.start()
    session.close()
    waiting.join(1.0)
    assert failures == ["closed by us"]
    with pytest.raises(ChannelClosed):
        channel.write(b"x")


FORK = """
import asyncio, os
from bothways.session.loop import ssh_loop
parent = ssh_loop()
child = os.fork()
if child == 0:
    own = ssh_loop()
    os._exit(0 if own is not parent and own.run(asyncio.sleep(0, "here"), 5.0) == "here" else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert parent.run(asyncio.sleep(0, "still here"), 5.0) == "still here"
"""


def test_a_forked_child_gets_a_loop_of_its_own() -> None:
    """The parent's thread does not exist there, and its lock may be held for ever."""
    # In a process of its own: later Pythons warn of a fork beside running threads.
    assert subprocess.run([sys.executable, "-c", FORK], check=False, timeout=30).returncode == 0


def test_many_sessions_share_the_loop(serve: Serve, known_hosts: Path, clock: StoppedClock) -> None:
    """Twenty threads read at once; each gets its own device's text."""
    devices = [
        serve(ScriptedDevice(hostname=f"SW{number}", outputs={"show clock": [f"noon {number}\n".encode()]}))
        for number in range(20)
    ]
    texts: dict[int, str] = {}

    def read(number: int) -> None:
        with open_session(devices[number].device, known_hosts, clock, QUICK) as session:
            texts[number] = session.read(["show clock"])[0].text

    threads = [threading.Thread(target=read, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert texts == {number: f"noon {number}" for number in range(20)}


def test_a_shell_that_ends_takes_its_connection_along(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """Nobody else uses it, and nobody would close it: the device would keep it until we end."""
    device = serve(ScriptedDevice(outputs={"show a": [leave]}))
    session = open_session(device.device, known_hosts, clock, QUICK)
    with pytest.raises(SessionLost):
        session.read(["show a"])

    assert device.left.wait(5)
