"""Faults on request: what an emulated device may do wrong, and when.

A fault is two short texts, `when` and `do`, each `word` or `word:argument`:
`connect` `refuse`, `line:^ip policy` `answer:% Sorry, not today`, `config-line:3` `close`, `save` `nvram`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bothways.errors import BadInput

ACTIONS: Mapping[str, Mapping[str, str]] = {
    "connect": {
        "refuse": "nothing listens: the TCP connection is refused",
        "close": "closed right after the SSH banner, as when no VTY is free",
        "stall": "the TCP connection is accepted and no SSH banner ever comes",
        "new-host-key": "the device shows another host key from now on",
    },
    "auth": {
        "refuse": "every password is wrong",
        "stall": "the password is never answered",
    },
    "enable": {"bad-secrets": "every enable secret is wrong"},
    "line": {
        "answer": "answered with this text and not done",
        "refuse-authorization": "answered `Command authorization failed` and not done",
        "ignore": "accepted in silence and not done",
        "stall": "done, and never answered",
        "close": "done, and the session ends before the answer",
        "prompt-inside": "the answer begins with the device's own prompt and a pause",
        "ask": "asks this question and does nothing, whatever is answered",
    },
    "config-line": {
        "close": "the n-th configuration line of a session is done, then the session ends",
        "stall": "the n-th configuration line of a session is done and never answered",
    },
    "prompt": {"drip": "prompts come one byte at a time"},
    "save": {
        "nvram": "the configuration is not written, and the device says so",
        "pretend": "the configuration is not written, and the device says [OK]",
        "overwrite-question": "asks whether to overwrite the configuration in NVRAM",
    },
}
"""What may happen (`when`), and what may be done then (`do`), with the meaning of each."""

_AT_ONCE = frozenset({"new-host-key"})


@dataclass(slots=True)
class Fault:
    """One fault.

    Attributes:
        event: what it waits for, a key of `ACTIONS`.
        subject: the pattern of a line, the number of a config line, or "".
        action: what happens.
        text: the text of an answer or question.
        left: how many times it may still strike; None without limit.
    """

    event: str
    subject: str
    action: str
    text: str
    left: int | None = None

    def strikes(self, event: str, subject: str) -> bool:
        """Whether this is the moment."""
        if event != self.event or self.left == 0:
            return False
        if event == "line":
            return re.search(self.subject, subject) is not None
        return event != "config-line" or subject == self.subject


class Faults:
    """The faults of one device."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, when: str, do: str, times: int | None = None) -> Fault:
        """Arrange a fault.

        Raises:
            BadInput: no such moment or action, or a pattern that is none.
        """
        event, _, subject = when.partition(":")
        action, _, text = do.partition(":")
        if event not in ACTIONS:
            raise BadInput("fault", f"no moment {event!r}", f"known: {', '.join(ACTIONS)}")
        if action not in ACTIONS[event]:
            raise BadInput("fault", f"{event} cannot {action!r}", f"known: {', '.join(ACTIONS[event])}")
        try:
            re.compile(subject)
        except re.error as error:
            raise BadInput("fault", f"{subject!r} is not a pattern ({error})") from None
        fault = Fault(event, subject, action, text, times)
        if action not in _AT_ONCE:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Repair everything."""
        self._faults.clear()

    def strike(self, event: str, subject: str = "") -> Fault | None:
        """The fault that strikes now, counted; None when all is well."""
        for fault in self._faults:
            if fault.strikes(event, subject):
                if fault.left is not None:
                    fault.left -= 1
                return fault
        return None

    def holds(self, event: str, action: str) -> bool:
        """Whether a fault is arranged, without using it up."""
        return any(f.event == event and f.action == action and f.left != 0 for f in self._faults)
