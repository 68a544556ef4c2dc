"""What a reader of a verdict would ask next: where it turns back, why ping works, what the detour costs."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.legs import LOST, Hop, Leg
from bothways.flow import Fate, Flow, Protocol


def remarks(flow: Flow, fate: Fate, legs: tuple[Leg, ...], *, ping_lives: bool) -> tuple[str, ...]:
    """Sentences beside the verdict, each once. `ping_lives`: an echo between the same hosts was walked."""
    found = (
        *_hairpins(legs),
        *_asymmetry(flow, fate, legs, ping_lives=ping_lives),
        *_answered_by_another(fate, ping_lives=ping_lives),
        *_supposed(legs),
    )
    return tuple(dict.fromkeys(found))


def one_way_devices(flow: Flow, legs: tuple[Leg, ...]) -> tuple[str, ...]:
    """The devices that one direction visits and the other, where its whole way is known, does not."""
    there = [leg for leg in legs if leg.sent.source == flow.client]
    back = [leg for leg in legs if leg.sent.source != flow.client]
    return tuple(dict.fromkeys((*_only_in(there, back), *_only_in(back, there))))


def _only_in(legs: list[Leg], others: list[Leg]) -> Iterator[str]:
    whole = [set(leg.path) for leg in others if leg.arrived is not None]
    for leg in legs:
        for device in leg.path:
            if whole and not any(device in path for path in whole):
                yield device


def _hairpins(legs: tuple[Leg, ...]) -> Iterator[str]:
    turns: dict[tuple[str, str, bool], str] = {}
    for leg in legs:
        for hop in leg.hops:
            if hop.hairpin:
                turn = (hop.device, hop.ingress, leg.sent.source == legs[0].sent.source)
                turns.setdefault(turn, f"hairpin: {_turn(leg, hop)}")
    yield from turns.values()


def _turn(leg: Leg, hop: Hop) -> str:
    """The turn, with the frame's new addresses where they are known."""
    to = hop.next_hop or leg.sent.destination
    routes = "would route" if hop.drop else "routes"
    text = f"{hop.device} takes {leg.sent} in on {hop.ingress} and {routes} it out of {hop.egress} to {to}"
    if hop.source_mac and hop.next_hop_mac:
        text += f"; the frame goes from {hop.source_mac} to {hop.next_hop_mac}"
    return text


def _asymmetry(flow: Flow, fate: Fate, legs: tuple[Leg, ...], *, ping_lives: bool) -> Iterator[str]:
    one_way = one_way_devices(flow, legs)
    if not one_way:
        if fate is Fate.COMPLETE and any(hop.hairpin for leg in legs for hop in leg.hops):
            yield (
                "both directions take the extra hop through the firewall; expect 1 to 2 ms more, "
                "and all of this traffic on its interface"
            )
        return
    names = " and ".join(one_way)
    yield f"only one direction passes {names}"
    if flow.protocol is Protocol.ICMP and fate is Fate.COMPLETE:
        yield (
            f"ping works although only one direction passes {names}: an echo reply is no part of a "
            f"connection; TCP between the same hosts may die all the same"
        )
    if ping_lives:
        yield (
            f"ping works all the same: an echo reply needs no connection on {names}, "
            f"and nothing in it is compared with a number changed on the way"
        )


def _answered_by_another(fate: Fate, *, ping_lives: bool) -> Iterator[str]:
    if fate is Fate.WRONG_SOURCE and ping_lives:
        yield "ping works all the same: an echo reply is known by its number, whatever address it comes from"


def _supposed(legs: tuple[Leg, ...]) -> Iterator[str]:
    for leg in legs:
        if leg.hypothetical and leg.lost is not LOST:
            way = " and ".join(leg.path) or "no device"
            end = "would arrive" if leg.arrived is not None else "would not arrive"
            yield f"the answer would take {way} and {end}"
