"""A workspace made by hand: its own template wins over the shipped one, and the plan says so."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from .live import STORY_FLOW, Lab, bothways, commands_of, plan_words

NAME = "cisco_asa/state-bypass.j2"


def test_an_own_template_is_planned_recorded_and_applied(lab: Lab, tmp_path: Path) -> None:
    """S0-21: its bytes and origin stand in the plan, its words on the device; then not any more."""
    live = lab()
    mine = tmp_path / "mine"
    mine.mkdir(mode=0o700)
    for name in ("inventory", "known_hosts", "bothways.toml"):
        copy = shutil.copytree if (live.folder / name).is_dir() else shutil.copy
        copy(live.folder / name, mine / name)
    toml = (mine / "bothways.toml").read_text()
    (mine / "bothways.toml").write_text(toml.replace("control.sock", str(live.folder / "control.sock")))
    shipped = Path(_which(mine)["path"]).read_text()
    own = mine / "templates" / NAME
    own.parent.mkdir(parents=True)
    own.write_text(shipped.replace("remark {{ rule.remark }}", "remark ACME {{ rule.remark }}"))
    assert own.read_text() != shipped
    digest = hashlib.sha256(own.read_bytes()).hexdigest()

    which = _which(mine)
    plan = bothways(
        mine, *plan_words(STORY_FLOW, "hairpin-bypass"), "-o", mine / "fix.plan", "--format", "json"
    ).json["plan"]

    assert (which["origin"], which["path"], which["sha256"]) == ("workspace", str(own), digest)
    (used,) = [one for one in plan["templates"] if one["name"] == f"templates/{NAME}"]
    assert (used["origin"], used["sha256"]) == ("workspace", digest)
    assert plan["playbook"]["origin"].startswith("bothways ")
    assert "access-list StatelessTraffic remark ACME Outbound traffic" in commands_of(plan)[0]
    assert bothways(mine, "apply", mine / "fix.plan").code == 0
    assert "access-list StatelessTraffic remark ACME Outbound traffic" in live.running_config("edge-asa")
    assert live.observed(STORY_FLOW) == ("complete", "", 0)
    (run,) = (path.name for path in (mine / ".bothways" / "runs").iterdir())
    assert bothways(mine, "rollback", run).code == 0
    assert not [line for line in live.running_config("edge-asa") if "ACME" in line]


def _which(workspace: Path) -> dict[str, str]:
    ran = bothways(workspace, "content", "which", f"templates/{NAME}", "--format", "json")
    found: dict[str, str] = ran.json["content"][0]
    return found
