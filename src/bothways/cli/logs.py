"""Logging for the command line: warnings on stderr, everything to `--log-file`, never a secret."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from bothways.cli.screen import printable
from bothways.errors import BadInput

HIDDEN = "<hidden>"
_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)
_SECRET_WORDS = re.compile(
    r"(?i)\b(password|secret|community|key-string|key|pre-shared-key|passphrase)(\s+[0-9]{1,2})?([\s=:]+)(\S+)"
)


class Redactor(logging.Filter):
    """Hides what is secret by its name, and every value that was loaded as a secret."""

    def __init__(self) -> None:
        super().__init__()
        self._values: set[str] = set()

    def hide(self, values: Iterable[str]) -> None:
        """Never show these; one of less than four letters would hide half the language."""
        self._values.update(value for value in values if len(value) >= 4)

    def redacted(self, text: str) -> str:
        """The text without secrets."""
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return _SECRET_WORDS.sub(rf"\1\2\3{HIDDEN}", text)

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the finished, redacted sentence into the record."""
        record.msg, record.args = self.redacted(record.getMessage()), ()
        return True


REDACTOR = Redactor()


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One object: time, level, room, message."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = REDACTOR.redacted(self.formatException(record.exc_info))
        return json.dumps(line)


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """`warning: sentence`, on one line."""
        return f"{record.levelname.lower()}: {printable(record.getMessage())}"


def start_logging(verbosity: int, log_file: Path | None) -> None:
    """Begin to log.

    Raises:
        BadInput: the log file cannot be written.
    """
    logger = logging.getLogger("bothways")
    for handler in [*logger.handlers]:
        if not isinstance(handler, logging.NullHandler):
            logger.removeHandler(handler)
            handler.close()
    logger.setLevel(logging.DEBUG)
    on_screen = logging.StreamHandler(sys.stderr)
    on_screen.setFormatter(_Lines())
    on_screen.setLevel(_LEVELS[min(verbosity, len(_LEVELS) - 1)])
    handlers: list[logging.Handler] = [on_screen]
    if log_file is not None:
        handlers.append(_file_handler(log_file))
    for handler in handlers:
        handler.addFilter(REDACTOR)
        logger.addHandler(handler)


def _file_handler(path: Path) -> logging.Handler:
    try:
        # Made here, so that it is private from its first byte.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise BadInput("--log-file", f"{path} cannot be written: {error.strerror}") from None
    handler.setFormatter(_JsonLines())
    return handler
