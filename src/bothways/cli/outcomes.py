"""The end of a run as text and as JSON keys."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from bothways.cli.reply import Reply
from bothways.fleet import RunOutcome
from bothways.report import clean

_ENDS = {
    0: "done and proven",
    2: "it does not stand as planned",
    20: "failed, and taken back",
    22: "nobody knows what the devices hold; look at them",
    23: "done and proven, but not saved",
    24: "done, but no traffic proved it",
    130: "interrupted; nothing was sent",
}


def outcome_reply(outcome: RunOutcome, what: str, following: str = "", *, told: bool = True) -> Reply:
    """The verdict first, what stands where, the next command last.

    Args:
        outcome: how it ended.
        what: the verb and its object.
        following: the next command to type.
        told: the sentences were progress, and stand on stderr already.
    """
    verdict = _ENDS.get(outcome.exit_code, f"failed ({outcome.exit_code})")
    if not outcome.exit_code and not outcome.devices:
        verdict = "nothing was left to do, and nothing was typed"
    lines = [Text(f"{what}: {verdict}", style="bold")]
    lines += [Text(f"  {device}: {standing}") for device, standing in outcome.devices.items()]
    lines += [Text(f"  {clean(sentence)}") for sentence in outcome.sentences if not told]
    if following:
        lines.append(Text(following, style="bold"))
    return Reply(outcome.exit_code, tuple(lines), outcome_keys(outcome), outcome.errors)


def outcome_keys(outcome: RunOutcome) -> dict[str, Any]:
    """A run for programs."""
    proof = outcome.proof
    return {
        "run": outcome.run_id,
        "devices": dict(outcome.devices),
        "sentences": list(outcome.sentences),
        "proof": None if proof is None else {"flags": proof.flags, "bytes": proof.bytes},
    }
