"""What every fix is: typed input, template, order, undo, proof and price; checked when it is defined."""

from __future__ import annotations

import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel

from bothways.diagnosis.scenario import Scenario
from bothways.fixes.steps import Lint, PlanModel, Predicate, Step
from bothways.flow import Flow
from bothways.network import DeclaredHost, PlatformName
from bothways.state.device import DeviceState, Evidence
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Row

Seat = Literal["firewall", "router", "switch"]
"""Where a fix acts: the firewall the flow dies of, the router replies come through, the client's switch."""

Overlay = Mapping[type[Row], tuple[Row, ...]]
"""The tables of a device that a fix changes, whole, as they will read afterwards; new rows have line 0."""

Values = Mapping[str, "str | list[dict[str, str]]"]
"""What a template is given: words, and lists of word groups to loop over."""


class Options(PlanModel):
    """What a playbook may choose; everything has a default."""


class Inputs(PlanModel):
    """What a template is rendered from: all values typed, nothing left to guess."""


@dataclass(frozen=True)
class Situation:
    """What a fix looks at.

    Attributes:
        snapshot: the state in which the fix would be applied (after the fixes before it).
        flow: the flow to cure.
        hosts: hosts whose gateway the user declared.
        scenario: where in its life the flow dies.
        silence_s: for how long it is silent before.
    """

    snapshot: Snapshot
    flow: Flow
    hosts: tuple[DeclaredHost, ...] = ()
    scenario: Scenario = Scenario.HANDSHAKE
    silence_s: int | None = None


O = TypeVar("O", bound=Options)  # noqa: E741 - the options of a fix, beside I for its inputs
I = TypeVar("I", bound=Inputs)  # noqa: E741 - see above


@dataclass(frozen=True)
class Ready(Generic[I]):
    """The fix can be applied on `device` with these inputs."""

    device: str
    inputs: I


@dataclass(frozen=True)
class InPlace:
    """The device holds it already."""

    device: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class NotApplicable:
    """It cannot or must not be applied here, and why."""

    device: str
    reason: str
    evidence: tuple[Evidence, ...] = field(default=())


class Fix(ABC, Generic[O, I]):
    """One cure on one kind of device. A subclass without its contract is refused when it is defined.

    Attributes:
        name: in kebab case; names the template and stands in playbooks and plans.
        platform: the platform whose commands it types.
        seat: which device of the story it acts on.
        cures: ids of the findings it helps against.
        price: what it costs in security or service, one sentence.
        options: the model of what a playbook may choose.
        inputs: the model of what is rendered.
    """

    name: ClassVar[str]
    platform: ClassVar[PlatformName]
    seat: ClassVar[Seat]
    cures: ClassVar[frozenset[str]]
    price: ClassVar[str]
    options: ClassVar[type[Options]]
    inputs: ClassVar[type[Inputs]]

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        for what, holds in cls._contract():
            if not holds:
                raise TypeError(f"fix {cls.__name__}: {what}")

    @classmethod
    def _contract(cls) -> tuple[tuple[str, bool], ...]:
        name, price = getattr(cls, "name", ""), getattr(cls, "price", "")
        cures = getattr(cls, "cures", None)
        return (
            ("name must be kebab case", bool(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name))),
            ("platform must be set", bool(getattr(cls, "platform", ""))),
            ("seat must be set", bool(getattr(cls, "seat", ""))),
            ("cures must name findings", isinstance(cures, frozenset) and bool(cures)),
            ("price must be a sentence", price.endswith(".") and " " in price),
            ("options must be Options", _is_model(getattr(cls, "options", None), Options)),
            ("inputs must be Inputs", _is_model(getattr(cls, "inputs", None), Inputs)),
            ("its docstring must say what it does", bool(inspect.cleandoc(cls.__doc__ or ""))),
            ("it must be complete", not inspect.isabstract(cls)),
        )

    @property
    def template(self) -> str:
        """The content name of its template."""
        return f"templates/{self.platform}/{self.name}.j2"

    @abstractmethod
    def propose(self, situation: Situation, options: O) -> Ready[I] | InPlace | NotApplicable:
        """Inputs derived from state and the playbook's choices, or why there are none.

        Raises:
            CouldNotSee: a table the decision needs was not read.
        """

    @abstractmethod
    def values(self, inputs: I) -> Values:
        """What the template is given."""

    @abstractmethod
    def line_count(self, inputs: I) -> int:
        """How many lines the template must yield, remarks apart: one more would be a command too many."""

    @abstractmethod
    def lints(self, situation: Situation, ready: Ready[I]) -> tuple[Lint, ...]:
        """Remarks; a blocking one needs an override."""

    @abstractmethod
    def preconditions(self, situation: Situation, ready: Ready[I]) -> tuple[Predicate, ...]:
        """The facts the fix rests on."""

    @abstractmethod
    def steps(self, situation: Situation, ready: Ready[I], lines: tuple[str, ...]) -> tuple[Step, ...]:
        """Order, undo and proof of the rendered lines."""

    @abstractmethod
    def predict(self, state: DeviceState, inputs: I) -> Overlay:
        """The tables that show commands will print differently."""

    def call_after(self, flow: Flow, inputs: I) -> Flow:  # noqa: ARG002 - part of the contract
        """The flow that lives once the fix stands, where that is another than the one asked about."""
        return flow

    def undo_hindrance(self, state: DeviceState, flow: Flow) -> str:  # noqa: ARG002 - part of the contract
        """Why taking it back now would hurt other traffic; "" when it would not."""
        return ""


def _is_model(model: object, base: type[BaseModel]) -> bool:
    return isinstance(model, type) and issubclass(model, base)
