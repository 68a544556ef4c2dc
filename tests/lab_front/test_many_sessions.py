"""Many sessions at once, old algorithms, and what a command costs."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import asyncssh
import pytest

from bothways.lab.cli.asa import ASA
from bothways.lab.cli.dialect import Dialect
from bothways.lab.cli.exec_commands import raise_privilege
from bothways.lab.cli.ios import IOS
from bothways.lab.cli.shell import Shell
from bothways.lab.cli.station import Station
from bothways.lab.cli.typing_admin import type_lines
from bothways.lab.world import World

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab


def test_sessions_do_not_mix(quiet_lab: RunningLab) -> None:
    """Twenty at once, each with its own echo, output and mode."""

    def look(number: int) -> str:
        with quiet_lab.terminal("lab-switch") as terminal:
            if number % 2:
                terminal.type("configure terminal")
                return terminal.type("do show privilege")
            return terminal.type("show privilege")

    with ThreadPoolExecutor(20) as pool:
        seen = list(pool.map(look, range(20)))
    for number, text in enumerate(seen):
        echo, answer, prompt = text.split("\r\n")
        assert answer == "Current privilege level is 15"
        assert (echo, prompt) == (
            ("do show privilege", "DC_LAB_SWITCH(config)#")
            if number % 2
            else ("show privilege", "DC_LAB_SWITCH#")
        )


@pytest.mark.parametrize(
    ("kex", "cipher", "mac", "host_key"),
    [
        ("diffie-hellman-group14-sha1", "aes128-cbc", "hmac-sha1", "ssh-rsa"),
        ("diffie-hellman-group1-sha1", "3des-cbc", "hmac-sha1", "ssh-rsa"),
        ("curve25519-sha256", "aes128-ctr", "hmac-sha2-256", "ssh-ed25519"),
    ],
)
def test_old_and_new_algorithms_are_both_offered(
    quiet_lab: RunningLab, kex: str, cipher: str, mac: str, host_key: str
) -> None:
    """F10: a client that knows only what old switches know gets in as well."""
    host = quiet_lab.host("edge-asa")

    async def log_in() -> bytes:
        async with asyncssh.connect(
            "127.0.0.1", host["port"], username=host["username"], password=host["password"],
            known_hosts=str(quiet_lab.folder / "known_hosts"), kex_algs=[kex], encryption_algs=[cipher],
            mac_algs=[mac], server_host_key_algs=[host_key], config=(), client_keys=None,
        ) as connection:  # fmt: skip
            process = await connection.create_process(term_type="vt100", encoding=None)
            return bytes(await process.stdout.readuntil(b"> "))

    assert asyncio.run(log_in()).endswith(b"EDGE-ASA> ")


class _Nowhere:
    """A screen nobody looks at."""

    def write(self, _data: bytes) -> None:
        """Nothing."""

    def drip(self, _data: bytes) -> None:
        """Nothing."""

    def pause(self, _seconds: float) -> None:
        """Nothing."""

    def close(self, _status: int = 0) -> None:
        """Nothing."""

    def peer(self) -> str:
        return ""


@pytest.fixture(scope="module")
def world() -> World:
    """The story without SSH."""
    return World.from_story("hairpin", workloads=True)


def _station(world: World, name: str, dialect: Dialect) -> Station:
    return Station(
        name, world.device(name), dialect, {"admin": "x"}, "y", now=lambda: world.now,
        run_until=world.run_until,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "dialect", "commands"),
    [
        ("lab-switch", IOS, ["show version", "show running-config", "show interfaces", "show ip route",
                             "show ip arp", "show logging", "show sdm prefer", "show mac address-table"]),
        ("edge-asa", ASA, ["show version", "show running-config", "show conn long", "show route", "show arp",
                           "show asp drop", "show logging", "show service-policy", "show access-list"]),
    ],
)  # fmt: skip
def test_command_costs_less_than_5_ms_of_cpu(
    world: World, name: str, dialect: Dialect, commands: list[str]
) -> None:
    """The loop serves every session of every device: no command may hold it long."""
    shell = Shell(_station(world, name, dialect), "admin", _Nowhere())
    shell.start()
    raise_privilege(shell)
    shell.pager.length = 0
    for command in commands:
        line = command.encode() + b"\n"
        shell.feed(line)
        started_s = time.process_time()
        for _ in range(5):
            shell.feed(line)
        assert (time.process_time() - started_s) / 5 < 0.005, command


def test_every_configuration_line_of_the_story_is_in_the_grammar(world: World) -> None:
    """What a device prints can be typed back: paste the running configuration, and nothing is refused."""
    for name, dialect in (("lab-switch", IOS), ("edge-asa", ASA)):
        lines = world.device(name).config_lines()
        typed = [line for line in lines if not line.startswith(("version", "username"))]
        answers = dict(zip(typed, type_lines(_station(world, name, dialect), typed), strict=True))
        assert {line: answer for line, answer in answers.items() if answer} == {}
