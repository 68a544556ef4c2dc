"""Opening a shell: each phase has its own limit, its own name in the error, and nothing is tried twice."""

from __future__ import annotations

import asyncio
import logging
import socket
import warnings
from pathlib import Path
from typing import Any

import asyncssh

from bothways.errors import AuthenticationFailed, CannotConnect, NoCommonAlgorithm, Unreachable
from bothways.network import Device
from bothways.session.algorithms import allowed
from bothways.session.channel import Shell, SshChannel
from bothways.session.host_keys import KnownHosts, judge, legacy_advice
from bothways.session.loop import SshLoop, ssh_loop
from bothways.session.offer import read_offer
from bothways.session.timeouts import LATE, Timeouts

# Old devices speak finite-field Diffie-Hellman only. Users cannot act on cryptography's announcement that it
# will go; the upper bound of that dependency keeps it until we can.
warnings.filterwarnings("ignore", message=r"Diffie-Hellman over finite fields \(FFDH\) is deprecated")

_log = logging.getLogger("bothways.session")
_MARGIN_S = 5.0
_WIDTH_AND_HEIGHT = (511, 1000)


def open_channel(device: Device, known_hosts: Path, timeouts: Timeouts) -> SshChannel:
    """Connect, check the host key, authenticate once, open a shell.

    Raises:
        CannotConnect: and which of its kinds says what is wrong.
    """
    loop = ssh_loop()
    handshake = Handshake(device, KnownHosts(known_hosts))
    total_s = 2 * timeouts.banner_s + timeouts.connect_s + timeouts.auth_s + timeouts.login_s + _MARGIN_S
    if not timeouts.left_s:
        raise _late(device, "its turn did not come")
    _log.debug("%s: connecting to %s:%d", device.name, device.address, device.port)
    try:
        return loop.run(_open(loop, handshake, timeouts), min(total_s, timeouts.left_s))
    except TimeoutError:
        if timeouts.left_s:
            raise
        raise _late(device, f"cut during the {handshake.phase}") from None


def _late(device: Device, how: str) -> Unreachable:
    return Unreachable(device.name, f"{LATE}: {how}", "allow more time: --deadline")


class Handshake(asyncssh.SSHClient):
    """How far one connection has come, as asyncssh reports it."""

    def __init__(self, device: Device, known: KnownHosts) -> None:
        self.device = device
        self.algorithms = allowed(legacy=device.legacy_ssh)
        self.refusal: CannotConnect | None = None
        self.connected = asyncio.Event()
        self.host_key_seen = asyncio.Event()
        self.password_sent = False
        self.authenticated = False
        self._connection: asyncssh.SSHClientConnection | None = None
        self._known = known

    @property
    def phase(self) -> str:
        """What was going on, for a message."""
        if self._connection is None:
            return "TCP connection"
        if not self._connection.get_extra_info("server_version"):
            return "SSH banner"
        if not self.host_key_seen.is_set():
            return "key exchange"
        return "opening of a shell" if self.authenticated else "authentication"

    def host_key_algorithms(self) -> list[str]:
        """All that are allowed, those of the known keys first: a device with several shows that one."""
        known = {
            kind for key in self._known.keys(self.device)[0] for kind in _signatures(key.get_algorithm())
        }
        return sorted(self.algorithms.host_key, key=lambda name: name not in known)

    def password(self) -> str:
        """The password, when it is asked for and not before."""
        self.password_sent = True
        return self.device.password.get_secret_value()

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        """TCP is there."""
        self._connection = conn
        self.connected.set()

    def abort(self) -> None:
        """Give the connection up, so that no VTY stays taken."""
        if self._connection is not None:
            self._connection.abort()

    def auth_completed(self) -> None:
        """The device let us in."""
        self.authenticated = True

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002 - asyncssh's signature
        """Refuse a key here, and no password leaves."""
        self.host_key_seen.set()
        try:
            judge(self.device, key, self._known, addr, self.algorithms.smallest_rsa_bits)
        except CannotConnect as refusal:
            self.refusal = refusal
            return False
        return True


def _signatures(kind: str) -> tuple[str, ...]:
    return ("rsa-sha2-256", "rsa-sha2-512", "ssh-rsa") if kind == "ssh-rsa" else (kind,)


async def _open(loop: SshLoop, handshake: Handshake, timeouts: Timeouts) -> SshChannel:
    opening = asyncio.ensure_future(_connect(handshake))
    opened = False
    try:
        await _within(opening, handshake.connected, timeouts.connect_s)
        await _within(opening, handshake.host_key_seen, timeouts.banner_s)
        connection = await asyncio.wait_for(opening, timeouts.auth_s)
        channel = SshChannel(loop, connection, timeouts.until_s)
        session = connection.create_session(
            lambda: Shell(channel),
            term_type="vt100",
            term_size=_WIDTH_AND_HEIGHT,
            encoding=None,
        )
        await asyncio.wait_for(session, timeouts.login_s)
        opened = True
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise await _explained(handshake, error, timeouts) from None
    finally:
        opening.cancel()
        if not opened:
            handshake.abort()
    return channel


async def _connect(handshake: Handshake) -> asyncssh.SSHClientConnection:
    device, algorithms = handshake.device, handshake.algorithms
    return await asyncssh.connect(
        device.address,
        device.port,
        client_factory=lambda: handshake,
        # Only what is given here counts: no file, agent or key of the user who runs this.
        config=None,
        client_keys=None,
        agent_path=None,
        gss_host=None,
        known_hosts=asyncssh.import_known_hosts(""),
        username=device.username,
        password=handshake.password,
        preferred_auth=("password", "keyboard-interactive"),
        kex_algs=algorithms.key_exchange,
        server_host_key_algs=handshake.host_key_algorithms(),
        encryption_algs=algorithms.cipher,
        mac_algs=algorithms.mac,
        compression_algs=None,
    )


async def _within(
    opening: asyncio.Future[asyncssh.SSHClientConnection], milestone: asyncio.Event, limit_s: float
) -> None:
    """Wait for a milestone of the handshake, or for its end."""
    reached = asyncio.ensure_future(milestone.wait())
    either: set[asyncio.Future[Any]] = {opening, reached}
    try:
        done, _ = await asyncio.wait(either, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        reached.cancel()
    if opening in done:
        opening.result()
    if not done:
        raise TimeoutError


async def _explained(handshake: Handshake, error: Exception, timeouts: Timeouts) -> CannotConnect:
    """The error a user can act on."""
    if handshake.refusal is not None:
        return handshake.refusal
    if handshake.phase == "key exchange" and not isinstance(error, TimeoutError):
        nothing_common = await _no_common_algorithm(handshake, timeouts)
        if nothing_common is not None:
            return nothing_common
    if isinstance(error, TimeoutError):
        return _timed_out(handshake, timeouts)
    if handshake.phase != "TCP connection":
        return _ended_by_device(handshake, error)
    return _unreachable(handshake, error)


def _unreachable(handshake: Handshake, error: Exception) -> CannotConnect:
    """TCP or the name service said no."""
    name, place = handshake.device.name, f"{handshake.device.address}:{handshake.device.port}"
    if isinstance(error, ConnectionRefusedError):
        return Unreachable(name, f"TCP refused {place}", "is SSH enabled there?")
    if isinstance(error, socket.gaierror):
        return Unreachable(
            name, f"cannot resolve {handshake.device.address!r}", "correct it in the inventory"
        )
    return Unreachable(name, f"cannot reach {place}: {handshake.phase} failed ({error})")


def _ended_by_device(handshake: Handshake, error: Exception) -> CannotConnect:
    """The far end said no, or hung up."""
    device = handshake.device
    place = f"{device.address}:{device.port}"
    refused_password = handshake.password_sent and not handshake.authenticated
    if refused_password or isinstance(error, asyncssh.PermissionDenied):
        what = f"{place} refused the password of {device.username!r}; tried once, because accounts lock"
        return AuthenticationFailed(device.name, what, "correct it in the inventory")
    if isinstance(error, asyncssh.ProtocolError | asyncssh.ProtocolNotSupported):
        return Unreachable(device.name, f"{place} does not speak SSH 2 ({error.reason})")
    what = f"{place} closed the connection during the {handshake.phase} ({error})"
    return Unreachable(device.name, what, "no free VTY, or an access-class that refuses this address?")


def _timed_out(handshake: Handshake, timeouts: Timeouts) -> CannotConnect:
    phase = handshake.phase
    place = f"{handshake.device.address}:{handshake.device.port}"
    limit_s = {
        "TCP connection": timeouts.connect_s,
        "authentication": timeouts.auth_s,
        "opening of a shell": timeouts.login_s,
    }.get(phase, timeouts.banner_s)
    return Unreachable(handshake.device.name, f"{place}: no answer within {limit_s:g} s ({phase})")


async def _no_common_algorithm(handshake: Handshake, timeouts: Timeouts) -> CannotConnect | None:
    """Name what the device offers, from a second look at its greeting."""
    device = handshake.device
    try:
        offer = await asyncio.wait_for(read_offer(device.address, device.port), timeouts.banner_s)
    except TimeoutError:
        return None
    lacking = offer.lacking(handshake.algorithms) if offer else {}
    if not offer or not lacking:
        return None
    offered = "; ".join(f"{kind} {', '.join(names) or 'none'}" for kind, names in lacking.items())
    return NoCommonAlgorithm(
        device.name,
        f"offers only algorithms that are not allowed: {offered}",
        legacy_advice(offer.legacy_would_do),
    )
