"""The flow a user means: three words, one word with commas, or a line of the firewall's log."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bothways.errors import FlowError
from bothways.flow import Flow

_DENIED = re.compile(
    r"%ASA-\d-106015: Deny (?P<protocol>TCP|UDP) \(no connection\) from "
    r"(?P<source>[\d.]+)/(?P<source_port>\d+) to (?P<target>[\d.]+)/(?P<target_port>\d+)"
    r"(?: flags (?P<flags>[A-Z ]+?))?\s+on interface (?P<interface>\S+)"
)
_FROM_SERVER = {"SYN ACK"}


def flow_of(words: Sequence[str]) -> Flow:
    """`CLIENT SERVER tcp/443`, however it was quoted.

    Raises:
        FlowError: it is none.
    """
    return Flow.parse(" ".join(words))


def flow_of_log(line: str) -> Flow:
    """The flow whose packet a log line is about, as its client means it.

    A SYN ACK was sent by the server; of any other packet the end with the lower port is the server.

    Raises:
        FlowError: the line is not one that is understood.
    """
    found = _DENIED.search(line)
    if found is None:
        raise FlowError(
            "--log",
            "is not a line of the form %ASA-6-106015: Deny TCP (no connection) from A/p to B/p …",
            "give the flow itself: CLIENT SERVER tcp/443",
        )
    source = (found["source"], int(found["source_port"]))
    target = (found["target"], int(found["target_port"]))
    from_server = (found["flags"] or "").strip() in _FROM_SERVER or source[1] < target[1]
    client, server = (target, source) if from_server else (source, target)
    return Flow.parse(f"{client[0]} {server[0]} {found['protocol'].lower()}/{server[1]}")
