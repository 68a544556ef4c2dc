"""The options every verb takes, before or after its name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from bothways.cli.logs import start_logging
from bothways.cli.screen import Screen

_ORDER = (
    "demo", "lab", "read", "trace", "diagnose", "census", "capture", "collect", "plan", "apply", "verify",
    "rollback", "runs", "audit", "scrub", "trust", "init", "content",
)  # fmt: skip


_TABLE = re.compile(r"\n((?:Examples|Exit codes):\n)")


@dataclass
class Options:
    """What the user chose for all verbs alike.

    Attributes:
        verb: the verb under way, `lab up` for a verb of two words.
    """

    screen: Screen = field(default_factory=Screen)
    workspace: Path | None = None
    verbosity: int = 0
    log_file: Path | None = None
    verb: str = ""


def options_of(context: typer.Context) -> Options:
    """The options of the running verb."""
    return cast("Options", context.find_root().obj)


def _take_format(context: typer.Context, value: str | None) -> None:
    if value is None:
        return
    if value not in {"text", "json"}:
        raise typer.BadParameter(f"{value!r} is neither text nor json")
    options_of(context).screen.as_json = value == "json"


def _take_workspace(context: typer.Context, value: str | None) -> None:
    if value is not None:
        options_of(context).workspace = Path(value)


def _take_verbosity(context: typer.Context, value: int) -> None:
    options_of(context).verbosity += value


def _take_log_file(context: typer.Context, value: str | None) -> None:
    if value is not None:
        options_of(context).log_file = Path(value)


def _carrier(
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="text|json", help="Text, or one JSON object.",
            callback=_take_format, is_eager=True,
        ),
    ] = None,
    workspace: Annotated[
        str | None,
        typer.Option(
            "--workspace", metavar="DIR", callback=_take_workspace, is_eager=True,
            help="The folder with bothways.toml; else found from here up to your home.",
        ),
    ] = None,
    verbose: Annotated[
        int,
        typer.Option(
            "-v", "--verbose", count=True, callback=_take_verbosity, is_eager=True,
            help="Say more on stderr; twice: everything.",
        ),
    ] = 0,
    log_file: Annotated[
        str | None,
        typer.Option(
            "--log-file", metavar="FILE", callback=_take_log_file, is_eager=True,
            help="Log everything to FILE, as JSON lines without secrets.",
        ),
    ] = None,
) -> None:  # fmt: skip
    """Carries the options that every verb gets; typer turns them into parameters, and it is never run."""
    del output_format, workspace, verbose, log_file


def _common_options() -> list[Any]:
    """Fresh parameters: those of the carrier, whose values go to `Options` and to no function."""
    carrier = typer.Typer(add_completion=False)
    carrier.command()(_carrier)
    options = [option for option in typer.main.get_command(carrier).params if option.name != "help"]
    for option in options:
        option.expose_value = False
    return options


def _with_tables(text: str | None) -> str:
    """Help whose examples keep their line breaks: a backspace tells click so, for one paragraph."""
    return _TABLE.sub("\n\b\n\\1", text or "")


class Verb(TyperCommand):
    """A verb with the common options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *_common_options()]
        self.help = _with_tables(self.help)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Note which verb it is before its own options can be wrong."""
        options_of(ctx).verb = ctx.command_path.partition(" ")[2]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Log from here on: all options are known."""
        options = options_of(ctx)
        start_logging(options.verbosity, options.log_file)
        return super().invoke(ctx)


class Verbs(TyperGroup):
    """The tool itself, with the common options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *_common_options()]
        self.help = _with_tables(self.help)

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the way, not of the alphabet."""
        return sorted(super().list_commands(ctx), key=_ORDER.index)
