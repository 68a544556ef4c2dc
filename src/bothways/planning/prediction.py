"""A device as it will be: the same outputs but for the configuration and the tables a fix changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, cast

from bothways.errors import CouldNotSee
from bothways.fixes.contract import Overlay
from bothways.fixes.steps import ConfigStep, Step
from bothways.network import PlatformName
from bothways.planning.config_tree import ConfigTree
from bothways.platforms import platform
from bothways.state.device import DeviceState, Evidence
from bothways.state.snapshot import Snapshot
from bothways.state.tables import R, Row, Table, TableBuilder


class PredictedState(DeviceState):
    """A device after a fix. Rows that are there today keep their line; new ones have none.

    A table is what the fix says it will be, else what the predicted configuration says, else that of
    the state before, which may be a prediction itself.
    """

    def __init__(self, base: DeviceState, config: str, overlay: Overlay) -> None:
        command = platform(base.platform).config_command
        outputs = dict(base.outputs)
        if command in outputs:
            outputs[command] = replace(outputs[command], text=config)
        sources = base._sources  # noqa: SLF001 - the same device, read with the same parsers
        super().__init__(base.name, base.platform, outputs, sources)
        self._base = base
        self._overlay = overlay
        self._from_config = frozenset(kind for kind, source in sources.items() if source.command == command)

    def table(self, row_type: type[R]) -> Table[R]:
        """The rows as they will be."""
        rows = self._overlay.get(row_type)
        if rows is None:
            return super().table(row_type) if row_type in self._from_config else self._base.table(row_type)
        if row_type not in self._tables:
            self._tables[row_type] = _table(row_type, rows, self._base.table(row_type).command)
        return cast("Table[R]", self._tables[row_type])

    def evidence(self, row: Row) -> Evidence:
        """The line a row came from; a predicted row says so in place of a line."""
        kind = type(row)
        if kind in self._from_config and kind not in self._overlay:
            return super().evidence(row)
        if row.line or kind not in self._overlay:
            return self._base.evidence(row)
        command = self.table(kind).command
        words = ", ".join(f"{name} {value}" for name, value in _values(row).items() if name != "line")
        taken_at = self.outputs[command].taken_at
        return Evidence(self.name, command, 0, f"predicted: {words}", taken_at)


def running_config(state: DeviceState) -> str:
    """The text of the running configuration.

    Raises:
        CouldNotSee: it was not read, refused or cut.
    """
    command = platform(state.platform).config_command
    output = state.outputs.get(command)
    if output is None or output.refused or not output.complete:
        raise CouldNotSee(state.name, f"`{command}` was not read whole", "read again")
    return output.text


def predicted(snapshot: Snapshot, device: str, steps: Iterable[Step], overlay: Overlay) -> Snapshot:
    """The snapshot with one device as it will be after the steps."""
    state = snapshot.device(device)
    tree = ConfigTree(running_config(state), cast("PlatformName", state.platform))
    for step in steps:
        if isinstance(step, ConfigStep):
            tree.type(command.text for command in step.commands)
    after = PredictedState(state, str(tree), overlay)
    return replace(snapshot, devices={**snapshot.devices, device: after})


def _table(row_type: type[R], rows: Iterable[Row], command: str) -> Table[R]:
    builder = TableBuilder(row_type, command)
    for row in rows:
        builder.add(**_values(row))
    return builder.table()


def _values(row: Row) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}
