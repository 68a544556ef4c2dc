"""What ties a plan to its devices: serial number, host name, digest of the configuration."""

from __future__ import annotations

from collections.abc import Sequence

from bothways.errors import CouldNotSee
from bothways.fixes.steps import Predicate, Step
from bothways.planning.plan import Binding
from bothways.planning.prediction import running_config
from bothways.platforms import config_digest, normalised_config, platform
from bothways.state.device import DeviceState
from bothways.state.rows import Version
from bothways.state.snapshot import Snapshot


def bind(snapshot: Snapshot, steps: Sequence[Step], predicates: Sequence[Predicate]) -> dict[str, Binding]:
    """A binding for every device that is changed or that a fact speaks of.

    Raises:
        CouldNotSee: a device did not say who it is or what its configuration is.
    """
    names = {step.device for step in steps} | {predicate.device for predicate in predicates}
    return {name: _binding(snapshot.device(name)) for name in sorted(names)}


def saved(state: DeviceState) -> bool | None:
    """Whether startup equals running; None when startup was not read whole."""
    of = platform(state.platform)
    startup = state.outputs.get(of.startup_command)
    if startup is None or startup.refused or not startup.complete:
        return None
    return normalised_config(startup.text, of) == normalised_config(running_config(state), of)


def _binding(state: DeviceState) -> Binding:
    version = next(iter(state.table(Version)), None)
    if version is None:
        raise CouldNotSee(state.name, "`show version` does not say who it is")
    return Binding(
        serial=version.serial,
        hostname=version.hostname,
        platform=state.platform,
        config_digest=config_digest(running_config(state), platform(state.platform)),
        saved=saved(state),
    )
