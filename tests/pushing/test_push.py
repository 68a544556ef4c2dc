"""One step on one device: all of it, or none of it, or exit 22 with the lines."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothways.errors import JournalFailed, RolledBack, StateUnknown
from bothways.planning.plan import Command, ConfigStep
from bothways.platforms import platform
from bothways.pushing.journal import Journal, read_journal
from bothways.pushing.line import accepted
from bothways.pushing.push import push_step
from bothways.pushing.unit import Unit
from bothways.pushing.work import Work

from .conftest import unit_over
from .toy import BACKWARD, FORWARD, PBR, START, SteppedClock, Toy

BEFORE = START.splitlines()
AFTER = """\
hostname DC_LAB_SWITCH
access-list 101 permit ip 172.16.1.0 0.0.0.255 host 10.12.0.130
interface Vlan10
 ip address 10.12.0.254 255.255.255.0
interface Vlan172
 ip address 172.16.1.1 255.255.255.0
 ip policy route-map FIX_ROUTING
route-map FIX_ROUTING permit 10
 match ip address 101
 set ip next-hop 10.12.0.1
end""".splitlines()
REFUSALS = {
    "F37 invalid": "      ^\n% Invalid input detected at '^' marker.",
    "F37 ambiguous": '% Ambiguous command:  "set"',
    "F22 authorization": "Command authorization failed.",
    "F38 unknown wording": "the moon is in the wrong house",
    "F39 without percent": "Bad mask /24 for address 172.16.1.0",
    "F42 question": "Do you want to continue? [yes/no]:",
}


def states(work: Work) -> list[tuple[str, str]]:
    return [
        (record.text, record.state)
        for record in read_journal(work.journal.path)
        if record.kind in ("command", "undo") and record.state != "planned"
    ]


def test_a_step_is_typed_in_order_and_proven_from_another_session(toy: Toy, unit: Unit, work: Work) -> None:
    """I1: the success is what a second session reads."""
    config = push_step(unit, PBR, work)

    assert toy.running == AFTER
    assert list(config) == AFTER
    assert toy.received == FORWARD
    assert toy.sessions == 2
    assert states(work) == [(text, state) for text in FORWARD for state in ("sent", "acked")]


def test_i2_every_line_is_on_the_disk_as_sent_before_the_device_has_it(
    toy: Toy, unit: Unit, work: Work
) -> None:
    """I2: seen from the device's side, at the moment a line arrives."""
    toy.answers[FORWARD[4]] = ("% Invalid input detected at '^' marker.", False)
    seen: list[tuple[str, str]] = []
    toy.on_line = lambda _: seen.append(states(work)[-1])

    with pytest.raises(RolledBack):
        push_step(unit, PBR, work)

    assert seen == [(line, "sent") for line in toy.received]


@pytest.mark.parametrize("k", range(len(FORWARD)))
@pytest.mark.parametrize("wording", REFUSALS.values(), ids=REFUSALS)
def test_x02_a_line_that_is_not_taken_in_silence_stops_the_push_and_all_is_undone(
    toy: Toy, unit: Unit, work: Work, k: int, wording: str
) -> None:
    """X-02, F22, F37, F38, F39, F42, I6: at every position; the configuration is equal afterwards."""
    toy.answers[FORWARD[k]] = (wording, False)

    with pytest.raises(RolledBack) as caught:
        push_step(unit, PBR, work)

    assert toy.running == BEFORE
    assert toy.received[: k + 1] == FORWARD[: k + 1]
    undone = toy.received[k + 1 :]
    assert undone == BACKWARD[len(BACKWARD) - len(undone) :]
    assert caught.value.exit_code == 20
    assert f"line {k + 1} of 6" in str(caught.value)
    assert FORWARD[k] in str(caught.value)
    assert wording.splitlines()[-1] in str(caught.value)


@pytest.mark.parametrize("k", range(len(FORWARD)))
@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not stored"])
def test_f04_a_session_that_ends_in_a_line_is_resolved_by_what_the_device_holds(
    toy: Toy, unit: Unit, work: Work, k: int, stored: bool
) -> None:
    """F04, F05, F09: whether line k came through or not is read, never guessed, and never resent."""
    toy.dies_at[FORWARD[k]] = stored

    with pytest.raises(RolledBack, match="no answer came"):
        push_step(unit, PBR, work)

    assert toy.running == BEFORE
    assert toy.received.count(FORWARD[k]) == 1 or FORWARD[k] == "interface Vlan172"
    assert (FORWARD[k], "unknown") in states(work)


@pytest.mark.parametrize("line", [text for text in BACKWARD if text not in FORWARD])
@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not stored"])
def test_f03_a_session_that_ends_in_the_undo_is_taken_up_again(
    toy: Toy, unit: Unit, work: Work, line: str, stored: bool
) -> None:
    """F03: undo lines are typed again only where their line still stands."""
    toy.answers[FORWARD[-1]] = ("% No.", True)
    toy.dies_at[line] = stored

    with pytest.raises(RolledBack):
        push_step(unit, PBR, work)

    assert toy.running == BEFORE


def test_f05_a_device_that_is_gone_for_a_while_is_waited_for(
    toy: Toy, unit: Unit, work: Work, clock: SteppedClock
) -> None:
    """F05: the clock is asked to wait; the device is back within the patience."""
    toy.dies_at[FORWARD[2]] = True
    toy.on_line = lambda _: setattr(toy, "unreachable_until", 30.0)

    with pytest.raises(RolledBack):
        push_step(unit, PBR, work)

    assert clock.seconds == 30.0
    assert toy.running == BEFORE


def test_f05_a_device_that_is_gone_after_the_last_line_is_waited_for_and_proven(
    toy: Toy, unit: Unit, work: Work, clock: SteppedClock
) -> None:
    """F05, I1: every line was taken; the reading that proves it calls again until the device answers."""
    toy.on_line = lambda line: setattr(toy, "unreachable_until", 30.0) if line == FORWARD[-1] else None

    assert list(push_step(unit, PBR, work)) == AFTER

    assert clock.seconds == 30.0
    assert toy.received == FORWARD


def test_f79_a_device_that_stays_away_is_exit_22_with_every_line_it_may_hold(
    toy: Toy, unit: Unit, work: Work
) -> None:
    """I4, F79: nobody knows; the lines and their states are named."""
    toy.dies_at[FORWARD[2]] = True
    toy.on_line = lambda _: setattr(toy, "unreachable_until", 1e9)

    with pytest.raises(StateUnknown) as caught:
        push_step(unit, PBR, work)

    said = str(caught.value)
    assert f"`{FORWARD[0]}` acked, `{FORWARD[1]}` acked, `{FORWARD[2]}` unknown" in said
    assert FORWARD[3] not in said
    assert "does not answer for 60 s" in said
    assert "bothways rollback 20260301T120000Z-abc123" in said
    assert caught.value.exit_code == 22


def test_f40_a_line_taken_in_silence_and_not_stored_is_found_by_the_read_back(
    toy: Toy, unit: Unit, work: Work
) -> None:
    """F40, S0-17: the device said nothing; its log and its configuration tell."""
    toy.answers["ip policy route-map FIX_ROUTING"] = ("", False)
    toy.outputs["show logging"] = LOG_HEAD
    mismatch = "*Mar  1 00:05:13.767: %PLATFORM_PBR-4-SDM_MISMATCH: PBR requires sdm template routing"
    toy.on_line = lambda _: toy.outputs.update({"show logging": f"{LOG_HEAD}\n{mismatch}"})

    with pytest.raises(RolledBack) as caught:
        push_step(unit, PBR, work)

    assert "`ip policy route-map FIX_ROUTING` is not in the running configuration" in str(caught.value)
    assert "PBR requires sdm template routing" in str(caught.value)
    assert toy.running == BEFORE


def test_s0_17_an_older_log_line_is_not_taken_for_the_reason(toy: Toy, unit: Unit, work: Work) -> None:
    """S0-17: only what the device logged since the step began explains it."""
    toy.answers["ip policy route-map FIX_ROUTING"] = ("", False)
    old = "*Mar  1 00:01:00.000: %PLATFORM_PBR-4-SDM_MISMATCH: PBR requires sdm template routing"
    toy.outputs["show logging"] = f"{LOG_HEAD}\n{old}"

    with pytest.raises(RolledBack) as caught:
        push_step(unit, PBR, work)

    assert "logged" not in str(caught.value)


DOWN = (
    "*Mar  1 00:01:00.000: %PM-4-ERR_DISABLE: lsgroup error detected on Gi1/1, putting Gi1/1 in err-disable"
)


@pytest.mark.parametrize("quiet", [("PM-4-ERR_DISABLE",), ()], ids=["promised", "not-promised"])
def test_s2b_10_a_port_that_went_down_meanwhile_takes_the_step_back(
    toy: Toy, unit: Unit, work: Work, quiet: tuple[str, ...]
) -> None:
    """S2b-10: all lines stand, and yet: the device logged what a step that promised quiet must not cause."""
    toy.outputs["show logging"] = f"{LOG_HEAD}\n{DOWN}"
    again = DOWN.replace("00:01:00", "00:02:00")
    toy.on_line = lambda _: toy.outputs.update({"show logging": f"{LOG_HEAD}\n{DOWN}\n{again}"})
    step = PBR.model_copy(update={"quiet": quiet})
    if not quiet:
        push_step(unit, step, work)
        return
    with pytest.raises(RolledBack, match="lsgroup error detected on Gi1/1"):
        push_step(unit, step, work)
    assert toy.running == BEFORE


def test_f45_the_lines_of_another_admin_survive_and_are_named(toy: Toy, unit: Unit, work: Work) -> None:
    """F45: his line came while we typed; ours go, his stays, and the exit code is 22."""

    def typed_meanwhile(line: str) -> None:
        if line == FORWARD[3]:
            toy.store("", "ip route 10.99.0.0 255.255.0.0 10.12.0.1")

    toy.on_line = typed_meanwhile
    with pytest.raises(StateUnknown, match="somebody else changed") as caught:
        push_step(unit, PBR, work)

    assert "`+ ip route 10.99.0.0 255.255.0.0 10.12.0.1`" in str(caught.value)
    assert [line for line in toy.running if line not in BEFORE] == [
        "ip route 10.99.0.0 255.255.0.0 10.12.0.1"
    ]


def test_f45_a_section_that_holds_a_line_of_another_admin_is_not_removed(
    toy: Toy, unit: Unit, work: Work
) -> None:
    """F45: `no route-map` would take his `set` clause along."""

    def typed_meanwhile(line: str) -> None:
        if line == "ip policy route-map FIX_ROUTING":
            toy.store("route-map FIX_ROUTING permit 10", "set ip dscp ef")

    toy.on_line = typed_meanwhile
    with pytest.raises(StateUnknown, match="`set ip dscp ef` in it is not ours"):
        push_step(unit, PBR, work)

    assert " set ip dscp ef" in toy.running
    assert " ip policy route-map FIX_ROUTING" not in toy.running


def test_i7_a_password_of_another_admin_is_not_quoted(toy: Toy, unit: Unit, work: Work) -> None:
    """I7, F45: his line is named, its secret is not."""

    def typed_meanwhile(line: str) -> None:
        if line == FORWARD[3]:
            toy.store("", "username ann secret 5 $1$mERr$made.up")

    toy.on_line = typed_meanwhile
    with pytest.raises(StateUnknown, match="username ann secret <hidden>") as caught:
        push_step(unit, PBR, work)
    assert "made.up" not in str(caught.value)


def test_a_line_that_stood_there_before_is_not_ours_to_remove(toy: Toy, unit: Unit, work: Work) -> None:
    """X-02: the undo restores the state before, it does not empty the device."""
    toy.store("", FORWARD[0])
    before = list(toy.running)
    toy.answers[FORWARD[5]] = ("% No.", False)

    with pytest.raises(RolledBack):
        push_step(unit, PBR, work)

    assert toy.running == before


def test_f49_an_undo_line_that_is_refused_is_never_called_success(toy: Toy, unit: Unit, work: Work) -> None:
    """F49: the undo stops there, and what still stands is named."""
    toy.answers[FORWARD[5]] = ("% No.", True)
    toy.answers["no route-map FIX_ROUTING permit 10"] = ("% Route-map FIX_ROUTING is in use", False)

    with pytest.raises(StateUnknown, match=r"the undo stopped: .* is in use") as caught:
        push_step(unit, PBR, work)

    assert "undo `no route-map FIX_ROUTING permit 10` rejected" in str(caught.value)
    assert "no access-list 101" not in str(caught.value)


def test_a_declared_answer_must_come(toy: Toy, unit: Unit, work: Work) -> None:
    """F38: where the plan foretells an answer, silence is no success, and nothing may stand beside it."""
    stored = "Changes to the running SDM preferences have been stored"
    step = ConfigStep(
        device="lab-switch",
        fix="sdm-template",
        commands=(Command(text="sdm prefer routing", answer=stored),),
        undo=(),
    )
    toy.answers["sdm prefer routing"] = (f"{stored}", False)
    push_step(unit, step, work)

    toy.answers["sdm prefer routing"] = ("", False)
    with pytest.raises(RolledBack, match="taken in silence"):
        push_step(unit, step, work)

    toy.answers["sdm prefer routing"] = (f"{stored}\n% but the flash is on fire", False)
    with pytest.raises(RolledBack, match="flash is on fire"):
        push_step(unit, step, work)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def fill() -> None:
        def no_space(*_: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "write", no_space)

    return fill


def test_f74_without_a_journal_nothing_is_sent(
    toy: Toy, unit: Unit, work: Work, full_disk: Callable[[], None]
) -> None:
    """F74, I2: exit 12, and the device has received nothing."""
    full_disk()
    with pytest.raises(JournalFailed) as caught:
        push_step(unit, PBR, work)
    assert toy.received == []
    assert caught.value.exit_code == 12


def test_f74_a_disk_that_fills_up_half_way_stops_the_push_and_names_the_lines(
    toy: Toy, unit: Unit, work: Work, full_disk: Callable[[], None]
) -> None:
    """F74, I2, I4: no byte leaves that is not recorded, so the undo waits for a human."""
    toy.on_line = lambda line: full_disk() if line == FORWARD[2] else None

    with pytest.raises(StateUnknown) as caught:
        push_step(unit, PBR, work)

    assert toy.received == FORWARD[:3]
    assert all(f"`{line}`" in str(caught.value) for line in FORWARD[:3])


def test_f73_one_interrupt_finishes_the_line_and_rolls_back(toy: Toy, unit: Unit, work: Work) -> None:
    """F73: ctrl-c in the third line."""

    def press(line: str) -> None:
        if line == FORWARD[2]:
            work.stop.press()

    toy.on_line = press
    with pytest.raises(RolledBack, match="interrupted"):
        push_step(unit, PBR, work)

    assert toy.received[:4] == [*FORWARD[:3], "no route-map FIX_ROUTING permit 10"]
    assert toy.running == BEFORE


def test_f73_a_second_interrupt_leaves_at_once_and_says_so(toy: Toy, unit: Unit, work: Work) -> None:
    """F73: the journal stays behind, exit 22."""

    def press(line: str) -> None:
        if line in (FORWARD[2], BACKWARD[2]):
            work.stop.press()

    toy.on_line = press
    with pytest.raises(StateUnknown, match="interrupted twice"):
        push_step(unit, PBR, work)

    assert toy.received == [*FORWARD[:3], BACKWARD[2]]


def test_f67_a_configuration_that_is_cut_short_is_never_the_base_of_anything(
    toy: Toy, unit: Unit, work: Work
) -> None:
    """F67: without its last line a configuration was cut; nothing is typed on it."""
    toy.outputs["show running-config"] = "\n".join(BEFORE[:-1])
    with pytest.raises(Exception, match="cut short"):
        push_step(unit, PBR, work)
    assert toy.received == []


@given(
    wording=st.text(min_size=1).filter(lambda text: bool(text.strip())),
    declared=st.sampled_from(["", "(?:Changes stored)?"]),
)
def test_f38_no_unknown_wording_passes_for_success(wording: str, declared: str) -> None:
    """F38: an allow-list, so that what nobody has ever seen stops the push."""
    assert not accepted(wording, declared, platform("cisco_ios"))


LOG_HEAD = """\
Syslog logging: enabled (0 messages dropped, 1 messages rate-limited, 0 flushes, 0 overruns, xml disabled)
    Console logging: level debugging, 10 messages logged, xml disabled
    Monitor logging: level debugging, 0 messages logged, xml disabled
    Buffer logging: level debugging, 10 messages logged, xml disabled

Log Buffer (4096 bytes):
"""


FAULTS = ["rejected", "rejected but stored", "silent but not stored", "dies before", "dies after"]


@settings(max_examples=200, deadline=None)
@given(
    faults=st.dictionaries(st.sampled_from([*FORWARD, *BACKWARD]), st.sampled_from(FAULTS), max_size=3),
    foreign=st.sampled_from([None, *FORWARD]),
)
def test_i4_whatever_goes_wrong_the_outcome_is_the_truth(
    tmp_path_factory: pytest.TempPathFactory, faults: dict[str, str], foreign: str | None
) -> None:
    """I1, I4, I6: any three faults, and another admin at work."""
    clock = SteppedClock()
    toy = Toy()
    theirs = "ip route 10.99.0.0 255.255.0.0 10.12.0.1"

    def typed_meanwhile(line: str) -> None:
        if line == foreign:
            toy.store("", theirs)

    toy.on_line = typed_meanwhile
    for line, fault in faults.items():
        if fault.startswith("dies"):
            toy.dies_at[line] = fault == "dies after"
        else:
            said = "" if fault.startswith("silent") else "% No."
            toy.answers[line] = (said, fault == "rejected but stored")
    work = Work(0, Journal.create(tmp_path_factory.mktemp("run") / "journal.jsonl", clock), clock)
    with contextlib.contextmanager(unit_over)(toy, clock, "cisco_ios") as unit:
        try:
            push_step(unit, PBR, work)
            promised: list[str] | None = AFTER
        except RolledBack:
            promised = BEFORE
        except StateUnknown:
            promised = None

    assert promised is None or toy.running == promised
    assert [line for line, state in states(work) if state == "sent"] == toy.received
    typed = sum(
        record.kind == "command" and record.state == "sent" for record in read_journal(work.journal.path)
    )
    assert toy.received[:typed] == FORWARD[:typed]
    assert set(toy.received[typed:]) <= set(BACKWARD)
    if theirs in toy.running:
        assert promised is None
