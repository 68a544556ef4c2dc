"""The fixes that are pushed, as the menu offers them: each with what its own look at the devices says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bothways.diagnosis import Finding, Scenario
from bothways.errors import CouldNotSee
from bothways.fixes import fix_named
from bothways.fixes.contract import Fix, InPlace, NotApplicable, Options, Ready, Situation
from bothways.fixes.menu_item import MenuItem
from bothways.fixes.pbr_return import PbrOptions, PbrReturn
from bothways.fixes.sdm_template import SdmOptions, SdmTemplateFix
from bothways.platforms.secrets import without_secret

_USELESS = (
    "it cures nothing here: with its numbers unchanged the client's ACK comes to a firewall that saw no "
    "SYN/ACK, and dies there"
)


@dataclass(frozen=True, slots=True)
class _Way:
    """A fix and the playbook that pushes it.

    Attributes:
        options: what that playbook chooses, as far as it decides whether the fix fits.
    """

    fix: str
    playbook: str
    needs: str
    options: dict[str, Any]


_WAYS = {
    "hairpin-denied": (_Way("asa-hairpin", "hairpin-return", "release 7.2(1)", {}),),
    "asymmetric-after-failover": (_Way("state-bypass", "state-bypass", "release 8.2(1)", {}),),
    "orphaned-switch": (_Way("link-state-group", "link-state-track", "a 4500 or 4900 release with it", {}),),
}
_BYPASS = _Way("state-bypass", "hairpin-bypass", "intra-interface permitted, release 8.2(1)", {})
_CHECKED: Mapping[str, tuple[str, dict[str, Any]]] = {
    "idle-timeout": ("idle-timeout", {}),
    "dcd": ("dcd", {}),
    "reset-service": ("reset-service", {}),
    "logging-minimal": ("logging-minimal", {}),
    "one-way-nat": ("stale-route", {}),
    "ctcp-bypass": ("state-bypass", {"match": "service"}),
}
"""Playbooks that another menu names already, and the fix that says whether they fit."""


def pushed_ways(situation: Situation, findings: Sequence[Finding]) -> Iterator[MenuItem]:
    """Those of the findings that no other menu lists."""
    for finding in dict.fromkeys(finding.id for finding in findings):
        for way in _WAYS.get(finding, ()):
            yield _item(situation, way)


def ways_of_turn(situation: Situation) -> tuple[MenuItem, ...]:
    """What is pushed for a flow that turns around on a firewall, in the order of the catalogue."""
    return (_policy_route(situation), _item(situation, _BYPASS))


def useless_ways(situation: Situation) -> tuple[MenuItem, ...]:
    """What is often tried and does not help."""
    fix = fix_named("random-sequence")
    found = _looked(fix, situation, {})
    why = found.reason if isinstance(found, NotApplicable) else _USELESS
    return (MenuItem("random-sequence", False, why, fix.price, "", needs="release 7.0"),)


def checked(item: MenuItem, situation: Situation) -> MenuItem:
    """A way of another menu, taken back where its fix does not fit this firewall."""
    name, chosen = _CHECKED.get(item.playbook, ("", {}))
    if not name or not item.available:
        return item
    loss = situation if item.playbook != "ctcp-bypass" else replace(situation, scenario=Scenario.DATA_LOSS)
    available, reason = _judged(fix_named(name), loss, chosen)
    return item if available else replace(item, available=False, reason=reason, text="", playbook="")


def _item(situation: Situation, way: _Way) -> MenuItem:
    fix = fix_named(way.fix)
    available, reason = _judged(fix, situation, way.options)
    return _offered(situation, fix, way.playbook, way.needs, reason=reason, available=available)


def _policy_route(situation: Situation) -> MenuItem:
    """A policy route, on a switch that may have to reload for it first."""
    fix, sdm = PbrReturn(), SdmTemplateFix()
    needs = "IP services image, an SDM template with room, the firewall in ARP; a reload for another template"
    available, reason = False, ""
    try:
        found = fix.apart_from_room(situation, PbrOptions())
        template = sdm.propose(situation, SdmOptions())
    except CouldNotSee as unseen:
        reason = f"could not see: {unseen}"
    else:
        if isinstance(found, Ready) and isinstance(template, Ready):
            available, reason = _remarked(fix, situation, found)
            if available:
                reason = f"{template.device} has no room until it reloads into {template.inputs.wanted!r}"
        elif isinstance(found, Ready) and isinstance(template, NotApplicable):
            reason = _why(template)
        else:
            available, reason = _judged(fix, situation, {})
    return _offered(situation, fix, "hairpin-return", needs, reason=reason, available=available)


def _offered(  # noqa: PLR0913 - one argument a field of the item
    situation: Situation, fix: Fix[Any, Any], playbook: str, needs: str, *, reason: str, available: bool
) -> MenuItem:
    flow, scenario = situation.flow, situation.scenario
    told = "" if scenario == "handshake" else f" --scenario {scenario}"
    asked = f"bothways plan {playbook}{told} --flow {flow.client},{flow.server},{flow.service} -o fix.plan"
    return MenuItem(
        name=fix.name,
        available=available,
        reason=reason,
        price=fix.price,
        text=asked if available else "",
        playbook=playbook if available else "",
        needs=needs,
    )


def _judged(fix: Fix[Any, Any], situation: Situation, chosen: dict[str, Any]) -> tuple[bool, str]:
    """Whether it can be applied, and what decides that."""
    found = _looked(fix, situation, chosen)
    match found:
        case NotApplicable():
            return False, _why(found)
        case InPlace():
            line = f": {without_secret(str(found.evidence[0]))}" if found.evidence else ""
            return False, f"it is in place{line}"
    return _remarked(fix, situation, found)


def _looked(
    fix: Fix[Any, Any], situation: Situation, chosen: dict[str, Any]
) -> Ready[Any] | InPlace | NotApplicable:
    options: Options = fix.options(**chosen)
    try:
        return fix.propose(situation, options)
    except CouldNotSee as unseen:  # saved text may lack what a verdict does not need
        return NotApplicable("", f"could not see: {unseen}")


def _remarked(fix: Fix[Any, Any], situation: Situation, ready: Ready[Any]) -> tuple[bool, str]:
    """Whether no remark would stop the plan; the one that would, or what it would merge into."""
    try:
        lints = fix.lints(situation, ready)
    except CouldNotSee as unseen:
        return False, f"could not see: {unseen}"
    blocking = next((lint.text for lint in lints if lint.severity == "blocking"), "")
    joins = next((lint.text for lint in lints if lint.id.startswith("joins-")), "")
    return not blocking, blocking or joins or f"nothing on {ready.device} stands against it"


def _why(found: NotApplicable) -> str:
    seen = f" ({without_secret(str(found.evidence[0]))})" if found.evidence else ""
    return f"{found.reason}{seen}"
