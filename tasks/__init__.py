"""Nornir tasks, one verb a file: `from bothways.tasks import read_state` gives the function."""

from bothways.tasks.check_captures import check_captures
from bothways.tasks.fetch_captures import fetch_captures
from bothways.tasks.place_captures import place_captures
from bothways.tasks.preview_change import preview_change
from bothways.tasks.push_change import push_change
from bothways.tasks.read_state import read_state
from bothways.tasks.remove_captures import remove_captures
from bothways.tasks.save_config import save_config
from bothways.tasks.undo_change import undo_change
from bothways.tasks.verify_flow import verify_flow
from bothways.tasks.watch_captures import watch_captures

__all__ = [
    "check_captures",
    "fetch_captures",
    "place_captures",
    "preview_change",
    "push_change",
    "read_state",
    "remove_captures",
    "save_config",
    "undo_change",
    "verify_flow",
    "watch_captures",
]
