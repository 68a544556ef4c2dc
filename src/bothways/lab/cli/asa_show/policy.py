"""Access lists and service policies of the ASA, as it prints them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

from bothways.lab.cli.asa_show.view import AccessList, Policy, PolicyClass

_HEAD = """\
access-list cached ACL log flows: total 0, denied 0 (deny-flow-max 4096)
            alert-interval 300
"""


def render_access_lists(lists: Iterable[AccessList], *, with_head: bool) -> str:
    """`show access-list`; the hashes are ours, stable for the same text."""
    return (_HEAD if with_head else "") + "".join(_access_list(acl) for acl in lists)


def _access_list(acl: AccessList) -> str:
    count = sum(len(one.members) or 1 for one in acl.entries if not one.text.startswith("remark"))
    lines = [f"access-list {acl.name}; {count} elements; name hash: {_hash(acl.name)}"]
    for number, entry in enumerate(acl.entries, start=1):
        text = f"access-list {acl.name} line {number} {entry.text}"
        if entry.text.startswith("remark"):
            lines.append(text)
        else:
            lines.append(f"{text} (hitcnt={entry.hits}) {_hash(text)} ")
        for member in entry.members:
            text = f"  access-list {acl.name} line {number} {member}"
            lines.append(f"{text} (hitcnt=0) {_hash(text)} ")
    return "".join(f"{line}\n" for line in lines)


def _hash(text: str) -> str:
    return f"0x{zlib.crc32(text.encode()):08x}"


def render_policies(policies: Sequence[Policy]) -> str:
    """`show service-policy`: the global one first."""
    ordered = sorted(policies, key=lambda policy: policy.nameif)
    return "".join(_policy(policy) for policy in ordered)


def _policy(policy: Policy) -> str:
    where = f"Interface {policy.nameif}:" if policy.nameif else "Global policy: "
    lines = ["", where, f"  Service-policy: {policy.name}"]
    for name in policy.classes:
        lines.append(f"    Class-map: {name.name}")
        lines += [f"      {line}" for line in _actions(name)]
    return "".join(f"{line}\n" for line in lines)


def _actions(policy_class: PolicyClass) -> list[str]:
    connection = [a.removeprefix("set connection ") for a in policy_class.actions if "set connection" in a]
    lines = []
    timeouts = [a.removeprefix("timeout ") for a in connection if a.startswith("timeout ")]
    options = [a for a in connection if a.startswith("advanced-options ")]
    limits = [a for a in connection if a not in options and not a.startswith("timeout ")]
    if limits:
        lines += [f"Set connection policy: {' '.join(limits)}", f"  drop {policy_class.drops}"]
    elif connection:
        lines.append(f"Set connection policy: drop {policy_class.drops}")
    if timeouts:
        lines += ["Set connection timeout policy:", *(f"  {text}" for text in timeouts)]
    lines += [f"Set connection {text.replace(' ', ': ', 1)}" for text in options]
    for action in policy_class.actions:
        if action.startswith("inspect "):
            name = action.removeprefix("inspect ")
            lines.append(f"Inspect: {name}, packet {policy_class.packets}, lock fail 0, drop 0, reset-drop 0")
        elif action.startswith("ips "):
            mode = action.removeprefix("ips ")
            lines.append(f"IPS: card status Up, mode {mode}")
            both = f"packet input {policy_class.packets}, packet output {policy_class.packets}"
            lines.append(f"  {both}, drop 0, reset-drop 0")
    return lines
