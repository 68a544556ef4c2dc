"""`--report FORMS -o DIR`: checked before anything is read, written when all is judged."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Generic, ParamSpec

import typer

from bothways.cli import exits
from bothways.cli.reply import Reply
from bothways.cli.screen import Screen
from bothways.errors import BadInput, WorkspaceError

if TYPE_CHECKING:
    from bothways.report.files import Form
    from bothways.report.ladder.sheet import Sheet

P = ParamSpec("P")

ReportForms = Annotated[
    str | None,
    typer.Option("--report", metavar="FORM,…", help="Write files, too: html, junit, csv, md, json."),
]
LadderForms = Annotated[
    str | None, typer.Option("--report", metavar="FORM,…", help="Write files, too: html, svg, md, json.")
]
ReportFolder = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="DIR", help="The folder of the files of --report.")
]


@dataclass(frozen=True)
class WantedReports(Generic[P]):
    """Which files, and where to; none when nobody asked.

    Attributes:
        known: the forms there are.
        forms: the names of those that are wanted.
    """

    known: Mapping[str, Form[P]]
    forms: tuple[str, ...]
    folder: Path

    def write(self, *told: P.args, **more: P.kwargs) -> tuple[Path, ...]:
        """The files that were written.

        Raises:
            WorkspaceError: the folder does not take them.
        """
        from bothways.report.files import write_files

        return write_files(self.known, self.forms, self.folder, *told, **more) if self.forms else ()

    def beside(self, reply: Reply, screen: Screen, *told: P.args, **more: P.kwargs) -> Reply:
        """The reply, which stays whole when the files cannot be written."""
        try:
            written = [str(path) for path in self.write(*told, **more)]
        except WorkspaceError as error:
            code = exits.worst((reply.exit_code, error.exit_code))
            return replace(reply, exit_code=code, errors=(*reply.errors, error))
        for path in written:
            screen.progress(f"written: {path}")
        return replace(reply, keys={**reply.keys, "reports": written}) if written else reply


NO_REPORTS: WantedReports[...] = WantedReports({}, (), Path())


def wanted_sheets(stem: str, forms: str | None, folder: Path | None) -> WantedReports[[Sheet]]:
    """What was asked for of a verb that tells of flows; its files are named `stem`.

    Raises:
        BadInput: as `wanted_reports` says.
    """
    if forms is None and folder is None:
        return NO_REPORTS
    from bothways.report.ladder.files import sheet_forms

    return wanted_reports(forms, folder, sheet_forms(stem))


def wanted_reports(forms: str | None, folder: Path | None, known: Mapping[str, Form[P]]) -> WantedReports[P]:
    """What was asked for; the folder is made, and takes files.

    Raises:
        BadInput: a form nobody knows, one option without the other, no folder.
    """
    from bothways.document import nearest

    if forms is None and folder is None:
        return WantedReports(known, (), Path())
    if forms is None:
        raise BadInput("-o", "is for report files", f"say which: --report {','.join(known)}")
    if folder is None:
        raise BadInput("--report", "does not say where to", "add -o DIR")
    names = tuple(dict.fromkeys(name.strip() for name in forms.split(",")))
    for name in names:
        if name not in known:
            raise BadInput("--report", f"no form {name!r}", nearest(name, known))
    _make(folder)
    return WantedReports(known, names, folder)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(str(folder), f"cannot be made: {error.strerror}", "name another folder") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadInput(str(folder), "takes no files of yours", "name another folder")
