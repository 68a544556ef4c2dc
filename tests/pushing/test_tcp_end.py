"""A router that is an end of the flow proves it by its own connections, and says what that is worth."""

from __future__ import annotations

import pytest

from bothways.errors import CouldNotSee
from bothways.flow import Flow
from bothways.pushing.connection import Watch, doubt
from bothways.pushing.tcp_end import tcp_end_baseline, wait_for_tcp_end
from bothways.pushing.unit import Unit

from .toy import SteppedClock, Toy

CALL = Flow.parse("192.4.4.4 192.1.1.1 tcp/23")
SHOW = "show tcp brief"
HEAD = "TCB       Local Address           Foreign Address        (state)\n"


def row(local: str, remote: str, state: str) -> str:
    return f"63CE1B04  {local:<23} {remote:<22} {state}\n"


OURS = ("192.4.4.4.11006", "192.1.1.1.23")


@pytest.mark.parametrize("state", ["ESTAB", "TIMEWAIT", "CLOSEWAIT", "FINWAIT2"])
@pytest.mark.parametrize("ends", [OURS, OURS[::-1]], ids=["client", "server"])
def test_an_open_connection_proves_both_directions(
    toy: Toy, unit: Unit, ends: tuple[str, str], state: str
) -> None:
    """S1-12: the handshake is whole at either end; of data the table says nothing, nor do we."""
    toy.outputs[SHOW] = HEAD + row(*ends, state)
    found = wait_for_tcp_end(unit, Watch(CALL, 0.0))
    assert found is not None
    assert found.line == f"{ends[0]} {ends[1]} {state}"
    assert "the handshake went both ways" in found.said
    assert "does not tell what data followed" in found.said


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD + row(*OURS, "SYNSENT"),
        HEAD + row("192.1.1.1.23", "192.4.4.4.11006", "SYNRCVD"),
        HEAD + row("192.4.4.4.11006", "192.1.1.1.22", "ESTAB"),
        HEAD + row("192.4.4.4.11006", "10.1.1.1.23", "ESTAB"),
        HEAD + row("192.4.4.5.11006", "192.1.1.1.23", "ESTAB"),
    ],
    ids=["none", "syn sent", "syn received", "another port", "the real address", "another client"],
)
def test_anything_else_proves_nothing(toy: Toy, unit: Unit, clock: SteppedClock, text: str) -> None:
    """S1-12: asked again until the time is over."""
    toy.outputs[SHOW] = text
    assert wait_for_tcp_end(unit, Watch(CALL, 10.0)) is None
    assert clock.seconds == 10.0


def test_what_was_there_before_proves_nothing(toy: Toy, unit: Unit) -> None:
    """S1-12: a connection of yesterday says nothing of the change."""
    toy.outputs[SHOW] = HEAD + row(*OURS, "ESTAB")
    before = tcp_end_baseline(unit, unit.open(), CALL)
    assert wait_for_tcp_end(unit, Watch(CALL, 0.0, before)) is None


def test_a_device_without_such_a_table_says_so(asa: Unit) -> None:
    """Never an empty table where there is none."""
    with pytest.raises(CouldNotSee):
        tcp_end_baseline(asa, asa.open(), CALL)


def test_without_a_watcher_the_reason_is_that_nobody_looks() -> None:
    """S1-12: 24 says that the trace alone stands for it, and what the user can do."""
    what, proves = doubt(CALL, 60.0, watched=False)
    assert what == "no device that was read shows its connections: that it lives is the trace's word alone"
    assert proves == "open it on 192.4.4.4 and see that 192.1.1.1 answers, then save by hand"
