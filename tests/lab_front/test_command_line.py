"""What a person at the terminal sees: greetings, abbreviations, errors, pagers, sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab


def test_ios_greets_with_a_prompt_that_nobody_asked_for(quiet_lab: RunningLab) -> None:
    """An empty line and the prompt, before a key is touched."""
    with quiet_lab.terminal("lab-switch", enabled=False) as terminal:
        assert terminal.until(">") == "\r\nDC_LAB_SWITCH>"


def test_asa_greets_with_its_login_text(quiet_lab: RunningLab) -> None:
    """The text of the ASA, then its prompt with a blank behind it."""
    with quiet_lab.terminal("edge-asa", enabled=False) as terminal:
        seen = terminal.until("> ")
        assert "logged in to EDGE-ASA\r\n" in seen
        assert seen.endswith("Type help or '?' for a list of available commands.\r\nEDGE-ASA> ")


@pytest.mark.parametrize(
    ("name", "line", "answer"),
    [
        pytest.param(
            "lab-switch", "show verzion",
            " " * 22 + "^\r\n% Invalid input detected at '^' marker.\r\n\r\nDC_LAB_SWITCH#",
            id="IOS invalid: the caret under the z, prompt 14 + offset 8",
        ),
        pytest.param(
            "lab-switch", "show ip", "% Incomplete command.\r\n\r\nDC_LAB_SWITCH#", id="IOS incomplete"
        ),
        pytest.param(
            "lab-switch", "c", '% Ambiguous command:  "c"\r\nDC_LAB_SWITCH#', id="IOS ambiguous, two blanks"
        ),
        pytest.param(
            "lab-switch", "frobnicate",
            'Translating "frobnicate"\r\n\r\n'
            "% Unknown command or computer name, or unable to find computer address\r\nDC_LAB_SWITCH#",
            id="IOS takes a lonely word for a host name",
        ),
        pytest.param(
            "edge-asa", "show verzion",
            " " * 18 + "^\r\nERROR: % Invalid input detected at '^' marker.\r\nEDGE-ASA# ",
            id="ASA invalid: prompt 10 with its blank + offset 8",
        ),
        pytest.param(
            "edge-asa", "packet-tracer", "ERROR: % Incomplete command\r\nEDGE-ASA# ", id="ASA incomplete"
        ),
        pytest.param(
            "edge-asa", "c", 'ERROR: % Ambiguous command:  "c"\r\nEDGE-ASA# ', id="ASA ambiguous"
        ),
        pytest.param("edge-asa", "", "EDGE-ASA# ", id="an empty line is a prompt"),
    ],
)  # fmt: skip
def test_errors_have_the_words_of_the_device(
    quiet_lab: RunningLab, name: str, line: str, answer: str
) -> None:
    """F37: each mistake has its own text, and the caret its column."""
    with quiet_lab.terminal(name) as terminal:
        assert terminal.type(line) == f"{line}\r\n{answer}"


@pytest.mark.parametrize(
    ("name", "short", "full"),
    [
        ("lab-switch", "sh run | i ^hostn", "show running-config | include ^hostname"),
        ("lab-switch", "sh ip int b", "show ip interface brief"),
        ("lab-switch", "sh mac addr", "show mac address-table"),
        ("edge-asa", "sh int ip br", "show interface ip brief"),
        ("edge-asa", "sh run same", "show running-config same-security-traffic"),
        ("edge-asa", "sh nam", "show nameif"),
    ],
)
def test_abbreviations_mean_the_full_command(quiet_lab: RunningLab, name: str, short: str, full: str) -> None:
    """Clients send `term len 0` and `sh access-list`: any unique beginning will do."""
    with quiet_lab.terminal(name) as terminal:
        answers = [terminal.type(line).split("\r\n", 1)[1] for line in (short, full)]
    assert answers[0] == answers[1]
    assert len(answers[0].split("\r\n")) > 1


def test_pager_shows_a_page_and_waits(quiet_lab: RunningLab) -> None:
    """F25: 23 lines, `--More--`, a blank for the next page; the mark is rubbed out again."""
    with quiet_lab.terminal("lab-switch") as terminal:
        terminal.type("terminal length 24")
        first = terminal.type("show running-config", " --More-- ")
        assert first.count("\r\n") == 1 + 23
        terminal.send("q")
        terminal.until("#")
        terminal.type("show version", " --More-- ")
        terminal.send(" ")
        assert "\b \b" not in terminal.until("(?:--More-- |#)")


def test_asa_pager_has_its_own_mark(quiet_lab: RunningLab) -> None:
    """F25: `<--- More --->`, and `no terminal pager` ends it."""
    with quiet_lab.terminal("edge-asa") as terminal:
        terminal.type("terminal pager 24")
        terminal.type("show version", "<--- More --->")
        terminal.send("q")
        terminal.until("# ")
        terminal.type("no terminal pager")
        assert "More" not in terminal.type("show version")


@pytest.mark.parametrize(("name", "status"), [("lab-switch", 0), ("edge-asa", 0)])
def test_exit_ends_the_session_with_status_0(quiet_lab: RunningLab, name: str, status: int) -> None:
    """`exit` at the exec prompt closes the channel."""
    with quiet_lab.terminal(name) as terminal:
        terminal.send("exit\n")
        assert terminal.ended() == status


def test_wrong_secret_is_refused_three_times(quiet_lab: RunningLab) -> None:
    """F19: `% Bad secrets`, and the prompt is still `>`; nothing of the secret is echoed or logged."""
    with quiet_lab.terminal("lab-switch", enabled=False) as terminal:
        terminal.until(">")
        terminal.type("enable", "Password: ")
        for _ in range(2):
            assert terminal.type("not the secret", "Password: ") == "\r\nPassword: "
        assert terminal.type("not the secret", ">") == "\r\n% Bad secrets\r\n\r\nDC_LAB_SWITCH>"
    assert "not the secret" not in quiet_lab.lines("lab-switch")


def test_modes_have_their_prompts_and_ways_out(quiet_lab: RunningLab) -> None:
    """`exit` goes up by one, ^Z and `end` go out; a global line leaves the section."""
    with quiet_lab.terminal("lab-switch") as terminal:
        steps = [
            ("configure terminal", "(config)#"),
            ("interface vlan 172", "(config-if)#"),
            ("exit", "(config)#"),
            ("route-map NOTHING permit 10", "(config-route-map)#"),
            ("interface fa0/1", "(config-if)#"),
            ("end", "DC_LAB_SWITCH#"),
        ]
        for line, prompt in steps:
            assert terminal.type(line).endswith(prompt)
        terminal.type("conf t")
        terminal.type("no route-map NOTHING")
        terminal.send("\x1a")
        assert terminal.until("#") == "^Z\r\nDC_LAB_SWITCH#"


def test_asa_answers_show_in_configuration_and_ios_wants_do(quiet_lab: RunningLab) -> None:
    """On the ASA exec commands work in configuration; on IOS `do` stands before them."""
    with quiet_lab.terminal("edge-asa") as terminal:
        terminal.type("configure terminal")
        assert "inside" in terminal.type("show nameif")
    with quiet_lab.terminal("lab-switch") as terminal:
        terminal.type("configure terminal")
        assert "Invalid input" in terminal.type("show vlan")
        assert "default-template" not in terminal.type("do show sdm prefer")
        assert '"desktop default" template' in terminal.type("do show sdm prefer")


def test_sessions_share_the_device(lab: RunningLab) -> None:
    """What one administrator types, another one reads."""
    with lab.terminal("lab-switch") as first, lab.terminal("lab-switch") as second:
        first.type("configure terminal")
        first.type("ip domain-name lab.example")
        assert "ip domain-name lab.example" in second.type("show running-config | include domain")
        users = second.type("show users")
        assert "vty 0" in users
        assert "*  2 vty 1" in users


def test_host_name_changes_the_prompt_at_once(lab: RunningLab) -> None:
    """F29: the next prompt already has the new name."""
    with lab.terminal("lab-switch") as terminal:
        terminal.type("configure terminal")
        assert terminal.type("hostname RENAMED").endswith("\r\nRENAMED(config)#")


def test_log_has_every_command_and_no_empty_line(lab: RunningLab) -> None:
    """X-04: who, when, in which mode, what; empty lines and secrets are not commands."""
    with lab.terminal("edge-asa") as terminal:
        terminal.type("")
        terminal.type("show arp")
        terminal.type("conf t")
        terminal.type("access-list A remark hello")
    entries = lab.ask("commands", device="edge-asa")["commands"]
    assert [(entry["mode"], entry["line"]) for entry in entries] == [
        ("exec", "enable"),
        ("privileged", "terminal pager 0"),
        ("privileged", "show arp"),
        ("privileged", "conf t"),
        ("config", "access-list A remark hello"),
    ]
    assert {entry["user"] for entry in entries} == {lab.host("edge-asa")["username"]}
    times = [entry["time_s"] for entry in entries]
    assert times == sorted(times)
