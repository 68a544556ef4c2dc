"""Plans: made, written, read back, compared with the network, printed for pasting."""

from bothways.planning.canonical import content_hash
from bothways.planning.paste import render_paste
from bothways.planning.plan_file import check_expiry, load_plan, write_plan
from bothways.planning.planner import make_plan
from bothways.planning.undoing import DueUndo, due_undo

__all__ = [
    "DueUndo",
    "check_expiry",
    "content_hash",
    "due_undo",
    "load_plan",
    "make_plan",
    "render_paste",
    "write_plan",
]
