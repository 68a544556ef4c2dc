"""The prompt a device was seen to print: learnt by asking for it, never guessed from a `#` in some text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bothways.session.terminal_text import INVISIBLE, plain

# A host name with what `prompt hostname priority state`, contexts and F28's names add, then the mode.
_LEARNABLE = re.compile(r"[\w.:@+~/()\[\]-]*\w[\w.:@+~/()\[\]-]*[>#] ?", re.ASCII)
# IOS cuts the name in configuration mode so that the prompt stays short; sixteen characters always survive.
_KEPT_IN_CONFIG = 16


@dataclass(frozen=True)
class Prompt:
    """One prompt, with its trailing blank if it has one.

    Attributes:
        text: as printed, such as `EDGE-ASA# `.
        seen: finds a line end and it among raw bytes, whatever escape codes stand in it.
        twice: finds a line end and two of it in a row, which only an empty line brings about.
        config: matches this device's prompt in any configuration mode.
        any_mode: matches that one, or this very prompt.
    """

    text: str
    seen: re.Pattern[bytes] = field(init=False, repr=False, compare=False)
    twice: re.Pattern[bytes] = field(init=False, repr=False, compare=False)
    config: re.Pattern[str] = field(init=False, repr=False, compare=False)
    any_mode: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        unseen = rb"(?:" + INVISIBLE + rb")*"
        one = unseen.join(re.escape(bytes([byte])) for byte in self.text.encode())
        start = rb"[\n\r]" + unseen
        again = rb"(?:[ \r]|" + INVISIBLE + rb")*\n(?:\r|" + INVISIBLE + rb")*"
        object.__setattr__(self, "seen", re.compile(start + one))
        object.__setattr__(self, "twice", re.compile(start + one + again + one))
        kept = re.escape(self.host[:_KEPT_IN_CONFIG])
        cut = r"[^\s()]*(?:\([^()\s]*\))*" if len(self.host) > _KEPT_IN_CONFIG else ""
        config = kept + cut + r"\(conf[^()]*\)# ?"
        object.__setattr__(self, "config", re.compile(config))
        object.__setattr__(self, "any_mode", re.compile(f"{re.escape(self.text)}|{config}"))

    @property
    def host(self) -> str:
        """The part before the mode: host name, and context or failover state if shown."""
        return self.text.rstrip()[:-1]

    @property
    def privileged(self) -> bool:
        """Whether it is the prompt of privileged exec."""
        return self.text.rstrip().endswith("#")

    def renamed(self, shown: str) -> Prompt:
        """The same prompt under the host name that `shown`, a prompt of configuration mode, has."""
        return Prompt(shown.partition("(conf")[0] + self.text[len(self.host) :])


def learnt_prompt(raw: bytes) -> Prompt | None:
    """The prompt, once three of it stand in a row at the end of what was heard.

    Two empty lines were sent for that. A banner may hold any text, but it does not answer to empty lines.
    """
    lines = plain(raw).rsplit("\n", 3)[-3:]
    if len(lines) < 3 or not _LEARNABLE.fullmatch(lines[-2]):
        return None
    first, second, unfinished = lines
    return Prompt(second) if first == second and unfinished.startswith(second) else None


def may_be_prompt(raw: bytes) -> bool:
    """Whether the unfinished last line could be a prompt, so that asking for it again is worth it."""
    return _LEARNABLE.fullmatch(plain(raw).rpartition("\n")[2]) is not None
