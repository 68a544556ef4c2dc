"""The flow a user means: three words, one word with commas, or a line of the firewall's log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bothways.errors import FlowError
from bothways.flow import Flow

if TYPE_CHECKING:
    from bothways.state.snapshot import Snapshot

_DENIED = re.compile(r"%ASA-\d-106015: (?P<text>Deny .*)")


def flow_of(words: Sequence[str]) -> Flow:
    """`CLIENT SERVER tcp/443`, however it was quoted.

    Raises:
        FlowError: it is none.
    """
    return Flow.parse(" ".join(words))


def must_be_hosts(snapshot: Snapshot, flow: Flow) -> None:
    """Refuse a flow of an address that nobody can have.

    Raises:
        FlowError: an end is the first or the last address of a connected network.
    """
    from bothways.diagnosis.no_host import no_host

    for address in (flow.client, flow.server):
        why = no_host(snapshot, address)
        if why:
            raise FlowError("flow", f"{address} is {why}, and no host", "name the address of a host")


def flow_of_log(line: str) -> Flow:
    """The flow whose packet a log line is about, as its client means it.

    A SYN ACK was sent by the server; of any other packet the end with the lower port is the server.

    Raises:
        FlowError: the line is not one that is understood.
    """
    from bothways.diagnosis.denied import denied_packet

    found = _DENIED.search(line)
    denied = denied_packet(found["text"]) if found else None
    if denied is None:
        raise FlowError(
            "--log",
            "is not a line of the form %ASA-6-106015: Deny TCP (no connection) from A/p to B/p …",
            "give the flow itself: CLIENT SERVER tcp/443",
        )
    return denied.flow
