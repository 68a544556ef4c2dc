"""A real SSH server whose device does exactly what a test scripts, byte by byte."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from pydantic import SecretStr

from bothways.network import Device, PlatformName
from bothways.session.loop import stop_loop
from bothways.session.timeouts import Timeouts

PASSWORD = "lab-password-1"
SECRET = "lab-secret-2"

Step = bytes | Callable[["ScriptedShell"], Awaitable[None]]
Script = Sequence[Step]

HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
QUICK = Timeouts(connect_s=5, banner_s=5, auth_s=5, login_s=3, command_s=5, question_s=0.15, close_s=2)


class Hangup(Exception):
    """The script ended the session."""


@dataclass
class ScriptedDevice:
    """What one device is and does.

    Attributes:
        outputs: by exec command; a command that is not there is refused.
        config: by configuration line; a line that is not there is taken in silence.
        typed: every line received, with the mode it was received in.
        passwords: every password that reached the device.
        left: set when the client's connection is gone, not only its shell.
    """

    hostname: str = "SW1"
    platform: PlatformName = "cisco_ios"
    prompt_end: str = ""
    privileged: bool = True
    secret: str = SECRET
    banner: bytes = b"\r\n"
    prompts_unasked: bool = True
    line_end: bytes = b"\r\n"
    packet: int = 0
    outputs: dict[str, Script] = field(default_factory=dict)
    config: dict[str, Script] = field(default_factory=dict)
    host_key: asyncssh.SSHKey | asyncssh.SSHKeyPair = HOST_KEY
    password_delay_s: float = 0.0
    listen_options: dict[str, Any] = field(default_factory=dict)
    cut_name: int = 0
    colour: bytes = b""
    shell: type[ScriptedShell] | None = None
    port: int = 0
    typed: list[tuple[str, str]] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def device(self) -> Device:
        return self.as_device()

    def as_device(self, **changes: Any) -> Device:
        values: dict[str, Any] = {
            "name": "box",
            "address": "127.0.0.1",
            "port": self.port,
            "platform": self.platform,
            "username": "admin",
            "password": SecretStr(PASSWORD),
            "secret": SecretStr(SECRET),
        }
        return Device(**(values | changes))

    @property
    def lines(self) -> list[str]:
        """What was typed, without the empty lines."""
        return [line for _, line in self.typed if line]


class ScriptedShell:
    """The far end of one shell."""

    def __init__(self, device: ScriptedDevice, process: asyncssh.SSHServerProcess[bytes]) -> None:
        self.device = device
        self.process = process
        self.mode = "exec" if device.privileged else "user"
        self._input = b""

    @property
    def prompt(self) -> bytes:
        name, end = self.device.hostname, self.device.prompt_end
        if self.mode == "config":
            cut = name[: self.device.cut_name] if self.device.cut_name else name
            return f"{cut}(config)#{end}".encode()
        return self.device.colour + f"{name}{'>' if self.mode == 'user' else '#'}{end}".encode()

    async def run(self) -> None:
        self.write(self.device.banner)
        if self.device.prompts_unasked:
            self.write(self.prompt)
        while True:
            line = await self.line()
            self.device.typed.append((self.mode, line))
            await self.obey(line)
            self.write(self.prompt)

    async def obey(self, line: str) -> None:
        if not line:
            return
        if self.mode == "config":
            await self.obey_config(line)
        elif line == "enable":
            await self.enable()
        elif line in self.device.outputs:
            await self.play(self.device.outputs[line])
        elif line == "configure terminal":
            self.mode = "config"
        elif not line.startswith("terminal "):
            self.text("% Invalid input detected at '^' marker.\n")

    async def obey_config(self, line: str) -> None:
        if line in self.device.config:
            await self.play(self.device.config[line])
        elif line == "end":
            self.mode = "exec"
        elif line.startswith("hostname "):
            self.device.hostname = line.split()[1]

    async def enable(self) -> None:
        if self.mode == "exec":
            self.text("ERROR: % already there\n")
            return
        self.write(b"Password: ")
        given = await self.line(echo=False)
        self.device.passwords.append(given)
        if given == self.device.secret:
            self.mode = "exec"
        else:
            self.text("% Bad secrets\n")

    async def play(self, script: Script) -> None:
        for step in script:
            if isinstance(step, bytes):
                self.write(step.replace(b"\n", self.device.line_end))
            else:
                await step(self)

    def text(self, text: str) -> None:
        self.write(text.encode().replace(b"\n", self.device.line_end))

    def write(self, data: bytes) -> None:
        size = self.device.packet or len(data) or 1
        for start in range(0, len(data), size):
            self.process.stdout.write(data[start : start + size])

    async def key(self) -> bytes:
        """One key, not echoed."""
        while not self._input:
            self._input = await self.process.stdin.read(4096)
            if not self._input:
                raise Hangup
        key, self._input = self._input[:1], self._input[1:]
        return key

    def echo(self, typed: bytes) -> bytes:
        """What the terminal shows of a line."""
        return typed

    async def line(self, *, echo: bool = True) -> str:
        """One line, echoed only when it is read: typed-ahead input waits."""
        typed = b""
        while (key := await self.key()) not in b"\r\n":
            if key == b"\x03":
                self.write(b"^C")
                break
            if key == b"\x1a":
                self.mode = "exec"
                break
            typed += key
        if echo and typed:
            self.write(self.echo(typed))
        self.write(self.device.line_end)
        return typed.decode()


def pause(seconds: float = 0.05) -> Callable[[ScriptedShell], Awaitable[None]]:
    """The device thinks."""

    async def step(_: ScriptedShell) -> None:
        await asyncio.sleep(seconds)

    return step


async def stall(_: ScriptedShell) -> None:
    """The device says nothing ever again."""
    await asyncio.Event().wait()


async def hang_up(shell: ScriptedShell) -> None:
    """The device ends the connection in order (FIN)."""
    shell.process.get_extra_info("connection").close()
    raise Hangup


async def leave(_: ScriptedShell) -> None:
    """The device ends the shell and keeps the connection."""
    raise Hangup


async def abort(shell: ScriptedShell) -> None:
    """The connection dies."""
    shell.process.get_extra_info("connection").abort()
    raise Hangup


async def for_ever(shell: ScriptedShell) -> None:
    """Output without end."""
    while True:
        shell.write(b"x" * 8192)
        await asyncio.sleep(0)


def page(pager: bytes, wipe: bytes) -> Callable[[ScriptedShell], Awaitable[None]]:
    """A pager: only a blank goes on."""

    async def step(shell: ScriptedShell) -> None:
        shell.write(pager)
        while (key := await shell.key()) != b" ":
            shell.device.typed.append(("pager", repr(key)))
        shell.write(wipe)

    return step


def ask(question: str, *, key: bool = False) -> Callable[[ScriptedShell], Awaitable[None]]:
    """A question; what is answered is recorded under the mode `question`."""

    async def step(shell: ScriptedShell) -> None:
        shell.text(question)
        pressed = (await shell.key()).decode() if key else await shell.line()
        shell.device.typed.append(("question", pressed))
        if key:
            shell.text("\n")

    return step


Serve = Callable[[ScriptedDevice], ScriptedDevice]


class _Server(asyncssh.SSHServer):
    def __init__(self, device: ScriptedDevice) -> None:
        self._device = device

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncssh's signature
        self._device.left.set()

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        self._device.passwords.append(password)
        await asyncio.sleep(self._device.password_delay_s)
        return (username, password) == ("admin", PASSWORD)


class ServerThread:
    """The loop the servers of one test run on."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self._writers: list[asyncio.StreamWriter] = []
        self._servers: list[asyncssh.SSHAcceptor | asyncio.Server] = []

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def serve(self, device: ScriptedDevice) -> ScriptedDevice:
        async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
            try:
                await (device.shell or ScriptedShell)(device, process).run()
            except (Hangup, asyncssh.Error, OSError):
                process.close()

        async def listen() -> asyncssh.SSHAcceptor:
            return await asyncssh.listen(
                "127.0.0.1",
                device.port,
                server_factory=lambda: _Server(device),
                server_host_keys=[device.host_key],
                process_factory=shell,
                encoding=None,
                line_editor=False,
                **device.listen_options,
            )

        server = self.do(listen())
        self._servers.append(server)
        device.port = server.get_port()
        return device

    def serve_bytes(self, greeting: bytes, *, hang_up: bool = False) -> int:
        """A TCP server that says this and then nothing, or closes."""

        async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(greeting)
            self._writers.append(writer)
            if hang_up:
                writer.close()

        async def listen() -> asyncio.Server:
            return await asyncio.start_server(greet, "127.0.0.1", 0)

        server: asyncio.Server = self.do(listen())
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    def stop_listening(self) -> None:
        """Nobody answers any more."""

        async def end() -> None:
            for server in self._servers:
                server.close()
            self._servers.clear()

        self.do(end())

    def stop(self) -> None:
        self.stop_listening()

        async def end() -> None:
            for writer in self._writers:
                writer.transport.abort()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for _ in range(5):  # aborted transports close their sockets a few turns later
                await asyncio.sleep(0)

        self.do(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()


@pytest.fixture
def servers() -> Iterator[ServerThread]:
    thread = ServerThread()
    yield thread
    stop_loop()
    thread.stop()


@pytest.fixture
def serve(servers: ServerThread) -> Serve:
    return servers.serve


@pytest.fixture
def known_hosts(tmp_path: Path) -> Path:
    """Knows the usual host key on any port of the loopback address."""
    path = tmp_path / "known_hosts"
    key = HOST_KEY.export_public_key("openssh").decode().strip()
    path.write_text(f"127.0.0.1 {key}\n", encoding="utf-8")
    return path


class StoppedClock:
    """Always noon."""

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    def wait_until(self, moment_s: float) -> None:
        raise AssertionError(moment_s)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()
