"""A command that asks before it ends, and the answers it gets."""

from __future__ import annotations

from collections.abc import Callable

from bothways.lab.cli.dialect import Ask, Conversation


class Dialogue:
    """At most one conversation at a time.

    Attributes:
        ask: puts a question on the terminal.
    """

    def __init__(self, ask: Callable[[Ask], None]) -> None:
        self.ask = ask
        self._open: Conversation | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is waited for."""
        return self._open is not None

    def begin(self, conversation: Conversation) -> str | None:
        """Put the first question; what the command says at its end, None while it asks."""
        self._open = conversation
        return self._advance(next)

    def answer(self, text: str) -> str | None:
        """Take an answer; what the command says at its end, None while it asks on."""
        return self._advance(lambda conversation: conversation.send(text))

    def close(self) -> None:
        """Interrupt it."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _advance(self, step: Callable[[Conversation], Ask]) -> str | None:
        assert self._open is not None
        try:
            question = step(self._open)
        except StopIteration as end:
            self._open = None
            text: str = end.value
            return text
        self.ask(question)
        return None


def only_asking(question: str) -> Conversation:
    """A question whose answer changes nothing."""
    yield Ask(question)
    return ""
