"""The hairpin network, built by the diagnosis tests' own builder."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

_NAME = "hairpin_story_for_report"


@pytest.fixture
def story() -> Story:
    """Test folders import nothing from each other by name, so the builder is loaded by its path."""
    if _NAME not in sys.modules:
        path = Path(__file__).parents[1] / "diagnosis" / "conftest.py"
        spec = importlib.util.spec_from_file_location(_NAME, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[_NAME] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return cast("Story", sys.modules[_NAME].Story())
