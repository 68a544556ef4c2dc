"""What `audit` ends with when a device was not read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bothways.clock import SystemClock
from bothways.platforms import device_state
from bothways.reading import save_snapshot
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot

Bothways = Callable[..., Any]

RULES = """kind: audit
name: one
title: one rule, of one switch
rules:
  - {rule: sdm-change-pending, hosts: [sw]}
"""
CHOSEN = """ The current template is "desktop routing" template.
"""


@pytest.mark.parametrize(("unread", "code"), [({}, 0), ({"core": "refused"}, 3)], ids=["none", "one"])
def test_a_device_nobody_asked_for_is_not_clean_when_it_was_not_read(
    bothways: Bothways, workspace: Path, unread: dict[str, str], code: int
) -> None:
    """X-08: every rule names its hosts, and another one refused."""
    (workspace / "playbooks").mkdir()
    (workspace / "playbooks" / "one.yaml").write_text(RULES)
    now = SystemClock().now()
    output = Output("show sdm prefer", CHOSEN, now)
    sw = device_state("sw", "cisco_ios", {output.command: output})
    save_snapshot(Snapshot({"sw": sw}, now, unread), workspace / "s.zip")
    ran = bothways("audit", "--playbook", "one", "--snapshot", "s.zip")
    assert ran.code == code, ran.out
