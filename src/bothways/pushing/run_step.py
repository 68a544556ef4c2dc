"""Any step of a plan on its device."""

from __future__ import annotations

from bothways.planning.plan import ClearStep, ConfigStep, ReloadStep, Step
from bothways.pushing.clear import clear_step
from bothways.pushing.config import Config
from bothways.pushing.push import push_step
from bothways.pushing.reload import reload_step
from bothways.pushing.unit import Unit
from bothways.pushing.work import Work


def run_step(unit: Unit, step: Step, work: Work) -> Config | None:
    """Run one step; the running configuration it left, None where it does not touch it.

    Raises:
        StateUnknown: the step may have left something behind; what, is named.
        BothwaysError: anything else: the step left nothing behind.
    """
    match step:
        case ConfigStep():
            return push_step(unit, step, work)
        case ReloadStep():
            return reload_step(unit, step, work)
        case ClearStep():
            clear_step(unit, step, work)
            return None
