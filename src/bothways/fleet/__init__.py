"""Many devices at once, through Nornir: read, apply, verify, roll back."""

from bothways.fleet.apply import apply_plan
from bothways.fleet.context import ApplyContext, RunOutcome
from bothways.fleet.hosts import nornir_of
from bothways.fleet.reading import read, read_fleet
from bothways.fleet.records import RunSummary, runs
from bothways.fleet.rollback import roll_back
from bothways.fleet.verify import verify

__all__ = [
    "ApplyContext",
    "RunOutcome",
    "RunSummary",
    "apply_plan",
    "nornir_of",
    "read",
    "read_fleet",
    "roll_back",
    "runs",
    "verify",
]
