"""The networks of the diagnosis tests, built by their own builder."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from types import ModuleType

    from tests.diagnosis.conftest import Failover, Hosting, Office, Story

_NAME = "hairpin_story_for_rules"


@pytest.fixture
def story() -> Story:
    """The hairpin network."""
    return cast("Story", _builder().Story())


@pytest.fixture
def make_office() -> type[Office]:
    """An office whose firewall looks into what its VPN client sends."""
    return cast("type[Office]", _builder().Office)


@pytest.fixture
def hosting() -> Hosting:
    """An office and an application behind firewalls that translate."""
    return cast("Hosting", _builder().Hosting())


@pytest.fixture
def failover() -> Failover:
    """The remote site whose fibre is cut."""
    return cast("Failover", _builder().Failover())


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
