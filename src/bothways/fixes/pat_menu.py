"""Source translation of what turns around on a firewall, as the menu offers it."""

from __future__ import annotations

from bothways.errors import CouldNotSee
from bothways.fixes.contract import InPlace, NotApplicable, Ready
from bothways.fixes.hairpin_pat import HairpinPat, HairpinPatOptions, hidden_on
from bothways.fixes.menu_item import MenuItem
from bothways.fixes.turnaround import Turn
from bothways.flow import Flow


def source_pat(turn: Turn, flow: Flow) -> MenuItem:
    """Its lines, and the playbook that types them; or why it is nothing here."""
    try:
        found = hidden_on(turn, flow, HairpinPatOptions())
    except CouldNotSee as unseen:  # saved text may lack it, and the verdict does not need it
        return _item(f"could not see: {unseen}")
    match found:
        case NotApplicable():
            return _item(found.reason)
        case InPlace():
            return _item(f"it is in place: {found.evidence[0]}")
        case Ready():
            inputs = found.inputs
            reason = f"nothing else translates what turns around on {inputs.interface} of {found.device}"
            asked = f"--flow {flow.client},{flow.server},{flow.service}"
            head = f"! {found.device}; bothways plan hairpin-pat {asked}"
            return _item(reason, head, inputs.head, f" {inputs.holds}", f" {inputs.rule}")


def _item(reason: str, *lines: str) -> MenuItem:
    return MenuItem(
        name="hairpin-pat",
        available=bool(lines),
        reason=reason,
        price=HairpinPat.price,
        text="\n".join(lines),
        playbook="hairpin-pat" if lines else "",
    )
