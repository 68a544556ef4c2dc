"""Sessions with devices over SSH: the only room that opens a connection."""

from __future__ import annotations

import logging

from bothways.session.contract import Answer, ReadingCut, Session
from bothways.session.device_session import DeviceSession, open_session
from bothways.session.host_keys import HostKey
from bothways.session.timeouts import Timeouts
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

logging.getLogger("bothways.session").addHandler(logging.NullHandler())
# Both narrate every connection, and Netmiko every byte, at levels that applications like to switch on.
for _library in ("asyncssh", "netmiko"):
    if logging.getLogger(_library).level == logging.NOTSET:
        logging.getLogger(_library).setLevel(logging.WARNING)
