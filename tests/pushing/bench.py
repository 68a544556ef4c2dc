"""A lab behind real SSH, and the product on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bothways.cli.lab_child import RunningLab, running_lab
from bothways.fleet import ApplyContext, read_fleet
from bothways.flow import Flow
from bothways.network import Network
from bothways.network.loading import load_network
from bothways.planning import make_plan
from bothways.planning.canonical import sealed
from bothways.planning.plan import Plan, Step
from bothways.playbook import load_playbook
from bothways.pushing.check import config_of, unsaved
from bothways.pushing.config import Config
from bothways.session import Timeouts
from bothways.state.snapshot import Snapshot
from bothways.workspace import Workspace, find_workspace

FLOW = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
_LIVED_S = 60.0


@dataclass(frozen=True)
class Bench:
    """One running lab."""

    lab: RunningLab
    workspace: Workspace
    network: Network
    context: ApplyContext

    def read(self) -> Snapshot:
        """Everything, now."""
        return read_fleet(self.network, known_hosts=self.workspace.known_hosts, clock=self.context.clock)

    def configs(self) -> dict[str, Config]:
        """The running configurations."""
        return {state.name: config_of(state) for state in self.read()}

    def unsaved(self) -> dict[str, str]:
        """What running has and startup has not."""
        return {state.name: unsaved(state) for state in self.read()}

    def plan(self, playbook: str, edit: tuple[str, str] = ("", "")) -> Plan:
        """A plan of a shipped playbook, as the product makes it; of an own one where a text is replaced."""
        chosen = self.workspace.content(f"playbooks/{playbook}.yaml")
        assert edit[0] in chosen.text
        path = self.lab.folder / f"{playbook}.yaml"
        path.write_text(chosen.text.replace(*edit) if edit[0] else chosen.text)
        return make_plan(
            self.read(),
            FLOW,
            load_playbook(path, chosen.origin),
            hosts=self.network.hosts,
            clock=self.context.clock,
            content=self.workspace.content,
        )

    def plan_of(self, plan: Plan, steps: Sequence[Step]) -> Plan:
        """The same plan with other steps."""
        return sealed(plan.model_copy(update={"steps": tuple(steps), "content_hash": ""}))

    def commands(self, device: str) -> list[str]:
        """The lines the device received in configuration mode, as it logged them itself."""
        rows: list[dict[str, Any]] = self.lab.ask("commands", device=device)["commands"]
        return [row["line"] for row in rows if row["mode"].startswith("config")]

    def fault(self, device: str, when: str, do: str, **how: Any) -> None:
        """Arrange a fault."""
        self.lab.ask("fault", device=device, when=when, action=do, **how)


@contextmanager
def bench(folder: Path, *variants: str) -> Iterator[Bench]:
    """A lab of the hairpin story that has lived a minute."""
    with running_lab("hairpin", folder, variants) as lab:
        lab.ask("advance_to", moment_s=_LIVED_S)
        workspace = find_workspace(explicit=folder)
        network = load_network(workspace.inventory, lab=True)
        context = ApplyContext(
            network,
            workspace.known_hosts,
            workspace.clock(),
            workspace.runs,
            workspace.locks,
            Timeouts(command_s=2.0, login_s=5.0, question_s=0.2),
        )
        yield Bench(lab, workspace, network, context)
