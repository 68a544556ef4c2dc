"""A Nornir connection: `host.get_connection("bothways", config).session`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from nornir.core.configuration import Config
from pydantic import SecretStr

from bothways.clock import SystemClock
from bothways.errors import InventoryError
from bothways.network import Device, PlatformName
from bothways.session.device_session import DeviceSession, open_session
from bothways.session.timeouts import Timeouts

_SSH_PORT = 22


class BothwaysConnection:
    """Opened by Nornir, once per host and run.

    What a Nornir host says of itself goes into the device: hostname, port, username, password, platform. The
    rest comes from `connection_options.bothways.extras`: `secret`, `legacy_ssh`, `read_ahead`, `known_hosts`
    (else the user's own), `name` (else the hostname); or, from Python, a whole `device`, a `clock` and
    `timeouts`.
    """

    def __init__(self) -> None:
        self._session: DeviceSession | None = None

    def open(  # noqa: PLR0913, PLR0917 - Nornir's signature
        self,
        hostname: str | None,
        username: str | None,
        password: str | None,
        port: int | None,
        platform: str | None,
        extras: dict[str, Any] | None = None,
        configuration: Config | None = None,  # noqa: ARG002 - Nornir's signature
    ) -> None:
        """Log in.

        Raises:
            InventoryError: the host does not say enough.
            CannotConnect: no session came about.
            SessionLost: the device stalled or hung up during login.
        """
        given = dict(extras or {})
        known_hosts = Path(given.pop("known_hosts", Path.home() / ".ssh" / "known_hosts"))
        clock = given.pop("clock", None) or SystemClock()
        timeouts = given.pop("timeouts", None) or Timeouts()
        device = given.pop("device", None)
        if not isinstance(device, Device):
            device = _device(hostname, username, password, port, platform, given)
        self._session = open_session(device, known_hosts, clock, timeouts)

    def close(self) -> None:
        """End the session."""
        if self._session is not None:
            self._session.close()

    @property
    def connection(self) -> BothwaysConnection:
        """What `host.get_connection` returns."""
        return self

    @property
    def session(self) -> DeviceSession:
        """The open session."""
        assert self._session is not None, "Nornir opens a connection before it hands it out"
        return self._session


def _device(  # noqa: PLR0913, PLR0917 - Nornir's parameters
    hostname: str | None,
    username: str | None,
    password: str | None,
    port: int | None,
    platform: str | None,
    extras: dict[str, Any],
) -> Device:
    """A device from what Nornir's inventory says."""
    name = str(extras.pop("name", hostname or ""))
    secret = extras.pop("secret", None)
    if not hostname or not username or password is None:
        raise InventoryError(name or "inventory", "needs hostname, username and password")
    family: PlatformName | None = next((known for known in get_args(PlatformName) if known == platform), None)
    if family is None:
        known = ", ".join(get_args(PlatformName))
        raise InventoryError(name, f"no platform {platform!r}", f"known: {known}")
    unknown = extras.keys() - {"legacy_ssh", "read_ahead"}
    if unknown:
        what = f"no option {', '.join(sorted(unknown))!r} of connection_options.bothways.extras"
        raise InventoryError(name, what, "known: name, secret, known_hosts, legacy_ssh, read_ahead")
    return Device(
        name=name,
        address=hostname,
        port=port or _SSH_PORT,
        platform=family,
        username=username,
        password=SecretStr(password),
        secret=None if secret is None else SecretStr(str(secret)),
        **extras,
    )
