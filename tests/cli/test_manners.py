"""How the tool behaves in pipes, terminals, logs and scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bothways.cli.exits import worst
from bothways.cli.flows import flow_of, flow_of_log
from bothways.cli.logs import Redactor
from bothways.cli.main import app
from bothways.errors import BothwaysError
from bothways.flow import Flow

Bothways = Callable[..., Any]
TOOL = [sys.executable, "-c", "from bothways.cli.main import main; main()"]

WORST = [
    ([], 0),
    ([0, 0], 0),
    ([0, 3], 3),
    ([3, 2], 2),
    ([2, 10], 10),
    ([10, 11], 11),
    ([11, 12], 12),
    ([12, 23], 23),
    ([23, 24], 24),
    ([24, 20], 20),
    ([20, 21], 21),
    ([21, 22], 22),
    ([22, 1], 1),
]


@pytest.mark.parametrize(("codes", "code"), WORST)
def test_the_worst_exit_code_wins(codes: list[int], code: int) -> None:
    """22 21 20 24 23 12 11 10 2 3 0, and a bug before all."""
    assert worst(codes) == worst(reversed(codes)) == code


FLOW = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
FORMS = [
    ["10.12.0.130", "172.16.1.18", "tcp/443"],
    ["10.12.0.130 172.16.1.18 tcp/443"],
    ["10.12.0.130,172.16.1.18,tcp/443"],
    ["10.12.0.130,", "172.16.1.18,", "TCP/443"],
]


@pytest.mark.parametrize("words", FORMS)
def test_a_flow_has_one_meaning_in_every_form(words: list[str]) -> None:
    """Blanks, commas, quotes."""
    assert flow_of(words) == FLOW


DENIED = {
    "client-reset": "from 10.12.0.130/50001 to 172.16.1.18/443 flags RST  on interface inside",
    "client-ack": "from 10.12.0.130/50001 to 172.16.1.18/443 flags ACK on interface inside",
    "server-syn-ack": "from 172.16.1.18/443 to 10.12.0.130/50001 flags SYN ACK  on interface inside",
    "server-fin": "from 172.16.1.18/443 to 10.12.0.130/50001 flags FIN ACK  on interface inside",
}


@pytest.mark.parametrize("rest", DENIED.values(), ids=DENIED.keys())
def test_a_log_line_names_the_flow_from_either_end(rest: str) -> None:
    """S0-09: client and server are told apart by flags and ports."""
    assert flow_of_log(f"Nov 21 03:00:00 fw %ASA-6-106015: Deny TCP (no connection) {rest}") == FLOW


def test_every_verb_shows_an_example(bothways: Bothways) -> None:
    """A reader at 3 a.m. copies the line that fits."""
    groups = {"lab": ["up", "down", "status"], "content": ["which"]}
    names = [command.name or command.callback.__name__ for command in app.registered_commands]  # type: ignore[union-attr]
    verbs = [[name] for name in names] + [[group, verb] for group, inner in groups.items() for verb in inner]
    assert len(verbs) == 20
    for verb in verbs:
        ran = bothways(*verb, "--help")
        assert ran.code == 0
        assert f"      bothways {' '.join(verb)}" in ran.out, verb


def test_version_names_the_libraries_that_matter(bothways: Bothways) -> None:
    """A report of a fault says what it was seen with."""
    ran = bothways("--version")
    words = {line.split()[0] for line in ran.out.splitlines()}
    assert ran.code == 0
    assert {"bothways", "python", "nornir", "netmiko", "napalm", "asyncssh", "cryptography"} <= words


def test_common_options_stand_before_or_after_the_verb(bothways: Bothways, workspace: Path) -> None:
    """Both orders are what people type."""
    assert bothways("--format", "json", "runs").json["runs"] == []
    assert bothways("runs", "--format", "json").json["runs"] == []
    assert bothways("--workspace", workspace, "runs").out == "no runs here\n"


def tool(*words: str, shell: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The tool in a process of its own."""
    line = ["sh", "-c", shell, "sh", *TOOL, *words] if shell else [*TOOL, *words]
    return subprocess.run(
        line, capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **environment}
    )


CLOSED = {"reader-gone": '"$@" | true', "stdout-closed": '"$@" >&-', "stderr-closed": '"$@" 2>&-'}


@pytest.mark.parametrize("shell", CLOSED.values(), ids=CLOSED.keys())
def test_a_closed_stream_is_no_traceback(shell: str) -> None:
    """B18: the reader may leave, and streams may be closed from the start."""
    for words in (["trace", "1.1.1.1"], ["runs", "--format", "json"]):
        ran = tool(*words, shell=shell)
        assert "Traceback" not in ran.stderr + ran.stdout
        assert "Exception" not in ran.stderr


def test_colour_is_for_terminals_that_want_it() -> None:
    """No escape sequences in a pipe, nor with NO_COLOR or TERM=dumb."""
    for environment in ({}, {"NO_COLOR": "1"}, {"TERM": "dumb"}):
        ran = tool("trace", "1.1.1.1", **environment)
        assert ran.returncode == 10
        assert "\x1b" not in ran.stderr + ran.stdout


def test_a_locale_without_unicode_still_gets_an_answer() -> None:
    """B18: what cannot be written becomes a question mark, not an exception."""
    ran = tool("diagnose", "--log", "x", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert ran.returncode == 10
    assert "A/p to B/p ?" in ran.stderr


def test_a_bug_is_one_line_and_a_report(
    bothways: Bothways, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Exit code 1; the traceback is in a file of ours alone."""

    def broken(**_: object) -> None:
        raise ZeroDivisionError("7 / 0")

    monkeypatch.setattr("bothways.workspace.find_workspace", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ran = bothways("runs")
    assert ran.code == 1
    (report,) = tmp_path.glob("bothways-report-*.txt")
    assert ran.err == (
        f"error: a bug in Bothways: ZeroDivisionError: 7 / 0; please report it with {report}\n"
    )
    assert report.stat().st_mode & 0o777 == 0o600
    assert "Traceback" in report.read_text()


def test_an_interrupt_is_130(bothways: Bothways, monkeypatch: pytest.MonkeyPatch) -> None:
    """As every shell expects."""

    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bothways.workspace.find_workspace", interrupted)
    ran = bothways("runs")
    assert (ran.code, ran.err) == (130, "error: interrupted\n")


def test_a_device_cannot_move_the_cursor(bothways: Bothways, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text of a device in an error is one printable line, in text and in JSON."""

    def hostile(**_: object) -> None:
        raise BothwaysError("sw", "said \x1b]0;title\x07\x1b[2J% bad\r\nline\u202e")

    monkeypatch.setattr("bothways.workspace.find_workspace", hostile)
    ran = bothways("runs")
    assert ran.err.removesuffix("\n").isprintable()
    assert bothways("runs", "--format", "json").json["errors"][0]["message"].isprintable()


def test_the_log_file_is_json_lines_without_secrets(bothways: Bothways, workspace: Path) -> None:
    """What was done is there, a password is not; nobody else may read it."""
    log = workspace / "log.jsonl"
    bothways("read", "--log-file", str(log))
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert lines
    assert {"at", "level", "logger", "message"} <= set(lines[0])
    assert "not-a-real-one" not in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


SECRETS = {
    "username": ("username robot password 7 070C285F4D06", "070C285F4D06"),
    "enable": ("enable secret 5 $1$abcd$efgh", "$1$abcd$efgh"),
    "snmp": ("snmp-server community s3cr3tRO RO", "s3cr3tRO"),
    "key-string": ("key-string 7 0822455D0A16", "0822455D0A16"),
    "psk": (" ikev1 pre-shared-key LetMeIn", "LetMeIn"),
    "loaded": ("the word horse-battery stands alone", "horse-battery"),
}


@pytest.mark.parametrize(("line", "secret"), SECRETS.values(), ids=SECRETS.keys())
def test_secrets_are_hidden_by_kind_and_by_value(line: str, secret: str) -> None:
    """Configuration lines that hold secrets, and every password that was loaded."""
    redactor = Redactor()
    redactor.hide(["horse-battery", "abc"])
    hidden = redactor.redacted(line)
    assert secret not in hidden
    assert "<hidden>" in hidden


def test_init_writes_a_workspace_that_works(bothways: Bothways, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example loads, and the folder is private."""
    ran = bothways("init", "mine")
    assert ran.code == 0
    assert Path("mine").stat().st_mode & 0o777 == 0o700
    monkeypatch.chdir("mine")
    monkeypatch.setenv("BOTHWAYS_PASSWORD", "p")
    monkeypatch.setenv("BOTHWAYS_ENABLE", "e")
    assert bothways("read", "nobody").errors == [
        "error: inventory: no device 'nobody'; known: edge-asa, lab-switch"
    ]
    assert bothways("init", ".").code == 10


def test_content_which_tells_the_own_from_the_shipped(bothways: Bothways, workspace: Path) -> None:
    """A changed template wins, and the user can see that it does."""
    name = "templates/cisco_asa/asa-hairpin.j2"
    shipped = bothways("content", "which", name).out
    own = workspace / name
    own.parent.mkdir(parents=True)
    own.write_text("mine\n")
    assert ": bothways 0." in shipped
    assert bothways("content", "which", name).out == f"{name}: workspace: {own}\n"


def test_a_reader_that_has_seen_enough_changes_no_exit_code() -> None:
    """`bothways plan … | head -1` still ends with the plan's own 2."""
    deliver = (
        "from bothways.cli.screen import Screen; from bothways.cli.reply import Reply;"
        "raise SystemExit(Screen().deliver(Reply(2, ('a line',) * 50_000), 'plan'))"
    )
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", deliver], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (2, b"")
