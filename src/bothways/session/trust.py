"""Fetching a host key, so that a human can compare it: no login, no password."""

from __future__ import annotations

import asyncio

import asyncssh

from bothways.errors import Unreachable
from bothways.session.algorithms import LEGACY
from bothways.session.host_keys import HostKey
from bothways.session.loop import ssh_loop


def fetch_host_key(address: str, port: int, timeout_s: float = 20.0) -> HostKey:
    """The host key a device presents. Old algorithms are spoken too: nothing secret is sent.

    Raises:
        Unreachable: no key came.
    """
    place = f"{address}:{port}"
    try:
        key = ssh_loop().run(_fetch(address, port), timeout_s)
    except TimeoutError:
        raise Unreachable(place, f"no host key within {timeout_s:g} s") from None
    except (OSError, asyncssh.Error) as error:
        raise Unreachable(place, f"gave no host key ({error})", "is SSH enabled there?") from None
    if key is None:
        raise Unreachable(place, "gave no host key", "is SSH enabled there?")
    return HostKey.of(key, address, port)


async def _fetch(address: str, port: int) -> asyncssh.SSHKey | None:
    options = await asyncio.to_thread(
        asyncssh.SSHClientConnectionOptions,
        config=None,
        client_keys=None,
        agent_path=None,
        known_hosts=None,
        encryption_algs=LEGACY.cipher,
        mac_algs=LEGACY.mac,
    )
    return await asyncssh.get_server_host_key(
        address,
        port,
        config=None,
        options=options,
        kex_algs=LEGACY.key_exchange,
        server_host_key_algs=LEGACY.host_key,
    )
