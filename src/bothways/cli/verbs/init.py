"""`bothways init`: a workspace of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from bothways.cli.reply import Reply
from bothways.errors import WorkspaceError

_SETTINGS = """\
# A workspace of Bothways. Paths are relative to this file. Everything here is the default.
# inventory = "inventory"        # hosts.yaml groups.yaml defaults.yaml topology.yaml
# templates = "templates"        # a file here wins, whole, over the shipped one of the same name
# playbooks = "playbooks"        # likewise
# known_hosts = "known_hosts"    # `bothways trust DEVICE` writes it
# store = ".bothways"            # runs and locks
"""


def init(folder: Annotated[Path, typer.Argument(metavar="DIR")]) -> Reply:
    """Write a workspace with an example inventory.

    The example is annotated, and reaches this machine only.

    Examples:
        bothways init my-network
    """
    from bothways.workspace import FILE, shipped

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (folder / FILE).exists() or (folder / "inventory").exists():
            raise WorkspaceError(str(folder), "is a workspace already", "choose another folder")
        (folder / FILE).write_text(_SETTINGS, encoding="utf-8")
        (folder / "inventory").mkdir(mode=0o700)
        for source in sorted(shipped("inventory").glob("*.yaml")):
            copy = folder / "inventory" / source.name
            shutil.copyfile(source, copy)
            copy.chmod(0o600)
    except OSError as error:
        raise WorkspaceError(str(folder), f"cannot be written: {error.strerror}") from None
    lines = (
        f"{folder}: a workspace",
        f"edit {folder}/inventory/hosts.yaml, then: cd {folder}",
        "bothways read",
    )
    return Reply(text=lines, keys={"workspace": str(folder)})
