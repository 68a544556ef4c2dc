"""When connections end by themselves: handshakes that are not finished, silence, ends that are gone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from bothways.lab.asa.conn import Conn, End
from bothways.lab.asa.dcd import Probes, resets_of
from bothways.lab.events import EventQueue
from bothways.lab.frames import Packet


@dataclass(frozen=True)
class Ends:
    """What is asked of the firewall.

    Attributes:
        lives: whether a connection is still the one in the table.
        speak: sends a packet of our own to an end of a connection.
        end: takes a connection out of the table, for a reason.
    """

    lives: Callable[[Conn], bool]
    speak: Callable[[End, Packet], None]
    end: Callable[[Conn, str], None]


class Lifetimes:
    """The timers of all connections."""

    def __init__(self, events: EventQueue, ends: Ends) -> None:
        self._events = events
        self._ends = ends
        self.probes = Probes(events, ends.speak, self._proven)

    def watch(self, conn: Conn) -> None:
        """Look again when it would be over; until then traffic only moves that moment on."""
        if conn.timer is not None:
            conn.timer.cancel()
        if conn.expires_s < math.inf:
            conn.timer = self._events.at(conn.expires_s, lambda: self._expire(conn))

    def _expire(self, conn: Conn) -> None:
        if not self._ends.lives(conn):
            return
        if conn.expires_s > self._events.now:
            self.watch(conn)
            return
        if self.probes.wanted(conn):
            self.probes.start(conn)
            return
        if conn.embryonic:
            reason = "SYN Timeout"
        elif conn.fins:
            reason = "FIN Timeout"
        elif conn.idle_reset:
            reason = "Flow timed out with reset"
            self._reset_both(conn)
        else:
            reason = "Conn-timeout"
        self._ends.end(conn, reason)

    def _proven(self, conn: Conn, alive: bool) -> None:
        """Both ends answered, or one did not."""
        if not self._ends.lives(conn):
            return
        if alive:
            conn.last_s = self._events.now
            self.watch(conn)
        else:
            self._reset_both(conn)
            self._ends.end(conn, "Flow timed out with reset")  # believed of a connection that was found dead

    def _reset_both(self, conn: Conn) -> None:
        for end, reset in resets_of(conn):
            self._ends.speak(end, reset)
