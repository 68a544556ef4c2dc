"""A plan as text for an engineer who types it himself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bothways.planning.plan import ClearStep, ConfigStep, Plan, ReloadStep, Step

_ORDER = ("blocking", "warning", "note")


def render_paste(plan: Plan) -> str:
    """Commands and undo, device by device, in the order they must be typed."""
    if not plan.steps:
        return f"! {plan.flow}: nothing to change\n"
    parts = [f"! {plan.id} for {plan.flow}", *_remarks(plan), "! apply, from top to bottom"]
    for step in plan.steps:
        parts += ["!", *_applied(step, frozenset(lint.text for lint in plan.lints))]
    parts += ["!", f"! then open {plan.call}, not {plan.flow}"] if plan.call else []
    parts += ["!", "! undo, from top to bottom"]
    for step in reversed(plan.steps):
        parts += ["!", *_undone(step)]
    return "\n".join(parts) + "\n"


def _remarks(plan: Plan) -> Iterable[str]:
    """What whoever types it must have read before: nobody else warns him."""
    for lint in sorted(plan.lints, key=lambda lint: _ORDER.index(lint.severity)):
        word = "blocking, overridden" if lint.severity == "blocking" else lint.severity
        at = f"{lint.device}: " if lint.device else ""
        yield _comment(f"{word}: {lint.id}: {at}{lint.text}")


def _comment(text: str) -> str:
    """A remark of one line: what a device said in it must never become a command."""
    words = " ".join(text.split())
    return "! " + "".join(letter if letter.isprintable() else "?" for letter in words)


def _applied(step: Step, said: frozenset[str]) -> Iterable[str]:
    yield f"! --- {step.device}: {step.fix}"
    if step.price and step.price not in said:
        yield _comment(f"price: {step.price}")
    if isinstance(step, ConfigStep):
        if step.until:
            yield _comment(f"temporary, until {step.until}: {step.reason}")
        yield from ("configure terminal", *(command.text for command in step.commands), "end")
        yield from (f"! then must hold: {proof.because}" for proof in step.proofs)
    elif isinstance(step, ReloadStep):
        yield from (f"! point of no return: {step.cannot_undo}", step.command)
        for reply in step.dialogue:
            question = re.sub(r"\\(.)", r"\1", reply.pattern)
            yield f"! asked `{question}`, answer {reply.reply or 'with Enter'}"
    else:
        yield from (f"! point of no return: {step.cannot_undo}", f"! count first, at most {step.most}:")
        yield from (step.count_command, step.command)


def _undone(step: Step) -> Iterable[str]:
    yield f"! --- {step.device}: {step.fix}"
    if isinstance(step, ReloadStep | ClearStep):
        yield f"! cannot be undone: {step.cannot_undo}"
        return
    yield "configure terminal"
    for undo in step.undo:
        if undo.only_if is not None:
            yield f"! only while {undo.only_if.because}"
        yield from (*undo.enter, undo.text)
        if undo.enter:
            yield "exit"
    yield "end"
    proofs = (undo.proof for undo in step.undo)
    yield from (f"! then must hold: {proof.because}" for proof in proofs if proof is not None)
