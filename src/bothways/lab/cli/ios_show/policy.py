"""Policy routing and access lists of the 3560, as it prints them."""

from __future__ import annotations

from collections.abc import Iterable

from bothways.lab.cli.ios_show.view import AccessList, Port, Sequence


def render_policies(ports: Iterable[Port]) -> str:
    """`show ip policy`."""
    rows = [f"{port.short:<14} {port.policy}\n" for port in ports if port.policy]
    return "Interface      Route map\n" + "".join(rows)


def render_route_maps(sequences: Iterable[Sequence]) -> str:
    """`show route-map`; the counters stay at zero, because the hardware does not count."""
    return "".join(_sequence(sequence) for sequence in sequences)


def _sequence(sequence: Sequence) -> str:
    matches = list(sequence.other_matches)
    if sequence.match_acls:
        matches.insert(0, f"ip address (access-lists): {' '.join(sequence.match_acls)} ")
    sets = list(sequence.other_sets)
    if sequence.next_hops:
        sets.insert(0, f"ip next-hop {' '.join(sequence.next_hops)}")
    lines = [
        f"route-map {sequence.name}, {sequence.action}, sequence {sequence.number}",
        "  Match clauses:",
        *(f"    {line}" for line in matches),
        "  Set clauses:",
        *(f"    {line}" for line in sets),
        "  Policy routing matches: 0 packets, 0 bytes",
    ]
    return "".join(f"{line}\n" for line in lines)


def render_access_lists(lists: Iterable[AccessList]) -> str:
    """`show access-lists`."""
    lines = []
    for acl in lists:
        lines.append(f"{acl.kind.capitalize()} IP access list {acl.name}")
        for number, text, hits in acl.entries:
            counted = f" ({hits} match{'' if hits == 1 else 'es'})" if hits else ""
            said = _standard(text) if acl.kind == "standard" else text
            lines.append(f"    {number} {said}{counted}")
    return "".join(f"{line}\n" for line in lines)


def _standard(text: str) -> str:
    """An entry of a standard list: the action in a column, the wildcard by its name."""
    action, *words = text.split()
    if words[0] == "host":
        words = words[1:]
    elif len(words) > 1 and words[1][0].isdigit():
        words[:2] = [f"{words[0]}, wildcard bits {words[1]}"]
    return f"{action:<6} {' '.join(words)}"
