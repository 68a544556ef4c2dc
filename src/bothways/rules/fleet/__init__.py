"""Rules over a fleet: the same faults, looked for before anybody opens a ticket."""

# Importing a rule's module registers it; the stories come last: one for each finding without a rule.
from bothways.rules.fleet import (
    bypasses,
    drop_rates,
    failovers,
    hairpins,
    link_groups,
    logins,
    logs,
    open_lists,
    policy_routes,
    services,
    startup,
    translations,
    uplinks,
)
from bothways.rules.fleet.contract import (
    FleetRule,
    Ground,
    Judgement,
    Outcome,
    Parameters,
    WatchedFlow,
    all_fleet_rules,
)

_SHIPPED = (
    hairpins,
    drop_rates,
    policy_routes,
    open_lists,
    bypasses,
    translations,
    uplinks,
    link_groups,
    failovers,
    startup,
    services,
    logs,
    logins,
)

from bothways.rules.fleet.stories import of_flows  # noqa: E402  registers what is left, so it is last

__all__ = [
    "FleetRule",
    "Ground",
    "Judgement",
    "Outcome",
    "Parameters",
    "WatchedFlow",
    "all_fleet_rules",
    "of_flows",
]
