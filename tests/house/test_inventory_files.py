"""An inventory that Nornir would let pass, refused at its place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from ipaddress import IPv4Address
from pathlib import Path

import pytest

import bothways.network
from bothways.errors import BadInput, InventoryError
from bothways.network import DeclaredHost, load_network

Folder = Callable[..., Path]

HOST = "  platform: cisco_ios\n  username: admin\n  password: x\n"
ASA = f"asa:\n  hostname: 192.0.2.1\n{HOST}"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def write(hosts: str, **others: str) -> Path:
        for name, text in {"hosts": hosts, **others}.items():
            file = tmp_path / f"{name}.yaml"
            file.write_text(text)
            file.chmod(0o600)
        return tmp_path

    return write


REFUSED = {
    "B01-address": (
        f"{ASA}sw:\n  hostname: 192.0.2.1\n{HOST}",
        "hosts.yaml:6:1: sw and asa are both 192.0.2.1 port 22",
    ),
    "B01-address-by-name": (
        f"a:\n  hostname: CORE.example.net.\n{HOST}b:\n  hostname: core.example.net\n{HOST}",
        "hosts.yaml:6:1: b and a are both core.example.net port 22",
    ),
    "B01-name": (f"{ASA}{ASA}", "hosts.yaml:6:1: key 'asa' stands twice, first in line 1"),
    "B01-case": (
        f"{ASA}ASA:\n  hostname: 192.0.2.2\n{HOST}",
        "hosts.yaml:6:1: ASA and asa are one name; rename one of them",
    ),
    "B02-typo": (
        "asa:\n  platfrom: cisco_asa\n",
        "hosts.yaml:2:3: asa.platfrom: unknown key; did you mean 'platform'?",
    ),
    "B02-typo-in-data": (
        f"{ASA}  data:\n    legacy_shh: true\n",
        "hosts.yaml:7:5: asa.data.legacy_shh: unknown key; did you mean 'legacy_ssh'?",
    ),
    "B02-platform": (
        "asa:\n  platform: cisco_as\n",
        (
            "hosts.yaml:2:13: asa.platform: 'cisco_as' is not one of 'cisco_asa' or 'cisco_ios'; "
            "did you mean 'cisco_asa'?"
        ),
    ),
    "B03-unknown-group": (
        f"{ASA}  groups: [firewals]\n",
        "hosts.yaml:6:12: asa: no group 'firewals'; did you mean 'firewalls'?",
    ),
    "B03-circle": (f"{ASA}  groups: [a]\n", "groups.yaml:3:14: groups in a circle: a -> b -> a"),
    "B04-port-0": ("asa:\n  port: 0\n", "hosts.yaml:2:9: asa.port: 0 is too small: at least 1"),
    "B04-port-70000": ("asa:\n  port: 70000\n", "hosts.yaml:2:9: asa.port: 70000 is too big: at most 65535"),
    "B04-port-text": (
        'asa:\n  port: "22; rm"\n',
        "hosts.yaml:2:9: asa.port: must be a whole number, not '22; rm'",
    ),
    "B04-octal": (
        "asa:\n  hostname: 010.0.0.1\n",
        (
            "hosts.yaml:2:13: asa.hostname: '010.0.0.1' is not an IPv4 address (four numbers to 255, "
            "no leading zeros)"
        ),
    ),
    "B04-brackets": (
        'asa:\n  hostname: "[2001:db8::1]"\n',
        "hosts.yaml:2:13: asa.hostname: must be without brackets: write 2001:db8::1",
    ),
    "B04-port-in-host": (
        "asa:\n  hostname: core:22\n",
        "hosts.yaml:2:13: asa.hostname: must be without the port: write it under `port`",
    ),
    "B04-newline": (
        'asa:\n  hostname: "core\\nreload"\n',
        "hosts.yaml:2:13: asa.hostname: must be one word, without blanks or line ends around it",
    ),
    "B04-trailing-blank": (
        'asa:\n  hostname: "core "\n',
        "hosts.yaml:2:13: asa.hostname: must be one word, without blanks or line ends around it",
    ),
    "B04-blank": (
        "asa:\n  hostname: core sw\n",
        "hosts.yaml:2:13: asa.hostname: 'core sw' is neither an IP address nor a host name",
    ),
    "B04-international": (
        "asa:\n  hostname: bücher.example\n",
        "hosts.yaml:2:13: asa.hostname: must be ASCII: write an international name in its xn-- form",
    ),
    "name": (
        f"'../x':\n{HOST}",
        "hosts.yaml:1:1: '../x' cannot be a name; use letters, digits, '.', '_' and '-'",
    ),
    "no-platform": (
        "asa:\n  username: a\n  password: b\n",
        "hosts.yaml:1:1: asa: platform is missing; set it for the host or a group",
    ),
    "nothing": ("# later\n", "hosts.yaml:1:1: names no device"),
    "number-as-password": (
        "asa:\n  password: 12345\n",
        "hosts.yaml:2:13: asa.password: must be text, not this: put it in quotes",
    ),
}


@pytest.mark.parametrize(("hosts", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_inventory_is_refused_at_its_place(folder: Folder, hosts: str, message: str) -> None:
    """B01 B02 B03 B04: what is wrong, in which line, and what was meant."""
    path = folder(hosts, groups="a: {groups: [b]}\nfirewalls:\nb: {groups: [a]}\n")
    with pytest.raises(BadInput) as caught:
        load_network(path)
    assert str(caught.value) == f"{path}/{message}"


NORMALISED = {
    "upper-case": ("Core-1.Example.NET", "core-1.example.net"),
    "final-dot": ("core.example.net.", "core.example.net"),
    "long-v6": ('"2001:0db8:0::1"', "2001:db8::1"),
    "zoned-v6": ('"fe80::1%eth0"', "fe80::1%eth0"),
    "underscore": ("core_1", "core_1"),
}


@pytest.mark.parametrize(("written", "read"), NORMALISED.values(), ids=NORMALISED.keys())
def test_an_address_has_one_form(folder: Folder, written: str, read: str) -> None:
    """B04: one device cannot hide under two spellings."""
    network = load_network(folder(f"asa:\n  hostname: {written}\n{HOST}"))
    assert network.device("asa").address == read


def test_host_wins_over_group_over_defaults(folder: Folder) -> None:
    """Inheritance is Nornir's: the host, its groups nearest first, the defaults."""
    path = folder(
        "asa: {groups: [edge, site]}\nsw: {groups: [site], port: 2200, data: {legacy_ssh: true, rack: 7}}\n",
        groups="edge: {platform: cisco_asa, groups: [tacacs]}\ntacacs: {username: robot}\n"
        "site: {platform: cisco_ios, username: admin, data: {secret: s1}}\n",
        defaults="port: 2022\npassword: p1\ndata: {secret: s0}\n",
    )
    network = load_network(path)
    asa, switch = network.device("asa"), network.device("sw")
    assert (asa.platform, asa.username, asa.port, asa.address) == ("cisco_asa", "robot", 2022, "asa")
    assert (switch.platform, switch.username, switch.port) == ("cisco_ios", "admin", 2200)
    assert asa.secret is not None
    assert asa.secret.get_secret_value() == "s1"
    assert (asa.legacy_ssh, switch.legacy_ssh, switch.read_ahead) == (False, True, True)
    assert asa.password.get_secret_value() == "p1"


def test_a_group_of_no_keys_is_a_group(folder: Folder) -> None:
    """`lab:` with nothing under it is what people write."""
    assert "asa" in load_network(folder(f"{ASA}  groups: [lab]\n", groups="lab:\n")).devices


def test_connection_options_of_other_plugins_are_left_alone(folder: Folder) -> None:
    """A Nornir user keeps one inventory for all his tools."""
    options = "  connection_options:\n    netmiko: {extras: {fast_cli: false}, platform: cisco_xe}\n"
    assert load_network(folder(ASA + options)).device("asa").platform == "cisco_ios"


def test_a_plain_password_is_warned_of(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    """B06: place, cure, and who else may read it; the password itself is in no message."""
    path = folder(f"asa:\n  hostname: 192.0.2.1\n{HOST}".replace("password: x", "password: hunter2"))
    path.joinpath("hosts.yaml").chmod(0o644)
    with caplog.at_level(logging.WARNING):
        load_network(path)
    assert caplog.messages == [
        f"{path}/hosts.yaml:5:13: a password in plain text; write env:NAME or file:PATH instead",
        f"{path}/hosts.yaml: others on this machine may read it; chmod 600 {path}/hosts.yaml",
    ]


def test_a_lab_may_write_its_passwords(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    """B06: the lab made them up, and its folder is private."""
    load_network(folder(ASA), lab=True)
    assert caplog.messages == []


def test_passwords_come_from_the_environment_and_from_files(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """B06: env:NAME and file:PATH are opened, silently, at load."""
    path = folder(ASA.replace("password: x", "password: env:BW_TEST\n  data: {secret: file:enable}"))
    (path / "enable").write_text("s3\n")
    (path / "enable").chmod(0o600)
    monkeypatch.setenv("BW_TEST", "p3")
    device = load_network(path).device("asa")
    assert device.secret is not None
    assert (device.password.get_secret_value(), device.secret.get_secret_value()) == ("p3", "s3")
    assert caplog.messages == []


ABSENT_SECRETS = {
    "env": ("env:BW_NOT_SET", "inventory: asa: password: the environment has no BW_NOT_SET"),
    "file": ("file:nope", "asa: password cannot be read: No such file or directory"),
}


@pytest.mark.parametrize(("written", "message"), ABSENT_SECRETS.values(), ids=ABSENT_SECRETS.keys())
def test_an_absent_secret_is_named(folder: Folder, written: str, message: str) -> None:
    """What a reference names must be there."""
    with pytest.raises(InventoryError) as caught:
        load_network(folder(ASA.replace("password: x", f"password: {written}")))
    assert message in str(caught.value)


def test_an_unknown_device_is_named_with_the_known_ones(folder: Folder) -> None:
    """The user sees what he could have typed."""
    with pytest.raises(InventoryError, match=r"inventory: no device 'asb'; known: asa"):
        load_network(folder(ASA)).device("asb")


def test_topology_declares_hosts(folder: Folder) -> None:
    """topology.yaml holds what no device tells."""
    text = "hosts:\n  cimc: {address: 172.16.1.18}\n  vm: {address: 10.12.0.5, gateway: 10.12.0.1}\n"
    network = load_network(folder(ASA, topology=text))
    assert network.hosts == (
        DeclaredHost("cimc", IPv4Address("172.16.1.18")),
        DeclaredHost("vm", IPv4Address("10.12.0.5"), IPv4Address("10.12.0.1")),
    )


WRONG_TOPOLOGY = {
    "twice": (
        "hosts:\n  a: {address: 10.0.0.1}\n  b: {address: 10.0.0.1}\n",
        "topology.yaml:3:3: b and a are both 10.0.0.1",
    ),
    "own-gateway": (
        "hosts:\n  a: {address: 10.0.0.1, gateway: 10.0.0.1}\n",
        "topology.yaml:2:3: a is its own gateway",
    ),
    "no-address": (
        "hosts:\n  a: {address: 10.0.0.256}\n",
        "topology.yaml:2:16: hosts.a.address: Octet 256 (> 255) not permitted in '10.0.0.256'",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG_TOPOLOGY.values(), ids=WRONG_TOPOLOGY.keys())
def test_a_wrong_topology_is_refused_at_its_place(folder: Folder, text: str, message: str) -> None:
    """B01: hosts are checked like devices."""
    path = folder(ASA, topology=text)
    with pytest.raises(BadInput) as caught:
        load_network(path)
    assert str(caught.value) == f"{path}/{message}"


def test_the_shipped_example_reaches_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `init` copies cannot log in to anybody's firewall."""
    monkeypatch.setenv("BOTHWAYS_PASSWORD", "p")
    monkeypatch.setenv("BOTHWAYS_ENABLE", "e")
    network = load_network(Path(bothways.network.__file__).parents[1] / "inventory")
    assert {device.address for device in network.devices.values()} == {"127.0.0.1"}
    assert set(network.devices) == {"edge-asa", "lab-switch"}
