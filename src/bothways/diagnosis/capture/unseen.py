"""What the streams of a capture do not show, and what of that leaves a verdict open."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.course import Course
from bothways.diagnosis.capture.packets import ACK, RST, SYN
from bothways.diagnosis.capture.silence import begun_late

_MANY = 20
"""One stream in so many with missing packets, and the capture is not to be relied on."""


def unseen_in(
    capture: Capture, courses: Sequence[Course], odd: Collection[int]
) -> tuple[list[str], list[str]]:
    """What could not be seen, and what is a remark because no verdict hangs on it."""
    unseen: list[str] = []
    remarks: list[str] = []
    one_sided = [course for course in courses if course.one_sided and not only_asks(course)]
    if one_sided:
        which = "all" if len(one_sided) == len(courses) else str(len(one_sided))
        unseen.append(
            f"{which} of {len(courses)} streams show one direction only: the other one passes beside "
            f"this capture"
        )
    missed = [course.stream.number for course in courses if course.missed]
    if missed:
        weighty = len(missed) * _MANY > len(courses) or any(number in odd for number in missed)
        (unseen if weighty else remarks).append(
            f"packets are missing in the capture: an end of {_streams(missed)} acknowledges what is not in it"
        )
    late = [course.stream.number for course in courses if begun_late(course)]
    if late:
        (unseen if len(late) == len(courses) else remarks).append(
            f"the capture ends within a second of the last packet of {_streams(late)} in a handshake: "
            "whether it goes on is not in it"
        )
    if capture.relative:
        unseen.append("the sequence numbers are relative: what changes them on the way cannot be told")
    return unseen, remarks


def _streams(numbers: Sequence[int]) -> str:
    return f"{len(numbers)} stream{'' if len(numbers) == 1 else 's'}"


def only_asks(course: Course) -> bool:
    """Whether there are SYNs and RSTs alone: no answer is missed by that."""
    stream = course.stream
    flags = stream.capture.packets.flags[stream.rows]
    return bool(np.all(((flags & (SYN | ACK)) == SYN) | ((flags & RST) > 0)))
