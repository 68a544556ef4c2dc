"""Two toy devices behind Nornir, and a plan for both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pydantic import SecretStr

from bothways.errors import Unreachable
from bothways.fleet import ApplyContext
from bothways.network import Device, Network
from bothways.planning.canonical import sealed
from bothways.planning.plan import (
    FORMAT_VERSION,
    Binding,
    Command,
    ConfigStep,
    ContentOrigin,
    Plan,
    Predicate,
    Step,
    Undo,
    Verdict,
)
from bothways.platforms import config_digest, platform

from .toy import PBR, SteppedClock, Toy, ToySession

ASA_START = ["hostname EDGE-ASA", "interface Vlan1", " nameif inside", ": end"]
PERMIT = "same-security-traffic permit intra-interface"
SHOW_CONN = "show conn address 10.12.0.130 address 172.16.1.18"
NO_CONN = "0 in use, 7 most used\n"
CONN = (
    "1 in use, 7 most used\nTCP inside 172.16.1.18:443 inside 10.12.0.130:50001, idle 0:00:01, bytes 512, "
    "flags UIOB\n"
)
HAIRPIN = ConfigStep(
    device="edge-asa",
    fix="asa-hairpin",
    commands=(Command(text=PERMIT),),
    undo=(Undo(section="", ours=PERMIT, text=f"no {PERMIT}"),),
)
ASA_VERSION = """\
Cisco Adaptive Security Appliance Software Version 9.2(4)

EDGE-ASA up 2 days 3 hours

Hardware:   ASA5505, 512 MB RAM, CPU Geode 500 MHz
Serial Number: JMX1234A0B1"""
IOS_VERSION = """\
Cisco IOS Software, C3560 Software (C3560-IPSERVICESK9-M), Version 12.2(55)SE, RELEASE SOFTWARE (fc2)

DC_LAB_SWITCH uptime is 3 hours, 2 minutes
cisco WS-C3560-24PS (PowerPC405) processor (revision D0) with 131072K bytes of memory.
Processor board ID CAT0911Z1AB"""
PLAN_TO_ITSELF = ContentOrigin(name="hairpin-return.yaml", origin="shipped", sha256="0" * 64)


@dataclass
class Toys:
    """Both devices and where a run happens."""

    asa: Toy
    switch: Toy
    clock: SteppedClock
    context: ApplyContext
    refuses: dict[str, Exception] = field(default_factory=dict)

    def plan(
        self,
        *steps: Step,
        predicates: tuple[Predicate, ...] = (),
        fate: str = "unknown",
        diff: dict[str, str] | None = None,
    ) -> Plan:
        """A plan bound to what the toys hold now."""
        now = self.clock.now()
        return sealed(
            Plan(
                format_version=FORMAT_VERSION,
                made_by="bothways test",
                id="plan-1",
                created_at=now,
                expires_at=now + timedelta(hours=8),
                flow="10.12.0.130 172.16.1.18 tcp/443",
                finding="asymmetric-return",
                playbook=PLAN_TO_ITSELF,
                templates=(),
                bindings={
                    "edge-asa": _binding(self.asa, "JMX1234A0B1", "EDGE-ASA", "cisco_asa"),
                    "lab-switch": _binding(self.switch, "CAT0911Z1AB", "DC_LAB_SWITCH", "cisco_ios"),
                },
                predicates=predicates,
                steps=steps or (HAIRPIN, PBR),
                diff=diff or {},
                lints=(),
                overridden=(),
                before=Verdict(fate="isn-mismatch", device="10.12.0.130", packet=2),
                after=Verdict(fate=fate, device="", packet=0),
            )
        )

    def open(self, name: str) -> ToySession:
        """Log in."""
        if name in self.refuses:
            raise self.refuses[name]
        toy = {"edge-asa": self.asa, "lab-switch": self.switch}[name]
        if self.clock.seconds < toy.unreachable_until:
            raise Unreachable(name, "no answer")
        return ToySession(toy, self.context.network.device(name), self.clock)


def made(folder: Path, clock: SteppedClock) -> Toys:
    """Fresh toys, saved and idle."""
    asa = Toy(running=list(ASA_START), startup=list(ASA_START))
    asa.outputs = {
        "show version": ASA_VERSION,
        "show failover": "Failover Off",
        SHOW_CONN: NO_CONN,
    }
    asa.dialogue["write memory"] = _writes(asa)
    switch = Toy()
    switch.outputs = {"show version": IOS_VERSION}
    switch.dialogue["write memory"] = _writes(switch)
    secret = SecretStr("made-up")
    network = Network(
        {
            "edge-asa": Device("edge-asa", "192.0.2.1", 22, "cisco_asa", "netops", secret),
            "lab-switch": Device("lab-switch", "192.0.2.2", 22, "cisco_ios", "netops", secret),
        }
    )
    context = ApplyContext(network, folder / "known_hosts", clock, folder / "runs", folder / "locks")
    return Toys(asa, switch, clock, context)


def plugin_over(toys: Toys) -> type:
    """A Nornir connection plugin over the toys."""

    class ToyConnection:
        def open(self, hostname: str, *_: Any, **__: Any) -> None:
            names = {device.address: name for name, device in toys.context.network.devices.items()}
            self.session = toys.open(names[hostname])

        def close(self) -> None:
            self.session.close()

        @property
        def connection(self) -> SimpleNamespace:
            return SimpleNamespace(session=self.session)

    return ToyConnection


def _writes(toy: Toy) -> Callable[[Any], str]:
    def write(_: Any) -> str:
        toy.startup = list(toy.running)
        return "Building configuration...\n[OK]"

    return write


def _binding(toy: Toy, serial: str, hostname: str, platform_name: str) -> Binding:
    digest = config_digest("\n".join(toy.running), platform(platform_name))
    return Binding(serial=serial, hostname=hostname, platform=platform_name, config_digest=digest, saved=True)
