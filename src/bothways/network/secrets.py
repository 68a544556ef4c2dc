"""Passwords of an inventory: written plainly, or named by `env:NAME` or `file:PATH`."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bothways.document import Document
from bothways.errors import InventoryError

_LOG = logging.getLogger("bothways.network")


def opened_secret(secret: SecretStr, folder: Path, what: str) -> SecretStr:
    """The secret itself.

    Raises:
        InventoryError: what it names is not there.
    """
    scheme, _, name = secret.get_secret_value().partition(":")
    if scheme == "env":
        value = os.environ.get(name)
        if not value:
            raise InventoryError("inventory", f"{what}: the environment has no {name}", f"export {name}=…")
        return SecretStr(value)
    if scheme == "file":
        return _from_file(folder / Path(name).expanduser(), what)
    return secret


def warn_of_plain_passwords(documents: list[Document], folder: Path) -> None:
    """Say once where a password stands in plain text, and that others may read it."""
    for document in documents:
        place = _plain_password(document, document.data, ())
        if place is None:
            continue
        _LOG.warning("%s: a password in plain text; write env:NAME or file:PATH instead", place)
        path = folder / Path(document.name).name
        if path.stat().st_mode & 0o077:
            _LOG.warning("%s: others on this machine may read it; chmod 600 %s", path, path)


def _plain_password(document: Document, value: Any, trail: tuple[str, ...]) -> str | None:
    if not isinstance(value, dict):
        return None
    for key, inner in value.items():
        here = (*trail, key)
        if key in {"password", "secret"} and isinstance(inner, str):
            if not inner.startswith(("env:", "file:")):
                return document.where(here)
        elif found := _plain_password(document, inner, here):
            return found
    return None


def _from_file(path: Path, what: str) -> SecretStr:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise InventoryError(str(path), f"{what} cannot be read: {reason}") from None
    if not lines or not lines[0]:
        raise InventoryError(str(path), f"{what}: the file is empty", "its first line is the password")
    if path.stat().st_mode & 0o077:
        _LOG.warning("%s: others on this machine may read it; chmod 600 %s", path, path)
    return SecretStr(lines[0])
