"""The six tasks, as a Nornir user of his own meets them."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable

import pytest
from nornir.core.task import Result

from bothways import tasks
from bothways.tasks import (
    preview_change,
    push_change,
    read_state,
    save_config,
    undo_change,
    verify_flow,
)

SHIPPED: tuple[Callable[..., Result], ...] = (
    read_state,
    preview_change,
    push_change,
    verify_flow,
    undo_change,
    save_config,
)


@pytest.mark.parametrize("task", SHIPPED, ids=lambda task: task.__name__)
def test_a_task_is_a_typed_function_and_not_the_module_of_its_name(task: Callable[..., Result]) -> None:
    signature = inspect.signature(task)

    assert inspect.isfunction(task)
    assert signature.return_annotation == "Result"
    assert next(iter(signature.parameters)) == "task"
    assert all(p.kind is p.KEYWORD_ONLY for p in list(signature.parameters.values())[1:])
    assert getattr(tasks, task.__name__) is task


def test_importing_the_module_of_a_task_does_not_hide_the_function() -> None:
    """Python binds a submodule to its package when it is first imported; ours are imported before."""
    lines = "import bothways.tasks.read_state, bothways.tasks; print(callable(bothways.tasks.read_state))"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
