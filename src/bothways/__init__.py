"""Bothways: find, cure and prove TCP flows that die between ASAs and Catalysts.

The names below are the public interface. Each is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bothways.diagnosis import Finding, Scenario, Trace, trace
    from bothways.errors import BothwaysError
    from bothways.fleet import apply_plan, read, read_fleet, roll_back, verify
    from bothways.flow import Fate, Flow
    from bothways.network import Network, load_network
    from bothways.planning import load_plan, make_plan, render_paste, write_plan
    from bothways.playbook import load_playbook, open_playbook
    from bothways.reading import load_snapshot, read_files, save_snapshot
    from bothways.rules import diagnose
    from bothways.state.snapshot import Snapshot
    from bothways.workspace import find_workspace

__all__ = [
    "BothwaysError",
    "Fate",
    "Finding",
    "Flow",
    "Network",
    "Scenario",
    "Snapshot",
    "Trace",
    "apply_plan",
    "diagnose",
    "find_workspace",
    "load_network",
    "load_plan",
    "load_playbook",
    "load_snapshot",
    "make_plan",
    "open_playbook",
    "read",
    "read_files",
    "read_fleet",
    "render_paste",
    "roll_back",
    "save_snapshot",
    "trace",
    "verify",
    "write_plan",
]

_ROOMS = {
    "diagnosis": ("Finding", "Scenario", "Trace", "trace"),
    "errors": ("BothwaysError",),
    "fleet": ("apply_plan", "read", "read_fleet", "roll_back", "verify"),
    "flow": ("Fate", "Flow"),
    "network": ("Network", "load_network"),
    "planning": ("load_plan", "make_plan", "render_paste", "write_plan"),
    "playbook": ("load_playbook", "open_playbook"),
    "reading": ("load_snapshot", "read_files", "save_snapshot"),
    "rules": ("diagnose",),
    "state.snapshot": ("Snapshot",),
    "workspace": ("find_workspace",),
}


def __getattr__(name: str) -> Any:
    """Open the room a public name lives in."""
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"bothways.{room}"), name)
    raise AttributeError(f"module 'bothways' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return __all__
