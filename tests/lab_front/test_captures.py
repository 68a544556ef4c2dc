"""`capture` as somebody types it, and what the lab knows of captures that stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab

CAPTURE = "capture in interface inside match tcp host 10.12.0.130 host 172.16.1.18 eq 443"


@pytest.fixture
def asa(quiet_lab: RunningLab) -> Iterator[RunningLab]:
    """A lab whose firewall captures nothing, before a test and behind it."""
    yield quiet_lab
    with quiet_lab.terminal("edge-asa") as terminal:
        for one in quiet_lab.ask("captures", device="edge-asa")["captures"]:
            terminal.type(f"no capture {one['name']}")


def answers(lab: RunningLab, *lines: str) -> list[str]:
    """What the firewall prints between each line and the next prompt."""
    with lab.terminal("edge-asa") as terminal:
        printed = [terminal.type(line) for line in lines]
    return ["\n".join(one.replace("\r", "").split("\n")[1:-1]) for one in printed]


def test_the_lab_tells_who_captures_what(asa: RunningLab) -> None:
    """Placed, filled and taken away again: independent of what the firewall says of it."""
    (nothing,) = answers(asa, CAPTURE)
    assert nothing == ""
    asa.ask("connect", client="workstation", server="172.16.1.18", port=443)
    (one,) = asa.ask("captures", device="edge-asa")["captures"]
    assert one["packets"] > 6
    assert one == {
        "name": "in", "type": "raw-data", "user": "admin", "interfaces": ["inside"], "state": "Capturing",
        "match": ["tcp host 10.12.0.130 host 172.16.1.18 eq https"],
        "packets": one["packets"], "bytes": one["packets"] * 74,
    }  # fmt: skip
    assert answers(asa, "no capture in", "show capture") == ["", ""]
    assert asa.ask("captures", device="edge-asa")["captures"] == []


def test_a_switch_has_none(asa: RunningLab) -> None:
    """The question is for firewalls."""
    with pytest.raises(Exception, match="lab-switch"):
        asa.ask("captures", device="lab-switch")
