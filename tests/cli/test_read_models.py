"""What a model does not know is named, and is no gap; what the login may not see is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothways = Callable[..., Any]
NOT_KNOWN = "                ^\n% Invalid input detected at '^' marker.\n"
NOT_ALLOWED = "Command authorization failed.\n"
WHOLE = "Current configuration : 40 bytes\nhostname R1\nend\n"


@pytest.mark.parametrize(
    ("command", "said", "ends"),
    [
        ("show sdm prefer", NOT_KNOWN, (0, "unknown there: show sdm prefer")),
        ("show sdm prefer", NOT_ALLOWED, (3, "refused: Command authorization failed.")),
        ("show ip arp", NOT_KNOWN, (3, "refused: % Invalid input")),
    ],
    ids=["a-router-has-no-template", "a-login-may-not-look", "every-model-has-arp"],
)
def test_only_what_other_models_lack_too_is_no_gap(
    bothways: Bothways, tmp_path: Path, command: str, said: str, ends: tuple[int, str]
) -> None:
    """X-03 X-07: a router is read whole without the commands of a switch."""
    folder = tmp_path / "saved" / "r1"
    folder.mkdir(parents=True)
    (folder / "show_running-config.txt").write_text(WHOLE)
    (folder / f"{command.replace(' ', '_')}.txt").write_text(said)
    (folder.parent / "r1.platform").write_text("cisco_ios\n")

    ran = bothways("read", "--from-files", folder.parent)

    assert (ran.code, ran.err) == (ends[0], "")
    assert ends[1] in ran.out
