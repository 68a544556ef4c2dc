"""A rule that breaks the contract is refused when its class is defined."""

from __future__ import annotations

from typing import Any

import pytest

from bothways.rules import Rule, all_rules

SHIPPED = {
    "hairpin-denied",
    "asymmetric-after-failover",
    "bypass-one-direction",
    "bypass-overdue",
    "bypass-shadowed",
    "connection-lost",
    "ctcp-proxy-stall",
    "half-closed-pile-up",
    "idle-timeout-short",
    "logging-too-quiet",
    "reset-service",
    "second-policy-map",
    "asymmetric-return",
    "acl-denied",
    "no-route",
    "no-adjacency",
    "one-way-nat",
    "missing-outside-local-route",
    "stale-route",
    "pbr-ineffective",
    "interface-limit",
    "any-any-acl",
    "orphaned-switch",
    "link-group-faulty",
}


def nothing(_self: Rule, _snapshot: object, _trace: object) -> Any:
    return iter(())


def test_shipped_rules() -> None:
    """The ids that fixes and playbooks name."""
    assert {rule.id for rule in all_rules()} == SHIPPED


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"__doc__": "x", "findings": nothing}, "is not words joined by hyphens"),
        ({"__doc__": "x", "id": "Loud Id", "findings": nothing}, "is not words joined by hyphens"),
        ({"__doc__": "x", "id": "no-route", "findings": nothing}, "NoRoute already has the id"),
        ({"id": "new-fault", "findings": nothing}, "a docstring must say"),
        ({"__doc__": "x", "id": "new-fault"}, "findings(snapshot, trace) is missing"),
    ],
    ids=["no id", "bad id", "taken id", "no docstring", "no findings"],
)
def test_broken_rule_is_refused(body: dict[str, Any], complaint: str) -> None:
    """The class statement itself fails, and nothing is registered."""
    with pytest.raises(TypeError) as caught:
        type("Broken", (Rule,), body)

    assert complaint in str(caught.value)
    assert {rule.id for rule in all_rules()} == SHIPPED
