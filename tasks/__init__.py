"""Nornir tasks, one verb a file: `from bothways.tasks import read_state` gives the function."""

from bothways.tasks.preview_change import preview_change
from bothways.tasks.push_change import push_change
from bothways.tasks.read_state import read_state
from bothways.tasks.save_config import save_config
from bothways.tasks.undo_change import undo_change
from bothways.tasks.verify_flow import verify_flow

__all__ = ["preview_change", "push_change", "read_state", "save_config", "undo_change", "verify_flow"]
