from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from netmiko.exceptions import (
    ConfigInvalidException,
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    ReadException,
    ReadTimeout,
)
from netmiko.ssh_dispatcher import CLASS_MAPPER

from bothways.session.netmiko_classes import BothwaysAsa, BothwaysIos
from tests.session.conftest import PASSWORD, SECRET, ScriptedDevice, Serve, ask, hang_up, pause, stall

CLASSES: dict[str, type[BothwaysIos | BothwaysAsa]] = {"cisco_ios": BothwaysIos, "cisco_asa": BothwaysAsa}


def connect(device: ScriptedDevice, known_hosts: Path, **changes: Any) -> BothwaysIos | BothwaysAsa:
    values: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": device.port,
        "username": "admin",
        "password": PASSWORD,
        "secret": SECRET,
        "known_hosts": known_hosts,
    }
    values.update(changes)
    return CLASSES[device.platform](**values)


def box(platform: str, **changes: Any) -> ScriptedDevice:
    values: dict[str, Any] = {"platform": platform, "outputs": {"show clock": [b"noon\n"]}}
    if platform == "cisco_asa":
        values |= {"hostname": "EDGE-ASA", "prompt_end": " ", "privileged": False}
    return ScriptedDevice(**(values | changes))


both = pytest.mark.parametrize("platform", ["cisco_ios", "cisco_asa"])


@both
def test_a_netmiko_users_day(serve: Serve, known_hosts: Path, platform: str) -> None:
    """X-04: login, enable, show, configure, disconnect; the device received nothing else."""
    device = serve(box(platform))
    with connect(device, known_hosts) as connection:
        connection.enable()
        assert connection.find_prompt() == f"{device.hostname}#"
        assert connection.base_prompt == device.hostname
        assert connection.check_enable_mode()
        assert not connection.check_config_mode()
        assert connection.send_command("show clock") == "noon"
        assert connection.send_command("show clock", strip_prompt=False, strip_command=False) == (
            f"show clock\nnoon\n{device.hostname}#"
        )
        shown = connection.send_config_set(["interface Vlan172", " no shutdown"])
        assert f"interface Vlan172\n{device.hostname}(config)#\n no shutdown\n" in shown
        assert connection.is_alive()
        shell: Any = connection.remote_conn
        assert shell.transport.is_active()
    assert not connection.is_alive()
    paging = {"cisco_ios": ["terminal width 511", "terminal length 0"], "cisco_asa": ["terminal pager 0"]}
    enabling = ["enable"] if platform == "cisco_asa" else []
    assert [line for line in device.lines if line != "exit"] == [
        *enabling,
        *paging[platform],
        "show clock",
        "show clock",
        "configure terminal",
        "interface Vlan172",
        "no shutdown",
        "end",
    ]


@both
def test_netmikos_own_way_with_an_expect_string(serve: Serve, known_hosts: Path, platform: str) -> None:
    device = serve(box(platform))
    device.outputs["clear it"] = [ask("Proceed? [confirm]"), b"done\n"]
    with connect(device, known_hosts) as connection:
        assert "Proceed" in connection.send_command("clear it", expect_string=r"confirm")
        assert "done" in connection.send_command("", expect_string=r"#", cmd_verify=False)
        assert connection.send_command("show clock", expect_string=r"#") == "noon"
        assert connection.send_command_timing("show clock", last_read=0.2) == "noon"
        assert connection.save_config() is not None


@both
def test_text_like_the_prompt_does_not_cut_a_show(serve: Serve, known_hosts: Path, platform: str) -> None:
    """F31: where stock Netmiko loses the rest and stays out of step."""
    device = box(platform)
    trap = f"description see {device.hostname}#\n{device.hostname}#".encode()
    device.outputs["show running-config"] = [trap, pause(), b"\nend\n"]
    serve(device)
    with connect(device, known_hosts) as connection:
        assert connection.send_command("show running-config") == f"{trap.decode()}\nend"
        assert connection.send_command("show clock") == "noon"


def test_a_changed_host_name_is_followed(serve: Serve, known_hosts: Path) -> None:
    """F29: stock Netmiko times out until `set_base_prompt`."""
    device = serve(box("cisco_ios"))
    with connect(device, known_hosts) as connection:
        connection.send_config_set(["hostname NEW", "vlan 10"])
        assert connection.send_command("show clock") == "noon"
        assert connection.base_prompt == "NEW"


def test_brackets_in_the_host_name_are_not_config_mode(serve: Serve, known_hosts: Path) -> None:
    """F28: stock Netmiko skips `configure terminal` there."""
    device = serve(box("cisco_ios", hostname="SW(10.1)"))
    with connect(device, known_hosts) as connection:
        assert not connection.check_config_mode()
        connection.send_config_set("vlan 10")
    assert ("config", "vlan 10") in device.typed


def test_an_error_pattern_stops_at_its_line(serve: Serve, known_hosts: Path) -> None:
    """F37: as Netmiko's users have it."""
    device = serve(box("cisco_ios", config={"mtu 9999": [b"% Invalid input detected at '^' marker.\n"]}))
    with connect(device, known_hosts) as connection:
        with pytest.raises(ConfigInvalidException, match="Invalid input detected at command: mtu 9999"):
            connection.send_config_set(["mtu 9999", "vlan 10"], error_pattern=r"% Invalid")
        connection.exit_config_mode()
    assert ("config", "vlan 10") not in device.typed


def test_a_refused_configuration_mode_keeps_the_reason(serve: Serve, known_hosts: Path) -> None:
    """F21: stock Netmiko loses it."""
    device = serve(box("cisco_ios"))
    device.outputs["configure terminal"] = [b"Command authorization failed.\n"]
    with (
        connect(device, known_hosts) as connection,
        pytest.raises(ValueError, match=r"Failed to enter configuration mode\. Command authorization failed"),
    ):
        connection.config_mode()


def test_a_question_in_config_mode_does_not_hang(serve: Serve, known_hosts: Path) -> None:
    """F42."""
    device = serve(box("cisco_ios", config={"crypto it": [ask("Sure? [yes/no]: ")]}))
    with connect(device, known_hosts) as connection, pytest.raises(ReadTimeout, match=r"asks: Sure\?"):
        connection.send_config_set("crypto it")


def test_failures_are_netmikos(serve: Serve, known_hosts: Path, tmp_path: Path) -> None:
    """F12, F15, F19: the exceptions that Netmiko's users catch, with our reasons."""
    device = serve(box("cisco_asa"))
    with pytest.raises(NetmikoAuthenticationException, match="tried once"):
        connect(device, known_hosts, password="wrong")
    with pytest.raises(NetmikoTimeoutException, match="is unknown"):
        connect(device, tmp_path / "none")
    with pytest.raises(NetmikoAuthenticationException, match="no secret"):
        connect(device, known_hosts, secret="")
    switch = serve(box("cisco_ios", privileged=False, secret="another"))
    with (
        connect(switch, known_hosts) as connection,
        pytest.raises(ValueError, match=r"Failed to enter enable mode.*Bad secrets"),
    ):
        connection.enable()


def test_silence_and_a_lost_session_are_netmikos_too(serve: Serve, known_hosts: Path) -> None:
    """F04, F05."""
    device = serve(box("cisco_ios"))
    device.outputs |= {"show a": [stall], "show b": [hang_up]}
    with (
        connect(device, known_hosts) as connection,
        pytest.raises(ReadTimeout, match=r"said nothing for 0\.2 s"),
    ):
        connection.send_command("show a", read_timeout=0.2)
    with connect(device, known_hosts) as connection:
        with pytest.raises(ReadException, match="the session ended after `show b`"):
            connection.send_command("show b")
        with pytest.raises(ReadException):
            connection.read_channel()


def test_known_hosts_can_be_named_netmikos_way(serve: Serve, known_hosts: Path) -> None:
    device = serve(box("cisco_ios"))
    with BothwaysIos(
        host="127.0.0.1",
        port=device.port,
        username="admin",
        password=PASSWORD,
        alt_host_keys=True,
        alt_key_file=str(known_hosts),
    ) as connection:
        assert connection.send_command("show clock") == "noon"


def test_the_session_log_holds_what_was_read_and_no_secret(serve: Serve, known_hosts: Path) -> None:
    device = serve(box("cisco_asa"))
    log = io.BytesIO()
    with connect(device, known_hosts, session_log=io.BufferedRandom(log)) as connection:  # type: ignore[arg-type]
        connection.send_command("show clock")
        connection.send_config_set("vlan 10")
        assert connection.session_log is not None
        connection.session_log.flush()
        text = log.getvalue().decode()
    assert "show clock\nnoon\nEDGE-ASA#" in text
    assert "vlan 10" in text
    assert SECRET not in text


def test_netmikos_class_map_is_left_alone() -> None:
    assert CLASS_MAPPER["cisco_ios"].__module__.startswith("netmiko.")
    assert CLASS_MAPPER["cisco_asa"].__module__.startswith("netmiko.")
