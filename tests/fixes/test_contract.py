from __future__ import annotations

from typing import Any

import pytest

from bothways.errors import PlaybookError
from bothways.fixes import all_fixes, fix_named
from bothways.fixes.asa_hairpin import AsaHairpin
from bothways.fixes.contract import Fix


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param({"name": "Asa_Hairpin"}, "name must be kebab case", id="name"),
        pytest.param({"cures": frozenset()}, "cures must name findings", id="cures"),
        pytest.param({"price": "free"}, "price must be a sentence", id="price"),
        pytest.param({"options": dict}, "options must be Options", id="options"),
        pytest.param({"inputs": None}, "inputs must be Inputs", id="inputs"),
        pytest.param({"__doc__": ""}, "docstring", id="docstring"),
    ],
)
def test_a_fix_without_its_contract_is_refused_when_defined(wrong: dict[str, Any], message: str) -> None:
    """The class statement itself fails, so that no half fix can be shipped."""
    with pytest.raises(TypeError, match=message):
        type("Broken", (AsaHairpin,), {"__doc__": "Broken.", **wrong})


def test_a_fix_with_a_missing_method_is_refused_when_defined() -> None:
    """Abstract methods count as missing contract, not as a later surprise."""
    body = {
        name: getattr(AsaHairpin, name)
        for name in ("name", "platform", "seat", "cures", "price", "options", "inputs")
    }
    with pytest.raises(TypeError, match="it must be complete"):
        type("Half", (Fix,), {"__doc__": "Half.", **body})


def test_every_fix_has_its_shipped_template() -> None:
    """One template per fix, found by platform and name."""
    assert sorted(fix.template for fix in all_fixes()) == [
        "templates/cisco_asa/asa-hairpin.j2",
        "templates/cisco_asa/dcd.j2",
        "templates/cisco_asa/hairpin-pat.j2",
        "templates/cisco_asa/idle-timeout.j2",
        "templates/cisco_asa/logging-minimal.j2",
        "templates/cisco_asa/random-sequence.j2",
        "templates/cisco_asa/reset-service.j2",
        "templates/cisco_asa/state-bypass.j2",
        "templates/cisco_ios/link-state-group.j2",
        "templates/cisco_ios/nat-both-ways.j2",
        "templates/cisco_ios/pbr-return.j2",
        "templates/cisco_ios/sdm-template.j2",
        "templates/cisco_ios/stale-route.j2",
    ]


def test_an_unknown_fix_is_named_with_those_there_are() -> None:
    """B07: one line, and what is valid."""
    known = ", ".join(sorted(fix.name for fix in all_fixes()))
    with pytest.raises(PlaybookError, match=f"no fix 'pbr'; known: {known}"):
        fix_named("pbr")
