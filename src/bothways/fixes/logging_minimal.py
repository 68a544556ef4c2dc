from __future__ import annotations

from pydantic import Field

from bothways.diagnosis.trace import trace
from bothways.fixes.asa_hairpin import standby
from bothways.fixes.config_lines import beginning, evidence, stands
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
from bothways.state.device import DeviceState

_ROOM = 524288
"""Bytes: some minutes of a busy firewall; the default of 4096 is some seconds."""


class LoggingOptions(Options):
    """What a playbook may choose of logging-minimal.

    Attributes:
        room: bytes of the buffer.
    """

    room: int = Field(default=_ROOM, ge=4096, le=1048576)


class LoggingInputs(Inputs):
    """What logging-minimal is rendered from.

    Attributes:
        lines: those that do not stand yet.
    """

    lines: tuple[str, ...]


class LoggingMinimal(Fix[LoggingOptions, LoggingInputs]):
    """Lets an ASA note which connections it ends and what it drops, in a buffer that holds some minutes."""

    name = "logging-minimal"
    platform = "cisco_asa"
    seat = "firewall"
    cures = frozenset({"logging-too-quiet"})
    price = "A message for every connection costs a busy firewall some CPU, and the buffer its memory."
    options = LoggingOptions
    inputs = LoggingInputs

    def propose(
        self, situation: Situation, options: LoggingOptions
    ) -> Ready[LoggingInputs] | InPlace | NotApplicable:
        """Ready on the firewall the flow dies of, unless somebody chose other levels there."""
        walked = trace(
            situation.snapshot, situation.flow, situation.hosts, situation.scenario, situation.silence_s
        )
        state = situation.snapshot.devices.get(walked.at.device)
        if state is None or state.platform != self.platform:
            return NotApplicable("", f"{situation.flow} dies on no firewall that could log it")
        wanted = (
            "logging enable",
            "logging timestamp",
            f"logging buffer-size {options.room}",
            "logging buffered informational",
        )
        lacking = tuple(line for line in wanted if stands(state, line) is None)
        if not lacking:
            return InPlace(state.name, evidence(state, beginning(state, "logging buffered ")))
        refusal = _chosen_otherwise(state, lacking)
        return refusal or standby(state) or Ready(state.name, LoggingInputs(lines=lacking))

    def values(self, inputs: LoggingInputs) -> Values:
        """The lines that lack."""
        return {"lines": [{"text": line} for line in inputs.lines]}

    def line_count(self, inputs: LoggingInputs) -> int:
        """As many."""
        return len(inputs.lines)

    def lints(self, situation: Situation, ready: Ready[LoggingInputs]) -> tuple[Lint, ...]:  # noqa: ARG002
        """What it costs, and how short its memory is."""
        short = (
            "the buffer forgets within minutes and with a reload: a syslog server remembers (logging host)"
        )
        return (
            Lint(id="logging-costs", severity="note", device=ready.device, text=self.price),
            Lint(id="short-memory", severity="note", device=ready.device, text=short),
        )

    def preconditions(self, situation: Situation, ready: Ready[LoggingInputs]) -> tuple[Predicate, ...]:  # noqa: ARG002
        """None of the lines is there."""
        return tuple(_line(ready.device, line, standing=False) for line in ready.inputs.lines)

    def steps(
        self,
        situation: Situation,  # noqa: ARG002 - part of the contract
        ready: Ready[LoggingInputs],
        lines: tuple[str, ...],
    ) -> tuple[Step, ...]:
        """The lines; each is taken back by its `no`, the last one first."""
        return (
            ConfigStep(
                device=ready.device,
                fix=self.name,
                commands=tuple(Command(text=line) for line in lines),
                undo=tuple(
                    Undo(section="", ours=line, text=f"no {line}") for line in reversed(ready.inputs.lines)
                ),
                proofs=tuple(_line(ready.device, line, standing=True) for line in ready.inputs.lines),
                price=self.price,
            ),
        )

    def predict(self, state: DeviceState, inputs: LoggingInputs) -> Overlay:  # noqa: ARG002
        """Nothing but the configuration."""
        return {}


def _chosen_otherwise(state: DeviceState, lacking: tuple[str, ...]) -> NotApplicable | None:
    """A level or a size that somebody chose is not overwritten: a person knows why it is so."""
    for line in lacking:
        words = line.split()
        if len(words) == 3:
            standing = beginning(state, f"logging {words[1]} ")
            if standing:
                reason = f"`{standing[0].text}` was chosen by somebody; change it by hand to `{line}`"
                return NotApplicable(state.name, reason, evidence(state, standing))
    return None


def _line(device: str, line: str, *, standing: bool) -> Predicate:
    return Predicate(
        device=device,
        table="ConfigLine",
        key={"section": "", "text": line},
        column="text",
        expected=line if standing else None,
        because=f"{device} {'has' if standing else 'does not have'} `{line}`",
    )
