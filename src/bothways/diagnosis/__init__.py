"""The walk of a flow through a snapshot, out and back, and what it found."""

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.legs import Drop, Hop, Leg, Place
from bothways.diagnosis.packets import Number, Packet
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.trace import Trace, trace

__all__ = [
    "Confidence",
    "Drop",
    "Finding",
    "Hop",
    "Leg",
    "Number",
    "Packet",
    "Place",
    "Scenario",
    "Severity",
    "Trace",
    "trace",
]
