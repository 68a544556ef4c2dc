"""`bothways demo`: the whole way on the embedded lab, prediction beside observation."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Literal

import typer

from bothways.cli.options import options_of
from bothways.cli.reply import Reply
from bothways.cli.report_files import LadderForms, ReportFolder, wanted_sheets
from bothways.errors import BadInput


def demo(  # noqa: PLR0913, PLR0917  one parameter an option
    context: typer.Context,
    story: Annotated[str, typer.Argument(metavar="STORY")] = "hairpin",
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Begin where even ping dies, without the firewall's permit.")
    ] = False,
    mechanism: Annotated[
        Literal["isn", "ack"],
        typer.Option("--mechanism", help="isn: the firewall randomises sequence numbers; ack: it does not."),
    ] = "isn",
    fix: Annotated[
        str | None,
        typer.Option(
            "--fix",
            help=(
                "pbr: replies take the firewall too; bypass: it does not mind; pat: it calls in its own "
                "name; random-sequence: fails; route: the other address is called; both-ways: either may be; "
                "idle, dcd: silent connections are kept; reset-service: fails."
            ),
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every story, one line each.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the lab's workspace, plan and journal.")] = False,
    report: LadderForms = None,
    output: ReportFolder = None,
) -> Reply:
    """See it all: a broken network, its cure, and the undo.

    What Bothways predicts stands beside what the hosts of an emulated network really get. It needs no
    device and no root; everything happens on this machine. Exit code 0 when prediction and observation
    agree everywhere and the cure works, 2 when it does not, 1 when they differ.

    Examples:
        bothways demo
        bothways demo --all
        bothways demo hairpin --from-start --fix bypass
        bothways demo hairpin --mechanism ack --format json
        bothways demo hairpin --fix pat
        bothways demo hairpin --fix random-sequence
        bothways demo state-bypass
        bothways demo link-state
        bothways demo ctcp
        bothways demo one-way-nat
        bothways demo one-way-nat --fix both-ways
        bothways demo forged-rst --fix dcd
        bothways demo hairpin --report html -o reports
    """
    from bothways.cli.demo_show import show, show_all

    variants = [name for name, wanted in (("from-start", from_start), ("ack", mechanism == "ack")) if wanted]
    if every and (variants or fix or report or output):
        raise BadInput("--all", "takes every story as it is", "leave the other options out")
    reports = wanted_sheets("demo", report, output)
    folder = Path(tempfile.mkdtemp(prefix="bothways-"))
    try:
        if every:
            return show_all(options_of(context), folder)
        return show(options_of(context), story, variants, fix, folder, reports=reports)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
