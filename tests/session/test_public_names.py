from __future__ import annotations

import subprocess
import sys

import pytest

import bothways.session


def test_every_public_name_is_there() -> None:
    assert all(getattr(bothways.session, name) is not None for name in bothways.session.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        bothways.session.nothing  # noqa: B018 - the access is the test


def test_the_contract_alone_does_not_load_ssh() -> None:
    """A trace from a snapshot does not wait for asyncssh and Netmiko."""
    code = "import sys, bothways.session; sys.exit(any(m in sys.modules for m in ('asyncssh', 'netmiko')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
