"""A bug of ours: one line for the user, a report file for us."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from pathlib import Path

from bothways.cli import exits
from bothways.cli.logs import REDACTOR
from bothways.cli.reply import Reply
from bothways.cli.version import versions
from bothways.errors import BothwaysError


def bug_reply(error: Exception, verb: str) -> Reply:
    """The reply to an exception that nobody foresaw."""
    what = REDACTOR.redacted(f"{type(error).__name__}: {error}".splitlines()[0])
    path = _write_report(error, verb)
    where_to = f"please report it with {path}" if path else "please report it"
    return Reply(exits.BUG, errors=(BothwaysError("", f"a bug in Bothways: {what}", where_to),))


def _write_report(error: Exception, verb: str) -> Path | None:
    lines = [f"bothways {verb}", platform.platform(), *(f"{name} {number}" for name, number in versions())]
    trace = "".join(traceback.format_exception(error))
    try:
        # mkstemp: mode 0600, whatever the umask.
        descriptor, name = tempfile.mkstemp(prefix="bothways-report-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write("\n".join(lines) + "\n\n" + REDACTOR.redacted(trace))
    except OSError:
        return None
    return Path(name)
