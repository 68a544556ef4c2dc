"""A real SSH server in front of every emulated device: loopback only, one port each."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import asyncssh

from bothways.lab.cli.shell import Shell, Station

_LOOPBACK = "127.0.0.1"
_BACKLOG = 128
_BANNER = "Cisco-1.25"
_LOGIN_TIMEOUT_S = 120  # virtual devices under a debugger are slow; real ones wait as long
_DRIP_S = 0.001

Crypto = Literal["modern", "legacy", "both"]

_OLD_KEX = ["diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"]
_NEW_KEX = ["curve25519-sha256", "ecdh-sha2-nistp256", "diffie-hellman-group14-sha256"]
_OLD_CIPHERS = ["aes256-cbc", "aes128-cbc", "3des-cbc"]
_NEW_CIPHERS = ["aes128-gcm@openssh.com", "aes256-ctr", "aes128-ctr"]
_OLD_MACS = ["hmac-sha1"]
_NEW_MACS = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-256"]

_ALGORITHMS: dict[Crypto, tuple[list[str], list[str], list[str]]] = {
    "modern": (_NEW_KEX, _NEW_CIPHERS, _NEW_MACS),
    "legacy": (_OLD_KEX, _OLD_CIPHERS, _OLD_MACS),
    "both": (_NEW_KEX + _OLD_KEX, _NEW_CIPHERS + _OLD_CIPHERS, _NEW_MACS + _OLD_MACS),
}


def quiet_logging() -> None:
    """A client that closes while we write is no news: every Netmiko `disconnect` does it."""
    logging.getLogger("asyncssh").setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").setLevel(logging.ERROR)


def new_host_keys(crypto: Crypto) -> list[asyncssh.SSHKey]:
    """Fresh host keys for one device: a legacy one has RSA, signed with SHA-1 only."""
    ed25519 = [] if crypto == "legacy" else [asyncssh.generate_private_key("ssh-ed25519")]
    rsa = [] if crypto == "modern" else [asyncssh.generate_private_key("ssh-rsa", key_size=2048)]
    return ed25519 + rsa


def _key_pairs(keys: list[asyncssh.SSHKey], crypto: Crypto) -> list[asyncssh.SSHKeyPair]:
    pairs = list(asyncssh.load_keypairs(keys))
    if crypto == "legacy":
        for pair in pairs:
            pair.host_key_algorithms = [b"ssh-rsa"]
            pair.sig_algorithms = (b"ssh-rsa",)
    return pairs


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


class _Login(asyncssh.SSHServer):
    """Password and keyboard-interactive, one and the same check."""

    def __init__(self, station: Station, catch_up: Callable[[], None]) -> None:
        self._station = station
        self._catch_up = catch_up
        self._user = ""
        self._peer = ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._peer = str(conn.get_extra_info("peername")[0])

    def begin_auth(self, username: str) -> bool:
        self._user = username
        return True

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        return await self._check(username, password)

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(
        self, _username: str, _lang: str, _submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return "", "", "", [("Password: ", False)]

    async def validate_kbdint_response(self, username: str, responses: Any) -> bool:
        return len(responses) == 1 and await self._check(username, responses[0])

    def session_requested(self) -> _ShellSession:
        return _ShellSession(self._station, self._user, self._catch_up, self._peer)

    async def _check(self, username: str, password: str) -> bool:
        fault = self._station.faults.strike("auth")
        if fault is not None and fault.action == "stall":
            await asyncio.get_running_loop().create_future()
        return fault is None and self._station.passwords.get(username) == password


@dataclass
class Door:
    """The SSH port of one device.

    Attributes:
        station: the device behind it.
        catch_up: brings the lab's time up to now before a byte is read.
        crypto: which algorithms and keys it offers.
        port: fixed once chosen, also while nothing listens.
    """

    station: Station
    catch_up: Callable[[], None]
    crypto: Crypto
    keys: list[asyncssh.SSHKey]
    port: int = 0

    def __post_init__(self) -> None:
        self._socket: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._open: set[asyncssh.SSHServerConnection] = set()
        self._held: list[socket.socket] = []
        self._bind()

    @property
    def listening(self) -> bool:
        """Whether a client can connect."""
        return self._accepting is not None

    def known_host_lines(self) -> list[str]:
        """The host keys in OpenSSH's known_hosts form."""
        return [f"[{_LOOPBACK}]:{self.port} {key.export_public_key().decode().strip()}" for key in self.keys]

    def change_keys(self) -> None:
        """Another host key, as after an exchange of hardware, or a man in the middle."""
        self.keys = new_host_keys(self.crypto)

    def open(self) -> None:
        """Listen."""
        if self._accepting is None:
            assert self._socket is not None
            self._socket.listen(_BACKLOG)
            self._accepting = asyncio.get_running_loop().create_task(self._accept(self._socket))

    async def shut(self) -> None:
        """Refuse new connections; the port stays ours."""
        if self._accepting is None:
            return
        self._accepting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._accepting
        self._accepting = None
        assert self._socket is not None
        self._socket.close()
        self._bind()

    async def hang_up(self) -> None:
        """Drop every connection, as a device that goes down does."""
        for held in self._held:
            held.close()
        self._held.clear()
        for connection in list(self._open):
            connection.abort()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def close(self) -> None:
        """The end."""
        await self.shut()
        await self.hang_up()
        if self._socket is not None:
            self._socket.close()

    def _bind(self) -> None:
        """Take the port without listening: a client is refused, and nobody else gets it."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.setblocking(False)
        self._socket.bind((_LOOPBACK, self.port))
        self.port = self._socket.getsockname()[1]

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connected, _ = await loop.sock_accept(listener)
            self._start(self._serve(connected))

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, connected: socket.socket) -> None:
        fault = self.station.faults.strike("connect")
        if fault is not None and fault.action == "stall":
            self._held.append(connected)
            return
        if fault is not None:
            if fault.action == "close":
                await asyncio.get_running_loop().sock_sendall(connected, f"SSH-2.0-{_BANNER}\r\n".encode())
            connected.close()
            return
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError, asyncssh.Error):
            connection = await asyncssh.run_server(connected, options=self._options())
            self._open.add(connection)
            await connection.wait_closed()
            self._open.discard(connection)

    def _options(self) -> asyncssh.SSHServerConnectionOptions:
        kex, ciphers, macs = _ALGORITHMS[self.crypto]
        return asyncssh.SSHServerConnectionOptions(
            server_factory=lambda: _Login(self.station, self.catch_up),
            server_host_keys=_key_pairs(self.keys, self.crypto),
            kex_algs=kex,
            encryption_algs=ciphers,
            mac_algs=macs,
            compression_algs=["none"],
            server_version=_BANNER,
            encoding=None,
            line_editor=False,
            allow_pty=True,
            x11_forwarding=False,
            agent_forwarding=False,
            login_timeout=_LOGIN_TIMEOUT_S,
        )
