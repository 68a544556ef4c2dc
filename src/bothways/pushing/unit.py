"""One device under change: what it is, and how to reach it anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bothways.clock import Clock
from bothways.errors import CannotConnect, CouldNotSee, SessionLost, Unreachable
from bothways.platforms import Platform, normalised_config
from bothways.pushing.config import Config
from bothways.session.contract import Session

_PAUSE_S = 5.0


@dataclass(frozen=True)
class Unit:
    """A device, and a way to a session that nobody has used yet.

    Attributes:
        name: its name in the inventory.
        open: ends the session of before, if there is one, and logs in again.
        patience_s: how long a lost device is called again before it is given up.
    """

    name: str
    platform: Platform
    clock: Clock
    open: Callable[[], Session]
    patience_s: float = 60.0

    def reopen(self) -> Session:
        """A session after one was lost: calls again until `patience_s` is over.

        A refused password or host key is never tried twice.

        Raises:
            CannotConnect: the device cannot be reached.
        """
        give_up_s = self.clock.monotonic() + self.patience_s
        while True:
            try:
                return self.open()
            except (Unreachable, SessionLost) as error:
                now_s = self.clock.monotonic()
                if now_s >= give_up_s:
                    raise CannotConnect(
                        self.name, f"does not answer for {self.patience_s:.0f} s ({error.what})"
                    ) from None
                self.clock.wait_until(min(now_s + _PAUSE_S, give_up_s))


def running_config(session: Session, platform: Platform) -> Config:
    """The running configuration, normalised.

    Raises:
        CouldNotSee: it was refused, or cut: half a configuration must never be compared with a whole one.
    """
    return _config(session, platform, platform.config_command)


def startup_config(session: Session, platform: Platform) -> Config | None:
    """The startup configuration, normalised; None when the device does not show one."""
    try:
        return _config(session, platform, platform.startup_command)
    except CouldNotSee:
        return None


def _config(session: Session, platform: Platform, command: str) -> Config:
    output = session.read([command])[0]
    device = session.device.name
    if output.refused:
        raise CouldNotSee(device, f"`{command}` was refused: {output.refused}")
    if not output.complete or not platform.is_whole_config(output.text):
        raise CouldNotSee(device, f"`{command}` was cut short", "try again")
    return normalised_config(output.text, platform)
