"""Report files, whatever they tell: a form is a name, a file and what renders it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, ParamSpec

from bothways.errors import WorkspaceError

P = ParamSpec("P")


@dataclass(frozen=True)
class Form(Generic[P]):
    """One way to write something down.

    Attributes:
        file: its name in the folder of the reports.
        render: from what is told to its text.
    """

    file: str
    render: Callable[P, str]


def write_files(
    forms: Mapping[str, Form[P]], names: Sequence[str], folder: Path, *told: P.args, **more: P.kwargs
) -> tuple[Path, ...]:
    """Write each form under its name, readable by its owner only; no file is ever there in part.

    All of them are rendered and on the disk before the first takes the place of its forerunner.

    Raises:
        WorkspaceError: the folder does not take them.
    """
    texts = {forms[name].file: forms[name].render(*told, **more) for name in names}
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
