"""`--report FORMS -o DIR`: checked before anything is read, written when all is judged."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bothways.errors import BadInput

if TYPE_CHECKING:
    from bothways.audit.change import Changed
    from bothways.audit.result import AuditRun

ReportForms = Annotated[
    str | None,
    typer.Option("--report", metavar="FORM,…", help="Write files, too: html, junit, csv, md, json."),
]
ReportFolder = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="DIR", help="The folder of the files of --report.")
]


@dataclass(frozen=True)
class WantedReports:
    """Which files, and where to; none when nobody asked."""

    forms: tuple[str, ...]
    folder: Path

    def write(self, run: AuditRun, changed: Sequence[Changed] | None) -> tuple[Path, ...]:
        """The files that were written.

        Raises:
            WorkspaceError: the folder does not take them.
        """
        from bothways.report.audit.files import write_reports

        return write_reports(run, changed, self.forms, self.folder) if self.forms else ()


NO_REPORTS = WantedReports((), Path())


def wanted_reports(forms: str | None, folder: Path | None) -> WantedReports:
    """What was asked for; the folder is made, and takes files.

    Raises:
        BadInput: a form nobody knows, one option without the other, no folder.
    """
    from bothways.document import nearest
    from bothways.report.audit.files import FORMS

    if forms is None and folder is None:
        return NO_REPORTS
    if forms is None:
        raise BadInput("-o", "is for report files", f"say which: --report {','.join(FORMS)}")
    if folder is None:
        raise BadInput("--report", "does not say where to", "add -o DIR")
    names = tuple(dict.fromkeys(name.strip() for name in forms.split(",")))
    for name in names:
        if name not in FORMS:
            raise BadInput("--report", f"no form {name!r}", nearest(name, FORMS))
    _make(folder)
    return WantedReports(names, folder)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(str(folder), f"cannot be made: {error.strerror}", "name another folder") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadInput(str(folder), "takes no files of yours", "name another folder")
