"""Traces and findings as text and as JSON keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from bothways.cli import exits
from bothways.cli.reply import Reply
from bothways.diagnosis import Finding, Trace
from bothways.diagnosis.blind_half import BlindHalf, Seen
from bothways.document import nearest
from bothways.errors import BadInput
from bothways.fixes.menu_item import MenuItem
from bothways.flow import Fate
from bothways.report import answer, blind_half_lines, clean, ladder_keys, matrix_lines, picture_of
from bothways.state.device import Evidence


def trace_reply(trace: Trace, findings: Sequence[Finding], *, evidence: bool) -> Reply:
    """The reply of a verb that answers about one flow."""
    # Part by part, so that lines of text are never wrapped: the verdict is one line for grep, too.
    parts = tuple(answer(trace, findings, evidence=evidence).renderables)
    return Reply(trace_code(trace), parts, trace_keys(trace, findings))


def with_menu(reply: Reply, items: Sequence[MenuItem], *, evidence: bool = False) -> Reply:
    """A diagnosis with the ways out, above the next command: a line each, or with price and what to type."""
    if not items:
        return reply
    ours = any(item.playbook for item in items)
    lines = ["ways out, in this order:" if ours else "other ways, not pushed by us:"]
    for item in items:
        here = "available" if item.available else "not available here"
        lines.append(clean(f"  {item.name}: {here}: {item.reason}"))
        if evidence:
            lines += [f"    needs: {clean(item.needs)}"] if item.needs else []
            lines.append(f"    price: {clean(item.price)}")
            lines += [f"    {clean(line)}" for line in item.text.splitlines()]
    if not evidence:
        lines.append("  what each needs and costs, and what to type: --evidence")
    keys = {**reply.keys, "menu": [asdict(item) for item in items]}
    return replace(reply, text=_above_next(reply, lines), keys=keys)


def with_matrix(reply: Reply, traces: Sequence[Trace]) -> Reply:
    """An answer with every call between the two ends of the flow beneath it; the worst of them counts."""
    codes = {trace_code(trace) for trace in traces}
    code = next(one for one in (exits.DIFFERENCE, exits.COULD_NOT_SEE, exits.OK) if one in codes)
    keys = [
        {
            "flow": str(one.flow),
            "fate": one.fate.value,
            "at": {"device": one.at.device, "packet": one.at.packet},
            "mechanism": one.mechanism,
        }
        for one in traces
    ]
    text = _above_next(reply, matrix_lines(traces))
    return replace(reply, exit_code=code, text=text, keys={**reply.keys, "matrix": keys})


def observations(words: Sequence[str]) -> tuple[Seen, ...]:
    """What the user saw of the flow.

    Raises:
        BadInput: a word that is none of those.
    """
    known = [one.value for one in Seen]
    for word in words:
        if word not in known:
            raise BadInput("--seen", f"{word!r} is no observation", nearest(word, known))
    return tuple(Seen(word) for word in dict.fromkeys(words))


def with_blind_half(reply: Reply, blind: BlindHalf | None, seen: Sequence[Seen]) -> Reply:
    """A diagnosis with what may be wrong where nothing was read; a flow that was seen to fail is not fine."""
    if blind is None:
        return reply
    keys = {
        "seen": [one.value for one in seen],
        "routers": [str(router) for router in blind.routers],
        "hypotheses": [{"id": one.id, "sentence": one.sentence} for one in blind.hypotheses],
        "excluded": [
            {"what": one.what, "evidence": [evidence_keys(line) for line in one.evidence]}
            for one in blind.excluded
        ],
        "ask": list(blind.ask),
        "captures": list(blind.captures),
    }
    fails = {Seen.CLIENT_RESETS, Seen.NO_ANSWER} & set(seen)
    code = exits.COULD_NOT_SEE if fails and reply.exit_code == exits.OK else reply.exit_code
    text = _above_next(reply, blind_half_lines(blind, seen))
    return replace(reply, exit_code=code, text=text, keys={**reply.keys, "blind_half": keys})


def _above_next(reply: Reply, lines: Iterable[str]) -> tuple[RenderableType, ...]:
    """The lines above the next command, which stays the last; where nothing is wrong there is none."""
    told, last = reply.text, reply.text[-1]
    ends = isinstance(last, Text) and last.plain.startswith("bothways ")
    return (*told[:-1], *lines, "", last) if ends else (*told, "", *lines)


def trace_code(trace: Trace) -> int:
    """2 for a flow that dies, 3 for one whose fate cannot be seen."""
    if trace.fate is Fate.UNKNOWN:
        return exits.COULD_NOT_SEE
    return exits.OK if trace.fate is Fate.COMPLETE else exits.DIFFERENCE


def trace_keys(trace: Trace, findings: Sequence[Finding]) -> dict[str, Any]:
    """A trace and its findings for programs."""
    return {
        "flow": str(trace.flow),
        "scenario": trace.scenario.value,
        "silence_s": trace.silence_s,
        "fate": trace.fate.value,
        "at": {"device": trace.at.device, "packet": trace.at.packet},
        "mechanism": trace.mechanism,
        "confidence": trace.confidence.value,
        "packets": [
            {
                "number": leg.sent.number,
                "kind": leg.sent.kind,
                "path": list(leg.path),
                "arrived": leg.arrived is not None,
                "refusal": leg.refusal,
            }
            for leg in trace.legs
            if not leg.hypothetical
        ],
        "ladder": ladder_keys(picture_of(trace)),
        "evidence": [evidence_keys(line) for line in trace.evidence],
        "inferences": list(trace.inferences),
        "could_not_see": list(trace.could_not_see),
        "remarks": list(trace.remarks),
        "findings": [finding_keys(finding) for finding in findings],
    }


def finding_keys(finding: Finding) -> dict[str, Any]:
    """A finding for programs."""
    return {
        "id": finding.id,
        "severity": finding.severity.value,
        "device": finding.device,
        "sentence": finding.sentence,
        "confidence": finding.confidence.value,
        "evidence": [evidence_keys(line) for line in finding.evidence],
        "raises": list(finding.raises),
        "refutes": list(finding.refutes),
    }


def evidence_keys(evidence: Evidence) -> dict[str, Any]:
    """A line of evidence for programs."""
    return {
        "device": evidence.device,
        "command": evidence.command,
        "line": evidence.line,
        "text": evidence.text,
        "taken_at": evidence.taken_at.isoformat(),
    }
