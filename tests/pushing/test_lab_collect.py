"""An evidence run over real SSH, hit at one moment of it: what the lab says stands, stands."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bothways.diagnosis.capture.evidence import Outcome, evidence_of
from bothways.errors import StateUnknown
from bothways.fleet.capture_removal import clean_up
from bothways.fleet.capture_run import CaptureRun
from bothways.fleet.collect import Collected, collect, propose
from bothways.fleet.evidence_files import named_texts
from bothways.flow import Fate
from bothways.planning.plan import ConfigStep

from .bench import FLOW, Bench, bench

WAITING, READ = "open the connection now", "edge-asa: read"
OTHER_UNIT = (
    "answer:Cisco Adaptive Security Appliance Software Version 9.2(4)\n\nEDGE-ASA up 2 days 3 hours\n\n"
    "Hardware:   ASA5505, 512 MB RAM, CPU Geode 500 MHz\nSerial Number: JMX0000X0X0\n"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("e") / "lab") as made:
        yield made


@pytest.fixture
def firewall(served: Bench) -> Iterator[Bench]:
    """Mended before and after; what a test left is taken away."""
    served.fault("edge-asa", "connect", "clear")
    yield served
    served.fault("edge-asa", "connect", "clear")
    clean_up(served.context)
    assert standing(served) == []


def standing(bench: Bench) -> list[str]:
    rows: list[dict[str, Any]] = bench.lab.ask("captures", device="edge-asa")["captures"]
    return [row["name"] for row in rows]


def run(bench: Bench, moment: str, hit: Callable[[], None], wait_s: float = 20.0) -> Collected:
    """A run that is hit when it says these words."""
    heard: list[str] = []

    def listening(sentence: str) -> None:
        if sentence.startswith(moment) and moment not in heard:
            heard.append(moment)
            hit()

    done = collect(propose(FLOW, bench.context), bench.context, wait_s=wait_s, progress=listening)
    assert heard == [moment]
    return done


@pytest.mark.parametrize("do", ["close", "stall"])
@pytest.mark.parametrize(
    "line", ["show capture$", "show cpu", r"show capture \S+ detail", "show asp drop", "no capture"]
)
def test_a_session_lost_while_captures_stand_is_opened_again(firewall: Bench, line: str, do: str) -> None:
    """I4, F03, F05: after each kind of line; the run goes on, and nothing stays."""
    done = run(firewall, WAITING, lambda: firewall.fault("edge-asa", f"line:^{line}", do, times=1))
    assert done.errors == ()
    assert standing(firewall) == []
    assert done.came


def test_a_list_that_is_hidden_later_proves_nothing(firewall: Bench) -> None:
    """The removals are typed blindly, and the exit code is 22 all the same: nothing was proven."""
    done = run(
        firewall, WAITING,
        lambda: firewall.fault("edge-asa", "line:^show capture$", "refuse-authorization"),
    )  # fmt: skip
    (error,) = done.errors
    assert isinstance(error, StateUnknown)
    assert "cannot be read" in error.what
    assert error.next_step.startswith("type by hand: no capture bw-")
    assert standing(firewall) == []


def test_a_failover_meanwhile_is_no_proof(firewall: Bench) -> None:
    """The mate answers with an empty list of its own: 22, and the unit that holds them is named."""
    done = run(firewall, READ, lambda: firewall.fault("edge-asa", "line:^show version", OTHER_UNIT))
    (error,) = done.errors
    assert isinstance(error, StateUnknown)
    assert "unit JMX0000X0X0 answers now" in error.what
    assert len(standing(firewall)) == 2
    firewall.fault("edge-asa", "connect", "clear")
    closed, errors = clean_up(firewall.context)
    assert (closed, errors) == ([done.run_id], [])


def test_a_firewall_that_gets_busy_is_left_alone(firewall: Bench) -> None:
    """The CPU passes the limit while it waits: it waits no longer, and takes its captures away."""
    busy = "answer:CPU utilization for 5 seconds = 85%; 1 minute: 70%; 5 minutes: 60%"
    before_s = firewall.context.clock.monotonic()
    quiet = run(firewall, WAITING, lambda: firewall.fault("edge-asa", "line:^show cpu", busy), wait_s=600.0)
    assert "edge-asa: its CPU is at 85 %, above 60 %: nothing more was waited for" in quiet.notes
    assert firewall.context.clock.monotonic() - before_s < 60
    assert standing(firewall) == []


def test_somebody_takes_one_away(firewall: Bench) -> None:
    """What is gone is said to be gone, and the rest is removed."""

    def taken() -> None:
        name = next(name for name in standing(firewall) if name.endswith("-1"))
        firewall.lab.ask("edit", device="edge-asa", lines=[f"no capture {name}"])

    done = run(firewall, WAITING, taken)
    assert done.errors == ()
    assert any("somebody took bw-" in note for note in done.notes)
    assert standing(firewall) == []


def test_a_bug_of_ours_takes_everything_away_first(firewall: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks while captures stand, they are gone before the bug is told."""

    def broken(_run: CaptureRun) -> None:
        assert len(standing(firewall)) == 2
        raise ZeroDivisionError

    monkeypatch.setattr(CaptureRun, "_fetch", broken)
    with pytest.raises(ZeroDivisionError):
        collect(propose(FLOW, firewall.context), firewall.context, wait_s=5.0)
    assert standing(firewall) == []


def test_a_listener_that_breaks_is_not_heard_and_nothing_stays(firewall: Bench) -> None:
    """The caller's own code cannot keep captures standing."""

    def deafening(_sentence: str) -> None:
        raise RuntimeError

    proposal = propose(FLOW, firewall.context)
    done = collect(proposal, firewall.context, wait_s=5.0, progress=deafening)
    assert done.errors == ()
    assert standing(firewall) == []


def test_the_record_is_on_the_disk_before_the_first_byte(firewall: Bench) -> None:
    """I2: every capture stands in the record, with device and serial number, when the first is typed."""
    records: list[str] = []
    run(
        firewall, "edge-asa: 2 captures stand",
        lambda: records.extend(
            path.read_text() for path in sorted(firewall.context.captures.rglob("journal.jsonl"))[-1:]
        ),
    )  # fmt: skip
    lines = records[0].splitlines()
    assert '"serials"' in lines[0]
    assert '"kind": "opened"' in lines[0]
    states = [
        next(word for word in ("planned", "sent", "acked") if f'"{word}"' in line) for line in lines[1:]
    ]
    assert states == ["planned", "planned", "sent", "acked", "sent", "acked"]


def test_a_clean_up_of_a_device_that_left_the_inventory(firewall: Bench) -> None:
    """Nobody to log in to: 22, with what to type by hand; once it is back, it is cleaned."""
    done = run(firewall, READ, lambda: firewall.fault("edge-asa", "line:^no capture", "refuse-authorization"))
    assert isinstance(done.errors[0], StateUnknown)
    others = {name: one for name, one in firewall.network.devices.items() if name != "edge-asa"}
    lonely = replace(firewall.context, network=replace(firewall.network, devices=others))
    closed, errors = clean_up(lonely)
    assert closed == []
    assert "no device 'edge-asa'" in str(errors[0])
    firewall.fault("edge-asa", "connect", "clear")
    assert clean_up(firewall.context) == ([done.run_id], [])


def test_an_edited_record_is_told_and_not_believed(firewall: Bench) -> None:
    """Nothing is typed on its word; the clean-up says 12 and what to do, and a new run goes on."""
    folder = firewall.context.captures / "20260101T000000Z-edited"
    folder.mkdir(parents=True)
    (folder / "journal.jsonl").write_text('{"seq": 0, "kind": "opened", "prev": "", "hash": "0"}\n')
    try:
        closed, errors = clean_up(firewall.context)
        assert closed == []
        (error,) = errors
        assert error.exit_code == 12
        assert "by hand" in error.next_step
        done = collect(propose(FLOW, firewall.context), firewall.context, wait_s=5.0)
        assert done.errors == ()
    finally:
        shutil.rmtree(folder)


def test_what_was_not_foretold_is_said(tmp_path: Path) -> None:
    """A cure that comes between the walk and the capture: seen to live, and not as foretold."""
    with bench(tmp_path / "lab") as lab:
        proposal = propose(FLOW, lab.context)
        assert proposal.trace.fate is Fate.ISN_MISMATCH
        steps = [step for step in lab.plan("hairpin-bypass").steps if isinstance(step, ConfigStep)]
        for step in steps:
            lab.lab.ask("edit", device=step.device, lines=[command.text for command in step.commands])
        lab.lab.ask("advance_to", moment_s=lab.context.clock.monotonic() + 60)

        def opening(sentence: str) -> None:
            if sentence.startswith(WAITING):
                ends = {"client": str(FLOW.client), "server": str(FLOW.server)}
                assert lab.lab.ask("connect", **ends, protocol="tcp", port=443)["result"] == "connected"

        done = collect(proposal, lab.context, wait_s=60.0, progress=opening)
        texts = [(one.device, one.interface, name, text) for one, name, text in named_texts(done.taken)]
        seen = evidence_of(texts, done.proposal.trace)
        assert seen.outcome is Outcome.LIVES
        assert seen.agrees is False
        assert "it was foretold to die, and was seen to live" in seen.differences
        assert standing(lab) == []
