"""Algorithms and host keys of the SSH servers: those of today, those of old switches, or both."""

from __future__ import annotations

from typing import Literal

import asyncssh

from bothways.errors import BadInput

Crypto = Literal["modern", "legacy", "both"]

_OLD_KEX = ["diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"]
_NEW_KEX = ["curve25519-sha256", "ecdh-sha2-nistp256", "diffie-hellman-group14-sha256"]
_OLD_CIPHERS = ["aes256-cbc", "aes128-cbc", "3des-cbc"]
_NEW_CIPHERS = ["aes128-gcm@openssh.com", "aes256-ctr", "aes128-ctr"]
_OLD_MACS = ["hmac-sha1"]
_NEW_MACS = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-256"]

ALGORITHMS: dict[Crypto, tuple[list[str], list[str], list[str]]] = {
    "modern": (_NEW_KEX, _NEW_CIPHERS, _NEW_MACS),
    "legacy": (_OLD_KEX, _OLD_CIPHERS, _OLD_MACS),
    "both": (_NEW_KEX + _OLD_KEX, _NEW_CIPHERS + _OLD_CIPHERS, _NEW_MACS + _OLD_MACS),
}
"""Key exchanges, ciphers and MACs by profile."""


def new_host_keys(crypto: Crypto) -> list[asyncssh.SSHKey]:
    """Fresh host keys for one device: a legacy one has RSA, signed with SHA-1 only."""
    ed25519 = [] if crypto == "legacy" else [asyncssh.generate_private_key("ssh-ed25519")]
    rsa = [] if crypto == "modern" else [asyncssh.generate_private_key("ssh-rsa", key_size=2048)]
    return ed25519 + rsa


def key_pairs(keys: list[asyncssh.SSHKey], crypto: Crypto) -> list[asyncssh.SSHKeyPair]:
    """The keys as the server takes them; a legacy one signs with SHA-1 only, as old images do."""
    pairs = list(asyncssh.load_keypairs(keys))
    if crypto == "legacy":
        for pair in pairs:
            pair.host_key_algorithms = [b"ssh-rsa"]
            pair.sig_algorithms = (b"ssh-rsa",)
    return pairs


def crypto_named(name: str) -> Crypto:
    """The algorithm profile of that name.

    Raises:
        BadInput: there is none.
    """
    if name in ("modern", "legacy", "both"):
        return name  # type: ignore[return-value]  # the line above narrows it for a reader, not for mypy
    raise BadInput("crypto", f"no profile {name!r}", "known: modern, legacy, both")
