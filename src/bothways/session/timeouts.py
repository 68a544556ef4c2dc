"""How long each phase of a session may take."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

LATE = "not read within the deadline"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds of real time; SSH bytes know no lab clock.

    Attributes:
        connect_s: until TCP answers.
        banner_s: from there until the host key is seen; old switches take seconds over a key exchange.
        auth_s: from there until the device accepts or refuses the password; TACACS may be slow.
        login_s: silence allowed while the prompt is learnt.
        command_s: silence allowed while a command runs; any byte starts it anew.
        question_s: silence after which an unfinished line ending in `:`, `]` or `?` is a question, and
            a device that has not shown its prompt is asked for it.
        close_s: until a closing device has to be done.
        until_s: the moment of `time.monotonic()` at which all must be over, whatever phase it is in and
            however much is still coming.
    """

    connect_s: float = 10.0
    banner_s: float = 20.0
    auth_s: float = 60.0
    login_s: float = 15.0
    command_s: float = 60.0
    question_s: float = 1.0
    close_s: float = 2.0
    until_s: float = math.inf

    @property
    def left_s(self) -> float:
        """How long until then; 0 when it has passed."""
        return max(self.until_s - time.monotonic(), 0.0)
