"""Over real SSH: what somebody else has begun to use is left to him, and that is no failure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bothways.fleet import apply_plan, roll_back

from .bench import bench


@dataclass(frozen=True)
class Used:
    """What somebody types after a run, and what of the run must then stay.

    Attributes:
        names: of objects of the run.
        stays: every line that still holds one of them, his and ours, in order.
    """

    playbook: str
    device: str
    typed: tuple[str, ...]
    names: tuple[str, ...]
    stays: tuple[str, ...]


SWITCH = Used(
    "hairpin-return",
    "lab-switch",
    (
        "interface Vlan10",
        " ip policy route-map FIX_ROUTING",
        "route-map OTHER permit 10",
        " match ip address RETURN-VLAN172",
        " set ip next-hop 10.12.0.5",
        "do write memory",
    ),
    ("FIX_ROUTING", "RETURN-VLAN172"),
    (
        " ip policy route-map FIX_ROUTING",
        "ip access-list extended RETURN-VLAN172",
        "route-map FIX_ROUTING permit 10",
        " match ip address RETURN-VLAN172",
        " match ip address RETURN-VLAN172",
    ),
)
_RULE = "access-list StatelessTraffic extended permit tcp {} 255.255.255.0 {} 255.255.255.0 log disable"
_REASON = "replies go past this firewall, policy routing on the switch or host routes end that"
FIREWALL = Used(
    "hairpin-bypass",
    "edge-asa",
    ("class-map THEIRS", " match access-list StatelessTraffic", "write memory"),
    ("StatelessTraffic", "tcp_bypass", "inside-policy", "same-security"),
    (
        "access-list StatelessTraffic remark Outbound traffic",
        _RULE.format("10.12.0.0", "172.16.1.0"),
        "access-list StatelessTraffic remark Inbound traffic",
        _RULE.format("172.16.1.0", "10.12.0.0"),
        "access-list StatelessTraffic remark TEMPORARY until 2026-05-31",
        f"access-list StatelessTraffic remark {_REASON}",
        " match access-list StatelessTraffic",
    ),
)


@pytest.mark.parametrize("used", [SWITCH, FIREWALL], ids=["IOS", "ASA"])
def test_f45_a_rollback_keeps_what_somebody_else_uses(tmp_path: Path, used: Used) -> None:
    """F45: exit 0, the lines that stay are named, and every other line of ours is gone."""
    with bench(tmp_path / "lab", "from-start", "routing-sdm") as lab:
        run = apply_plan(lab.plan(used.playbook), lab.context)
        assert run.exit_code == 0, run.sentences
        lab.lab.ask("edit", device=used.device, lines=list(used.typed))

        undone = roll_back(run.run_id, lab.context)

        left = lab.configs()[used.device]
        assert tuple(line for line in left if any(name in line for name in used.names)) == used.stays
        assert lab.unsaved() == {"edge-asa": "", "lab-switch": ""}
    assert undone.exit_code == 0, undone.sentences
    assert undone.devices[used.device] == "rolled-back"
    assert any("which somebody else uses now" in said for said in undone.sentences), undone.sentences
