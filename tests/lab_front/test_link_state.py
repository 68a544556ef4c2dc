"""What a 4948E and a 6509E print and take, byte by byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab_front.conftest import RunningLab

StartLab = Callable[..., "AbstractContextManager[RunningLab]"]


@pytest.fixture
def link_lab(tmp_path: Path, start_lab: StartLab) -> Iterator[RunningLab]:
    with start_lab(tmp_path / "lab", story="link-state") as lab:
        yield lab


def test_link_state_group_of_forty_ports(link_lab: RunningLab) -> None:
    """S2b-05, S2b-06: `?` behind `link state` is ambiguous, tab completes nothing, the full line is taken."""
    with link_lab.terminal("tor-a") as terminal:
        terminal.type("configure terminal")
        terminal.type("link state track 1")
        terminal.type("int po11")
        terminal.send("link state ?")
        said = terminal.until("#link state ")
        assert said == (
            'link state ?\r\n% Ambiguous command:  "link state "\r\nHQ4948A(config-if)#link state '
        )
        terminal.send("gr\t")
        terminal.send("\x15")
        assert "\r\n%" not in terminal.type("link state group 1 upstream")
        prompt = terminal.type("int range g1/1 - 40")
        assert prompt.endswith("HQ4948A(config-if-range)#")
        assert "\r\n%" not in terminal.type("link state group 1 downstream")
        terminal.type("end")
        shown = terminal.type("show link state group 1 detail").split("\r\n")[1:-1]
        assert shown[:4] == [
            "Link State Group: 1      Status: Enabled, Up",
            "Upstream Interfaces   : Po11(Up)",
            "Downstream Interfaces : Gi1/1(Up) Gi1/2(Up) Gi1/3(Up) Gi1/4(Up)",
            "                        Gi1/5(Up) Gi1/6(Up) Gi1/7(Up) Gi1/8(Up)",
        ]
        assert len(shown) == 2 + 10 + 2
        assert shown[-2:] == ["", "(Up):Interface up   (Dwn):Interface Down   (Dis):Interface disabled"]
        assert terminal.type("show link state group").split("\r\n")[1:-1] == shown[:1]
        port = terminal.type("show running-config interface g1/40")
        assert " link state group 1 downstream" in port


@pytest.mark.parametrize(
    "typed",
    [
        "int range g1/1 - 3 , g1/40",
        "interface range gigabitethernet 1/1 - 3,gi1/40",
        "int ran gi1/1 - 3, gi1/40 , gi1/2",
        "int range gi1/1,gi1/2,gi1/3,gi1/40",
    ],
    ids=["blanks", "none", "some, and one twice", "no span"],
)
def test_a_range_may_be_a_list(link_lab: RunningLab, typed: str) -> None:
    """S2b-02: ports that are no neighbours, with or without blanks beside the comma."""
    lines = [typed, " description rack 7", "interface Gi1/5", " description other"]
    assert not any(link_lab.ask("edit", device="tor-a", lines=lines)["answers"])

    with link_lab.terminal("tor-a") as terminal:
        shown = {
            port: " description rack 7" in terminal.type(f"show running-config interface g1/{port}")
            for port in (1, 2, 3, 4, 5, 39, 40)
        }

    assert [port for port, named in shown.items() if named] == [1, 2, 3, 40]


@pytest.mark.parametrize(
    "typed",
    [
        "int range g1/1 - 3 , g9/40",
        "int range g1/3 - 1",
        "int range g1/1 - 3 ,",
        "int range g1/1 - 3 ; g1/40",
        "int range g1/1 , g1/3 , g1/5 , g1/7 , g1/9 , g1/11",
    ],
    ids=["no such port", "counting down", "nothing behind the comma", "another sign", "six of them"],
)
def test_a_list_that_is_wrong_anywhere_is_no_range(link_lab: RunningLab, typed: str) -> None:
    """S2b-02: none of its ports is configured then."""
    answers = link_lab.ask("edit", device="tor-a", lines=[typed])["answers"]
    assert answers[0].strip().startswith("%") or "% In" in answers[0]


def test_typographic_dash_is_no_range(link_lab: RunningLab) -> None:
    """S2b-02: the dash of a printed text is not the dash of a command line."""
    answers = link_lab.ask("edit", device="tor-a", lines=["int range g1/1 \u2013 40"])["answers"]
    assert "% Invalid input detected at '^' marker." in answers[0]


def test_channels_and_chassis(link_lab: RunningLab) -> None:
    """S2b-01: four members in use on each uplink; a 6509 and a 4948 know no SDM templates."""
    with link_lab.terminal("core-b") as terminal:
        shown = terminal.type("show etherchannel summary").split("\r\n")
        assert "1      Po1(SU)          LACP      Te5/4(P)    Te5/5(P)   " in shown
        assert "12     Po12(SU)         LACP      Gi1/1(P)    Gi1/2(P)    Gi1/3(P)   " in shown
        assert "cisco WS-C6509-E (R7000)" in terminal.type("show version")
        assert "% Invalid input" in terminal.type("show sdm prefer")
        assert "% Invalid input" in terminal.type("show link state group detail")
