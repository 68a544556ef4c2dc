"""The command line: errors become one line and an exit code here, and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, NoReturn

import typer

from bothways.cli import exits
from bothways.cli.bug import bug_reply
from bothways.cli.options import Options, Verb, Verbs, options_of
from bothways.cli.reply import Reply
from bothways.cli.screen import prepare_streams
from bothways.cli.verbs.apply import apply
from bothways.cli.verbs.audit import AuditVerb, audit
from bothways.cli.verbs.capture import capture
from bothways.cli.verbs.census import census
from bothways.cli.verbs.collect import collect
from bothways.cli.verbs.content import CONTENT
from bothways.cli.verbs.demo import demo
from bothways.cli.verbs.diagnose import diagnose
from bothways.cli.verbs.init import init
from bothways.cli.verbs.lab import LAB
from bothways.cli.verbs.plan import plan
from bothways.cli.verbs.read import read
from bothways.cli.verbs.rollback import rollback
from bothways.cli.verbs.runs import runs
from bothways.cli.verbs.scrub import scrub
from bothways.cli.verbs.trace import trace
from bothways.cli.verbs.trust import trust
from bothways.cli.verbs.verify import verify
from bothways.cli.version import versions
from bothways.errors import BadInput, BothwaysError

app = typer.Typer(
    name="bothways",
    cls=Verbs,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_VERBS = (
    demo, read, trace, diagnose, census, capture, collect, plan, apply, verify, rollback, runs, scrub, trust,
    init,
)  # fmt: skip
for _verb in _VERBS:
    app.command(cls=Verb)(_verb)
app.command(cls=AuditVerb)(audit)
for _verbs in (LAB, CONTENT):
    app.add_typer(_verbs)


def _print_version(asked: bool) -> None:
    if asked:
        for name, number in versions():
            typer.echo(f"{name} {number}")
        raise typer.Exit


@app.callback()
def bothways(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print versions and exit."),
    ] = False,
) -> None:
    """Find, cure and prove TCP flows that die between Cisco ASAs and Catalysts: out and back.

    Examples:
        Try it without any device:     bothways demo
        Ask about a flow of your own:  bothways trace 10.12.0.130 172.16.1.18 tcp/443
    """
    options_of(context)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The console script."""
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run one command line; its exit code."""
    prepare_streams()
    options = Options()
    options.screen.as_json = _asks_for_json(arguments)
    reply = _reply(arguments or ["--help"], options)
    return reply if isinstance(reply, int) else options.screen.deliver(reply, options.verb)


def _reply(arguments: list[str], options: Options) -> Reply | int:
    try:
        reply = app(args=arguments, prog_name="bothways", obj=options, standalone_mode=False)
    except BothwaysError as error:
        return Reply(error.exit_code, errors=(error,))
    except (KeyboardInterrupt, typer.Abort):
        reply = exits.INTERRUPTED
    except Exception as error:  # noqa: BLE001  the border of the program
        # Typer brings its own copy of click in some releases, so that its usage errors have no one class.
        format_message = getattr(error, "format_message", None)
        if format_message is not None:
            return _usage_reply(str(format_message()), options)
        return bug_reply(error, options.verb)
    if reply == exits.INTERRUPTED:  # typer turns ctrl-c into a bare number
        return Reply(exits.INTERRUPTED, errors=(BothwaysError("", "interrupted"),))
    return reply if isinstance(reply, Reply) else int(reply or exits.OK)


def _usage_reply(message: str, options: Options) -> Reply:
    sentence = " ".join(message.split()).rstrip(".").replace("Value error, ", "")  # typer's own words
    sentence = sentence[:1].lower() + sentence[1:]
    verb = f" {options.verb}" if options.verb else ""
    return Reply(exits.BAD_INPUT, errors=(BadInput("", sentence, f"see: bothways{verb} --help"),))


def _asks_for_json(arguments: Sequence[str]) -> bool:
    """Looked up before parsing, so that a usage error is told in the format that was asked for."""
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)
