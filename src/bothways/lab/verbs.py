"""What the control socket can be asked to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bothways.errors import BadInput
from bothways.lab.asa.device import AsaDevice
from bothways.lab.cli.typing_admin import type_lines
from bothways.lab.control import Answer
from bothways.lab.held import Held
from bothways.lab.requests import (
    AdvanceTo,
    Became,
    Connect,
    Cut,
    Drops,
    Edit,
    Fault,
    HangUp,
    Hold,
    Link,
    Lose,
    OfDevice,
    Pcap,
    Ping,
    Power,
    Request,
    Tftp,
    Witness,
)
from bothways.lab.running_lab import RunningLab
from bothways.lab.witness import Seen, Testimony, testify

_LAST_WORD_S = 0.02


class Verbs:
    """The verbs of one lab; each takes its own request model and answers with plain values."""

    def __init__(self, lab: RunningLab) -> None:
        self._lab = lab
        self._world = lab.world
        self._held: dict[int, Held] = {}
        self._known: dict[str, tuple[type[Request], Callable[[Any], Answer | Awaitable[Answer]]]] = {
            "clock": (Request, self._clock),
            "advance_to": (AdvanceTo, self._advance_to),
            "connect": (Connect, self._connect),
            "hold": (Hold, self._hold),
            "cut": (Cut, self._cut),
            "power": (Power, self._power),
            "lose": (Lose, self._lose),
            "hang_up": (HangUp, self._hang_up),
            "lose_state": (OfDevice, self._lose_state),
            "became": (Became, self._became),
            "ping": (Ping, self._ping),
            "tftp": (Tftp, self._tftp),
            "witness": (Witness, self._witness),
            "drops": (Drops, self._drops),
            "commands": (OfDevice, self._commands),
            "conns": (OfDevice, self._conns),
            "captures": (OfDevice, self._captures),
            "devices": (Request, self._devices),
            "pcap": (Pcap, self._pcap),
            "fault": (Fault, self._fault),
            "edit": (Edit, self._edit),
            "link": (Link, self._link),
            "down": (Request, self._down),
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

    def _clock(self, _asked: Request) -> Answer:
        return {"now_s": self._world.now}

    def _advance_to(self, asked: AdvanceTo) -> Answer:
        self._lab.pace.skip_to(asked.moment_s)
        return {"now_s": self._world.now}

    def _connect(self, asked: Connect) -> Answer:
        if asked.protocol == "icmp":
            return self._connect_icmp(asked)
        attempt = self._world.connect(asked.client, asked.server, asked.port, asked.client_port)
        return {
            "result": attempt.result,
            "client_port": attempt.client_port,
            **_testimony(attempt.testimony),
        }

    def _connect_icmp(self, asked: Connect) -> Answer:
        began_s = self._world.now
        pings = self._world.ping(asked.client, asked.server, 1)
        said = self._testify(Seen("icmp", asked.client, asked.server, 0, None, began_s))
        result = "delivered" if pings.received else "timeout"
        return {"client_port": 0, **_testimony(said), "result": result}

    def _hold(self, asked: Hold) -> Answer:
        held = self._world.hold(asked.client, asked.server, asked.port, asked.client_port, asked.every_s)
        self._held[held.call.quad.lport] = held
        return {"result": held.call.result, "client_port": held.call.quad.lport}

    def _cut(self, asked: Cut) -> Answer:
        return {"now_s": self._world.cut(asked.wire, up=asked.up)}

    def _power(self, asked: Power) -> Answer:
        return {"now_s": self._world.power(asked.device, up=asked.up)}

    def _lose(self, asked: Lose) -> Answer:
        return {"now_s": self._world.lose(asked.wire, asked.sender, asked.nth, asked.client_port)}

    def _hang_up(self, asked: HangUp) -> Answer:
        return {"now_s": self._world.hang_up(self._held_from(asked.client_port).call)}

    def _lose_state(self, asked: OfDevice) -> Answer:
        self._firewall(asked.device).firewall.forget()
        return {}

    def _held_from(self, client_port: int) -> Held:
        if client_port not in self._held:
            raise BadInput("control", f"no connection is held from port {client_port}", "hold one first")
        return self._held[client_port]

    def _became(self, asked: Became) -> Answer:
        attempt = self._world.became(self._held_from(asked.client_port).call, asked.since_s)
        said = _testimony(attempt.testimony)
        ends = dict(zip(("client", "server"), attempt.ends, strict=True))
        return {**said, "result": attempt.result, "client_port": attempt.client_port, "ends": ends}

    def _ping(self, asked: Ping) -> Answer:
        pings = self._world.ping(asked.client, asked.server, asked.count)
        return {"sent": pings.sent, "received": pings.received}

    def _tftp(self, asked: Tftp) -> Answer:
        return {"result": self._world.tftp(asked.client, asked.server).result}

    def _witness(self, asked: Witness) -> Answer:
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

    def _drops(self, asked: Drops) -> Answer:
        rows = [
            {"time_s": row.time_s, "where": row.where, "interface": row.interface,
             "packet": str(row.packet), "why": str(row.why)}
            for row in self._world.ledger.drops
            if asked.where in ("", row.where) and row.time_s >= asked.since_s
        ]  # fmt: skip
        return {"drops": rows}

    def _commands(self, asked: OfDevice) -> Answer:
        self._lab.station(asked.device)
        return {"commands": [entry.as_json() for entry in self._lab.log.of(asked.device)]}

    def _firewall(self, name: str) -> AsaDevice:
        device = self._world.device(name)
        if not isinstance(device, AsaDevice):
            raise BadInput("control", f"{name} keeps no connections")
        return device

    def _conns(self, asked: OfDevice) -> Answer:
        device = self._firewall(asked.device)
        rows = [
            {"initiator": str(conn.initiator), "responder": str(conn.responder), "flags": conn.flags,
             "protocol": conn.protocol, "bytes": conn.octets, "created_s": conn.created_s,
             "bypass": conn.bypass}
            for conn in device.conns
        ]  # fmt: skip
        return {"conns": rows}

    def _captures(self, asked: OfDevice) -> Answer:
        rows = [
            {"name": one.name, "type": one.kind, "user": one.owner, "interfaces": one.interfaces,
             "match": [condition.text for condition in one.conditions], "state": one.state,
             "packets": len(one.caught), "bytes": one.used}
            for one in self._firewall(asked.device).captures.standing.values()
        ]  # fmt: skip
        return {"captures": rows}

    def _devices(self, _asked: Request) -> Answer:
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

    def _pcap(self, asked: Pcap) -> Answer:
        return {"bytes": self._world.write_pcap(asked.wire, self._lab.folder / Path(asked.path))}

    def _fault(self, asked: Fault) -> Answer:
        station = self._lab.station(asked.device)
        if asked.action == "clear":
            station.faults.clear()
            return {}
        fault = station.faults.add(asked.when, asked.action, asked.times)
        if fault.action == "new-host-key":
            self._lab.doors[asked.device].change_keys()
        return {}

    def _edit(self, asked: Edit) -> Answer:
        return {"answers": type_lines(self._lab.station(asked.device), asked.lines)}

    def _link(self, asked: Link) -> Answer:
        self._world.link(asked.wire, asked.device, up=asked.up)
        return {}

    def _down(self, _asked: Request) -> Answer:
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
