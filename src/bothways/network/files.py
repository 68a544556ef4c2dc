"""The files of an inventory as Nornir's SimpleInventory knows them, read strictly, and topology.yaml."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, ip_address
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from bothways.network.devices import PlatformName

_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


def _host(text: str) -> str:
    """An address or host name in its one form.

    Raises:
        ValueError: the rule that it breaks.
    """
    if text != text.strip() or not text.isprintable():
        raise ValueError("must be one word, without blanks or line ends around it")
    if text.startswith("["):
        raise ValueError("must be without brackets: write 2001:db8::1")
    if text.count(":") == 1:
        raise ValueError("must be without the port: write it under `port`")
    if ":" in text:
        return _address(text, "an IPv6 address")
    if re.fullmatch(r"[0-9.]+", text):
        return _address(text, "an IPv4 address (four numbers to 255, no leading zeros)")
    if not text.isascii():
        raise ValueError("must be ASCII: write an international name in its xn-- form")
    if len(text) > 253 or not all(_LABEL.fullmatch(label) for label in text.rstrip(".").split(".")):
        raise ValueError(f"{text[:60]!r} is neither an IP address nor a host name")
    return text.rstrip(".").lower()


def _address(text: str, what: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(f"{text[:60]!r} is not {what}") from None


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Data(BaseModel):
    """The keys of `data` that Bothways reads; a Nornir user's own keys may stand beside them."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow")

    secret: SecretStr | None = None
    legacy_ssh: bool | None = None
    read_ahead: bool | None = None


class Defaults(_Model):
    """`defaults.yaml`, and what groups and hosts share with it."""

    hostname: Annotated[str, AfterValidator(_host)] | None = None
    port: int | None = Field(default=None, ge=1, le=65535)
    platform: PlatformName | None = None
    username: str | None = Field(default=None, min_length=1, pattern=r"^[\x21-\x7e]+$")
    password: SecretStr | None = None
    data: Data = Data()
    connection_options: dict[str, Any] = {}


class Member(Defaults):
    """A host or a group: both may belong to groups."""

    groups: list[str] = []


class TopologyHost(_Model):
    """A host that no device tells about: its address, and the gateway it uses."""

    address: IPv4Address
    gateway: IPv4Address | None = None


class Topology(_Model):
    """`topology.yaml`."""

    hosts: dict[str, TopologyHost] = {}
