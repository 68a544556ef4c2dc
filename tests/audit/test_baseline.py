"""The audit playbook that is shipped, and what an audit playbook may say of a flow."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bothways.audit.playbook import load_audit
from bothways.diagnosis import Scenario
from bothways.rules.fleet import all_fleet_rules

SHIPPED = Path(__file__).parents[2] / "playbooks" / "audit-baseline.yaml"


def test_the_baseline_names_every_rule_once() -> None:
    """A rule that nobody asks for finds nothing."""
    named = Counter(use.rule for use in load_audit(SHIPPED).model.rules)
    assert named == Counter(rule.id for rule in all_fleet_rules())


def test_a_silence_is_looked_at_besides_the_handshake(tmp_path: Path) -> None:
    """Who says how long his application is silent need not know the word for what follows."""
    playbook = tmp_path / "silent.yaml"
    flow = "{flow: 10.20.0.25 203.0.113.80 tcp/80, silence_s: 1200}"
    playbook.write_text(
        f"kind: audit\nname: silent\ntitle: A silent one\nflows:\n  - {flow}\nrules:\n  - rule: flow-lives\n"
    )

    watched = load_audit(playbook).flows

    assert [(one.scenario, one.silence_s) for one in watched] == [
        (Scenario.HANDSHAKE, None),
        (Scenario.AFTER_IDLE, 1200),
    ]
