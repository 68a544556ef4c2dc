"""When the walk meets a flow: at its first packet, in the middle of its life, behind a loss or a silence."""

from __future__ import annotations

from enum import StrEnum


class Scenario(StrEnum):
    """What is supposed of a flow before its first packet is walked.

    `HANDSHAKE`: it is opened now. `MID_STREAM`: it was opened over another way, which is gone; its next
    data packet takes the way of today, through devices that have never seen it. `DATA_LOSS`: it is opened
    now, and one of its data segments is lost. `AFTER_IDLE`: it was opened, was silent for a while, and its
    server closes it. `CONN_LOST`: the same, and a firewall has lost its connection for another reason.
    `UPLINK_LOSS`: it is opened after every uplink of the switch that its client is plugged into has failed.
    """

    HANDSHAKE = "handshake"
    MID_STREAM = "mid-stream"
    DATA_LOSS = "data-loss"
    AFTER_IDLE = "after-idle"
    CONN_LOST = "conn-lost"
    UPLINK_LOSS = "uplink-loss"
