from __future__ import annotations

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
from bothways.fixes.failover import inactive_role
from bothways.fixes.steps import Command, ConfigStep, Lint, Predicate, Step, Undo
from bothways.fixes.turnaround import Turn, find_turn
from bothways.flow import Flow, Protocol
from bothways.state.device import DeviceState
from bothways.state.rows import Conn, SameSecurity

_PERMIT = "same-security-traffic permit intra-interface"
_INTRA = "intra-interface"
_LATELY_S = 120  # as long as a firewall keeps a silent UDP flow


class HairpinOptions(Options):
    """Nothing to choose."""


class HairpinInputs(Inputs):
    """Nothing to fill in: the command has no argument."""


class AsaHairpin(Fix[HairpinOptions, HairpinInputs]):
    """Lets packets leave an ASA by the interface they came in by."""

    name = "asa-hairpin"
    platform = "cisco_asa"
    seat = "firewall"
    cures = frozenset({"hairpin-denied"})
    price = (
        "Packets may turn around on every interface of the firewall, not only on this one; "
        "access lists and inspection still apply."
    )
    options = HairpinOptions
    inputs = HairpinInputs

    def propose(
        self,
        situation: Situation,
        options: HairpinOptions,  # noqa: ARG002 - part of the contract
    ) -> Ready[HairpinInputs] | InPlace | NotApplicable:
        """Ready on the firewall the flow turns around on, unless the permit is there."""
        turn = find_turn(situation.snapshot, situation.flow)
        if isinstance(turn, NotApplicable):
            return turn
        standing = turn.firewall.table(SameSecurity).where(kind=_INTRA)
        if standing:
            return InPlace(turn.firewall.name, (turn.firewall.evidence(standing[0]),))
        refusal = standby(turn.firewall)
        return refusal or Ready(turn.firewall.name, HairpinInputs())

    def values(self, inputs: HairpinInputs) -> Values:  # noqa: ARG002 - part of the contract
        """Nothing."""
        return {}

    def line_count(self, inputs: HairpinInputs) -> int:  # noqa: ARG002 - part of the contract
        """One."""
        return 1

    def lints(self, situation: Situation, ready: Ready[HairpinInputs]) -> tuple[Lint, ...]:  # noqa: ARG002
        """None: what the permit alone does not cure shows in the predicted verdict."""
        return ()

    def preconditions(self, situation: Situation, ready: Ready[HairpinInputs]) -> tuple[Predicate, ...]:
        """The permit is not there, and the flow still turns around."""
        turn = find_turn(situation.snapshot, situation.flow)
        assert isinstance(turn, Turn)
        return (_permit(ready.device, None), route_out(turn))

    def steps(
        self,
        situation: Situation,  # noqa: ARG002 - part of the contract
        ready: Ready[HairpinInputs],
        lines: tuple[str, ...],
    ) -> tuple[Step, ...]:
        """One line; its `no` takes it back. `permit inter-interface` is another line and stays."""
        return (
            ConfigStep(
                device=ready.device,
                fix=self.name,
                commands=tuple(Command(text=line) for line in lines),
                undo=(Undo(section="", ours=_PERMIT, text=f"no {_PERMIT}"),),
                proofs=(_permit(ready.device, _INTRA),),
                price=self.price,
            ),
        )

    def predict(self, state: DeviceState, inputs: HairpinInputs) -> Overlay:  # noqa: ARG002
        """One more permit."""
        return {SameSecurity: (*state.table(SameSecurity), SameSecurity(line=0, kind=_INTRA))}

    def undo_hindrance(self, state: DeviceState, flow: Flow) -> str:
        """Connections of others that turn around here would be cut."""
        ends = {flow.client, flow.server}
        others = [
            conn
            for conn in state.table(Conn)
            if conn.a_interface == conn.b_interface
            and {conn.a_address, conn.b_address} != ends
            and _lives(conn)
        ]
        if not others:
            return ""
        first = others[0]
        turn = "other connection turns" if len(others) == 1 else "other connections turn"
        return (
            f"{len(others)} {turn} around on {state.name}, for example "
            f"{first.a_address}:{first.a_port} and {first.b_address}:{first.b_port} on {first.a_interface}"
        )


def _lives(conn: Conn) -> bool:
    """Whether somebody would miss it: checked TCP that came up, and anything else that was used lately.

    A connection whose state is not checked stays in the table until it is idle for an hour, FIN or not.
    """
    if conn.protocol.lower() == Protocol.TCP and "b" not in conn.flags:
        return "U" in conn.flags
    return conn.idle_s is None or conn.idle_s < _LATELY_S


def standby(state: DeviceState) -> NotApplicable | None:
    """A refusal when this unit is not the active one: its configuration is overwritten by its mate's.

    One whose role was not read is not refused here: the plan as a whole says so, and blocks.
    """
    row = inactive_role(state)
    if row is None:
        return None
    role = "the standby one" if row.role.startswith("Standby") else row.role or "not the active one"
    return NotApplicable(state.name, f"this unit is {role}", (state.evidence(row),))


def route_out(turn: Turn) -> Predicate:
    """The firewall still reaches the other end through the interface the users are on."""
    return Predicate(
        device=turn.firewall.name,
        table="Route",
        key={"prefix": str(turn.lab)},
        column="interface",
        expected=turn.inside.name,
        because=f"{turn.firewall.name} reaches {turn.lab} through {turn.inside.name}, where {turn.user} is",
    )


def _permit(device: str, expected: str | None) -> Predicate:
    has = "has" if expected else "does not have"
    return Predicate(
        device=device,
        table="SameSecurity",
        key={"kind": _INTRA},
        column="kind",
        expected=expected,
        because=f"{device} {has} {_PERMIT}",
    )
