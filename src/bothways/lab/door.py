"""The SSH port of one device: loopback only, fixed once chosen."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncssh

from bothways.lab.cli.station import Station
from bothways.lab.crypto import ALGORITHMS, Crypto, key_pairs, new_host_keys
from bothways.lab.sshd import Login

_LOOPBACK = "127.0.0.1"
_BACKLOG = 128
_BANNER = "Cisco-1.25"
_LOGIN_TIMEOUT_S = 120  # as long as the real ones wait


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
        if fault is not None or not self.station.device.up:
            if fault is not None and fault.action == "close":
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
        kex, ciphers, macs = ALGORITHMS[self.crypto]
        return asyncssh.SSHServerConnectionOptions(
            server_factory=lambda: Login(self.station, self.catch_up),
            server_host_keys=key_pairs(self.keys, self.crypto),
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
