"""Why a flow is only half seen, as far as its connection or its log line tells."""

from __future__ import annotations

from enum import StrEnum

MANY = 10
"""So many of a kind are no coincidence."""


class Cause(StrEnum):
    """What makes a flow half seen. The words are stable ids; what explains it is found by a trace."""

    HAIRPIN = "half-open-hairpin"
    STORM = "no-connection-storm"
    PAST_IDLE = "bypass-past-idle"
    OVERDUE = "bypass-overdue"
    HALF_CLOSED = "half-closed"
    ONE_SIDED = "one-sided-data"
    DENIED = "no-connection"
    HALF_OPEN = "half-open"

    @property
    def meaning(self) -> str:
        """What is seen, in half a sentence."""
        return _MEANINGS[self]

    @property
    def of_log(self) -> bool:
        """Whether it is counted in lines of the log; else in connections."""
        return self in (Cause.STORM, Cause.DENIED)


_MEANINGS = {
    Cause.HAIRPIN: "turned around on one interface, and not answered there: replies may take another way",
    Cause.STORM: "packets without a connection, again and again: only one direction comes by here",
    Cause.PAST_IDLE: "bypassed connections that are silent for longer than their class allows",
    Cause.OVERDUE: "bypassed by a list whose own remark says that its day is over",
    Cause.HALF_CLOSED: "one end has closed, and the other never did",
    Cause.ONE_SIDED: "open, and data from one end alone; a protocol in which one end speaks looks the same",
    Cause.DENIED: "packets without a connection, here and there; late ones of closed connections look alike",
    Cause.HALF_OPEN: "not answered; a server that is down or slow looks the same",
}
