from __future__ import annotations

from dataclasses import replace
from typing import Literal

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
from bothways.fixes.reload_checks import reload_checks
from bothways.fixes.sdm import image_refusal, keyword, routing_template, rules_of, template_of
from bothways.fixes.steps import Command, ConfigStep, Lint, Predicate, ReloadStep, Reply, Step, Undo
from bothways.fixes.turnaround import find_return_router, find_turn
from bothways.state.device import DeviceState
from bothways.state.rows import SdmTemplate, Version

_STORED = (
    r"\s*Changes to the running SDM preferences have been stored, but cannot take effect\s+until the next "
    r"reload\.\s+Use 'show sdm prefer' to see what SDM preference is currently active\.\s*"
)
_DIALOGUE = (
    # The template is kept outside the configuration; saving would also save what others have not.
    Reply(pattern=r"System configuration has been modified\. Save\? \[yes/no\]:", reply="no"),
    Reply(pattern=r"Proceed with reload\? \[confirm\]", reply=""),
)


class SdmOptions(Options):
    """Nothing to choose: the template follows from the one in force."""


class SdmInputs(Inputs):
    """What sdm-template is rendered from.

    Attributes:
        active: the template in force, as printed.
        pending: the template after the next reload, as printed.
        wanted: the template to switch to, as printed.
        template: the same as `sdm prefer` takes it.
        restore: what `sdm prefer` takes to have `pending` again.
    """

    active: str
    pending: str
    wanted: str
    template: Literal["routing", "dual-ipv4-and-ipv6 routing"]
    restore: Literal[
        "access",
        "default",
        "routing",
        "vlan",
        "dual-ipv4-and-ipv6 default",
        "dual-ipv4-and-ipv6 routing",
        "dual-ipv4-and-ipv6 vlan",
    ]

    @property
    def stored(self) -> bool:
        """Somebody stored the template already; only the reload is missing."""
        return self.pending == self.wanted


class SdmTemplateFix(Fix[SdmOptions, SdmInputs]):
    """Gives a 3560 room for policy routing: store the template, reload, look."""

    name = "sdm-template"
    platform = "cisco_ios"
    seat = "router"
    cures = frozenset({"pbr-ineffective", "asymmetric-return"})
    price = (
        "The switch reloads: everything behind it is cut off for minutes; the routing template has fewer MAC "
        "addresses and hosts than the default one."
    )
    options = SdmOptions
    inputs = SdmInputs

    def propose(
        self,
        situation: Situation,
        options: SdmOptions,  # noqa: ARG002 - part of the contract
    ) -> Ready[SdmInputs] | InPlace | NotApplicable:
        """Ready where the template in force has no room for policy routing."""
        turn = find_turn(situation.snapshot, situation.flow)
        back = turn if isinstance(turn, NotApplicable) else find_return_router(situation.snapshot, turn)
        if isinstance(back, NotApplicable):
            return back
        state = back.router
        template = template_of(state)
        if template is None:
            return InPlace(state.name, tuple(state.evidence(row) for row in state.table(Version)))
        if template.pbr_aces is None:
            reason = "`show sdm prefer` does not say how many policy routing rules fit"
            return NotApplicable(state.name, reason, (state.evidence(template),))
        if template.pbr_aces > 0:
            return InPlace(state.name, (state.evidence(template),))
        return image_refusal(state) or _ready(state, template)

    def values(self, inputs: SdmInputs) -> Values:
        """The template's keyword."""
        return {"template": inputs.template}

    def line_count(self, inputs: SdmInputs) -> int:  # noqa: ARG002 - part of the contract
        """One."""
        return 1

    def lints(self, situation: Situation, ready: Ready[SdmInputs]) -> tuple[Lint, ...]:
        """The outage, what comes up after it, and what nobody has looked at."""
        outage = Lint(id="reload", severity="warning", device=ready.device, text=self.price)
        return (outage, *reload_checks(situation.snapshot.device(ready.device)))

    def preconditions(self, situation: Situation, ready: Ready[SdmInputs]) -> tuple[Predicate, ...]:  # noqa: ARG002
        """The template in force and the one stored are those the plan was made on."""
        inputs = ready.inputs
        return (
            _template(ready.device, "active", inputs.active, f"the template in force is {inputs.active!r}"),
            _template(ready.device, "next", inputs.pending, f"the next reload brings {inputs.pending!r}"),
        )

    def steps(
        self,
        situation: Situation,  # noqa: ARG002 - part of the contract
        ready: Ready[SdmInputs],
        lines: tuple[str, ...],
    ) -> tuple[Step, ...]:
        """Store unless it is stored, then reload without saving."""
        inputs, device = ready.inputs, ready.device
        in_force = _template(
            device, "active", inputs.wanted, f"the template in force on {device} is {inputs.wanted!r}"
        )
        reload = ReloadStep(
            device=device,
            fix=self.name,
            dialogue=_DIALOGUE,
            proofs=(in_force,),
            cannot_undo=f"{device} reloads; its template stays {inputs.wanted!r} until another is stored",
            price=self.price,
        )
        return (reload,) if inputs.stored else (self._store(device, inputs, lines), reload)

    def predict(self, state: DeviceState, inputs: SdmInputs) -> Overlay:
        """The template after the reload."""
        template = template_of(state)
        assert template is not None
        after = replace(
            template, line=0, active=inputs.wanted, next=inputs.wanted, pbr_aces=rules_of(inputs.wanted)
        )
        return {SdmTemplate: (after,)}

    def _store(self, device: str, inputs: SdmInputs, lines: tuple[str, ...]) -> ConfigStep:
        """The undo is typed before the reload only: afterwards it would arm the next one."""
        not_reloaded = _template(
            device, "active", inputs.active, f"{device} has not reloaded into {inputs.wanted!r}"
        )
        back = Undo(
            section="",
            ours="",
            text=f"sdm prefer {inputs.restore}",
            answer=f"(?:{_STORED})?",
            only_if=not_reloaded,
            proof=_template(
                device, "next", inputs.pending, f"the next reload of {device} brings {inputs.pending!r} again"
            ),
        )
        stored = _template(
            device, "next", inputs.wanted, f"the next reload of {device} brings {inputs.wanted!r}"
        )
        return ConfigStep(
            device=device,
            fix=self.name,
            commands=tuple(Command(text=line, answer=_STORED) for line in lines),
            undo=(back,),
            proofs=(stored,),
        )


def _ready(state: DeviceState, template: SdmTemplate) -> Ready[SdmInputs] | NotApplicable:
    wanted = routing_template(template.active)
    words, restore = keyword(wanted), keyword(template.next)
    if keyword(template.active) is None or restore is None:
        reason = f"{template.active!r}, next {template.next!r}, is no SDM template that can be stored again"
        return NotApplicable(state.name, reason, (state.evidence(template),))
    inputs = SdmInputs.model_validate(
        {
            "active": template.active,
            "pending": template.next,
            "wanted": wanted,
            "template": words,
            "restore": restore,
        }
    )
    return Ready(state.name, inputs)


def _template(device: str, column: str, expected: str, because: str) -> Predicate:
    return Predicate(
        device=device, table="SdmTemplate", key={}, column=column, expected=expected, because=because
    )
