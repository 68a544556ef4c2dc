"""Host keys: known from one file, strictly, and judged before a password leaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import asyncssh

from bothways.errors import CannotConnect, HostKeyRefused, NoCommonAlgorithm
from bothways.network import Device

_DEFAULT_PORT = 22


@dataclass(frozen=True, slots=True)
class HostKey:
    """A host key as a user compares and stores it.

    Attributes:
        kind: `ssh-ed25519`, `ssh-rsa` and so on.
        fingerprint: `SHA256:…`, as OpenSSH prints it.
        known_hosts_line: the line that makes it known.
    """

    kind: str
    fingerprint: str
    known_hosts_line: str

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint}"

    @classmethod
    def of(cls, key: asyncssh.SSHKey, address: str, port: int) -> HostKey:
        """From asyncssh's key."""
        public = key.export_public_key("openssh").decode().split()
        place = address if port == _DEFAULT_PORT else f"[{address}]:{port}"
        return cls(key.get_algorithm(), key.get_fingerprint("sha256"), f"{place} {public[0]} {public[1]}")


class KnownHosts:
    """A known_hosts file; one that is not there knows nobody."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._hosts = asyncssh.import_known_hosts(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._hosts = asyncssh.import_known_hosts("")
        except (OSError, ValueError) as error:
            raise HostKeyRefused(str(path), f"cannot be used as known hosts ({error})") from None

    def keys(self, device: Device, peer: str = "") -> tuple[list[asyncssh.SSHKey], list[asyncssh.SSHKey]]:
        """The device's trusted and revoked keys, by the address of the inventory or the one connected to."""
        port = None if device.port == _DEFAULT_PORT else device.port
        found = self._hosts.match(device.address, peer, port)
        return list(found[0]), list(found[2])


def judge(device: Device, key: asyncssh.SSHKey, known: KnownHosts, peer: str, smallest_rsa_bits: int) -> None:
    """Let a key pass.

    Raises:
        HostKeyRefused: unknown, changed or revoked.
        NoCommonAlgorithm: an RSA key too short for this host.
    """
    trusted, revoked = known.keys(device, peer)
    presented = HostKey.of(key, device.address, device.port)
    refusal: CannotConnect | None = None
    if key in revoked:
        refusal = HostKeyRefused(device.name, f"host key {presented} is revoked; the password was not sent")
    elif not trusted:
        what = (
            f"host key of {device.address}:{device.port} is unknown: {presented}; the password was not sent"
        )
        refusal = HostKeyRefused(
            device.name, what, f"compare it on the device, then: bothways trust {device.name}"
        )
    elif key not in trusted:
        before = ", ".join(str(HostKey.of(old, device.address, device.port)) for old in trusted)
        what = f"host key has changed: known {before}, presented {presented}; the password was not sent"
        refusal = HostKeyRefused(device.name, what, f"if that was you: bothways trust {device.name}")
    elif (bits := rsa_bits(key)) and bits < smallest_rsa_bits:
        what = f"offers only a {bits}-bit RSA host key; {smallest_rsa_bits} is the least"
        refusal = NoCommonAlgorithm(device.name, what, legacy_advice(bits >= 1024))
    if refusal is not None:
        raise refusal


def trusted_kinds(device: Device, known: KnownHosts) -> tuple[str, ...]:
    """What kinds of key a device is trusted with: `ssh-ed25519`, `ssh-rsa 1024`; nothing if with none."""
    kinds = (
        f"{key.get_algorithm()} {rsa_bits(key)}" if rsa_bits(key) else key.get_algorithm()
        for key in known.keys(device)[0]
    )
    return tuple(dict.fromkeys(kinds))


def rsa_bits(key: asyncssh.SSHKey) -> int:
    """The size of an RSA key; 0 for any other."""
    if key.get_algorithm() != "ssh-rsa":
        return 0
    return int(getattr(key.pyca_key, "key_size", 0))


def legacy_advice(would_help: bool) -> str:
    """What to do about a device that offers only what is forbidden."""
    if would_help:
        return "renew its keys and software, or allow it for this host: legacy_ssh: true"
    return "it offers nothing that this client speaks; its software must be renewed"
