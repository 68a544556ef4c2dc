"""Bytes at random: an answer or bad input, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .fuzz import CORPUS, changed, one_input

STARTS = [b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x0a\x0d\x0d\x0a", b"\x1f\x8b", b"  1: "]


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_the_corpus_itself_is_read(path: Path, tmp_path: Path) -> None:
    """B15: each file of it holds a capture, so that changes of it reach every reader."""
    assert one_input(path.read_bytes(), tmp_path) > 0


def test_changed_captures_never_crash(tmp_path: Path) -> None:
    """B15: 600 files, damaged in up to six places."""
    assert sum(one_input(data, tmp_path) for data in changed(600, 5)) > 200


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.sampled_from(STARTS), rest=st.binary(max_size=400))
def test_any_bytes_behind_a_known_start(tmp_path: Path, head: bytes, rest: bytes) -> None:
    """B16: what begins like a capture and goes on like nothing known."""
    assert one_input(head + rest, tmp_path) >= 0
