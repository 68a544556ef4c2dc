"""When the walk meets a flow: at its first packet, in the middle of its life, or behind a loss."""

from __future__ import annotations

from enum import StrEnum


class Scenario(StrEnum):
    """What is supposed of a flow before its first packet is walked.

    `HANDSHAKE`: it is opened now. `MID_STREAM`: it was opened over another way, which is gone; its next
    data packet takes the way of today, through devices that have never seen it. `DATA_LOSS`: it is opened
    now, and one of its data segments is lost.
    """

    HANDSHAKE = "handshake"
    MID_STREAM = "mid-stream"
    DATA_LOSS = "data-loss"
