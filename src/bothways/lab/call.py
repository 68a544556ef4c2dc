"""A client's connection, as the program that opened it sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bothways.lab.events import Event
from bothways.lab.tcp import Tcb
from bothways.lab.tcp_segments import Calls, Quad

if TYPE_CHECKING:
    from bothways.lab.host import Host

REQUEST = b"GET / HTTP/1.0\r\n\r\n"


@dataclass(eq=False)
class Call:
    """A client's connection, as the program sees it.

    Attributes:
        quad: its ends.
        result: "" while nothing returned; connected, delivered, timeout, refused or reset.
        answer: what came back.
    """

    host: Host
    quad: Quad
    keep: bool = False
    result: str = ""
    answer: bytes = b""
    tcb: Tcb | None = None
    over: bool = False
    _deadline: Event | None = None

    def start(self, answer_timeout_s: float = 60.0) -> None:
        """Connect, send the request, wait for an answer."""
        self._timeout_s = answer_timeout_s
        calls = Calls(self.host.send, self.host.refuse, self._opened, self._received, self._ended)
        self.tcb = self.host.new_tcb(self.quad, calls)
        self.tcb.open()

    def again(self) -> None:
        """Another request on the same connection."""
        if self.tcb is not None and not self.over:
            self.tcb.write(REQUEST)

    def _opened(self) -> None:
        assert self.tcb is not None
        self._note("connected")
        self._deadline = self.host.events.after(self._timeout_s, self._give_up)
        self.tcb.write(REQUEST)

    def _received(self, data: bytes) -> None:
        assert self.tcb is not None
        self.answer += data
        if self.result != "delivered":
            if self._deadline:
                self._deadline.cancel()
            self._note("delivered")
            if not self.keep:
                self.tcb.close()
        elif self.keep:
            self._note("delivered")  # each answer counts: a held connection may lose its way between two

    def _give_up(self) -> None:
        assert self.tcb is not None
        self.tcb.abort()
        self.host.forget(self.quad)
        self._ended("timeout")

    def _ended(self, how: str) -> None:
        self.over = True
        if self._deadline:
            self._deadline.cancel()
        self.host.forget(self.quad)
        if self.result != "delivered" or self.keep:
            self._note(how)

    def _note(self, result: str) -> None:
        self.result = result
        self.host.note("tcp", self.quad.remote, self.quad.rport, self.quad.lport, result)
