"""An evidence run from the command line: the offer, the run, the clean-up."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.text import Text

from bothways.cli import exits
from bothways.cli.reply import Reply
from bothways.cli.report_files import WantedReports
from bothways.cli.screen import reply_keys
from bothways.cli.site import Site
from bothways.diagnosis.capture.evidence import Evidence, Outcome, evidence_of
from bothways.errors import BadInput, StateUnknown
from bothways.fleet.capture_removal import clean_up
from bothways.fleet.collect import Collected, Proposal, collect
from bothways.fleet.evidence_files import named_texts
from bothways.report.collected import collected_lines, proposal_lines
from bothways.report.collected_keys import collected_keys, proposal_keys
from bothways.report.collected_sheet import collected_sheet
from bothways.report.ladder.sheet import Sheet

_CODES = {Outcome.LIVES: exits.OK, Outcome.DIES: exits.DIFFERENCE, Outcome.UNSEEN: exits.COULD_NOT_SEE}


def proposed(proposal: Proposal, on: Sequence[str], wait: str, output: Path | None) -> Reply:
    """What would be typed, and the command that types it."""
    again = f"bothways collect {proposal.flow} --allow-captures"
    again += "".join(f" --on {shlex.quote(name)}" for name in on)
    again += f" --wait {wait}" if wait != "60s" else ""
    again += f" -o {shlex.quote(str(output))}" if output is not None else ""
    return Reply(exits.DIFFERENCE, tuple(proposal_lines(proposal, again)), proposal_keys(proposal))


def made_ready(folder: Path | None) -> None:
    """Make the folder of the evidence before anything is typed.

    Raises:
        BadInput: it cannot be made, takes no files, or holds captures of another time.
    """
    if folder is None:
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = next(folder.glob("*.txt"), None)
    except OSError as error:
        raise BadInput(str(folder), f"cannot be made: {error.strerror}", "name another folder") from None
    if others is not None:
        raise BadInput(str(folder), f"holds {others.name} of another time", "name an empty folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadInput(str(folder), "takes no files of yours", "name another folder")


def collected(
    site: Site, proposal: Proposal, wait_s: int, output: Path | None, reports: WantedReports[[Sheet]]
) -> Reply:
    """The run, and what it found."""
    context = site.context
    done = collect(proposal, context, wait_s=wait_s, folder=output, progress=site.options.screen.progress)
    folder = output or context.captures / done.run_id / "evidence"
    texts = [(one.device, one.interface, name, text) for one, name, text in named_texts(done.taken)]
    evidence = evidence_of(texts, done.proposal.trace)
    wait = f"{wait_s} s"
    lines = [*collected_lines(done, evidence, folder, wait)]
    following = _next(done, evidence, wait_s)
    if following:
        lines += ["", Text(following, style="bold")]
    keys = collected_keys(done, evidence, folder, wait)
    reply = Reply(_code(done, evidence), tuple(lines), keys, done.errors)
    if not reports.forms:
        return reply
    sheet = collected_sheet(
        done, evidence, wait=wait, made_at=site.clock.now(),
        keys=reply_keys(reply, site.options.verb), following=following,
    )  # fmt: skip
    return replace(reports, folder=folder).beside(reply, site.options.screen, sheet)


def cleaned(site: Site) -> Reply:
    """What earlier runs left, taken away."""
    closed, errors = clean_up(site.context, site.options.screen.progress)
    told = [f"{run}: nothing of it stands any more" for run in closed]
    if not closed and not errors:
        told = ["no run left anything"]
    code = exits.worst(error.exit_code for error in errors)
    return Reply(code, tuple(told), {"closed": closed}, tuple(errors))


def _code(done: Collected, evidence: Evidence) -> int:
    """22 wins; then that it was interrupted; then what went wrong; then what was seen."""
    if any(isinstance(error, StateUnknown) for error in done.errors):
        return StateUnknown.exit_code
    if done.interrupted:
        return exits.INTERRUPTED
    if done.errors:
        return exits.worst(error.exit_code for error in done.errors)
    return _CODES[evidence.outcome]


def _next(done: Collected, evidence: Evidence, wait_s: int) -> str:
    flow = done.proposal.flow
    if any(isinstance(error, StateUnknown) for error in done.errors):
        return "bothways collect --clean-up"
    if evidence.outcome is Outcome.UNSEEN:
        return f"bothways collect {flow} --allow-captures --wait {max(wait_s, 1) * 5}s"
    if evidence.outcome is Outcome.LIVES:
        return ""
    if not evidence.opened:
        return f"bothways diagnose {flow} --scenario mid-stream"
    if evidence.agrees is False:
        return f"bothways diagnose {flow} --evidence"
    return f"bothways plan --flow {','.join(str(flow).split())} -o fix.plan"
