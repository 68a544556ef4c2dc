"""A plan for the eyes of the one who must approve it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from bothways.cli import exits
from bothways.cli.reply import Reply
from bothways.planning import render_paste
from bothways.planning.plan import ClearStep, ConfigStep, Plan, ReloadStep, Step
from bothways.report import clean


def plan_reply(plan: Plan, output: Path | None, *, paste: bool = False) -> Reply:
    """The reply of `plan`."""
    keys = {"plan": plan.model_dump(mode="json"), "file": None if output is None else str(output)}
    code = exits.DIFFERENCE if plan.steps else exits.OK
    if paste:
        return Reply(code, tuple(render_paste(plan).splitlines()), keys)
    return Reply(code, tuple(plan_lines(plan, output)), keys)


def plan_lines(plan: Plan, output: Path | None) -> Iterator[Text]:
    """The verdict first, the next command last."""
    yield Text(_verdict(plan), style="bold")
    for lint in plan.lints:
        style = {"blocking": "bold red", "warning": "yellow"}.get(lint.severity, "")
        overridden = " (overridden)" if lint.id in plan.overridden else ""
        at = f"{lint.device}: " if lint.device else ""
        yield Text(clean(f"{lint.severity}: {lint.id}: {at}{lint.text}{overridden}"), style=style)
    for number, step in enumerate(plan.steps, 1):
        yield Text("")
        yield from _step_lines(number, step)
    for device, diff in plan.diff.items():
        if diff:
            yield Text("")
            yield Text(f"{device}: running configuration, predicted", style="bold")
            yield from (_diff_line(line) for line in diff.splitlines())
    if plan.steps:
        yield Text("")
        yield Text(f"expires {plan.expires_at.isoformat(timespec='seconds')}")
        consent = " --allow-reload" if any(isinstance(step, ReloadStep) for step in plan.steps) else ""
        yield Text(f"bothways apply {output or 'FILE  (write it first: -o FILE)'}{consent}", style="bold")


def _verdict(plan: Plan) -> str:
    if not plan.steps:
        return f"{plan.flow}: {plan.before.fate}; nothing to change"
    where = f" at {plan.before.device}, packet {plan.before.packet}" if plan.before.device else ""
    lines = sum(len(step.commands) for step in plan.steps if isinstance(step, ConfigStep))
    devices = list(dict.fromkeys(step.device for step in plan.steps))
    reloads = sum(isinstance(step, ReloadStep) for step in plan.steps)
    outage = f"{reloads} reload (an outage)" if reloads else "no outage"
    cured = f"{plan.call} {plan.after.fate}" if plan.call else plan.after.fate
    return clean(
        f"{plan.flow}: {plan.before.fate}{where} -> {cured} by {plan.playbook.name}: "
        f"{lines} {'line' if lines == 1 else 'lines'} on {', '.join(devices)}; {outage}"
    )


def _step_lines(number: int, step: Step) -> Iterator[Text]:
    yield Text(f"{number}. {step.device}: {step.fix}", style="bold")
    if step.price:
        yield Text(f"   price: {clean(step.price)}")
    if isinstance(step, ConfigStep):
        if step.until:
            yield Text(f"   temporary, until {step.until}: {clean(step.reason)}", style="yellow")
        yield from (Text(f"   {clean(command.text)}") for command in step.commands)
        yield Text("   undo:", style="dim")
        for undo in step.undo:
            yield Text(f"     {clean(' / '.join((*undo.enter, undo.text)))}", style="dim")
        return
    if isinstance(step, ClearStep):
        yield Text(f"   {clean(step.command)}  (refused when over {step.most} connections match)")
    else:
        yield Text(f"   {clean(step.command)}")
    yield Text(f"   point of no return: {clean(step.cannot_undo)}", style="yellow")


def _diff_line(line: str) -> Text:
    style = {"+": "green", "-": "red", "@": "dim"}.get(line[:1], "")
    return Text(f"  {line[:1]}{clean(line[1:])}", style=style)
