"""Each fault that a device can be asked to have, as a client meets it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import paramiko  # type: ignore[import-untyped]  # ships no py.typed
import pytest

from bothways.errors import BadInput, Unreachable
from bothways.lab.cli.faults import ACTIONS, Faults

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab


def _arrange(lab: RunningLab, when: str, action: str, **more: int) -> None:
    lab.ask("fault", device="lab-switch", when=when, action=action, **more)


def _banner(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.settimeout(5)
        return connection.recv(100) + connection.recv(100)


def test_refused_connection_and_repair(lab: RunningLab) -> None:
    """F01: nothing listens; behind `clear` the same port answers again."""
    port = lab.host("lab-switch")["port"]
    _arrange(lab, "connect", "refuse")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    lab.ask("fault", device="lab-switch", action="clear")
    with lab.terminal("lab-switch") as terminal:
        assert terminal.type("").endswith("#")


def test_connection_without_a_banner(lab: RunningLab) -> None:
    """F02: TCP is accepted, and then nothing ever comes."""
    _arrange(lab, "connect", "stall", times=1)
    with socket.create_connection(("127.0.0.1", lab.host("lab-switch")["port"]), timeout=5) as connection:
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_connection_closed_behind_the_banner(lab: RunningLab) -> None:
    """F18: no free VTY: the banner, and the end."""
    _arrange(lab, "connect", "close", times=1)
    assert _banner(lab.host("lab-switch")["port"]) == b"SSH-2.0-Cisco-1.25\r\n"


def test_other_host_key(lab: RunningLab) -> None:
    """F11: the key in known_hosts is no longer the one of the device."""
    host = lab.host("lab-switch")
    _arrange(lab, "connect", "new-host-key")
    client = paramiko.SSHClient()
    client.load_host_keys(str(lab.folder / "known_hosts"))
    with pytest.raises(paramiko.BadHostKeyException):
        client.connect("127.0.0.1", host["port"], host["username"], host["password"], allow_agent=False)


@pytest.mark.parametrize("fault", [False, True])
def test_wrong_password_is_refused(lab: RunningLab, fault: bool) -> None:
    """F15: a wrong one always, the right one while the fault lasts."""
    host = lab.host("lab-switch")
    if fault:
        _arrange(lab, "auth", "refuse")
    client = paramiko.SSHClient()
    client.load_host_keys(str(lab.folder / "known_hosts"))
    with pytest.raises(paramiko.AuthenticationException):
        client.connect(
            "127.0.0.1", host["port"], host["username"], host["password"] if fault else "wrong",
            allow_agent=False, look_for_keys=False,
        )  # fmt: skip


def test_enable_secret_that_never_fits(lab: RunningLab) -> None:
    """F19: `% Bad secrets` for the right secret too."""
    _arrange(lab, "enable", "bad-secrets")
    secret = lab.host("lab-switch")["data"]["secret"]
    with lab.terminal("lab-switch", enabled=False) as terminal:
        terminal.until(">")
        terminal.type("enable", "Password: ")
        terminal.type(secret, "Password: ")
        terminal.type(secret, "Password: ")
        assert "% Bad secrets" in terminal.type(secret, ">")


@pytest.mark.parametrize(
    ("when", "action", "answer", "stored"),
    [
        pytest.param(
            "line:^ip domain-name", "answer:% Not today", "% Not today", False, id="F38 unknown text"
        ),
        pytest.param(
            "line:^ip domain-name", "refuse-authorization", "Command authorization failed.", False,
            id="F22 not authorised",
        ),
        pytest.param("line:^ip domain-name", "ignore", "", False, id="F40 accepted and not stored"),
        pytest.param("line:^ip classless", "answer:% Not today", "", True, id="another line is not touched"),
    ],
)  # fmt: skip
def test_lines_that_the_device_treats_badly(
    lab: RunningLab, when: str, action: str, answer: str, stored: bool
) -> None:
    """The line is chosen by a pattern; whether it is stored is read back."""
    _arrange(lab, when, action)
    with lab.terminal("lab-switch") as terminal:
        terminal.type("configure terminal")
        said = terminal.type("ip domain-name x.example").split("\r\n")[1:-1]
        assert said == ([answer] if answer else [])
        assert ("x.example" in terminal.type("do show running-config | include domain-name")) is stored


@pytest.mark.parametrize("number", [1, 2])
def test_session_ends_behind_a_config_line(lab: RunningLab, number: int) -> None:
    """F04: line k is done, and the session is gone before its prompt."""
    _arrange(lab, f"config-line:{number}", "close")
    lines = ["ip domain-name one.example", "ip default-gateway 10.12.0.1"]
    with lab.terminal("lab-switch") as terminal:
        terminal.type("configure terminal")
        for line in lines[: number - 1]:
            terminal.type(line)
        terminal.send(lines[number - 1] + "\n")
        terminal.ended()
        assert not terminal.seen.endswith("#")
    lab.ask("fault", device="lab-switch", action="clear")
    with lab.terminal("lab-switch") as terminal:
        running = terminal.type("show running-config")
    assert [line in running for line in lines] == [True, number == 2]


def test_session_that_falls_silent(lab: RunningLab) -> None:
    """F05: the line is done, and nothing comes any more, not even an echo."""
    _arrange(lab, "line:^show clock", "stall", times=1)
    with lab.terminal("lab-switch") as terminal, lab.terminal("lab-switch") as other:
        terminal.send("show clock\n\n\n")
        terminal.until("show clock\r\n.*\r\n")
        assert other.type("show clock").endswith("#")
        assert not terminal.seen.endswith("#")


def test_end_that_is_swallowed(lab: RunningLab) -> None:
    """F47: still in configuration mode behind `end`."""
    _arrange(lab, "line:^end$", "ignore", times=1)
    with lab.terminal("lab-switch") as terminal:
        terminal.type("configure terminal")
        assert terminal.type("end").endswith("(config)#")
        assert terminal.type("end").endswith("DC_LAB_SWITCH#")


def test_prompt_inside_an_output(lab: RunningLab) -> None:
    """F31: the device's own prompt stands inside the answer, with a pause behind it."""
    _arrange(lab, "line:^show clock", "prompt-inside")
    with lab.terminal("lab-switch") as terminal:
        terminal.send("show clock\n")
        seen = terminal.until(r"1993\r\nDC_LAB_SWITCH#")
    assert seen.startswith("show clock\r\nDC_LAB_SWITCH#\r\n*")


def test_prompt_one_byte_at_a_time(lab: RunningLab) -> None:
    """F36: the same prompt, in fourteen packets."""
    _arrange(lab, "prompt", "drip")
    with lab.terminal("lab-switch") as terminal:
        assert terminal.type("show privilege") == (
            "show privilege\r\nCurrent privilege level is 15\r\nDC_LAB_SWITCH#"
        )


@pytest.mark.parametrize(
    ("action", "said"),
    [
        pytest.param("nvram", "startup-config file open failed", id="F56 NVRAM full"),
        pytest.param("pretend", "[OK]", id="F57 OK, and nothing written"),
    ],
)
def test_startup_that_is_not_written(lab: RunningLab, action: str, said: str) -> None:
    """Only `show startup-config` tells the truth."""
    _arrange(lab, "save", action)
    with lab.terminal("lab-switch") as terminal:
        terminal.type("configure terminal")
        terminal.type("ip domain-name lost.example")
        terminal.type("end")
        assert said in terminal.type("write memory")
        assert "lost.example" not in terminal.type("show startup-config")


def test_question_before_startup_is_overwritten(lab: RunningLab) -> None:
    """F54: one key, and then it is written."""
    _arrange(lab, "save", "overwrite-question")
    with lab.terminal("lab-switch") as terminal:
        terminal.type("write memory", r"Overwrite the previous NVRAM configuration\?\[confirm\]")
        terminal.send("\r")
        assert "[OK]" in terminal.until("#")


def test_question_in_configuration(lab: RunningLab) -> None:
    """F42: a line that asks; ^C gets out of it, and it is not done."""
    _arrange(lab, "line:^ip domain-name", "ask:Do you want to continue? [yes/no]: ")
    with lab.terminal("lab-switch") as terminal:
        terminal.type("configure terminal")
        terminal.type("ip domain-name q.example", r"\[yes/no\]: ")
        terminal.send("\x03")
        assert terminal.until("#").endswith("(config)#")
        assert "q.example" not in terminal.type("do show running-config")


@pytest.mark.parametrize(
    ("when", "action"), [("never", "refuse"), ("connect", "explode"), ("line:(", "ignore")]
)
def test_faults_that_nobody_can_have_are_refused(when: str, action: str) -> None:
    """A wrong moment, action or pattern is said at once, not silently never struck."""
    with pytest.raises(BadInput):
        Faults().add(when, action)


def test_every_fault_has_its_meaning_in_words() -> None:
    """The table is the documentation."""
    assert all(meaning for actions in ACTIONS.values() for meaning in actions.values())


def test_unknown_device_is_refused(lab: RunningLab) -> None:
    """The control socket says which devices there are."""
    with pytest.raises(Unreachable, match="edge-asa, lab-switch"):
        lab.ask("fault", device="nobody", when="connect", action="refuse")
