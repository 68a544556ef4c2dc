"""Which SSH algorithms a device may use: modern ones, and by exception what old switches are stuck with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Algorithms:
    """Four lists in order of preference, and the smallest RSA host key.

    The order puts the cheap ones first: a finite-field exchange costs an old device seconds.
    """

    key_exchange: tuple[str, ...]
    host_key: tuple[str, ...]
    cipher: tuple[str, ...]
    mac: tuple[str, ...]
    smallest_rsa_bits: int

    def by_kind(self) -> dict[str, tuple[str, ...]]:
        """The lists under the names that a user reads."""
        return {
            "key exchange": self.key_exchange,
            "host key": self.host_key,
            "cipher": self.cipher,
            "MAC": self.mac,
        }


MODERN = Algorithms(
    key_exchange=(
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group-exchange-sha256",
    ),
    host_key=(
        "ssh-ed25519",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "rsa-sha2-256",
        "rsa-sha2-512",
    ),
    cipher=(
        "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com",
        "aes128-ctr",
        "aes192-ctr",
        "aes256-ctr",
    ),
    mac=(
        "hmac-sha2-256-etm@openssh.com",
        "hmac-sha2-512-etm@openssh.com",
        "hmac-sha2-256",
        "hmac-sha2-512",
    ),
    smallest_rsa_bits=2048,
)

# SHA-1, CBC and 1024-bit keys: what a 3560 on 12.2 or an ASA 8.x offers, and nothing else.
LEGACY = Algorithms(
    key_exchange=(
        *MODERN.key_exchange,
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group1-sha1",
    ),
    host_key=(*MODERN.host_key, "ssh-rsa"),
    cipher=(*MODERN.cipher, "aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"),
    mac=(*MODERN.mac, "hmac-sha1-etm@openssh.com", "hmac-sha1", "hmac-sha1-96"),
    smallest_rsa_bits=1024,
)


def allowed(*, legacy: bool) -> Algorithms:
    """The lists for one device."""
    return LEGACY if legacy else MODERN
