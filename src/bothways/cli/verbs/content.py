"""`bothways content which`: whose template or playbook would be used."""

from __future__ import annotations

from typing import Annotated

import typer

from bothways.cli.options import Verb, options_of
from bothways.cli.reply import Reply

CONTENT = typer.Typer(name="content", help="Templates and playbooks: shipped ones, and yours over them.")


@CONTENT.command("which", cls=Verb)
def which(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="All of them when none is named.")
    ] = None,
) -> Reply:
    """Say which file would be used: yours, or the shipped one.

    Examples:
        bothways content which
        bothways content which templates/cisco_asa/state-bypass.j2
    """
    from bothways.workspace import find_workspace

    workspace = find_workspace(explicit=options_of(context).workspace)
    names = [name] if name else [*workspace.content_names("templates"), *workspace.content_names("playbooks")]
    found = [workspace.content(each) for each in names]
    lines = tuple(f"{each.name}: {each.origin}: {each.path}" for each in found)
    keys = {
        "content": [
            {"name": each.name, "origin": each.origin, "path": str(each.path), "sha256": each.sha256}
            for each in found
        ]
    }
    return Reply(text=lines, keys=keys)


@CONTENT.callback()
def content() -> None:
    """Templates and playbooks: shipped ones, and yours over them."""
