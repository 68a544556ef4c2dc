"""What a fix asks for: lines to type, what takes them back, the facts they rest on. Stored in the plan."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class PlanModel(BaseModel):
    """Strict, frozen, nothing extra."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Predicate(PlanModel):
    """A fact the plan rests on, or a proof that it worked: one cell of one table.

    Attributes:
        table: a row class of `bothways.state.rows`, e.g. `Arp`.
        key: field to value (as text) that selects the row.
        column: the field looked at.
        expected: its value as text; None means: no such row.
        because: the sentence a refusal prints: "10.12.0.1 is in ARP on Vlan10".
    """

    device: str
    table: str
    key: dict[str, str]
    column: str
    expected: str | None
    because: str


class Command(PlanModel):
    """One line to type. `answer` is a regular expression the answer must match, "" for silence."""

    text: str
    answer: str = ""


class Undo(PlanModel):
    """One line that takes a line back, sent only where `ours` still stands.

    Attributes:
        section: the unindented line `ours` stands under, "" for a global line.
        ours: the configuration line as the device stores it that must be present; "" for what the
            configuration does not show (an SDM template), where `only_if` alone decides.
        enter: lines that lead to where `text` must be typed (`interface Vlan172`).
        text: the line to type.
        answer: a regular expression its answer must match, "" for silence.
        contents: when `text` removes all of `ours` and what is under it: the lines we put there. Another
            admin's line among them keeps the whole from being removed.
        only_if: a fact that must hold, else the line is skipped: before the reload a stored template can
            be taken back, after it that would arm the next reload.
        proof: for what the configuration does not show: the fact that must hold once `text` was typed, read
            from a new session. A device may take the line in silence and do nothing.
        part: `ours` is one of several parts of something that was there before, and goes alone, whoever
            else has put parts into it or names it.
    """

    section: str
    ours: str
    enter: tuple[str, ...] = ()
    text: str
    answer: str = ""
    contents: tuple[str, ...] = ()
    only_if: Predicate | None = None
    proof: Predicate | None = None
    part: bool = False


class ConfigStep(PlanModel):
    """Lines typed in configuration mode, in order; `undo` is in the order it must be typed.

    Attributes:
        proofs: read from a new session after the step.
        quiet: codes of log messages that the step must not cause.
        reason: why it is there, in the words of whoever wants it.
        until: the day it is to be gone by, "" for a step that stays.
    """

    kind: Literal["config"] = "config"
    device: str
    fix: str
    commands: tuple[Command, ...]
    undo: tuple[Undo, ...]
    proofs: tuple[Predicate, ...] = ()
    quiet: tuple[str, ...] = ()
    price: str = ""
    reason: str = ""
    until: str = ""


class Reply(PlanModel):
    """What is typed when a dialogue asks: `pattern` is a regular expression over the question."""

    pattern: str
    reply: str


class ReloadStep(PlanModel):
    """A reload: a point of no return, run only by consent. A question not in `dialogue` stops the run."""

    kind: Literal["reload"] = "reload"
    device: str
    fix: str
    command: str = "reload"
    dialogue: tuple[Reply, ...] = ()
    wait_s: int = 900
    cannot_undo: str = ""
    """What cannot be taken back, named before it is passed."""
    proofs: tuple[Predicate, ...] = ()
    price: str = ""


class ClearStep(PlanModel):
    """`clear conn` for one flow; refused when more than `most` connections match. Cannot be undone."""

    kind: Literal["clear"] = "clear"
    device: str
    fix: str
    command: str
    count_command: str
    """`show conn …` with the same filter; its rows are counted first."""
    most: int
    cannot_undo: str = ""
    price: str = ""


Step = Annotated[ConfigStep | ReloadStep | ClearStep, Field(discriminator="kind")]


class Lint(PlanModel):
    """A remark on a plan. A blocking one needs `--override ID`."""

    id: str
    severity: Literal["note", "warning", "blocking"]
    device: str
    text: str
