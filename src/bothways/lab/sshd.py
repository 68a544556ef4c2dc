"""Real SSH in front of every emulated device: logins, shells, and the bytes between."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Any

import asyncssh

from bothways.lab.cli.shell import Shell
from bothways.lab.cli.station import Station

_DRIP_S = 0.001


def quiet_logging() -> None:
    """A client that closes while we write is no news: every Netmiko `disconnect` does it."""
    logging.getLogger("asyncssh").setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").setLevel(logging.ERROR)


class _Screen:
    """Writes a session's bytes in order, with the pauses a fault asks for."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], peer: str) -> None:
        self._channel = channel
        self._peer = peer
        self._queue: deque[bytes | float | int] = deque()
        self._writer: asyncio.Task[None] | None = None

    def write(self, data: bytes) -> None:
        if self._writer is None:
            self._send(data)
        else:
            self._queue.append(data)

    def drip(self, data: bytes) -> None:
        for byte in data:
            self._later(bytes([byte]))
            self._later(_DRIP_S)

    def pause(self, seconds: float) -> None:
        self._later(seconds)

    def close(self, status: int = 0) -> None:
        if self._writer is None:
            self._end(status)
        else:
            self._queue.append(status)

    def peer(self) -> str:
        return self._peer

    def _later(self, item: bytes | float) -> None:
        self._queue.append(item)
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        while self._queue:
            item = self._queue.popleft()
            if isinstance(item, bytes):
                self._send(item)
            elif isinstance(item, float):
                await asyncio.sleep(item)
            else:
                self._end(item)
        self._writer = None

    def _send(self, data: bytes) -> None:
        if data and not self._channel.is_closing():
            self._channel.write(data)

    def _end(self, status: int) -> None:
        if not self._channel.is_closing():
            self._channel.exit(status)


class _ShellSession(asyncssh.SSHServerSession[bytes]):
    """A shell on a pty; nothing else is offered."""

    def __init__(self, station: Station, user: str, world: Callable[[], None], peer: str) -> None:
        self._station = station
        self._user = user
        self._catch_up = world
        self._peer = peer
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._shell: Shell | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan

    def pty_requested(self, _type: str, _size: Any, _modes: Any) -> bool:
        return True  # and its width is ignored: an echo that wraps is an echo nobody finds

    def shell_requested(self) -> bool:
        return True

    def session_started(self) -> None:
        assert self._channel is not None
        self._catch_up()
        self._shell = Shell(self._station, self._user, _Screen(self._channel, self._peer))
        self._shell.start()

    def data_received(self, data: bytes, _datatype: asyncssh.DataType) -> None:
        if self._shell is not None:
            self._catch_up()
            self._shell.feed(data)

    def eof_received(self) -> bool:
        self._leave()
        return False

    def connection_lost(self, _error: Exception | None) -> None:
        self._leave()

    def _leave(self) -> None:
        if self._shell is not None:
            self._shell.leave(0)


class Login(asyncssh.SSHServer):
    """Password and keyboard-interactive, one and the same check."""

    def __init__(self, station: Station, catch_up: Callable[[], None]) -> None:
        self._station = station
        self._catch_up = catch_up
        self._user = ""
        self._peer = ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Remember who calls."""
        self._peer = str(conn.get_extra_info("peername")[0])

    def begin_auth(self, username: str) -> bool:
        """Nobody enters without a password."""
        self._user = username
        return True

    def password_auth_supported(self) -> bool:
        """Offered."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Right or wrong."""
        return await self._check(username, password)

    def kbdint_auth_supported(self) -> bool:
        """Offered, because real devices do."""
        return True

    def get_kbdint_challenge(
        self, _username: str, _lang: str, _submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        """One question, not echoed."""
        return "", "", "", [("Password: ", False)]

    async def validate_kbdint_response(self, username: str, responses: Any) -> bool:
        """Right or wrong."""
        return len(responses) == 1 and await self._check(username, responses[0])

    def session_requested(self) -> _ShellSession:
        """A shell."""
        return _ShellSession(self._station, self._user, self._catch_up, self._peer)

    async def _check(self, username: str, password: str) -> bool:
        fault = self._station.faults.strike("auth")
        if fault is not None and fault.action == "stall":
            await asyncio.get_running_loop().create_future()
        return fault is None and self._station.passwords.get(username) == password
