from __future__ import annotations

from typing import Literal

from bothways.diagnosis.reset_service import OUTBOUND, answering
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.trace import Trace, trace
from bothways.fixes.asa_hairpin import standby
from bothways.fixes.config_lines import stands
from bothways.fixes.contract import (
    Fix,
    InPlace,
    Inputs,
    NotApplicable,
    Options,
    Overlay,
    Ready,
    Situation,
    Values,
)
from bothways.fixes.steps import Command, ConfigStep, Lint, Predicate, Step, Undo
from bothways.fixes.tokens import InterfaceName
from bothways.flow import Fate
from bothways.state.device import DeviceState

Kind = Literal["resetoutbound", "resetinbound"]
_QUIETER = (
    "the loss stays: the end that was reset so far sends its last packet again and again, and the other one "
    "still hangs"
)


class ResetOptions(Options):
    """What a playbook may choose of reset-service.

    Attributes:
        answer: `nobody`: what belongs to no connection is dropped without a word; `both`: packets from the
            less trusted side are answered as well, so that the end that hangs is told when it speaks.
    """

    answer: Literal["nobody", "both"] = "nobody"


class ResetInputs(Inputs):
    """What reset-service is rendered from.

    Attributes:
        kind: the service.
        interface: where packets come in that it is about.
        on: whether it is switched on.
    """

    kind: Kind
    interface: InterfaceName
    on: bool

    @property
    def line(self) -> str:
        """The line to type, as the configuration stores it."""
        return f"{'' if self.on else 'no '}service {self.kind} interface {self.interface}"

    @property
    def opposite(self) -> str:
        """What takes it back."""
        return f"{'no ' if self.on else ''}service {self.kind} interface {self.interface}"


class ResetServiceFix(Fix[ResetOptions, ResetInputs]):
    """Lets an ASA drop TCP of lost connections in silence, or answer both sides. The loss stays."""

    name = "reset-service"
    platform = "cisco_asa"
    seat = "firewall"
    cures = frozenset({"reset-service"})
    price = (
        "It changes for every connection on that interface who learns of a loss: without resets ends wait "
        "for their own timers, with resets to the outside scanners learn that a firewall is there."
    )
    options = ResetOptions
    inputs = ResetInputs

    def propose(
        self, situation: Situation, options: ResetOptions
    ) -> Ready[ResetInputs] | InPlace | NotApplicable:
        """Ready on the firewall that forges the RST."""
        walked = _walked(situation)
        if walked.fate is not Fate.RESET_BY_DEVICE or not walked.opening:
            return NotApplicable("", f"no firewall resets {situation.flow}: {walked.mechanism}")
        state = situation.snapshot.device(walked.at.device)
        hop = next(hop for hop in walked.opening[0].hops if hop.device == state.name)
        both = options.answer == "both"
        came, goes = (hop.ingress, hop.egress) if both else (hop.egress, hop.ingress)
        service = answering(Sight(situation.snapshot), state, came, goes)
        if service is None:
            return NotApplicable(state.name, "whether it answers there was not read")
        if service.on is both:
            return InPlace(state.name, service.evidence)
        kind: Kind = "resetoutbound" if service.kind == OUTBOUND else "resetinbound"
        return standby(state) or Ready(state.name, ResetInputs(kind=kind, interface=came, on=both))

    def values(self, inputs: ResetInputs) -> Values:
        """The line, whole."""
        return {"line": inputs.line}

    def line_count(self, inputs: ResetInputs) -> int:  # noqa: ARG002 - part of the contract
        """One."""
        return 1

    def lints(self, situation: Situation, ready: Ready[ResetInputs]) -> tuple[Lint, ...]:  # noqa: ARG002
        """That it heals nothing."""
        return (
            Lint(id="loss-stays", severity="warning", device=ready.device, text=_QUIETER),
            Lint(id="whole-interface", severity="warning", device=ready.device, text=self.price),
        )

    def preconditions(self, situation: Situation, ready: Ready[ResetInputs]) -> tuple[Predicate, ...]:  # noqa: ARG002
        """The line is not there yet."""
        return (_line(ready.device, ready.inputs, standing=False),)

    def steps(
        self, situation: Situation, ready: Ready[ResetInputs], lines: tuple[str, ...]
    ) -> tuple[Step, ...]:
        """One line; the opposite takes it back, to what stood before."""
        state, inputs = situation.snapshot.device(ready.device), ready.inputs
        assert stands(state, inputs.line) is None
        return (
            ConfigStep(
                device=ready.device,
                fix=self.name,
                commands=tuple(Command(text=line) for line in lines),
                undo=(Undo(section="", ours=inputs.line, text=inputs.opposite),),
                proofs=(_line(ready.device, inputs, standing=True),),
                price=self.price,
            ),
        )

    def predict(self, state: DeviceState, inputs: ResetInputs) -> Overlay:  # noqa: ARG002
        """Nothing but the configuration."""
        return {}


def _walked(situation: Situation) -> Trace:
    return trace(situation.snapshot, situation.flow, situation.hosts, situation.scenario, situation.silence_s)


def _line(device: str, inputs: ResetInputs, *, standing: bool) -> Predicate:
    return Predicate(
        device=device,
        table="ConfigLine",
        key={"section": "", "text": inputs.line},
        column="text",
        expected=inputs.line if standing else None,
        because=f"{device} {'has' if standing else 'does not have'} `{inputs.line}`",
    )
