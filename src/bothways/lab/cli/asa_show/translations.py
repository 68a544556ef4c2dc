"""Translations of the ASA, as it prints them."""

from __future__ import annotations

from collections.abc import Sequence

from bothways.lab.asa.device import AsaDevice
from bothways.lab.asa.nat import NatRule
from bothways.lab.asa.xlate import Xlate as InUse
from bothways.lab.cli.asa_show.view import Nat, Xlate
from bothways.lab.cli.timing import asa_age

_LEGEND = """\
Flags: D - DNS, e - extended, I - identity, i - dynamic, r - portmap,
       s - static, T - twice, N - net-to-net
"""


def xlates(device: AsaDevice) -> list[Xlate]:
    """Static ones first: they are there for ever."""
    now = device.events.now
    rules = [rule for rule in device.settings.nat if rule.static]
    return [_static(rule, now) for rule in rules] + [_dynamic(one, now) for one in device.firewall.xlates]


def most(device: AsaDevice) -> int:
    """The highest number since boot."""
    return device.firewall.xlates.most_used + sum(rule.static for rule in device.settings.nat)


def _static(rule: NatRule, now: float) -> Xlate:
    real, mapped = (_network(str(one)) for one in (rule.real, rule.mapped))
    flags = "s" if rule.real.prefixlen == 32 else "sN"
    return Xlate("", f"{rule.real_if}:{real}", f"{rule.mapped_if}:{mapped}", flags, now, 0)


def _network(text: str) -> str:
    return text.removesuffix("/32")


def _dynamic(one: InUse, now: float) -> Xlate:
    return Xlate(one.protocol_name, str(one.real), str(one.mapped), "ri", now - one.last_s, 30)


def render_xlates(rows: Sequence[Xlate], most_used: int, word: str) -> str:
    """`show xlate`, `show xlate count`."""
    head = f"{len(rows)} in use, {most_used} most used\n"
    return head if word == "count" else head + _LEGEND + "".join(map(_xlate, rows)) + "\n"


def _xlate(row: Xlate) -> str:
    times = f"flags {row.flags} idle {asa_age(row.idle_s)} timeout {asa_age(row.timeout_s)}\n"
    if row.protocol:
        return f"{row.protocol} PAT from {row.real} to {row.mapped} {times}"
    return f"NAT from {row.real} to {row.mapped}\n    {times}"


def nats(device: AsaDevice) -> list[Nat]:
    """The rules of network objects, in their order."""
    return [
        Nat(
            rule.real_if,
            rule.mapped_if,
            "static" if rule.static else "dynamic",
            rule.name,
            "interface" if rule.mapped is None else str(rule.mapped.network_address),
            str(rule.real),
            "interface" if rule.mapped is None else str(rule.mapped),
        )
        for rule in device.settings.nat
    ]


def render_nat(rows: Sequence[Nat], *, detail: bool) -> str:
    """`show nat`; the lab counts no hits."""
    if not rows:
        return ""
    lines = ["Auto NAT Policies (Section 2)"]
    for number, row in enumerate(rows, start=1):
        lines.append(
            f"{number} ({row.real_if}) to ({row.mapped_if}) source {row.kind} {row.name} {row.mapped}  "
        )
        lines.append("    translate_hits = 0, untranslate_hits = 0")
        if detail:
            lines.append(f"    Source - Origin: {row.origin}, Translated: {row.translated}")
    return "".join(f"{line}\n" for line in lines)
