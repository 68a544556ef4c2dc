"""Rules over a snapshot and a trace through it: one finding a file."""

from dataclasses import replace

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules import (
    acl_denied,
    any_any_acl,
    asymmetric_after_failover,
    asymmetric_return,
    bypass_one_direction,
    bypass_overdue,
    bypass_shadowed,
    connection_lost,
    ctcp_proxy_stall,
    hairpin_denied,
    half_closed_pile_up,
    idle_timeout_short,
    interface_limit,
    link_group_faulty,
    logging_too_quiet,
    no_adjacency,
    no_route,
    one_way_nat,
    orphaned_switch,
    outside_local_route,
    pbr_ineffective,
    reset_service,
    second_policy_map,
    stale_route,
)
from bothways.rules.contract import Rule, all_rules
from bothways.state.snapshot import Snapshot

__all__ = ["Confidence", "Finding", "Rule", "Severity", "all_rules", "diagnose"]

# Importing a rule's module registers it.
_SHIPPED = (
    hairpin_denied,
    asymmetric_return,
    asymmetric_after_failover,
    ctcp_proxy_stall,
    one_way_nat,
    outside_local_route,
    stale_route,
    acl_denied,
    no_route,
    no_adjacency,
    pbr_ineffective,
    interface_limit,
    bypass_shadowed,
    bypass_one_direction,
    bypass_overdue,
    second_policy_map,
    any_any_acl,
    idle_timeout_short,
    connection_lost,
    reset_service,
    half_closed_pile_up,
    logging_too_quiet,
    orphaned_switch,
    link_group_faulty,
)


def diagnose(snapshot: Snapshot, trace: Trace) -> tuple[Finding, ...]:
    """All findings about the traced flow, errors first; each cites a line once.

    What explains a death that the snapshot itself contradicts is possible, whatever else confirms it. What
    is possible is an error only where a death was walked that rests on no guess.
    """
    found = [_weighed(finding, trace) for rule in all_rules() for finding in rule.findings(snapshot, trace)]
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def _weighed(finding: Finding, trace: Trace) -> Finding:
    word = finding.confidence
    severity = finding.severity
    if severity is Severity.ERROR and trace.contradicted:
        word = Confidence.POSSIBLE
    if severity is Severity.ERROR and word is Confidence.POSSIBLE and not _walked_dead(trace):
        # A flow that rests on a guess, such as which of two routers its host sends to, may well be healthy.
        # What was not read is another matter: the death is in what was.
        severity = Severity.WARNING
    evidence = tuple(dict.fromkeys(finding.evidence))
    return replace(finding, evidence=evidence, confidence=word, severity=severity)


def _walked_dead(trace: Trace) -> bool:
    guessed = any(line.endswith(f"({Confidence.POSSIBLE})") for line in trace.inferences)
    return trace.fate not in (Fate.COMPLETE, Fate.UNKNOWN) and not trace.contradicted and not guessed
