"""What a reload without saving takes from a device."""

from __future__ import annotations

from bothways.planning.diff import changes, config_diff
from bothways.planning.prediction import running_config
from bothways.platforms import normalised_config, platform
from bothways.state.device import DeviceState

_MOST = 12


def unsaved_loss(state: DeviceState) -> str:
    """What a reload does to the configuration, in words; secrets are left out."""
    of = platform(state.platform)
    texts = (running_config(state), state.outputs[of.startup_command].text)
    running, startup = ("\n".join(normalised_config(text, of)) for text in texts)
    found = changes(config_diff(state.name, running, startup))
    lost, back = (_listed(sorted(place for sign, *place in found if sign == wanted)) for wanted in "-+")
    parts = [f"lose {lost}" if lost else "", f"bring back {back}" if back else ""]
    return " and ".join(filter(None, parts)) or "lose the order in which its lines stand"


def _listed(places: list[list[str]]) -> str:
    lines = [f"`{f'{section} / ' if section else ''}{text}`" for section, text in places]
    more = [f"{len(lines) - _MOST} more lines"] if len(lines) > _MOST else []
    return ", ".join((*lines[:_MOST], *more))
