"""Over the lab: real listings of both platforms, and the devices' own record of what they received."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bothways.cli.lab_child import RunningLab, running_lab
from bothways.clock import SystemClock
from bothways.errors import (
    AuthenticationFailed,
    BothwaysError,
    HostKeyRefused,
    NoPrivilege,
    SessionLost,
    Unreachable,
)
from bothways.network import Device
from bothways.network.loading import load_network
from bothways.platforms import platform
from bothways.session import Answer, DeviceSession, Timeouts, open_session
from bothways.session.netmiko_classes import BothwaysAsa, BothwaysIos

CLASSES: dict[str, type[BothwaysIos | BothwaysAsa]] = {"cisco_ios": BothwaysIos, "cisco_asa": BothwaysAsa}
HASTY = Timeouts(connect_s=5, banner_s=5, auth_s=5, login_s=5, command_s=5, question_s=0.3, close_s=2)

both = pytest.mark.parametrize("name", ["edge-asa", "lab-switch"])
# Uptimes, ages and counters move between two readings; these do not.
STEADY = ("show running-config", "show startup-config", "show nameif", "show ip policy", "show route-map")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with running_lab("hairpin", tmp_path_factory.mktemp("lab") / "hairpin") as running:
        yield running


@pytest.fixture
def faulty(lab: RunningLab) -> Iterator[RunningLab]:
    """The lab, repaired after the test."""
    yield lab
    for name in ("edge-asa", "lab-switch"):
        lab.ask("fault", device=name, action="clear")


def device_of(lab: RunningLab, name: str) -> Device:
    return load_network(lab.folder / "inventory", lab=True).device(name)


def session_with(lab: RunningLab, name: str, timeouts: Timeouts = HASTY, **changes: Any) -> DeviceSession:
    device = replace(device_of(lab, name), **changes)
    return open_session(device, lab.folder / "known_hosts", SystemClock(), timeouts)


def received(lab: RunningLab, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = lab.ask("commands", device=name)["commands"]
    return rows


@both
@pytest.mark.parametrize("read_ahead", [True, False])
def test_framed_reads_equal_the_commands_read_one_by_one(
    lab: RunningLab, name: str, read_ahead: bool
) -> None:
    """F31, F36: what is typed ahead changes nothing in what is read."""
    commands = [
        command for command in platform(device_of(lab, name).platform).read_commands if command in STEADY
    ]
    with session_with(lab, name, read_ahead=read_ahead) as session:
        together = [output.text for output in session.read(commands)]
        singly = [session.read([command])[0].text for command in commands]
    assert together == singly
    assert len(commands) >= 3
    assert all("#" not in text.splitlines()[-1] for text in together if text)


@both
def test_a_login_and_a_full_read_send_no_configuration_command(lab: RunningLab, name: str) -> None:
    """X-04, I5: by the device's own record."""
    family = platform(device_of(lab, name).platform)
    commands = [*family.load_commands, *family.read_commands]
    before = len(received(lab, name))
    with session_with(lab, name) as session:
        outputs = session.read(commands)
    rows = received(lab, name)[before:]
    assert [output.command for output in outputs if not output.complete] == []
    typed = [row["line"] for row in rows if row["line"]]
    at_login = {"edge-asa": ["enable"], "lab-switch": ["enable", "terminal width 511"]}[name]
    assert typed == [*at_login, family.paging_off, *commands]
    assert not any("config" in row["mode"] for row in rows)


@both
def test_configuration_is_typed_answered_and_left(lab: RunningLab, name: str) -> None:
    """F37: silence for a good line, the device's words for a bad one; the good one is there."""
    with session_with(lab, name) as session:
        session.enter_config()
        assert (
            session.send_config(
                "access-list 150 remark by session" if name == "lab-switch" else "mtu inside 1400"
            )
            == ""
        )
        assert "% Invalid input detected" in session.send_config("frobnicate the flow")
        session.leave_config()
        (running,) = session.read(["show running-config"])
    assert (
        "access-list 150 remark by session" if name == "lab-switch" else "mtu inside 1400"
    ) in running.text


@both
def test_a_configuration_is_saved_in_a_dialogue(lab: RunningLab, name: str) -> None:
    """F54: the question comes when the device has it."""
    with session_with(lab, name) as session:
        assert "[OK]" in session.converse("write memory", [Answer(r"\[confirm\]", "")])
        assert session.read(["show clock"])[0].complete


@both
def test_netmikos_users_find_their_interface(lab: RunningLab, name: str) -> None:
    """X-04: show, configure, save and leave with our classes; nothing but that is configured."""
    device = device_of(lab, name)
    before = len(received(lab, name))
    secret = device.secret.get_secret_value() if device.secret else ""
    with CLASSES[device.platform](
        host=device.address,
        port=device.port,
        username=device.username,
        password=device.password.get_secret_value(),
        secret=secret,
        known_hosts=lab.folder / "known_hosts",
    ) as connection:
        connection.enable()
        assert connection.find_prompt().endswith("#")
        assert "uptime" in str(connection.send_command("show version")) or "up " in str(
            connection.send_command("show version")
        )
        shown = connection.send_config_set(["logging buffered informational"])
        assert "logging buffered informational" in shown
        assert "[OK]" in connection.save_config()
        assert connection.is_alive()
    assert not connection.is_alive()
    configured = [
        row["line"] for row in received(lab, name)[before:] if "config" in row["mode"] and row["line"]
    ]
    assert configured == ["logging buffered informational", "end"]


@pytest.mark.parametrize(
    ("when", "action", "error", "words"),
    [
        ("connect", "refuse", Unreachable, "TCP refused"),
        ("connect", "stall", Unreachable, "(SSH banner)"),
        ("connect", "close", Unreachable, "no free VTY"),
        ("auth", "refuse", AuthenticationFailed, "tried once"),
        ("auth", "stall", Unreachable, "(authentication)"),
        ("enable", "bad-secrets", NoPrivilege, "it asks again"),
    ],
    ids=["F01", "F02", "F18", "F15", "F16", "F19"],
)
def test_a_login_that_fails_says_in_which_phase(
    faulty: RunningLab, when: str, action: str, error: type[BothwaysError], words: str
) -> None:
    """F01, F02, F15, F16, F18, F19: exit code 11, nothing typed."""
    faulty.ask("fault", device="lab-switch", when=when, action=action)
    with pytest.raises(error, match=re.escape(words)) as caught:
        session_with(faulty, "lab-switch", replace(HASTY, banner_s=0.5, auth_s=0.5))
    assert caught.value.exit_code == 11


@pytest.mark.parametrize("read_ahead", [True, False])
def test_a_prompt_inside_an_answer_and_a_pause_cut_nothing(faulty: RunningLab, read_ahead: bool) -> None:
    """F31: by the lab's own fault."""
    with session_with(faulty, "lab-switch") as session:
        (whole,) = session.read(["show running-config"])
        faulty.ask("fault", device="lab-switch", when="line:^show running", action="prompt-inside")
    with session_with(faulty, "lab-switch", read_ahead=read_ahead) as session:
        trapped, clock = session.read(["show running-config", "show clock"])
    assert trapped.text.endswith(whole.text.rpartition("Current configuration")[2])
    assert "DC_LAB_SWITCH#" in trapped.text
    assert clock.complete


def test_prompts_that_drip_are_read(faulty: RunningLab) -> None:
    """F36: one byte at a time."""
    faulty.ask("fault", device="edge-asa", when="prompt", action="drip")
    with session_with(faulty, "edge-asa") as session:
        assert [output.complete for output in session.read(["show nameif", "show arp"])] == [True, True]
        session.enter_config()
        assert session.send_config("mtu inside 1500") == ""
        session.leave_config()


def test_a_session_closed_at_a_line_is_noticed_at_once(faulty: RunningLab) -> None:
    """F04: less than a second."""
    faulty.ask("fault", device="lab-switch", when="config-line:2", action="close")
    with session_with(faulty, "lab-switch") as session:
        session.enter_config()
        assert session.send_config("access-list 151 remark one") == ""
        started = time.monotonic()
        with pytest.raises(SessionLost, match="the session ended after `access-list 151 remark two`"):
            session.send_config("access-list 151 remark two")
        assert time.monotonic() - started < 1.0


def test_a_stalled_line_is_given_up_and_named(faulty: RunningLab) -> None:
    """F05: the device took the line and never answered."""
    faulty.ask("fault", device="edge-asa", when="config-line:1", action="stall")
    with session_with(faulty, "edge-asa", replace(HASTY, command_s=0.5)) as session:
        session.enter_config()
        with pytest.raises(
            SessionLost, match=r"said nothing for 0\.5 s after `mtu inside 1450` \(configuration\)"
        ):
            session.send_config("mtu inside 1450")


def test_a_question_in_configuration_mode_comes_back(faulty: RunningLab) -> None:
    """F42: and the next line is not its answer."""
    faulty.ask(
        "fault",
        device="lab-switch",
        when="line:^no access-list",
        action="ask:Do you want to continue? [yes/no]: ",
    )
    with session_with(faulty, "lab-switch") as session:
        session.enter_config()
        assert "continue? [yes/no]:" in session.send_config("no access-list 199")
        assert session.send_config("access-list 152 remark after") == ""
        session.leave_config()


@both
def test_a_refused_configuration_mode_gives_the_reason(faulty: RunningLab, name: str) -> None:
    """F21."""
    faulty.ask("fault", device=name, when="line:^conf", action="refuse-authorization")
    with (
        session_with(faulty, name) as session,
        pytest.raises(NoPrivilege, match="Command authorization failed"),
    ):
        session.enter_config()


@both
def test_refused_paging_is_turned_page_by_page(faulty: RunningLab, name: str) -> None:
    """F23, F25: the same text as without pages."""
    command = "show running-config"
    with session_with(faulty, name) as session:
        (whole,) = session.read([command])
    faulty.ask("fault", device=name, when="line:^terminal (length|pager)", action="refuse-authorization")
    with session_with(faulty, name) as session:
        (paged,) = session.read([command])
    assert paged.text == whole.text


def test_a_changed_host_key_is_refused(tmp_path: Path) -> None:
    """F11: on a lab of its own, since the key stays changed."""
    with running_lab("hairpin", tmp_path / "hairpin") as lab:
        lab.ask("fault", device="lab-switch", when="connect", action="new-host-key")
        with pytest.raises(HostKeyRefused, match=r"has changed: known .* presented "):
            session_with(lab, "lab-switch")


def test_a_reload_ends_the_session_as_declared(tmp_path: Path) -> None:
    """F62: questions answered as declared, then the device is gone."""
    with running_lab("hairpin", tmp_path / "hairpin") as lab:
        with session_with(lab, "lab-switch") as session:
            session.enter_config()
            session.send_config("access-list 153 remark unsaved")
            session.leave_config()
            session.converse("reload", [Answer(r"Save\?", "no"), Answer(r"Proceed with reload\?", "")])
        lines = [row["line"] for row in received(lab, "lab-switch")]
        assert "reload" in lines
        with pytest.raises(Unreachable):
            session_with(lab, "lab-switch")
