"""Sessions with devices over SSH: the only room that opens a connection."""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING

from bothways.session.contract import Answer, ReadingCut, Session
from bothways.session.timeouts import Timeouts

if TYPE_CHECKING:
    from bothways.session.device_session import DeviceSession, open_session
    from bothways.session.host_keys import HostKey
    from bothways.session.trust import fetch_host_key

__all__ = [
    "Answer",
    "DeviceSession",
    "HostKey",
    "ReadingCut",
    "Session",
    "Timeouts",
    "fetch_host_key",
    "open_session",
]

# Loading asyncssh takes longer than answering from a snapshot, which needs the contract only.
_LOADED_WHEN_USED = {
    "DeviceSession": "bothways.session.device_session",
    "HostKey": "bothways.session.host_keys",
    "fetch_host_key": "bothways.session.trust",
    "open_session": "bothways.session.device_session",
}

logging.getLogger("bothways.session").addHandler(logging.NullHandler())
# Both narrate every connection, and Netmiko every byte, at levels that applications like to switch on.
for _library in ("asyncssh", "netmiko"):
    if logging.getLogger(_library).level == logging.NOTSET:
        logging.getLogger(_library).setLevel(logging.WARNING)


def __getattr__(name: str) -> object:
    """Load what opens connections when it is first asked for."""
    if name not in _LOADED_WHEN_USED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LOADED_WHEN_USED[name]), name)
