"""The user's network, opened: workspace, inventory, clock, and where runs go."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bothways.cli.logs import REDACTOR
from bothways.cli.options import Options
from bothways.clock import Clock
from bothways.network import DeclaredHost, Network, load_network, load_topology
from bothways.reading import load_snapshot
from bothways.state.snapshot import Snapshot
from bothways.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from bothways.fleet import ApplyContext
    from bothways.session import Timeouts

_LOG = logging.getLogger("bothways.cli")


@dataclass
class Site:
    """What a verb works on; each part is opened when it is first needed."""

    options: Options

    @cached_property
    def workspace(self) -> Workspace:
        """Where things are."""
        workspace = find_workspace(explicit=self.options.workspace)
        _LOG.info("workspace: %s", workspace.root or "none")
        if workspace.is_lab:
            self.options.screen.progress("lab clock: waiting makes the lab skip ahead")
        return workspace

    @cached_property
    def network(self) -> Network:
        """The devices of the inventory; their secrets appear in no output from here on."""
        network = load_network(self.workspace.inventory, lab=self.workspace.is_lab)
        for device in network.devices.values():
            REDACTOR.hide([device.password.get_secret_value()])
            if device.secret is not None:
                REDACTOR.hide([device.secret.get_secret_value()])
        return network

    @cached_property
    def clock(self) -> Clock:
        """Real time, or the lab's."""
        return self.workspace.clock()

    @property
    def context(self) -> ApplyContext:
        """Where runs happen."""
        from bothways.fleet import ApplyContext

        space = self.workspace
        return ApplyContext(
            self.network, space.known_hosts, self.clock, space.runs, space.locks, self._timeouts()
        )

    def read(
        self,
        names: Sequence[str] = (),
        *,
        full: bool = False,
        deadline_s: float | None = None,
        only: Collection[str] | None = None,
    ) -> Snapshot:
        """Read devices, all of them when none is named; who is not done by the deadline is unread."""
        from bothways.fleet import read_fleet  # saved text is answered without SSH and its libraries

        return read_fleet(
            self.network,
            names or None,
            known_hosts=self.workspace.known_hosts,
            clock=self.clock,
            full=full,
            timeouts=self._timeouts(),
            progress=self.options.screen.progress,
            deadline_s=deadline_s,
            only=only,
        )

    def _timeouts(self) -> Timeouts:
        """The session's own, but for those the workspace sets."""
        from bothways.session import Timeouts

        return Timeouts(**self.workspace.settings.timeouts.model_dump(exclude_none=True))

    def seen(self, snapshot: Path | None) -> tuple[Snapshot, tuple[DeclaredHost, ...]]:
        """A saved snapshot or a fresh one, and the hosts the user declared."""
        if snapshot is None:
            return self.read(), self.network.hosts
        # Saved text needs no login, hence no inventory and none of its passwords.
        hosts = load_topology(self.workspace.inventory) if self.workspace.root is not None else ()
        return load_snapshot(snapshot), hosts
