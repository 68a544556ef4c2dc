"""`bothways scrub`: what is shown to others, without saying whose it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bothways.cli.reply import Reply
from bothways.errors import BadInput


def scrub(  # noqa: PLR0913, PLR0917  one parameter an option
    files: Annotated[list[Path], typer.Argument(metavar="FILE|DIR")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Write here: a file for one file, else a folder.")
    ],
    private_map: Annotated[
        Path, typer.Option("--map", metavar="MAP", help="The private map; made where there is none.")
    ],
    undo: Annotated[bool, typer.Option("--undo", help="Put back what stood in a text.")] = False,
    names: Annotated[
        list[str] | None, typer.Option("--name", metavar="WORD", help="Replace this word, too.")
    ] = None,
    objects: Annotated[
        bool, typer.Option("--objects", help="Replace names of lists, objects, classes and maps, too.")
    ] = False,
) -> Reply:
    """Replace addresses, names, secrets and payload in captures, snapshots and reports.

    Networks stay networks and the same stays the same everywhere, so that a scrubbed snapshot gives the same
    verdicts. The map holds the key and what stood where: keep it to yourself. With --undo and the map a
    report that was made from scrubbed files speaks of yours again.

    Exit code 0 when all was written, 10 when a file is none of these; then nothing was.

    Examples:
        bothways scrub now.snapshot -o shared.snapshot --map private.map
        bothways scrub captures/ saved/ report.html -o shared/ --map private.map
        bothways scrub answer.txt -o ours.txt --undo --map private.map
    """
    from bothways.scrubbing import load_map, scrub_files, undo_files
    from bothways.scrubbing.private_map import new_map

    if undo:
        if names:
            raise BadInput("--name", "says nothing with --undo", "leave it out")
        if objects:
            raise BadInput("--objects", "says nothing with --undo", "leave it out")
        written = undo_files(files, output, load_map(private_map), private_map)
    else:
        known = load_map(private_map) if private_map.exists() else new_map()
        written = scrub_files(files, output, known, names or (), private_map, objects=objects)
    what = "put back in" if undo else "replaced in"
    lines = [f"{what} {len(written)} file{'' if len(written) == 1 else 's'}"]
    lines += [f"  {one.form}: {one.target}" for one in written]
    lines += [] if undo else [f"keep to yourself: {private_map}"]
    keys = {
        "files": [{"form": one.form, "target": str(one.target)} for one in written],
        "map": str(private_map),
        "undone": undo,
    }
    return Reply(text=tuple(lines), keys=keys)
