"""`--version`: ours, Python's, and those of the libraries whose behaviour ours rests on."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = ("nornir", "netmiko", "napalm", "asyncssh", "cryptography", "jinja2", "pydantic", "ruamel.yaml")


def versions() -> Iterator[tuple[str, str]]:
    """Name and version, Bothways first."""
    yield "bothways", version("bothways")
    yield "python", platform.python_version()
    for library in _LIBRARIES:
        try:
            yield library, version(library)
        except PackageNotFoundError:
            yield library, "not installed"
