"""Files of captures, and what is said about them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from bothways.diagnosis.capture import Judged, judged, read_captures

from .wire import Tcp, pcap, timed

Read = Callable[..., Judged]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home of our own, wide lines."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    yield
    logging.getLogger("bothways").handlers.clear()


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Judges packets, or the bytes of a file."""

    def judge(content: bytes | Sequence[Tcp], name: str = "seen.pcap") -> Judged:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else pcap(timed(*content)))
        (one,) = read_captures(path)
        return judged(one)

    return judge
