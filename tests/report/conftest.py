"""The diagnosis tests' own networks, built by their own builder."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, cast

import pytest

from .browser import chromium, show

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Failover, Hosting, Story

__all__ = ["chromium", "show"]
_NAME = "networks_for_report"


def _builder() -> ModuleType:
    """Test folders import nothing from each other by name, so the builder is loaded by its path."""
    if _NAME not in sys.modules:
        path = Path(__file__).parents[1] / "diagnosis" / "conftest.py"
        spec = importlib.util.spec_from_file_location(_NAME, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[_NAME] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[_NAME]


@pytest.fixture
def story() -> Story:
    """The hairpin."""
    return cast("Story", _builder().Story())


@pytest.fixture
def hosting() -> Hosting:
    """Two firewalls, each translating, between a client and an application."""
    return cast("Hosting", _builder().Hosting())


@pytest.fixture
def failover() -> Failover:
    """A branch whose flows come to a firewall that never saw them begin."""
    return cast("Failover", _builder().Failover())
