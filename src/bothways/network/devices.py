"""The network as the user declares it: devices to log in to, and the little that no device tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Literal

from pydantic import SecretStr

from bothways.errors import InventoryError

PlatformName = Literal["cisco_asa", "cisco_ios"]


@dataclass(frozen=True, slots=True)
class Device:
    """A device of the inventory, validated.

    Attributes:
        name: the inventory's name for it.
        address: host name or IP address to connect to.
        secret: the enable secret; None when the login lands in privileged exec.
        legacy_ssh: SHA-1, CBC and 1024-bit keys are allowed for this host only.
        read_ahead: False for a device that drops typed-ahead input.
    """

    name: str
    address: str
    port: int
    platform: PlatformName
    username: str
    password: SecretStr
    secret: SecretStr | None = None
    legacy_ssh: bool = False
    read_ahead: bool = True


@dataclass(frozen=True, slots=True)
class DeclaredHost:
    """A host of topology.yaml: what no device tells."""

    name: str
    address: IPv4Address
    gateway: IPv4Address | None = None


@dataclass(frozen=True)
class Network:
    """Inventory and topology together."""

    devices: Mapping[str, Device]
    hosts: tuple[DeclaredHost, ...] = field(default=())

    def device(self, name: str) -> Device:
        """One device.

        Raises:
            InventoryError: no such name.
        """
        try:
            return self.devices[name]
        except KeyError:
            known = ", ".join(sorted(self.devices)) or "none"
            raise InventoryError("inventory", f"no device {name!r}", f"known: {known}") from None
