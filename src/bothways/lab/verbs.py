"""What the control socket can be asked to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bothways.errors import BadInput
from bothways.lab.asa.device import AsaDevice
from bothways.lab.cli.typing_admin import type_lines
from bothways.lab.control import Answer
from bothways.lab.held import Held
from bothways.lab.running_lab import RunningLab
from bothways.lab.witness import Seen, Testimony, testify

_LAST_WORD_S = 0.02


class _Request(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")
    do: str


class _AdvanceTo(_Request):
    moment_s: float


class _Connect(_Request):
    client: str
    server: str
    protocol: Literal["tcp", "icmp"] = "tcp"
    port: int = Field(default=0, ge=0, le=65535)
    client_port: int | None = Field(default=None, ge=1, le=65535)
    start: Literal["syn"] = "syn"


class _Hold(_Request):
    client: str
    server: str
    port: int = Field(ge=1, le=65535)
    client_port: int | None = Field(default=None, ge=1, le=65535)
    every_s: float = Field(default=5.0, gt=0)


class _Cut(_Request):
    wire: str
    up: bool = False


class _Became(_Request):
    client_port: int
    since_s: float


class _Ping(_Request):
    client: str
    server: str
    count: int = Field(default=5, ge=1, le=1000)


class _Tftp(_Request):
    client: str
    server: str


class _Witness(_Request):
    client: str
    server: str
    protocol: Literal["tcp", "udp", "icmp"] = "tcp"
    port: int = Field(default=0, ge=0, le=65535)
    client_port: int | None = None
    since_s: float = 0.0


class _Drops(_Request):
    where: str = ""
    since_s: float = 0.0


class _OfDevice(_Request):
    device: str


class _Pcap(_Request):
    wire: str
    path: str


class _Fault(_Request):
    device: str
    when: str = ""
    action: str
    times: int | None = Field(default=None, ge=1)


class _Edit(_Request):
    device: str
    lines: list[str]


class _Link(_Request):
    wire: str
    device: str
    up: bool


class Verbs:
    """The verbs of one lab; each takes its own request model and answers with plain values."""

    def __init__(self, lab: RunningLab) -> None:
        self._lab = lab
        self._world = lab.world
        self._held: dict[int, Held] = {}
        self._known: dict[str, tuple[type[_Request], Callable[[Any], Answer | Awaitable[Answer]]]] = {
            "clock": (_Request, self._clock),
            "advance_to": (_AdvanceTo, self._advance_to),
            "connect": (_Connect, self._connect),
            "hold": (_Hold, self._hold),
            "cut": (_Cut, self._cut),
            "became": (_Became, self._became),
            "ping": (_Ping, self._ping),
            "tftp": (_Tftp, self._tftp),
            "witness": (_Witness, self._witness),
            "drops": (_Drops, self._drops),
            "commands": (_OfDevice, self._commands),
            "conns": (_OfDevice, self._conns),
            "devices": (_Request, self._devices),
            "pcap": (_Pcap, self._pcap),
            "fault": (_Fault, self._fault),
            "edit": (_Edit, self._edit),
            "link": (_Link, self._link),
            "down": (_Request, self._down),
        }

    async def act(self, request: Answer) -> Answer:
        """Do what a request says.

        Raises:
            BadInput: it says nothing that the lab knows.
        """
        name = request.get("do")
        if not isinstance(name, str) or name not in self._known:
            raise BadInput("control", f"no verb {name!r}", f"known: {', '.join(self._known)}")
        model, verb = self._known[name]
        try:
            asked = model.model_validate(request)
        except ValidationError as error:
            first = error.errors()[0]
            path = ".".join(str(part) for part in first["loc"])
            raise BadInput("control", f"{name}: {path}: {first['msg']}") from None
        self._lab.pace.catch_up()
        answer = verb(asked)
        if isinstance(answer, Awaitable):
            answer = await answer
        self._lab.pace.skipped_by_the_world()
        await self._lab.settle()
        return answer

    def _clock(self, _asked: _Request) -> Answer:
        return {"now_s": self._world.now}

    def _advance_to(self, asked: _AdvanceTo) -> Answer:
        self._lab.pace.skip_to(asked.moment_s)
        return {"now_s": self._world.now}

    def _connect(self, asked: _Connect) -> Answer:
        if asked.protocol == "icmp":
            return self._connect_icmp(asked)
        attempt = self._world.connect(asked.client, asked.server, asked.port, asked.client_port)
        return {
            "result": attempt.result,
            "client_port": attempt.client_port,
            **_testimony(attempt.testimony),
        }

    def _connect_icmp(self, asked: _Connect) -> Answer:
        began_s = self._world.now
        pings = self._world.ping(asked.client, asked.server, 1)
        said = self._testify(Seen("icmp", asked.client, asked.server, 0, None, began_s))
        result = "delivered" if pings.received else "timeout"
        return {"client_port": 0, **_testimony(said), "result": result}

    def _hold(self, asked: _Hold) -> Answer:
        held = self._world.hold(asked.client, asked.server, asked.port, asked.client_port, asked.every_s)
        self._held[held.call.quad.lport] = held
        return {"result": held.call.result, "client_port": held.call.quad.lport}

    def _cut(self, asked: _Cut) -> Answer:
        return {"now_s": self._world.cut(asked.wire, up=asked.up)}

    def _became(self, asked: _Became) -> Answer:
        held = self._held.get(asked.client_port)
        if held is None:
            raise BadInput(
                "control", f"no connection is held from port {asked.client_port}", "hold one first"
            )
        attempt = self._world.became(held.call, asked.since_s)
        said = _testimony(attempt.testimony)
        return {**said, "result": attempt.result, "client_port": attempt.client_port}

    def _ping(self, asked: _Ping) -> Answer:
        pings = self._world.ping(asked.client, asked.server, asked.count)
        return {"sent": pings.sent, "received": pings.received}

    def _tftp(self, asked: _Tftp) -> Answer:
        return {"result": self._world.tftp(asked.client, asked.server).result}

    def _witness(self, asked: _Witness) -> Answer:
        flow = Seen(asked.protocol, asked.client, asked.server, asked.port, asked.client_port, asked.since_s)
        return _testimony(self._testify(flow))

    def _testify(self, flow: Seen) -> Testimony:
        client, server = self._dotted(flow.client), self._dotted(flow.server)
        return testify(self._world.ledger, replace(flow, client=client, server=server))

    def _dotted(self, name: str) -> str:
        """An end by its address; anything that is no address is the name of a host."""
        try:
            return str(IPv4Address(name))
        except AddressValueError:
            return str(self._world.host(name).address.ip)

    def _drops(self, asked: _Drops) -> Answer:
        rows = [
            {"time_s": row.time_s, "where": row.where, "interface": row.interface,
             "packet": str(row.packet), "why": str(row.why)}
            for row in self._world.ledger.drops
            if asked.where in ("", row.where) and row.time_s >= asked.since_s
        ]  # fmt: skip
        return {"drops": rows}

    def _commands(self, asked: _OfDevice) -> Answer:
        self._lab.station(asked.device)
        return {"commands": [entry.as_json() for entry in self._lab.log.of(asked.device)]}

    def _conns(self, asked: _OfDevice) -> Answer:
        device = self._world.device(asked.device)
        if not isinstance(device, AsaDevice):
            raise BadInput("control", f"{asked.device} keeps no connections")
        rows = [
            {"initiator": str(conn.initiator), "responder": str(conn.responder), "flags": conn.flags,
             "protocol": conn.protocol, "bytes": conn.octets, "created_s": conn.created_s,
             "bypass": conn.bypass}
            for conn in device.conns
        ]  # fmt: skip
        return {"conns": rows}

    def _devices(self, _asked: _Request) -> Answer:
        found = {
            name: {
                "platform": device.platform,
                "hostname": device.hostname,
                "model": device.identity.model,
                "serial": device.identity.serial,
                "port": self._lab.doors[name].port,
                "up": device.up,
            }
            for name, device in self._world.devices.items()
        }
        return {"devices": found}

    def _pcap(self, asked: _Pcap) -> Answer:
        return {"bytes": self._world.write_pcap(asked.wire, self._lab.folder / Path(asked.path))}

    def _fault(self, asked: _Fault) -> Answer:
        station = self._lab.station(asked.device)
        if asked.action == "clear":
            station.faults.clear()
            return {}
        fault = station.faults.add(asked.when, asked.action, asked.times)
        if fault.action == "new-host-key":
            self._lab.doors[asked.device].change_keys()
        return {}

    def _edit(self, asked: _Edit) -> Answer:
        return {"answers": type_lines(self._lab.station(asked.device), asked.lines)}

    def _link(self, asked: _Link) -> Answer:
        self._world.link(asked.wire, asked.device, up=asked.up)
        return {}

    def _down(self, _asked: _Request) -> Answer:
        loop = asyncio.get_running_loop()
        loop.call_later(_LAST_WORD_S, self._lab.stopped.set)  # the answer goes out first
        return {}


def _testimony(said: Testimony) -> Answer:
    return {
        "fate": str(said.fate),
        "at": {"device": said.device, "packet": said.packet},
        "why": said.why,
        "result": said.result,
    }
