"""What befalls a flow in a story of the lab, and what its hosts then get."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from bothways.cli.lab_child import RunningLab
from bothways.diagnosis import Scenario
from bothways.flow import Flow

_NOTICED_S = 1.0  # ports are down by then, and hosts use other cards
LIVED_S = 25.0
"""The lab's hosts have tried, failed and been logged by then."""

Seen = dict[str, Any]
"""What came of a flow, and the lab's own verdict: `result`, `fate`, `at`."""


class Trouble(ABC):
    """One way for a flow to come into trouble.

    Attributes:
        scenario: how the product is asked about it.
        comes_first: whether it must have come before the devices are read.
        goes_on: whether the client goes on sending by itself, and proves a cure without help.
    """

    scenario: ClassVar[Scenario]
    comes_first: ClassVar[bool] = False
    goes_on: ClassVar[bool] = False

    @property
    def silence_s(self) -> int | None:
        """For how long the flow says nothing first; None where that is not asked."""
        return None

    @abstractmethod
    def befall(self, lab: RunningLab, flow: Flow) -> Seen:
        """Let it come over the flow; what its hosts got."""


def connect(lab: RunningLab, flow: Flow) -> Seen:
    """Let the lab's client open the flow once."""
    return lab.ask(
        "connect",
        client=str(flow.client),
        server=str(flow.server),
        protocol=flow.protocol.value,
        port=flow.port,
    )


def _hold(lab: RunningLab, flow: Flow, **how: Any) -> int:
    """Let the lab's client open the flow and keep it; its port."""
    held = lab.ask("hold", client=str(flow.client), server=str(flow.server), port=flow.port, **how)
    return int(held["client_port"])


def _became(lab: RunningLab, client_port: int, since: Seen) -> Seen:
    return lab.ask("became", client_port=client_port, since_s=since["now_s"])


@dataclass(frozen=True)
class OpenedAnew(Trouble):
    """None but its own: the flow is opened, and dies or lives."""

    scenario = Scenario.HANDSHAKE

    def befall(self, lab: RunningLab, flow: Flow) -> Seen:
        """Open it."""
        return connect(lab, flow)


@dataclass(frozen=True)
class WireCut(Trouble):
    """A wire is cut under the established flow, which goes on sending over what is left."""

    wire: str
    scenario = Scenario.MID_STREAM
    comes_first = True
    goes_on = True

    def befall(self, lab: RunningLab, flow: Flow) -> Seen:
        """Mend the wire, open the flow over it, cut it."""
        lab.ask("cut", wire=self.wire, up=True)
        port = _hold(lab, flow)
        return _became(lab, port, lab.ask("cut", wire=self.wire))


@dataclass(frozen=True)
class SegmentLost(Trouble):
    """A wire loses one segment of the server's."""

    wire: str
    scenario = Scenario.DATA_LOSS
    comes_first = True

    def befall(self, lab: RunningLab, flow: Flow) -> Seen:
        """Open the flow, then lose one segment of it."""
        port = _hold(lab, flow)
        return _became(lab, port, lab.ask("lose", wire=self.wire, sender=str(flow.server), client_port=port))


@dataclass(frozen=True)
class Silence(Trouble):
    """The established flow says nothing for a while, then its server closes it."""

    seconds: int
    scenario = Scenario.AFTER_IDLE
    comes_first = True

    @property
    def silence_s(self) -> int:
        """As it was."""
        return self.seconds

    def befall(self, lab: RunningLab, flow: Flow) -> Seen:
        """Open the flow, wait, hang up."""
        port = _hold(lab, flow, every_s=None)
        lab.ask("advance_to", moment_s=float(lab.ask("clock")["now_s"]) + self.seconds)
        return _became(lab, port, lab.ask("hang_up", client_port=port))


@dataclass(frozen=True)
class SwitchedOff(Trouble):
    """The flow is opened while a device is off."""

    device: str
    scenario = Scenario.UPLINK_LOSS

    def befall(self, lab: RunningLab, flow: Flow) -> Seen:
        """Switch the device off, open the flow, switch it on again and let everybody find their ways."""
        off_s = lab.ask("power", device=self.device)["now_s"]
        lab.ask("advance_to", moment_s=off_s + _NOTICED_S)
        seen = connect(lab, flow)
        on_s = lab.ask("power", device=self.device, up=True)["now_s"]
        lab.ask("advance_to", moment_s=on_s + LIVED_S)
        return seen
