"""The report files of an audit, by the names of their forms."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bothways.audit.change import Changed
from bothways.audit.result import AuditRun
from bothways.errors import WorkspaceError
from bothways.report.audit.csv_rows import csv_rows
from bothways.report.audit.junit import junit
from bothways.report.audit.keys import audit_json
from bothways.report.audit.markdown import markdown
from bothways.report.audit.page import page


@dataclass(frozen=True)
class Form:
    """One way to write an audit down.

    Attributes:
        file: its name in the folder of the reports.
        render: from a run, and what became of an earlier one's failures, to its text.
    """

    file: str
    render: Callable[[AuditRun, Sequence[Changed] | None], str]


FORMS: Mapping[str, Form] = {
    "html": Form("audit.html", page),
    "junit": Form("audit.xml", junit),
    "csv": Form("audit.csv", csv_rows),
    "md": Form("audit.md", markdown),
    "json": Form("audit.json", audit_json),
}


def write_reports(
    run: AuditRun, changed: Sequence[Changed] | None, forms: Sequence[str], folder: Path
) -> tuple[Path, ...]:
    """Write each form under its name, readable by its owner only; no file is ever there in part.

    All of them are rendered and on the disk before the first takes the place of its forerunner.

    Raises:
        WorkspaceError: the folder does not take them.
    """
    texts = {FORMS[name].file: FORMS[name].render(run, changed) for name in forms}
    parts = {folder / file: folder / f".{file}.{os.getpid()}.part" for file in texts}
    try:
        for path, part in parts.items():
            _write(part, texts[path.name])
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        raise WorkspaceError(str(folder), f"takes no report: {error.strerror}", "make room there") from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    return tuple(parts)


def _write(part: Path, text: str) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
