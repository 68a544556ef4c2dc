from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """A command line that was run in this process leaves no handler behind."""
    yield
    logger = logging.getLogger("bothways")
    for handler in logger.handlers:
        handler.close()
    logger.handlers.clear()
