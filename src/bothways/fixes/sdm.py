"""SDM templates of Catalyst 3560s and their like: which one has room for policy routing, which image can."""

from __future__ import annotations

import re

from bothways.fixes.contract import NotApplicable
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, PolicyBinding, RouteMapEntry, SdmTemplate, Version

MOST_RULES = 512
"""Policy route rules the hardware of a 3560 takes at most."""

_WITH_TEMPLATES = re.compile(r"(?:WS-)?C3[57][56]0", re.IGNORECASE)
_KEYWORDS = {
    "desktop default": "default",
    "desktop routing": "routing",
    "desktop vlan": "vlan",
    "desktop access": "access",
    "desktop IPv4 and IPv6 default": "dual-ipv4-and-ipv6 default",
    "desktop IPv4 and IPv6 routing": "dual-ipv4-and-ipv6 routing",
    "desktop IPv4 and IPv6 vlan": "dual-ipv4-and-ipv6 vlan",
}
_ROUTING = {False: "desktop routing", True: "desktop IPv4 and IPv6 routing"}


def keyword(template: str) -> str | None:
    """What `sdm prefer` takes for a template's printed name."""
    return _KEYWORDS.get(template)


def routing_template(active: str) -> str:
    """The printed name of the template with policy routing of the same family."""
    return _ROUTING["IPv6" in active]


def rules_of(template: str) -> int:
    """Policy route rules a routing template has room for; half as many where IPv6 shares the memory."""
    return 256 if "IPv6" in template else MOST_RULES


def template_of(state: DeviceState) -> SdmTemplate | None:
    """The template; None on a switch or router that has none."""
    if not has_templates(state):
        return None
    return next(iter(state.table(SdmTemplate)), None)


def has_templates(state: DeviceState) -> bool:
    """Whether the model divides its tables by SDM template."""
    return any(_WITH_TEMPLATES.match(row.model) for row in state.table(Version))


def image_refusal(state: DeviceState) -> NotApplicable | None:
    """Policy routing is a feature of the IP services image (EMI before); others refuse the command."""
    for row in state.table(Version):
        # The file can be called anything; the feature set the image names itself decides where it is printed.
        words = " ".join(row.licences or (row.image,)).upper().replace(" ", "")
        if has_templates(state) and not re.search(r"IPSERVICES|ADVIPSERVICES|-I5", words):
            named = ", ".join(row.licences) or row.image
            reason = f"image {named} is without the IP services feature set, which policy routing needs"
            return NotApplicable(state.name, reason, (state.evidence(row),))
    return None


def room_for(state: DeviceState, rules: int) -> NotApplicable | None:
    """A refusal when the template in force has no room for so many rules more."""
    template = template_of(state)
    if template is None:
        return None
    used = _used(state)
    room = MOST_RULES if template.pbr_aces is None else min(template.pbr_aces, MOST_RULES)
    if used + rules <= room:
        return None
    reason = (
        f"{rules} policy route rules beside {used} there do not fit: the template {template.active!r} has "
        f"room for {room}"
    )
    return NotApplicable(state.name, reason, (state.evidence(template),))


def _used(state: DeviceState) -> int:
    maps = {row.route_map for row in state.table(PolicyBinding)}
    acls = {acl for row in state.table(RouteMapEntry) if row.route_map in maps for acl in row.acls}
    return sum(row.acl in acls for row in state.table(AclEntry))
