"""What differs between the command lines of two platforms, as values."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bothways.lab.cli.grammar import Ambiguous, Grammar, Incomplete, Invalid, Mistake
from bothways.lab.terminal import Reading

if TYPE_CHECKING:
    from bothways.lab.cli.shell import Shell


@dataclass(frozen=True, slots=True)
class Ask:
    """A question in the middle of a command; the answer is sent back into the conversation."""

    question: str
    reading: Reading = Reading.LINE


Conversation = Generator[Ask, str, str]
Words = tuple[str, ...]
Handler = Callable[["Shell", Words], "str | Conversation"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the exec modes: run it, print what it returns."""

    run: Handler


@dataclass(frozen=True, slots=True)
class ConfigLine:
    """A line of configuration: stored in full words under the section that is open.

    Attributes:
        enters: the mode it opens as the header of a section, "" for a plain line.
    """

    enters: str = ""


Meaning = Command | ConfigLine


@dataclass(frozen=True)
class Mode:
    """A mode of the command line.

    Attributes:
        name: as the command log names it.
        sign: what stands behind the host name in the prompt.
        grammar: its words.
        parent: the mode whose words are tried next, "" for none.
        depth: how many section headers are open in it; -1 outside configuration.
        leaves_to: where `exit` goes; "" ends the session.
    """

    name: str
    sign: str
    grammar: Grammar[Meaning]
    parent: str = ""
    depth: int = -1
    leaves_to: str = ""


@dataclass(frozen=True)
class Dialect:
    """The command line of one platform.

    Attributes:
        modes: by name; `exec`, `privileged` and `config` are always there.
        mark: what stands before an error of the parser.
        blank_after: errors behind which an empty line follows.
        more: what the pager prints, and how it takes it back.
        filters: names behind the bar.
        config_greeting: printed by `configure terminal`.
        farewell: printed at the end of a session.
        end_word: the `end` of configuration.
        page_length: lines of a page before anyone changes it.
        pair_error: what it says about a mask that does not fit its address.
        normal_form: how it stores what was typed.
        help_error: what it says to `?` behind a text instead of helping, "" when it helps.
    """

    name: str
    modes: Mapping[str, Mode]
    mark: str
    blank_after: bool
    ambiguous: Callable[[str], str]
    incomplete: str
    unknown_word: Callable[[str], str] | None
    more: bytes
    more_erase: bytes
    filters: tuple[str, ...]
    config_greeting: str
    farewell: str
    page_length: int
    login_text: Callable[[Shell], str]
    pair_error: Callable[[Words], str]
    normal_form: Callable[[Words], Words]
    hostname_width: int = 63
    prompt_blank: str = ""
    help_error: Callable[[Shell, str], str] = lambda _shell, _text: ""
    refused: str = "Command authorization failed."

    def prompt(self, hostname: str, mode: Mode) -> str:
        """The prompt of a mode; in configuration, IOS cuts a long host name."""
        name = hostname if mode.depth < 0 else hostname[: self.hostname_width]
        return f"{name}{mode.sign}{self.prompt_blank}"

    def chain(self, mode: Mode) -> Sequence[Mode]:
        """The modes whose words are tried in a mode, in order."""
        modes = [mode]
        while modes[-1].parent:
            modes.append(self.modes[modes[-1].parent])
        return modes

    def explain(self, mistake: Mistake, line: str, prompt: str, *, in_exec: bool) -> str:
        """What the device says about a line it does not understand."""
        tail = "\n" if self.blank_after else ""
        if isinstance(mistake, Ambiguous):
            return self.ambiguous(mistake.text)
        if isinstance(mistake, Incomplete):
            return self.incomplete + tail
        lonely = in_exec and len(line.split()) == 1
        if lonely and self.unknown_word is not None:
            return self.unknown_word(line.strip())
        caret = " " * (len(prompt) + mistake.column) + "^"
        return f"{caret}\n{self.mark}% Invalid input detected at '^' marker.{tail}"


def better(first: Mistake, second: Mistake) -> Mistake:
    """Of two modes' opinions, the one that understood more of the line."""
    if isinstance(first, Invalid) and isinstance(second, Invalid):
        return second if second.column > first.column else first
    return second if isinstance(first, Invalid) else first
