"""Accelerated security path: the drop counters and their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bothways.lab.frames import Packet

FRAME_TEXTS = {
    "acl-drop": "Flow is denied by configured rule",
    "tcp-not-syn": "First TCP packet not SYN",
    "tcp-3whs-failed": "TCP failed 3 way handshake",
    "tcp-rstfin-ooo": "TCP RST/FIN out of order",
    "tcp-ack-syn-diff": "TCP ACK in SYNACK invalid",
    "tcp-discarded-ooo": "TCP ACK in 3 way handshake invalid",
    "tcp-seq-syn-diff": "TCP SEQ in SYN/SYNACK invalid",
    "tcp-buffer-full": "TCP Out-of-Order packet buffer full",
    "tcp-buffer-timeout": "TCP Out-of-Order packet buffer timeout",
    "no-route": "No route to host",
    "no-adjacency": "No valid adjacency",
    "sp-security-failed": "Slowpath security checks failed",
    "rpf-violated": "Reverse-path verify failed",
    "l2_acl": "FP L2 rule drop",
    "interface-down": "Interface is down",
}
FLOW_TEXTS = {
    "acl-drop": "Flow is denied by access rule",
    "nat-rpf-failed": "NAT reverse path failed",
}
_FLOW_ONLY = frozenset(("nat-rpf-failed",))


@dataclass
class AspDrops:
    """The counters.

    Attributes:
        frame, flow: count by reason, in the order in which they first rose.
        cleared_s: when they were last cleared, None for never.
        cleared_by: who did.
        told: called with each frame that is counted, and its reason.
    """

    frame: dict[str, int] = field(default_factory=dict)
    flow: dict[str, int] = field(default_factory=dict)
    cleared_s: float | None = None
    cleared_by: str = ""
    told: Callable[[str, Packet], None] = lambda _reason, _packet: None

    def count(self, reason: str, packet: Packet) -> None:
        """One more frame; a few reasons are known of flows only."""
        if reason in _FLOW_ONLY:
            self.count_flow(reason)
            return
        self.frame[reason] = self.frame.get(reason, 0) + 1
        self.told(reason, packet)

    def count_flow(self, reason: str) -> None:
        """One more flow."""
        self.flow[reason] = self.flow.get(reason, 0) + 1

    def forget(self) -> None:
        """As after a boot."""
        self.clear(0.0, "")
        self.cleared_s = None

    def clear(self, now_s: float, user: str) -> None:
        """All to zero."""
        self.frame.clear()
        self.flow.clear()
        self.cleared_s = now_s
        self.cleared_by = user
