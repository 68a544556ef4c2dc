"""Give a server its own address as a second name in an outside translation: answers follow the call.

A static line alone translates every answer alike. Lines that are `extendable` may name one host twice, and
the router then keeps a full translation of each connection, ports and all, by the name it was called by.
"""

from __future__ import annotations

from bothways.diagnosis import trace
from bothways.diagnosis.one_way import OneWay, one_way
from bothways.fixes.contract import Fix, Inputs, NotApplicable, Options, Overlay, Ready, Situation, Values
from bothways.fixes.steps import Command, ConfigStep, Lint, Predicate, Step, Undo
from bothways.fixes.tokens import HostAddress
from bothways.state.device import DeviceState
from bothways.state.nat_rows import StaticNat
from bothways.state.snapshot import Snapshot

_EXTENDABLE = "extendable"


class NatBothWaysOptions(Options):
    """Nothing to choose: both addresses are found, not named."""


class NatBothWaysInputs(Inputs):
    """The translation as it is.

    Attributes:
        real: the server's own address.
        alias: what the translation shows instead.
        retyped: the line is not extendable yet, and has to be typed anew.
    """

    real: HostAddress
    alias: HostAddress
    retyped: bool

    @property
    def plain(self) -> str:
        """The line as it stands without the word."""
        return f"ip nat outside source static {self.real} {self.alias}"

    @property
    def own(self) -> str:
        """The line that lets the server go by its own address."""
        return f"ip nat outside source static {self.real} {self.real} {_EXTENDABLE}"


class NatBothWays(Fix[NatBothWaysOptions, NatBothWaysInputs]):
    """Lets a router answer a call to the real address from there, and one to the other from the other."""

    name = "nat-both-ways"
    platform = "cisco_ios"
    seat = "router"
    cures = frozenset({"one-way-nat"})
    price = (
        "The translation is typed anew, which cuts the connections through it, and the server keeps two "
        "addresses: the inside must go on routing the real one, and the router keeps an entry a connection."
    )
    options = NatBothWaysOptions
    inputs = NatBothWaysInputs

    def propose(
        self,
        situation: Situation,
        options: NatBothWaysOptions,  # noqa: ARG002 - part of the contract
    ) -> Ready[NatBothWaysInputs] | NotApplicable:
        """Ready on the router that rewrites the answer, when that one line alone does it."""
        way = one_way(situation.snapshot, trace(situation.snapshot, situation.flow, situation.hosts))
        if way is None:
            reason = f"no static translation rewrites the answer to {situation.flow.client} alone"
            return NotApplicable("", reason)
        return second_name(situation.snapshot, way)

    def values(self, inputs: NatBothWaysInputs) -> Values:
        """The line to be typed anew, if it is, and the server's own address."""
        again = [f"no {inputs.plain}", f"{inputs.plain} {_EXTENDABLE}"] if inputs.retyped else []
        return {"again": [{"text": line} for line in again], "real": str(inputs.real)}

    def line_count(self, inputs: NatBothWaysInputs) -> int:
        """One, and two for a line that is typed anew."""
        return 3 if inputs.retyped else 1

    def lints(self, situation: Situation, ready: Ready[NatBothWaysInputs]) -> tuple[Lint, ...]:
        """Which address is meant is not in any configuration; and what is not known of the device."""
        inputs, client = ready.inputs, situation.flow.client
        said = {
            "intent": (
                f"this plan keeps {inputs.real} callable beside {inputs.alias}; if {client} is to call "
                f"{inputs.alias}, take the route away instead: bothways plan one-way-nat"
            ),
            "believed": (
                f"that an outside host may have its own address as an {_EXTENDABLE} name is concluded from "
                f"what is documented of inside ones: a connection must prove it. Where none is seen, the "
                f"lines stay, unproven and not saved: open one and verify, or roll the run back"
            ),
        }
        if inputs.retyped:
            said["entry-retyped"] = (
                f"`{inputs.plain}` is gone for a moment and connections through it are cut; a router that "
                f"asks whether to delete their entries stops the plan, and what was typed is taken back"
            )
        return tuple(
            Lint(id=name, severity="warning", device=ready.device, text=text) for name, text in said.items()
        )

    def preconditions(
        self,
        situation: Situation,  # noqa: ARG002 - part of the contract
        ready: Ready[NatBothWaysInputs],
    ) -> tuple[Predicate, ...]:
        """The translation stands as it was read, and the second name does not."""
        inputs = ready.inputs
        line = inputs.plain if inputs.retyped else f"{inputs.plain} {_EXTENDABLE}"
        return (
            _line(ready.device, line, standing=True),
            _line(ready.device, inputs.own, standing=False),
        )

    def steps(
        self,
        situation: Situation,  # noqa: ARG002 - part of the contract
        ready: Ready[NatBothWaysInputs],
        lines: tuple[str, ...],
    ) -> tuple[Step, ...]:
        """The old line anew, then the second name; taken back the other way round."""
        inputs, device = ready.inputs, ready.device
        undo = [Undo(section="", ours=inputs.own, text=f"no {inputs.own}")]
        if inputs.retyped:
            undo += _as_it_was(device, inputs)
        return (
            ConfigStep(
                device=device,
                fix=self.name,
                commands=tuple(Command(text=line) for line in lines),
                undo=tuple(undo),
                proofs=(_named(device, inputs, str(inputs.alias)), _named(device, inputs, str(inputs.real))),
                price=self.price,
            ),
        )

    def predict(self, state: DeviceState, inputs: NatBothWaysInputs) -> Overlay:  # noqa: ARG002
        """Nothing of its own: translations are read from the configuration."""
        return {}


def second_name(snapshot: Snapshot, way: OneWay) -> Ready[NatBothWaysInputs] | NotApplicable:
    """What is to be typed on the router that rewrites the answer, or why nothing is."""
    router = snapshot.device(way.router.name)
    evidence = router.evidence(way.entry)
    inputs = NatBothWaysInputs(real=way.real, alias=way.alias, retyped=not way.entry.extendable)
    words = "" if inputs.retyped else f" {_EXTENDABLE}"
    if evidence.text.strip() != inputs.plain + words:
        reason = f"`{evidence.text.strip()}` has words that are not typed anew here; do it by hand"
        return NotApplicable(router.name, reason, (evidence,))
    for row in router.table(StaticNat):
        if row != way.entry and row.side == "outside" and way.real in (row.world, row.local):
            reason = f"{way.real} has another name already"
            return NotApplicable(router.name, reason, (router.evidence(row),))
    return Ready(router.name, inputs)


def _as_it_was(device: str, inputs: NatBothWaysInputs) -> tuple[Undo, Undo]:
    """The line without the word; not where somebody else has typed it meanwhile."""
    extended = f"{inputs.plain} {_EXTENDABLE}"
    return (
        Undo(section="", ours=extended, text=f"no {extended}"),
        Undo(
            section="",
            ours="",
            text=inputs.plain,
            only_if=_line(device, inputs.plain, standing=False),
            proof=_line(device, inputs.plain, standing=True),
        ),
    )


def _line(device: str, text: str, *, standing: bool) -> Predicate:
    return Predicate(
        device=device,
        table="ConfigLine",
        key={"section": "", "text": text},
        column="text",
        expected=text if standing else None,
        because=f"`{text}` {'stands' if standing else 'does not stand'} on {device}",
    )


def _named(device: str, inputs: NatBothWaysInputs, name: str) -> Predicate:
    return Predicate(
        device=device,
        table="StaticNat",
        key={"side": "outside", "world": str(inputs.real), "local": name},
        column="extendable",
        expected="yes",
        because=f"{device} lets {inputs.real} go by {name}, and remembers by which name it was called",
    )
