"""Translations of the ASA, as it prints them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bothways.lab.asa.device import AsaDevice
from bothways.lab.asa.nat import INTERFACE, Block, NatRule, Span, View
from bothways.lab.asa.xlate import Xlate as InUse
from bothways.lab.cli.asa_show.view import Nat, Xlate
from bothways.lab.cli.timing import asa_age
from bothways.lab.frames import TCP, UDP

_LEGEND = """\
Flags: D - DNS, e - extended, I - identity, i - dynamic, r - portmap,
       s - static, T - twice, N - net-to-net
"""

_SECTIONS = {1: "Manual NAT Policies (Section 1)", 2: "Auto NAT Policies (Section 2)",
             3: "Manual NAT Policies (Section 3)"}  # fmt: skip


def xlates(device: AsaDevice) -> list[Xlate]:
    """Static ones first: they are there for ever."""
    now = device.events.now
    lasting = [row for rule in device.settings.nat if rule.static for row in _static(rule, now)]
    return lasting + [_dynamic(one, now) for one in device.firewall.xlates]


def most(device: AsaDevice) -> int:
    """The highest number since boot."""
    lasting = sum(len(list(_static(rule, 0.0))) for rule in device.settings.nat if rule.static)
    return device.firewall.xlates.most_used + lasting


def _static(rule: NatRule, now: float) -> Iterator[Xlate]:
    """A row of the source, and one of the destination clause, which stands the other way round."""
    near, far = rule.near, rule.far
    tail = "T" if rule.manual else "N" if near.source and near.source.size > 1 else ""
    ends = [(near, near.source, near.sport), (far, far.source, far.sport)]
    if near.destination:
        ends += [(far, far.destination, far.dport), (near, near.destination, near.dport)]
    for one, other in zip(ends[::2], ends[1::2], strict=True):
        real, mapped = _end(*one), _end(*other)
        protocol = {TCP: "TCP", UDP: "UDP"}.get(near.protocol or 0, "") if " " in real else ""
        same = real.partition(":")[2] == mapped.partition(":")[2]
        yield Xlate(protocol, real, mapped, f"s{'I' if same else ''}{'r' if protocol else ''}{tail}", now, 0)


def _end(view: View, block: Block | None, ports: Span | None) -> str:
    span = f" {ports[0]}-{ports[1]}" if ports else ""
    return f"{view.interface}:{block.text.removesuffix('/32') if block else INTERFACE}{span}"


def _dynamic(one: InUse, now: float) -> Xlate:
    return Xlate(one.protocol_name, str(one.real), str(one.mapped), "ri", now - one.last_s, 30)


def render_xlates(rows: Sequence[Xlate], most_used: int, word: str) -> str:
    """`show xlate`, `show xlate count`."""
    head = f"{len(rows)} in use, {most_used} most used\n"
    return head if word == "count" else head + _LEGEND + "".join(map(_xlate, rows)) + "\n"


def _xlate(row: Xlate) -> str:
    times = f"flags {row.flags} idle {asa_age(row.idle_s)} timeout {asa_age(row.timeout_s)}\n"
    kind = f"{row.protocol} PAT" if row.protocol else "NAT"
    between = " " if "i" in row.flags else "\n    "  # what lasts has its flags on a line of their own
    return f"{kind} from {row.real} to {row.mapped}{between}{times}"


def nats(device: AsaDevice) -> list[Nat]:
    """The rules, in their order."""
    return [_nat(device, rule) for rule in device.settings.nat]


def _nat(device: AsaDevice, rule: NatRule) -> Nat:
    near, far = rule.near, rule.far
    words = rule.text.partition(" source " if rule.manual else ") ")[2].split()
    kind, *rest = words
    ends = rest[:2] if rule.manual else [rule.name, rest[0]]
    options = " ".join(rest[2 if rule.manual else 1 :])
    lines = []
    if near.source:
        lines.append(f"Source - Origin: {near.source.text}, Translated: {_translated(device, rule, ends[1])}")
    if near.destination and far.destination:
        lines.append(f"Destination - Origin: {near.destination.text}, Translated: {far.destination.text}")
    if not rule.manual and "service" in rest:
        at = rest.index("service")
        lines.append(f"Service - Protocol: {rest[at + 1]} Real: {rest[at + 2]} Mapped: {rest[at + 3]} ")
    line = f"({near.interface}) to ({far.interface}) source {kind} {ends[0]} {ends[1]}  {options}"
    return Nat(rule.section, line + (" " if options and not rule.manual else ""), tuple(lines))


def _translated(device: AsaDevice, rule: NatRule, word: str) -> str:
    own = device.settings.interfaces.get(rule.far.interface)
    if word == INTERFACE:
        return str(own.address) if own and own.address else word
    return rule.far.source.text if rule.far.source else ""


def render_nat(rows: Sequence[Nat], *, detail: bool) -> str:
    """`show nat`, section by section; the lab counts no hits."""
    parts = []
    for section, head in _SECTIONS.items():
        lines = [head]
        for number, row in enumerate((row for row in rows if row.section == section), start=1):
            lines += [f"{number} {row.line}", "    translate_hits = 0, untranslate_hits = 0"]
            lines += [f"    {one}" for one in row.details if detail]
        if len(lines) > 1:
            parts.append("".join(f"{line}\n" for line in lines))
    return "\n".join(parts)
