"""Packets that somebody captured: what they show of each connection, and what they do not."""

from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.course import Course, State
from bothways.diagnosis.capture.joined_call import JoinedCall
from bothways.diagnosis.capture.joining import Joined, join
from bothways.diagnosis.capture.judgement import Cause, Judgement, Line
from bothways.diagnosis.capture.judging import Judged, judged
from bothways.diagnosis.capture.opening import read_captures
from bothways.diagnosis.capture.stream import Stream

__all__ = [
    "Capture",
    "Cause",
    "Course",
    "Joined",
    "JoinedCall",
    "Judged",
    "Judgement",
    "Line",
    "State",
    "Stream",
    "join",
    "judged",
    "read_captures",
]
