"""Device families: the commands to ask, the parsers of their texts, and other knowledge as data."""

from __future__ import annotations

from collections.abc import Mapping

from bothways.errors import InventoryError
from bothways.platforms.asa import ASA
from bothways.platforms.config_digest import config_digest, normalised_config
from bothways.platforms.description import Limits, Platform
from bothways.platforms.ios import IOS
from bothways.state.device import DeviceState, Output

PLATFORMS: Mapping[str, Platform] = {"cisco_asa": ASA, "cisco_ios": IOS}


def platform(name: str) -> Platform:
    """The platform of that name.

    Raises:
        InventoryError: there is none.
    """
    try:
        return PLATFORMS[name]
    except KeyError:
        known = ", ".join(sorted(PLATFORMS))
        raise InventoryError("platform", f"no platform {name!r}", f"known: {known}") from None


def device_state(name: str, platform_name: str, outputs: Mapping[str, Output]) -> DeviceState:
    """What a device said, with the parsers of its platform; its own names for addresses are resolved."""
    return DeviceState(name, platform_name, outputs, platform(platform_name).sources_for(outputs))


__all__ = [
    "PLATFORMS",
    "Limits",
    "Platform",
    "config_digest",
    "device_state",
    "normalised_config",
    "platform",
]
