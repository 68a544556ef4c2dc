"""Captures on one firewall: placed in order, taken away whatever happens, never said to be gone when not."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothways.diagnosis.capture.spots import Ends, Spot
from bothways.errors import BadInput, BothwaysError, CaptureRefused, WrongUnit
from bothways.flow import Flow
from bothways.platforms.asa.standing_capture import parse_standing_captures
from bothways.pushing.capture_check import overloaded, short_of_memory
from bothways.pushing.capture_lines import Placement, placements
from bothways.pushing.capture_place import look_before, place
from bothways.pushing.capture_remove import Left, remove
from bothways.pushing.capture_seen import fetch
from bothways.pushing.capture_watch import look
from bothways.pushing.journal import Journal
from bothways.pushing.stop import Stop
from bothways.session.typed_line import check_capture

from .capture_toy import (
    ACTIONS,
    DENIED,
    IGNORE,
    LOST_BEFORE,
    REFUSE,
    SERIAL,
    STRANGE,
    CaptureSession,
    CaptureToy,
    unit_of,
)
from .toy import SteppedClock

ENDS = Ends(IPv4Address("10.12.0.130"), IPv4Address("172.16.1.18"), 443)
SPOTS = {"edge-asa": (Spot("edge-asa", "inside", (ENDS,)), Spot("edge-asa", "outside", (ENDS,)))}
WANTED = placements(SPOTS, "abc123")
THEIRS = {"theirs": "capture theirs interface inside"}


@pytest.fixture
def firewall() -> CaptureToy:
    return CaptureToy(captures=dict(THEIRS))


def placed_and_removed(toy: CaptureToy, clock: SteppedClock, journal: Journal) -> tuple[str, Left]:
    """As a run does it: the removal follows whatever the placing came to."""
    unit = unit_of(toy, clock)
    try:
        why = place(unit, WANTED, journal, SERIAL, Stop())
    except BothwaysError as error:  # whatever it is, the removal follows
        why = repr(error)
    sent = any(record.state == "sent" for record in journal.records)
    doubtful = any(record.state == "unknown" for record in journal.records)
    if not sent:
        return why, Left("edge-asa")
    return why, remove(unit, WANTED, journal, SERIAL, doubtful=doubtful)


def test_one_an_interface_and_one_of_what_is_dropped() -> None:
    """The names follow one another, and each command matches the flow there, and nothing else."""
    rest = "buffer 65536 packet-length 128 match tcp host 10.12.0.130 host 172.16.1.18 eq 443"
    assert [one.command for one in WANTED] == [
        f"capture bw-abc123-1 type raw-data interface inside {rest}",
        f"capture bw-abc123-2 type raw-data interface outside {rest}",
        f"capture bw-abc123-3 type asp-drop all {rest}",
    ]
    assert [one.removal for one in WANTED] == [f"no capture bw-abc123-{number}" for number in (1, 2, 3)]


def test_five_forms_of_a_flow_take_three_captures_an_interface() -> None:
    """A line holds two matches, so that it stays shorter than any command line."""
    ends = tuple(
        Ends(IPv4Address(f"255.255.255.{n}"), IPv4Address("255.255.255.254"), 65535) for n in range(5)
    )
    name = "a" * 48
    found = placements({"edge-asa": (Spot("edge-asa", name, ends),)}, "abc123")
    assert [one.command.count(" match ") for one in found] == [2, 2, 1, 2, 2, 1]
    assert max(len(one.command) for one in found) <= 254


@pytest.mark.parametrize(
    "name", ["in side", "inside\nreload", "inside?", "", "-x", "a" * 49, "$(x)", "inside;x"]
)
def test_an_interface_of_a_strange_name_is_never_typed(name: str) -> None:
    """A newline in a value is a command."""
    with pytest.raises(BadInput):
        check_capture("edge-asa", Placement("bw-abc123-1", "edge-asa", name or " ", (ENDS,)).command)


@pytest.mark.parametrize(
    "command",
    [
        "capture theirs interface inside",
        "no capture theirs",
        "no capture bw-abc123-1 interface inside",
        "no capture /all",
        "clear capture bw-abc123-1",
        "capture bw-abc123-1 type raw-data interface inside buffer 65536 packet-length 128",
        "capture bw-abc123-1 type raw-data interface inside real-time match tcp any any",
        WANTED[0].command.replace("65536", "33554432"),
        WANTED[0].command.replace("tcp host", "ip host"),
        "configure terminal",
        "reload",
        "show version",
    ],
)
def test_nothing_else_is_typed_on_that_way(command: str) -> None:
    """X-04: captures of our own names that match one TCP flow into a small buffer, and their removal."""
    with pytest.raises(BadInput):
        check_capture("edge-asa", command)


def test_all_is_well(firewall: CaptureToy, clock: SteppedClock, journal: Journal) -> None:
    """I1, I2: placed, written down before, and gone by the word of a session that removed nothing."""
    why, left = placed_and_removed(firewall, clock, journal)
    assert (why, left) == ("", Left("edge-asa"))
    assert firewall.captures == THEIRS
    assert firewall.typed == [*(one.command for one in WANTED), *(one.removal for one in WANTED)]
    assert firewall.sessions == 3
    states = [(record.kind, record.state) for record in journal.records]
    assert (
        states == [("command", "sent"), ("command", "acked")] * 3 + [("undo", "sent"), ("undo", "acked")] * 3
    )


@settings(deadline=None)  # every record of the journal waits for the disk
@given(st.lists(st.sampled_from(ACTIONS), max_size=40))
def test_i4_what_is_not_named_does_not_stand(script: list[str]) -> None:
    """I4, I6: under any faults what may stand is named, and others' captures are left alone."""
    toy = CaptureToy(captures=dict(THEIRS), script=iter(script))
    with tempfile.TemporaryDirectory() as folder:
        clock = SteppedClock()
        journal = Journal.create(Path(folder) / "journal.jsonl", clock)
        _, left = placed_and_removed(toy, clock, journal)
    ours = set(toy.captures) - set(THEIRS)
    assert ours <= set(left.names)
    assert THEIRS.items() <= toy.captures.items()
    assert set(toy.typed) <= {text for one in WANTED for text in (one.command, one.removal)}
    if left.names:
        assert left.why


@settings(deadline=None)  # every record of the journal waits for the disk
@given(st.lists(st.sampled_from(ACTIONS), max_size=9))
def test_i4_a_firewall_that_recovers_is_left_clean(script: list[str]) -> None:
    """Whatever the placing came to: once the firewall answers again, nothing of ours stands."""
    toy = CaptureToy(captures=dict(THEIRS), script=iter(script))
    with tempfile.TemporaryDirectory() as folder:
        clock = SteppedClock()
        journal = Journal.create(Path(folder) / "journal.jsonl", clock)
        with suppress(BothwaysError):
            place(unit_of(toy, clock), WANTED, journal, SERIAL, Stop())
        toy.script = iter(())
        left = remove(unit_of(toy, clock), WANTED, journal, SERIAL, doubtful=True)
    assert left == Left("edge-asa")
    assert toy.captures == THEIRS


@pytest.mark.parametrize("action", [REFUSE, IGNORE, LOST_BEFORE, STRANGE])
def test_f40_for_ever_is_told(
    firewall: CaptureToy, clock: SteppedClock, journal: Journal, action: str
) -> None:
    """F40: a firewall that keeps them for ever: all of them are named, with the last word on why."""
    assert place(unit_of(firewall, clock), WANTED, journal, SERIAL, Stop()) == ""

    class Stubborn(CaptureSession):
        def capture(self, command: str) -> str:
            self._toy.script = iter([action])
            return super().capture(command)

    unit = unit_of(firewall, clock)
    stubborn = type(unit)(unit.name, unit.platform, clock, lambda: Stubborn(firewall, clock))
    left = remove(stubborn, WANTED, journal, SERIAL)
    assert left.names == tuple(one.name for one in WANTED)
    told = {
        REFUSE: DENIED,
        IGNORE: "still listed",
        LOST_BEFORE: "no answer came",
        STRANGE: "the moon is full",
    }
    assert told[action] in left.why


def test_a_mate_that_took_over_proves_nothing(
    firewall: CaptureToy, clock: SteppedClock, journal: Journal
) -> None:
    """A failover while the captures stand: the other unit's empty list is no proof."""
    unit = unit_of(firewall, clock)
    assert place(unit, WANTED, journal, SERIAL, Stop()) == ""
    firewall.serial = "JMX9999Z9Z9"
    left = remove(unit, WANTED, journal, SERIAL)
    assert left.names == tuple(one.name for one in WANTED)
    assert "unit JMX9999Z9Z9 answers now" in left.why
    assert not [line for line in firewall.typed if line.startswith("no ")]


def test_another_unit_is_not_typed_on(firewall: CaptureToy, clock: SteppedClock, journal: Journal) -> None:
    """The unit that was read is the one that captures."""
    firewall.serial = "JMX9999Z9Z9"
    with pytest.raises(WrongUnit):
        place(unit_of(firewall, clock), WANTED, journal, SERIAL, Stop())
    assert firewall.typed == []


def test_twice_ctrl_c_types_nothing_more(firewall: CaptureToy, clock: SteppedClock, journal: Journal) -> None:
    """The second press leaves at once; what stands is named."""
    unit = unit_of(firewall, clock)
    assert place(unit, WANTED, journal, SERIAL, Stop()) == ""
    left = remove(unit, WANTED, journal, SERIAL, leave=lambda: True)
    assert len(left.names) == 3
    assert "interrupted twice" in left.why
    assert not [line for line in firewall.typed if line.startswith("no ")]


def test_an_answer_that_was_lost_is_waited_for(
    firewall: CaptureToy, clock: SteppedClock, journal: Journal
) -> None:
    """F09: a command that arrives after its session is gone: the list is read once more, later."""
    unit = unit_of(firewall, clock)

    def arrives(_now_s: float) -> None:
        firewall.captures.setdefault("bw-abc123-1", WANTED[0].command)
        clock.waiting = lambda _: None

    clock.waiting = arrives
    left = remove(unit, WANTED[:1], journal, SERIAL, doubtful=True)
    assert left == Left("edge-asa")
    assert firewall.captures == THEIRS
    assert clock.monotonic() >= 5.0


def test_what_stands_before_is_read_and_a_hidden_list_refused(
    firewall: CaptureToy, clock: SteppedClock
) -> None:
    """Without the list no removal could be proven, so nothing is placed."""
    firewall.outputs = {"show memory": "Free memory:       238345216 bytes (44%)"}
    before = look_before(unit_of(firewall, clock), "10.12.0.130")
    assert (before.names, before.could_not_see) == (frozenset({"theirs"}), ())
    firewall.script = iter([REFUSE])
    with pytest.raises(CaptureRefused, match="could not be proven gone"):
        look_before(unit_of(firewall, clock), "10.12.0.130")


def test_what_came_meanwhile_and_what_was_there_before(firewall: CaptureToy, clock: SteppedClock) -> None:
    """Counters and log lines are told by their difference, and lines of other flows left out."""
    old = "08:00:00: %ASA-6-106015: Deny TCP (no connection) from 10.12.0.130/50001 to 172.16.1.18/443"
    new = old.replace("08:00:00", "08:00:09")
    other = new.replace("172.16.1.18", "172.16.1.20")
    longer = new.replace("10.12.0.130", "10.12.0.13").replace("172.16.1.18/443", "172.16.1.18/4430")
    firewall.outputs = {
        "show asp drop": "Frame drop:\n  First packet not SYN (tcp-not-syn)  12\n  No route (no-route)  3\n",
        "show logging | include 10.12.0.130": f"{old}\n{new}\n{other}\n{longer}",
        "show conn address 10.12.0.130 address 172.16.1.18": "0 in use, 7 most used",
    }
    flow = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
    taken = fetch(unit_of(firewall, clock), WANTED, flow, {"tcp-not-syn": 10, "no-route": 3}, [old])
    assert taken.drops == {"tcp-not-syn": 2}
    assert taken.log == (new,)
    assert (taken.conns, taken.could_not_see) == ((), ())
    assert [one.place for one, _ in taken.texts] == ["inside", "outside", "asp-drop"]


def test_cleared_counters_count_from_nought(firewall: CaptureToy, clock: SteppedClock) -> None:
    """Somebody cleared them meanwhile: what stands there now has come since."""
    firewall.outputs = {
        "show asp drop": "Frame drop:\n  First TCP packet not SYN (tcp-not-syn)  2\n",
        "show conn address 10.12.0.130 address 172.16.1.18": "0 in use, 7 most used",
    }
    flow = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
    taken = fetch(unit_of(firewall, clock), WANTED, flow, {"tcp-not-syn": 10}, ())
    assert taken.drops == {"tcp-not-syn": 2}


def test_a_look_sees_what_is_held_full_and_gone(
    firewall: CaptureToy, clock: SteppedClock, journal: Journal
) -> None:
    """Two shows: how much there is, whether one is gone, whether the firewall is busy."""
    unit = unit_of(firewall, clock)
    assert place(unit, WANTED, journal, SERIAL, Stop()) == ""
    del firewall.captures["bw-abc123-2"]
    firewall.outputs = {"show cpu usage": "CPU utilization for 5 seconds = 61%; 1 minute: 2%; 5 minutes: 2%"}
    seen = look(unit.open(), WANTED, cpu=True)
    assert seen.bytes == {"bw-abc123-1": 120, "bw-abc123-3": 120}
    assert (seen.full, seen.gone) == (False, ("bw-abc123-2",))
    assert seen.busy == "its CPU is at 61 %, above 60 %"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Free memory:       238345216 bytes (44%)", ""),
        ("Free memory:        16777216 bytes ( 5%)", ""),
        ("Free memory:        16777215 bytes (44%)", "has 15 MB of memory free (44 %)"),
        ("Free memory:       238345216 bytes ( 4%)", "has 227 MB of memory free (4 %)"),
        ("no such command", ""),
    ],
)
def test_memory_is_spared(text: str, said: str) -> None:
    """16 MB and 5 % are the least."""
    assert short_of_memory(text).startswith(said)
    assert bool(short_of_memory(text)) == bool(said)


def test_a_cpu_of_sixty_may_be_asked() -> None:
    """60 is allowed, 61 is not."""
    line = "CPU utilization for 5 seconds = {}%; 1 minute: 2%; 5 minutes: 2%"
    assert overloaded(line.format(60)) == ""
    assert overloaded(line.format(61)) == "its CPU is at 61 %, above 60 %"


LISTED = """\
capture cin type raw-data buffer 65536 packet-length 128 interface inside [Buffer Full - 65496 bytes]
  match tcp host 10.12.0.130 host 172.16.1.18 eq https
capture asp type asp-drop all [Capturing - 70 bytes]
  match tcp any host 172.16.1.18 eq https
capture old access-list CAPTURE interface outside[Capturing - 0 bytes]
capture bare
"""


def test_the_list_of_captures_is_read() -> None:
    """One row a capture, whatever words it bears; the lines of what it matches are known."""
    table = parse_standing_captures(LISTED)
    assert [(row.name, row.kind, row.interface, row.state, row.bytes) for row in table] == [
        ("cin", "raw-data", "inside", "Buffer Full", 65496),
        ("asp", "asp-drop", "", "Capturing", 70),
        ("old", "", "outside", "Capturing", 0),
        ("bare", "", "", "", 0),
    ]
    assert table.unknown == ()
    assert list(parse_standing_captures("")) == []
    assert parse_standing_captures("ERROR: not now").unknown == (1,)
