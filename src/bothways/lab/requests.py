"""What may stand in a request to the control socket."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Request(BaseModel):
    """A request without more than its verb."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")
    do: str


class AdvanceTo(Request):
    """Run to a moment."""

    moment_s: float


class Connect(Request):
    """Open a flow once."""

    client: str
    server: str
    protocol: Literal["tcp", "icmp"] = "tcp"
    port: int = Field(default=0, ge=0, le=65535)
    client_port: int | None = Field(default=None, ge=1, le=65535)
    start: Literal["syn"] = "syn"


class Hold(Request):
    """Open a connection that keeps asking."""

    client: str
    server: str
    port: int = Field(ge=1, le=65535)
    client_port: int | None = Field(default=None, ge=1, le=65535)
    every_s: float | None = Field(default=5.0, gt=0)


class Cut(Request):
    """Cut a wire, or mend it."""

    wire: str
    up: bool = False


class OfDevice(Request):
    """Something of one device."""

    device: str


class Power(OfDevice):
    """Pull a device's power cord, or plug it in again."""

    up: bool = False


class Lose(Request):
    """Lose the n-th data segment of a host on a wire."""

    wire: str
    sender: str
    nth: int = Field(default=1, ge=1, le=1000)
    client_port: int | None = None


class HangUp(Request):
    """The server closes a held connection."""

    client_port: int


class Became(Request):
    """What became of a held connection."""

    client_port: int
    since_s: float


class Ping(Request):
    """Send echo requests."""

    client: str
    server: str
    count: int = Field(default=5, ge=1, le=1000)


class Tftp(Request):
    """Fetch a file."""

    client: str
    server: str


class Witness(Request):
    """What the witness says of a flow."""

    client: str
    server: str
    protocol: Literal["tcp", "udp", "icmp"] = "tcp"
    port: int = Field(default=0, ge=0, le=65535)
    client_port: int | None = None
    since_s: float = 0.0


class Drops(Request):
    """Rows of the ledger."""

    where: str = ""
    since_s: float = 0.0


class Pcap(Request):
    """Write a capture."""

    wire: str
    path: str


class Fault(Request):
    """Make a device misbehave."""

    device: str
    when: str = ""
    action: str
    times: int | None = Field(default=None, ge=1)


class Edit(Request):
    """Another administrator types lines."""

    device: str
    lines: list[str]


class Link(Request):
    """Plug something in or out."""

    wire: str
    device: str
    up: bool
