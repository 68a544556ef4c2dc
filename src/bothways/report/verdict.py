"""The first line of an answer, and the last."""

from __future__ import annotations

from collections.abc import Sequence

from bothways.diagnosis.findings import Finding
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.report.escaping import clean


def verdict_line(trace: Trace) -> str:
    """Box, packet and cause in one sentence."""
    if trace.fate is Fate.COMPLETE:
        doubt = ", as far as could be seen" if trace.could_not_see else ""
        return clean(f"{trace.flow}: complete: {trace.mechanism}{doubt} ({trace.confidence})")
    cause = f"{trace.fate}: {trace.mechanism} ({trace.confidence})"
    if not trace.at.device:
        return clean(f"{trace.flow}: {cause}")
    kind = next((leg.sent.kind for leg in trace.legs if leg.sent.number == trace.at.packet), "")
    return clean(f"{trace.at.device}, packet {trace.at.packet} ({kind}): {cause}")


def next_command(trace: Trace, findings: Sequence[Finding] = ()) -> str:
    """What to type next; "" when the flow lives and nothing was found."""
    if trace.fate is Fate.UNKNOWN:
        return "bothways read -o again.snapshot"
    scenario = "" if trace.scenario is Scenario.HANDSHAKE else f" --scenario {trace.scenario}"
    if trace.silence_s is not None:
        scenario += f" --silence {trace.silence_s:g}"
    dead = trace.fate is not Fate.COMPLETE
    if any(one.severity == "error" or (dead and one.severity == "warning") for one in findings):
        flow = trace.flow
        return f"bothways plan{scenario} --flow {flow.client},{flow.server},{flow.service} -o fix.plan"
    return "" if trace.fate is Fate.COMPLETE else f"bothways diagnose {trace.flow}{scenario}"
