"""Two cures that give a flow timers of its own: a longer one, or a question to both ends before the end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Generic, TypeVar

from bothways.fixes.contract import Fix, InPlace, NotApplicable, Options, Overlay, Ready, Situation, Values
from bothways.fixes.steps import Command, ConfigStep, Lint, Predicate, Step
from bothways.fixes.timer_objects import (
    TimerInputs,
    bound_as_seen,
    find_seat,
    names_taken,
    predicted,
    proof,
    undo,
)
from bothways.fixes.tokens import AclName, IdleTime, PolicyName
from bothways.state.device import DeviceState
from bothways.state.rows import Version

_LEAST_S = 3600
_MOST_S = 1193 * 3600
_OLDEST = (8, 2)


class TimerOptions(Options):
    """What a playbook may choose of both.

    Attributes:
        acl, class_map: names of the new objects.
    """

    acl: AclName = "QuietFlow"
    class_map: PolicyName = "quiet_flow"


class IdleOptions(TimerOptions):
    """What a playbook may choose of idle-timeout.

    Attributes:
        idle: how long the flow may be silent; twice its silence, and an hour at least, when not given.
        reset: when that is over, both ends are told, so that neither hangs.
    """

    idle: IdleTime | None = None
    reset: bool = False


class DcdOptions(TimerOptions):
    """What a playbook may choose of dcd.

    Attributes:
        retry: pause between two questions.
        tries: questions before an end is taken for dead.
    """

    retry: IdleTime = "0:00:15"
    tries: int = 5


T = TypeVar("T", bound=TimerOptions)


class TimerClass(ABC, Generic[T]):
    """What both have in common: everything but the line under the class."""

    name: ClassVar[str]
    price: ClassVar[str]

    @abstractmethod
    def setting(self, situation: Situation, options: T) -> str:
        """The line under the class."""

    def propose(self, situation: Situation, options: T) -> Ready[TimerInputs] | InPlace | NotApplicable:
        """Ready on the firewall that lets go, unless a class there decides already or names are taken."""
        seat = find_seat(situation)
        if isinstance(seat, NotApplicable):
            return seat
        inputs = TimerInputs(
            acl=options.acl,
            class_map=options.class_map,
            policy_map=seat.policy_map,
            place=seat.place,
            bind=seat.bind,
            client=seat.client,
            server=seat.server,
            setting=self.setting(situation, options),
        )
        state = seat.firewall
        return _too_old(state) or names_taken(state, inputs) or Ready(state.name, inputs)

    def values(self, inputs: TimerInputs) -> Values:
        """The binding as a list, so that the template needs no condition."""
        return {
            "acl": inputs.acl,
            "client": str(inputs.client),
            "server": str(inputs.server),
            "class_map": inputs.class_map,
            "policy_map": inputs.policy_map,
            "setting": inputs.setting,
            "bindings": [{"text": inputs.binding}] if inputs.bind else [],
        }

    def line_count(self, inputs: TimerInputs) -> int:
        """All of them."""
        return inputs.lines

    def lints(self, situation: Situation, ready: Ready[TimerInputs]) -> tuple[Lint, ...]:  # noqa: ARG002
        """What it costs, and whom it leaves out."""
        later = (
            "a connection keeps the timers it was opened under: those of today are not changed, and must "
            "open anew to gain from it"
        )
        return (
            Lint(id="table-grows", severity="note", device=ready.device, text=self.price),
            Lint(id="new-connections", severity="note", device=ready.device, text=later),
        )

    def preconditions(self, situation: Situation, ready: Ready[TimerInputs]) -> tuple[Predicate, ...]:  # noqa: ARG002
        """The policy that the class joins is in service, or none is yet."""
        return (bound_as_seen(ready.device, ready.inputs),)

    def steps(
        self,
        situation: Situation,  # noqa: ARG002 - part of the contract
        ready: Ready[TimerInputs],
        lines: tuple[str, ...],
    ) -> tuple[Step, ...]:
        """The lines; nothing is cleared."""
        return (
            ConfigStep(
                device=ready.device,
                fix=self.name,
                commands=tuple(Command(text=line) for line in lines),
                undo=undo(ready.inputs),
                proofs=(proof(ready.device, ready.inputs),),
                price=self.price,
            ),
        )

    def predict(self, state: DeviceState, inputs: TimerInputs) -> Overlay:
        """One more list; the class is read from the configuration."""
        return predicted(state, inputs)


class IdleTimeout(TimerClass[IdleOptions], Fix[IdleOptions, TimerInputs]):
    """Lets an ASA keep one flow's connections for longer than its application is silent."""

    name = "idle-timeout"
    platform = "cisco_asa"
    seat = "firewall"
    cures = frozenset({"idle-timeout-short"})
    price = (
        "Connections between these two ends stay in the table that long after their last packet, also those "
        "whose ends are gone."
    )
    options = IdleOptions
    inputs = TimerInputs

    def setting(self, situation: Situation, options: IdleOptions) -> str:
        """Twice the silence, an hour at least, unless the playbook says otherwise."""
        idle = options.idle or _clock(min(max(_LEAST_S, 2 * (situation.silence_s or 0)), _MOST_S))
        return f"set connection timeout idle {idle}{' reset' if options.reset else ''}"


class DeadConnectionDetection(TimerClass[DcdOptions], Fix[DcdOptions, TimerInputs]):
    """Lets an ASA ask both ends before it drops a silent connection of one flow."""

    name = "dcd"
    platform = "cisco_asa"
    seat = "firewall"
    cures = frozenset({"idle-timeout-short"})
    price = (
        "The firewall sends probes to both ends each time the idle time is over; a connection whose ends "
        "answer stays for ever, one with a dead end goes with a RST."
    )
    options = DcdOptions
    inputs = TimerInputs

    def setting(self, situation: Situation, options: DcdOptions) -> str:  # noqa: ARG002 - part of the contract
        """How often is asked, and how many times."""
        return f"set connection timeout dcd {options.retry} {options.tries}"


def _clock(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return f"{minutes // 60}:{minutes % 60:02}:00"


def _too_old(state: DeviceState) -> NotApplicable | None:
    for row in state.table(Version):
        release = tuple(int(part) for part in row.version.split("(")[0].split(".")[:2] if part.isdigit())
        if release < _OLDEST:
            reason = f"release {row.version} is not known to have timers of classes in this form; 8.2 has"
            return NotApplicable(state.name, reason, (state.evidence(row),))
    return None
