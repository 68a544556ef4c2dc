"""Whatever goes wrong while captures stand: none is left, or the exit code is 22 and the line names it.

Asked of the lab itself, over its control socket, never of the product.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bothways.cli.lab_child import running_lab
from bothways.clock import SystemClock
from bothways.pushing.lock import locked
from bothways.workspace import find_workspace

from .live import STORY_FLOW, Live, Ran

WORDS = STORY_FLOW.split()
REFUSED = "answer:ERROR: % Invalid input detected"
BUSY = "answer:CPU utilization for 5 seconds = 85%; 1 minute: 70%; 5 minutes: 60%"
STANDBY = "answer:Failover On\n        This host: Secondary - Standby Ready\n"
_SERIAL = re.compile(r"Serial Number: (\S+)")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("c") / "lab"
    with running_lab("hairpin", folder, ()):
        live = Live(folder)
        live.ask("advance_to", moment_s=30.0)
        with (folder / "bothways.toml").open("a") as settings:
            settings.write("\n[timeouts]\ncommand_s = 1.5\nlogin_s = 5.0\n")
        yield live


@pytest.fixture
def live(served: Live, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """The lab of all these tests, mended, and with nothing standing."""
    monkeypatch.setenv("COLUMNS", "200")
    mended(served)
    yield served
    mended(served)
    for name in standing(served):
        served.openssh("edge-asa", f"no capture {name}")
    assert served.bothways("collect", "--clean-up").code == 0


def mended(live: Live) -> None:
    live.ask("fault", device="edge-asa", when="connect", action="clear")


def standing(live: Live) -> list[str]:
    return [row["name"] for row in live.ask("captures", device="edge-asa")["captures"]]


def fault(live: Live, when: str, do: str, **how: int) -> None:
    live.ask("fault", device="edge-asa", when=when, action=do, **how)


def collect(live: Live, *more: str) -> Ran:
    return live.bothways("collect", *WORDS, "--allow-captures", "--wait", "20s", *more)


def typed_since(live: Live, before: int) -> list[str]:
    return [line for line in live.typed("edge-asa")[before:] if "capture" in line and "show" not in line]


HALFWAY = {
    "the-first-is-refused": (r"line:^capture \S+-1 ", REFUSED),
    "the-second-is-refused": (r"line:^capture \S+-2 ", REFUSED),
    "the-second-is-denied": (r"line:^capture \S+-2 ", "refuse-authorization"),
    "words-nobody-knows": (r"line:^capture \S+-2 ", "answer:INFO: the moon is full"),
    "it-asks": (r"line:^capture \S+-1 ", "ask:Overwrite? [confirm]"),
    "it-stalls-on-the-first": (r"line:^capture \S+-1 ", "stall"),
    "it-stalls-on-the-second": (r"line:^capture \S+-2 ", "stall"),
    "it-hangs-up-after-the-first": (r"line:^capture \S+-1 ", "close"),
    "it-hangs-up-after-the-second": (r"line:^capture \S+-2 ", "close"),
}


@pytest.mark.parametrize(("when", "do"), HALFWAY.values(), ids=HALFWAY.keys())
def test_i4_what_is_not_taken_is_taken_back(live: Live, when: str, do: str) -> None:
    """I4, F04, F05, F22: a capture that was not taken, or that nobody knows of: nothing stands, and 20."""
    fault(live, when, do, times=1)
    ran = collect(live)
    assert ran.code == 20, ran.err
    assert standing(live) == []
    assert "nothing of ours stands there, proven by a new session" in ran.err
    assert live.json("runs")["runs"][-1]["exit_code"] == 20


LATER = {
    "in-the-list": (r"line:^show capture$", 2),
    "while-reading": (r"line:^show capture \S+-1 detail", 1),
    "while-reading-the-second": (r"line:^show capture \S+-2 detail", 1),
    "in-the-connection-table": (r"line:^show conn address", 1),
    "in-the-log": (r"line:^show logging \|", 2),
    "in-the-first-removal": (r"line:^no capture \S+-1", 1),
    "in-the-second-removal": (r"line:^no capture \S+-2", 1),
    "in-every-removal-twice": (r"line:^no capture", 2),
}


@pytest.mark.parametrize("do", ["close", "stall"])
@pytest.mark.parametrize(("when", "times"), LATER.values(), ids=LATER.keys())
def test_i4_a_session_that_ends_later_is_opened_again(live: Live, when: str, times: int, do: str) -> None:
    """I1, I4, F03, F04, F05, F09: after each line that it types; what it placed is gone all the same."""
    fault(live, when, do, times=times)
    ran = collect(live)
    assert ran.code in (2, 3, 11), ran.err
    assert standing(live) == []


@pytest.mark.parametrize(
    ("do", "why"),
    [
        ("refuse-authorization", "Command authorization failed"),
        ("ignore", "removed without a complaint, and still listed"),
        (REFUSED, "Invalid input"),
    ],
)
def test_f40_what_cannot_be_removed_is_named(live: Live, do: str, why: str) -> None:
    """F22, F40: 22, one line with what to type; later the clean-up does it, and says so."""
    fault(live, r"line:^no capture", do)
    ran = collect(live)
    left = standing(live)
    assert ran.code == 22
    assert len(left) == 2
    (error,) = ran.errors
    assert why in error
    assert "edge-asa" in error
    assert error.endswith(f"type by hand: no capture {left[0]} and no capture {left[1]}")
    assert ran.out.splitlines()[-1] == "bothways collect --clean-up"
    (open_run,) = [run for run in live.json("runs")["runs"] if run["exit_code"] is None]
    assert "bothways collect --clean-up" in open_run["outcome"]

    again = live.bothways("collect", "--clean-up")
    assert again.code == 22
    assert sorted(standing(live)) == sorted(left)

    mended(live)
    cleaned = live.bothways("collect", "--clean-up")
    assert (cleaned.code, cleaned.out) == (0, f"{open_run['run']}: nothing of it stands any more\n")
    assert standing(live) == []


def test_f09_a_removal_is_believed_only_when_a_new_session_does_not_list_it(live: Live) -> None:
    """F09: it removes and hangs up, every time; nothing is resent blindly, and in the end none stands."""
    before = len(live.typed("edge-asa"))
    fault(live, r"line:^no capture", "close")
    ran = collect(live)
    assert (ran.code, standing(live)) == (2, [])
    removals = [line for line in typed_since(live, before) if line.startswith("no ")]
    assert len(removals) == len(set(removals)) == 2


REFUSALS = {
    "the-list-cannot-be-read": (r"line:^show capture", "refuse-authorization", "could not be proven gone"),
    "the-list-is-in-other-words": (r"line:^show capture", "answer:nothing to see here", "not understood"),
    "the-cpu-is-busy": (r"line:^show cpu", BUSY, "its CPU is at 85 %, above 60 %"),
    "the-cpu-is-hidden": (r"line:^show cpu", "refuse-authorization", "does not say how busy it is"),
    "there-is-no-memory": (
        r"line:^show memory", "answer:Free memory:     8388608 bytes ( 2%)", "has 8 MB of memory free (2 %)",
    ),
    "it-is-the-standby-unit": (r"line:^show failover", STANDBY, "Standby Ready unit of a failover pair"),
}  # fmt: skip


@pytest.mark.parametrize(("when", "do", "why"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_firewall_that_must_not_be_asked_is_not(live: Live, when: str, do: str, why: str) -> None:
    """Refused with 12, with the reason, before anything but show was typed."""
    before = len(live.typed("edge-asa"))
    fault(live, when, do)
    ran = collect(live)
    assert ran.code == 12, ran.err
    assert why in ran.errors[-1]
    assert typed_since(live, before) == []


def test_a_release_without_match_is_refused(live: Live) -> None:
    """`match` came with 7.2; without it a capture needs an access list, and that is configuration."""
    text = live.openssh("edge-asa", "show version")
    old = "\n".join(
        line for line in text.splitlines() if "up " in line or "Serial" in line or "Hardware" in line
    )
    fault(
        live, r"line:^show version",
        f"answer:Cisco PIX Security Appliance Software Version 7.1(2)\n{old}",
    )  # fmt: skip
    ran = collect(live)
    assert ran.code == 12
    assert "runs 7.1(2), and `match` came with 7.2" in ran.err


def test_i9_no_run_and_no_push_at_once(live: Live) -> None:
    """I9: the lock of the firewall's serial number is the one of a push."""
    serial = _SERIAL.search(live.openssh("edge-asa", "show version"))
    assert serial is not None
    before = len(live.typed("edge-asa"))
    locks = find_workspace(explicit=live.folder).locks
    with locked(locks, {"edge-asa": serial[1]}, "20260302T080000Z-abcdef", SystemClock()):
        ran = collect(live)
    assert ran.code == 12
    assert "is being changed by run 20260302T080000Z-abcdef" in ran.err
    assert typed_since(live, before) == []


CHILD = """
import sys
from bothways.cli.main import main
main(sys.argv[1:])
"""


def child(live: Live, *words: str) -> subprocess.Popen[str]:
    """The verb in a process of its own, on a flow that nobody opens, and on real time."""
    command = [sys.executable, "-c", CHILD, "collect", *words, "--workspace", str(live.folder)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return
    raise AssertionError(process.communicate())


QUIET_FLOW = ("10.12.0.130", "172.16.1.18", "tcp/8443")


@pytest.fixture
def real_time(live: Live) -> Iterator[Live]:
    """The workspace without its lab clock: a process waits in real seconds, and can be killed in them."""
    settings = live.folder / "bothways.toml"
    kept = settings.read_text()
    settings.write_text(re.sub(r"(?ms)^\[lab\]\n.*?(?=^\[|\Z)", "", kept))
    yield live
    settings.write_text(kept)


def test_kill_9_between_placing_and_removing(real_time: Live) -> None:
    """A process that is killed leaves a record behind; the next one takes its captures away."""
    live = real_time
    process = child(live, *QUIET_FLOW, "--allow-captures", "--wait", "10m")
    until(process, "open the connection now")
    assert len(standing(live)) == 2
    process.kill()
    process.communicate()
    assert len(standing(live)) == 2

    (run,) = [run for run in live.json("runs")["runs"] if run["exit_code"] is None]
    assert "not closed" in run["outcome"]
    cleaned = live.bothways("collect", "--clean-up")
    assert (cleaned.code, cleaned.out) == (0, f"{run['run']}: nothing of it stands any more\n")
    assert standing(live) == []


def test_the_next_run_cleans_up_first(real_time: Live) -> None:
    """Without a word about it the next run removes what one that was killed has left, then does its own."""
    live = real_time
    process = child(live, *QUIET_FLOW, "--allow-captures", "--wait", "10m")
    until(process, "open the connection now")
    process.kill()
    process.communicate()
    left = standing(live)
    before = len(live.typed("edge-asa"))
    ran = live.bothways("collect", *QUIET_FLOW, "--allow-captures", "--wait", "0")
    assert ran.code == 3
    assert typed_since(live, before)[:2] == [f"no capture {name}" for name in left]
    assert standing(live) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_takes_everything_away(real_time: Live, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM: 130, and nothing stands."""
    live = real_time
    process = child(live, *QUIET_FLOW, "--allow-captures", "--wait", "10m")
    until(process, "open the connection now")
    process.send_signal(number)
    _, complaints = process.communicate(timeout=30)
    assert process.returncode == 130, complaints
    assert standing(live) == []
    assert live.json("runs")["runs"][-1]["exit_code"] == 130


def test_a_run_at_work_is_left_alone_by_the_clean_up(real_time: Live) -> None:
    """The clean-up takes no captures from a run that is still waiting."""
    live = real_time
    process = child(live, *QUIET_FLOW, "--allow-captures", "--wait", "10m")
    until(process, "open the connection now")
    cleaned = live.bothways("collect", "--clean-up")
    assert len(standing(live)) == 2
    assert "is at work" in cleaned.err
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert standing(live) == []


def test_no_secret_and_nothing_for_others_to_read_in_the_evidence(live: Live, tmp_path: Path) -> None:
    """I7: the evidence is its owner's alone, and holds no password of the inventory."""
    folder = tmp_path / "evidence"
    assert collect(live, "-o", str(folder)).code == 2
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    secrets = [live.hosts["edge-asa"]["password"], live.hosts["edge-asa"]["data"]["secret"]]
    runs = find_workspace(explicit=live.folder).captures
    texts = [
        path.read_text() for path in (*folder.iterdir(), *runs.rglob("*.jsonl")) if path.suffix != ".snapshot"
    ]
    assert not [secret for secret in secrets for text in texts if secret in text]
