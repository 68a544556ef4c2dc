"""Worlds for the tests of the lab: each test steps its own clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.lab.cli.asa import ASA
from bothways.lab.cli.shell import Shell
from bothways.lab.cli.station import Station
from bothways.lab.world import World

MakeWorld = Callable[..., World]

_RETURN = """\
ip access-list extended RETURN
 permit ip 172.16.1.0 0.0.0.255 10.12.0.0 0.0.0.127
 permit ip 172.16.1.0 0.0.0.255 host 10.12.0.130
route-map FIX_ROUTING permit 10
 match ip address RETURN
 set ip next-hop 10.12.0.1
interface Vlan172
 ip policy route-map FIX_ROUTING
"""
_BYPASS = """\
access-list BYPASS extended permit tcp 10.12.0.0 255.255.255.0 172.16.1.0 255.255.255.0
class-map BYPASS
 match access-list BYPASS
policy-map BYPASS
 class BYPASS
  set connection timeout idle 0:15:00
  set connection advanced-options tcp-state-bypass
service-policy BYPASS interface inside
"""


@pytest.fixture
def hairpin() -> MakeWorld:
    """Make the hairpin story, with variants and a seed."""

    def make(*variants: str, seed: int | None = None, workloads: bool = False) -> World:
        return World.from_story("hairpin", variants, seed, workloads=workloads)

    return make


@pytest.fixture
def policy_route() -> list[str]:
    """The lines of the cure on the 3560."""
    return _RETURN.splitlines()


@pytest.fixture
def state_bypass() -> list[str]:
    """The lines of the cure on the ASA."""
    return _BYPASS.splitlines()


class Paper:
    """A screen that keeps what is printed on it."""

    def __init__(self) -> None:
        self.printed = ""

    def write(self, data: bytes) -> None:
        self.printed += data.decode().replace("\r\n", "\n")

    drip = write

    def pause(self, seconds: float) -> None:
        """Nobody waits."""

    def close(self, status: int = 0) -> None:
        """Nobody listens."""

    def peer(self) -> str:
        return "127.0.0.1"


@pytest.fixture
def asa_console() -> Callable[..., Callable[[str], str]]:
    """Log in to an ASA of a world, privileged: a function that types a line and returns the answer to it."""

    def login(world: World, name: str = "edge-asa", user: str = "admin") -> Callable[[str], str]:
        station = Station(name, world.asa(name), ASA, {}, "", lambda: world.now, world.run_until)
        paper = Paper()
        shell = Shell(station, user, paper)
        station.shells.append(shell)
        shell.privilege, shell.pager.length = 15, 0
        shell.go("privileged")

        def type_line(line: str) -> str:
            start = len(paper.printed)
            shell.feed(line.encode() + b"\n")
            answer = paper.printed[start:].partition("\n")[2]
            return answer.rpartition("\n")[0] + "\n" if "\n" in answer else ""

        return type_line

    return login
