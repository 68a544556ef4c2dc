from __future__ import annotations

import logging
from pathlib import Path

import asyncssh
import pytest
from pydantic import SecretStr

from bothways.errors import (
    AuthenticationFailed,
    CannotConnect,
    HostKeyRefused,
    NoCommonAlgorithm,
    NoPrivilege,
    SessionLost,
    Unreachable,
)
from bothways.session.device_session import open_session
from bothways.session.timeouts import Timeouts
from bothways.session.trust import fetch_host_key
from tests.session.conftest import (
    HOST_KEY,
    PASSWORD,
    QUICK,
    SECRET,
    ScriptedDevice,
    Serve,
    ServerThread,
    StoppedClock,
)

ASA_BANNER = b"User admin logged in to EDGE-ASA\r\nType help or '?' for a list of available commands.\r\n\r"


def asa(**changes: object) -> ScriptedDevice:
    values: dict[str, object] = {
        "hostname": "EDGE-ASA",
        "platform": "cisco_asa",
        "prompt_end": " ",
        "privileged": False,
        "banner": ASA_BANNER,
    }
    return ScriptedDevice(**(values | changes))  # type: ignore[arg-type]


def legacy_key(bits: int = 2048) -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-rsa", key_size=bits)


def know(known_hosts: Path, key: asyncssh.SSHKey) -> None:
    known_hosts.write_text(f"127.0.0.1 {key.export_public_key('openssh').decode()}", encoding="utf-8")


@pytest.mark.parametrize("packet", [0, 1])
def test_login_types_nothing_but_paging_and_enable(
    serve: Serve, known_hosts: Path, clock: StoppedClock, packet: int
) -> None:
    """X-04, F36: what the device received at login, on both platforms; no configuration command."""
    firewall = serve(asa(packet=packet))
    switch = serve(ScriptedDevice(privileged=False, packet=packet))
    for device in (firewall, switch):
        open_session(device.device, known_hosts, clock, QUICK).close()
    assert firewall.lines == ["enable", "terminal pager 0"]
    assert switch.lines == ["enable", "terminal width 511", "terminal length 0"]
    assert {mode for mode, _ in firewall.typed + switch.typed} == {"user", "exec"}
    assert firewall.passwords == [PASSWORD, SECRET]


def test_enable_is_not_typed_where_the_login_is_privileged_already(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """F20: the device would answer `enable` with an error."""
    device = serve(asa(privileged=True))
    open_session(device.as_device(secret=None), known_hosts, clock, QUICK).close()
    assert device.lines == ["terminal pager 0"]


def test_a_login_in_user_exec_without_a_secret_stops(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """F19: nothing is typed, the next step is named."""
    device = serve(asa())
    with pytest.raises(NoPrivilege, match="the inventory has no secret for it; add `secret`"):
        open_session(device.as_device(secret=None), known_hosts, clock, QUICK)
    assert device.lines == []


def test_a_wrong_secret_is_tried_once(serve: Serve, known_hosts: Path, clock: StoppedClock) -> None:
    """F19: the device's words are shown, the secret is not."""
    device = serve(asa(secret="another"))
    with pytest.raises(NoPrivilege, match=r"refused privileged exec \(% Bad secrets\)") as caught:
        open_session(device.device, known_hosts, clock, QUICK)
    assert device.passwords == [PASSWORD, SECRET]
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "banner",
    [
        b"\r\n" + b"#" * 60 + b"\r\n# Authorised > users # only>\r\n" + b"#" * 60 + b"\r\n",
        b"\r\n".join([b"SW1#", b"SW1>", b"####", b"####", b"####", b""]),
        b"\r\n" + b"line # of > many\r\n" * 200,
        b"\r\ncaf\xe9 \xff#\r\n",
        b"\r\nonly>",
    ],
    ids=["frame", "prompts", "long", "bytes", "no-line-end"],
)
@pytest.mark.parametrize("packet", [0, 1])
def test_no_banner_is_taken_for_the_prompt(
    serve: Serve, known_hosts: Path, clock: StoppedClock, banner: bytes, packet: int
) -> None:
    """F26: `#` and `>` in a banner, 200 lines of it, bytes that are no text."""
    device = serve(ScriptedDevice(banner=banner, packet=packet, outputs={"show clock": [b"noon\n"]}))
    with open_session(device.device, known_hosts, clock, QUICK) as session:
        assert [output.text for output in session.read(["show clock"])] == ["noon"]


def test_a_device_that_says_nothing_unasked_is_asked(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    device = serve(ScriptedDevice(banner=b"", prompts_unasked=False, outputs={"show clock": [b"noon\n"]}))
    with open_session(device.device, known_hosts, clock, QUICK) as session:
        assert [output.text for output in session.read(["show clock"])] == ["noon"]


@pytest.mark.parametrize("hostname", ["SW(10.1)", "fw1/pri/act", "a.b-c_d", "h" * 63, "sw1/ctx/act"])
def test_odd_host_names_are_learnt(
    serve: Serve, known_hosts: Path, clock: StoppedClock, hostname: str
) -> None:
    """F27, F28: brackets, failover state, 63 characters."""
    device = serve(ScriptedDevice(hostname=hostname, outputs={"show clock": [b"noon\n"]}))
    with open_session(device.device, known_hosts, clock, QUICK) as session:
        assert [output.text for output in session.read(["show clock"])] == ["noon"]


def test_a_prompt_without_a_mode_is_refused_clearly(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """F30: no mode can be told from such a prompt."""
    device = serve(ScriptedDevice(prompt_end=" at your service: "))
    hasty = Timeouts(login_s=1, close_s=1)
    with pytest.raises(
        SessionLost, match="shows no prompt that can be learnt; its last line is 'SW1# at your"
    ):
        open_session(device.device, known_hosts, clock, hasty)


def test_an_unknown_host_key_is_refused_before_the_password(
    serve: Serve, tmp_path: Path, clock: StoppedClock
) -> None:
    """F12: the fingerprint and the next command are shown."""
    device = serve(ScriptedDevice())
    with pytest.raises(HostKeyRefused) as caught:
        open_session(device.device, tmp_path / "none", clock, QUICK)
    assert HOST_KEY.get_fingerprint("sha256") in caught.value.what
    assert "unknown" in caught.value.what
    assert caught.value.next_step.endswith("bothways trust box")
    assert device.passwords == []


def test_a_changed_host_key_is_refused_before_the_password(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """F11: both fingerprints are shown."""
    other = asyncssh.generate_private_key("ssh-ed25519")
    device = serve(ScriptedDevice(host_key=other))
    with pytest.raises(HostKeyRefused) as caught:
        open_session(device.device, known_hosts, clock, QUICK)
    assert HOST_KEY.get_fingerprint("sha256") in caught.value.what
    assert other.get_fingerprint("sha256") in caught.value.what
    assert caught.value.next_step.endswith("bothways trust box")
    assert device.passwords == []


def test_a_revoked_host_key_is_refused(serve: Serve, known_hosts: Path, clock: StoppedClock) -> None:
    known_hosts.write_text(f"@revoked 127.0.0.1 {HOST_KEY.export_public_key('openssh').decode()}")
    device = serve(ScriptedDevice())
    with pytest.raises(HostKeyRefused, match="is revoked"):
        open_session(device.device, known_hosts, clock, QUICK)


def test_a_damaged_known_hosts_file_is_refused(serve: Serve, known_hosts: Path, clock: StoppedClock) -> None:
    known_hosts.write_text("nonsense\n")
    with pytest.raises(HostKeyRefused, match="cannot be used as known hosts"):
        open_session(serve(ScriptedDevice()).device, known_hosts, clock, QUICK)


def test_a_fetched_host_key_makes_the_device_known(serve: Serve, tmp_path: Path, clock: StoppedClock) -> None:
    """F12: what `bothways trust` stores is what login accepts; fetching logs nobody in."""
    device = serve(ScriptedDevice())
    key = fetch_host_key("127.0.0.1", device.port)
    assert (key.kind, key.fingerprint) == ("ssh-ed25519", HOST_KEY.get_fingerprint("sha256"))
    assert device.passwords == []
    (tmp_path / "known").write_text(f"{key.known_hosts_line}\n")
    open_session(device.device, tmp_path / "known", clock, QUICK).close()


def test_a_wrong_password_is_tried_once(serve: Serve, known_hosts: Path, clock: StoppedClock) -> None:
    """F15: accounts lock; and the password is in no text."""
    device = serve(ScriptedDevice())
    wrong = device.as_device(password=SecretStr("not-this-one"))
    with pytest.raises(AuthenticationFailed, match="refused the password of 'admin'; tried once") as caught:
        open_session(wrong, known_hosts, clock, QUICK)
    assert device.passwords == ["not-this-one"]
    assert "not-this-one" not in repr(caught.value)
    assert caught.value.exit_code == 11


def test_a_refused_connection_says_so(known_hosts: Path, clock: StoppedClock, servers: ServerThread) -> None:
    """F01: nobody listens there."""
    port = servers.serve_bytes(b"")
    servers.stop_listening()
    device = ScriptedDevice(port=port).device
    with pytest.raises(Unreachable, match=f"TCP refused 127.0.0.1:{port}; is SSH enabled there"):
        open_session(device, known_hosts, clock, QUICK)


def test_a_server_without_a_banner_is_given_up_in_that_phase(
    servers: ServerThread, known_hosts: Path, clock: StoppedClock
) -> None:
    """F02: TCP answers, then nothing."""
    device = ScriptedDevice(port=servers.serve_bytes(b"")).device
    with pytest.raises(Unreachable, match=r"no answer within 0.3 s \(SSH banner\)"):
        open_session(device, known_hosts, clock, Timeouts(banner_s=0.3))


def test_a_server_that_is_not_ssh_is_named(
    servers: ServerThread, known_hosts: Path, clock: StoppedClock
) -> None:
    device = ScriptedDevice(port=servers.serve_bytes(b"HTTP/1.1 400 Bad Request\r\n" * 2000)).device
    with pytest.raises(Unreachable):
        open_session(device, known_hosts, clock, QUICK)


def test_an_unknown_name_is_named(known_hosts: Path, clock: StoppedClock) -> None:
    device = ScriptedDevice(port=22).as_device(address="no-such-host.invalid")
    with pytest.raises(Unreachable, match=r"cannot resolve 'no-such-host\.invalid'"):
        open_session(device, known_hosts, clock, QUICK)


OLD: dict[str, object] = {
    "kex_algs": ["diffie-hellman-group1-sha1"],
    "encryption_algs": ["3des-cbc"],
    "mac_algs": ["hmac-sha1"],
}


def test_old_algorithms_are_refused_by_name(serve: Serve, known_hosts: Path, clock: StoppedClock) -> None:
    """F10: what the device offers is named, and what would allow it; no password leaves."""
    device = serve(ScriptedDevice(listen_options=OLD))
    with pytest.raises(NoCommonAlgorithm) as caught:
        open_session(device.device, known_hosts, clock, QUICK)
    assert "key exchange diffie-hellman-group1-sha1" in caught.value.what
    assert "cipher 3des-cbc; MAC hmac-sha1" in caught.value.what
    assert "legacy_ssh: true" in caught.value.next_step
    assert device.passwords == []


def test_old_algorithms_are_spoken_where_the_inventory_allows_them(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """F10: group1, 3des-cbc, hmac-sha1 and a 1024-bit key, as a 3560 on 12.2 has them."""
    key = legacy_key(1024)
    know(known_hosts, key)
    device = serve(ScriptedDevice(listen_options=OLD, host_key=key, outputs={"show clock": [b"noon\n"]}))
    with open_session(device.as_device(legacy_ssh=True), known_hosts, clock, QUICK) as session:
        assert [output.text for output in session.read(["show clock"])] == ["noon"]


def test_a_short_host_key_is_refused_though_known(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """F13: 1024 bits are lifted by the same switch."""
    key = legacy_key(1024)
    know(known_hosts, key)
    device = serve(ScriptedDevice(host_key=key))
    with pytest.raises(NoCommonAlgorithm, match=r"1024-bit RSA host key; 2048 is the least.*legacy_ssh"):
        open_session(device.device, known_hosts, clock, QUICK)
    assert device.passwords == []


def test_a_closed_door_after_the_banner_is_told_from_a_refused_password(
    servers: ServerThread, known_hosts: Path, clock: StoppedClock
) -> None:
    """F18: the device greets and hangs up, as one without a free VTY does."""
    device = ScriptedDevice(port=servers.serve_bytes(b"SSH-1.99-Cisco-1.25\r\n", hang_up=True)).device
    with pytest.raises(CannotConnect, match=r"closed the connection during the key exchange.*no free VTY"):
        open_session(device, known_hosts, clock, QUICK)


def test_nothing_secret_is_logged_or_shown(
    serve: Serve, known_hosts: Path, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """S0-01's login at debug level: neither password nor secret in any record or repr."""
    device = serve(asa())
    with caplog.at_level(logging.DEBUG), open_session(device.device, known_hosts, clock, QUICK) as session:
        shown = repr(session) + repr(session.device) + repr(session._line.channel)
    for word in (PASSWORD, SECRET):
        assert word not in caplog.text
        assert word not in shown


def test_an_old_host_key_algorithm_alone_is_named(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """F10: everything else is modern, but the host key can only be signed with SHA-1."""
    key = legacy_key()
    know(known_hosts, key)
    (pair,) = asyncssh.load_keypairs(key)
    pair.host_key_algorithms = (b"ssh-rsa",)
    pair.sig_algorithms = (b"ssh-rsa",)
    device = serve(ScriptedDevice(host_key=pair, outputs={"show clock": [b"noon\n"]}))
    with pytest.raises(NoCommonAlgorithm, match=r"not allowed: host key ssh-rsa; .*legacy_ssh: true"):
        open_session(device.device, known_hosts, clock, QUICK)
    assert device.passwords == []
    with open_session(device.as_device(legacy_ssh=True), known_hosts, clock, QUICK) as session:
        assert [output.text for output in session.read(["show clock"])] == ["noon"]


def test_a_slow_answer_to_the_password_is_waited_for_and_then_named(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """F16: TACACS is slow; the limit is that of its own phase."""
    device = serve(ScriptedDevice(password_delay_s=0.3))
    open_session(device.device, known_hosts, clock, Timeouts(connect_s=0.2, banner_s=0.2)).close()
    with pytest.raises(Unreachable, match=r"no answer within 0.1 s \(authentication\)"):
        open_session(device.device, known_hosts, clock, Timeouts(auth_s=0.1))


def test_keyboard_interactive_alone_will_do(serve: Serve, known_hosts: Path, clock: StoppedClock) -> None:
    """F15: many devices offer only that; and a wrong password is tried once there too."""
    device = serve(ScriptedDevice(listen_options={"password_auth": False}))
    open_session(device.device, known_hosts, clock, QUICK).close()
    with pytest.raises(AuthenticationFailed, match="tried once"):
        open_session(device.as_device(password=SecretStr("not-this-one")), known_hosts, clock, QUICK)
    assert device.passwords == [PASSWORD, "not-this-one"]
