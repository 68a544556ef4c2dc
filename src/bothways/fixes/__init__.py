"""The cures: one class each; `all_fixes()` lists them."""

from __future__ import annotations

from typing import Any

from bothways.errors import PlaybookError
from bothways.fixes.asa_hairpin import AsaHairpin
from bothways.fixes.contract import Fix
from bothways.fixes.hairpin_pat import HairpinPat
from bothways.fixes.link_state_group import LinkStateGroupFix
from bothways.fixes.logging_minimal import LoggingMinimal
from bothways.fixes.nat_both_ways import NatBothWays
from bothways.fixes.pbr_return import PbrReturn
from bothways.fixes.random_sequence import RandomSequence
from bothways.fixes.reset_service import ResetServiceFix
from bothways.fixes.sdm_template import SdmTemplateFix
from bothways.fixes.stale_route import StaleRouteFix
from bothways.fixes.state_bypass import StateBypass
from bothways.fixes.timer_class import DeadConnectionDetection, IdleTimeout

_ALL: dict[str, Fix[Any, Any]] = {
    fix.name: fix
    for fix in (
        AsaHairpin(),
        StateBypass(),
        HairpinPat(),
        SdmTemplateFix(),
        PbrReturn(),
        RandomSequence(),
        StaleRouteFix(),
        NatBothWays(),
        LinkStateGroupFix(),
        IdleTimeout(),
        DeadConnectionDetection(),
        ResetServiceFix(),
        LoggingMinimal(),
    )
}


def all_fixes() -> tuple[Fix[Any, Any], ...]:
    """Every fix there is."""
    return tuple(_ALL.values())


def fix_named(name: str) -> Fix[Any, Any]:
    """One fix.

    Raises:
        PlaybookError: no such fix.
    """
    try:
        return _ALL[name]
    except KeyError:
        raise PlaybookError("fix", f"no fix {name!r}", f"known: {', '.join(sorted(_ALL))}") from None
