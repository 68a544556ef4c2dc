from __future__ import annotations

import importlib
import tomllib
from pathlib import Path
from typing import Any

import pytest
from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result, Task
from nornir.plugins.runners import SerialRunner

from bothways.errors import InventoryError
from bothways.session.nornir_plugin import BothwaysConnection
from tests.session.conftest import PASSWORD, QUICK, SECRET, ScriptedDevice, Serve, StoppedClock


def nornir_with(extras: dict[str, Any], **host: Any) -> Nornir:
    values: dict[str, Any] = {
        "hostname": "127.0.0.1",
        "username": "admin",
        "password": PASSWORD,
        "platform": "cisco_ios",
    }
    options = {"bothways": ConnectionOptions(extras=extras)}
    hosts = Hosts({"sw1": Host(name="sw1", connection_options=options, **(values | host))})
    ConnectionPluginRegister.register("bothways", BothwaysConnection)
    return Nornir(Inventory(hosts, Groups(), Defaults()), runner=SerialRunner())


def show_clock(task: Task) -> Result:
    session = task.host.get_connection("bothways", task.nornir.config).session
    return Result(host=task.host, result=session.read(["show clock"])[0].text)


def test_the_plugin_is_found_by_its_name() -> None:
    """A user's Nornir finds it by the package's entry point."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    points = tomllib.loads(text)["project"]["entry-points"]["nornir.plugins.connections"]
    module, _, name = points["bothways"].partition(":")
    assert getattr(importlib.import_module(module), name) is BothwaysConnection


def test_a_nornir_task_reads_through_it(serve: Serve, known_hosts: Path) -> None:
    """S0-01: from a user's own inventory, with extras; the session ends with the connection."""
    device = serve(ScriptedDevice(privileged=False, outputs={"show clock": [b"noon\n"]}))
    extras = {"known_hosts": str(known_hosts), "secret": SECRET, "timeouts": QUICK}
    nornir = nornir_with(extras, port=device.port)
    result = nornir.run(show_clock)["sw1"]
    assert (result.failed, result.result) == (False, "noon")
    session = nornir.inventory.hosts["sw1"].get_connection("bothways", nornir.config).session
    nornir.close_connections()
    assert not session.alive


def test_a_whole_device_and_a_clock_may_be_given(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    device = serve(ScriptedDevice(outputs={"show clock": [b"noon\n"]}))
    nornir = nornir_with({"known_hosts": known_hosts, "device": device.device, "clock": clock})
    assert nornir.run(show_clock)["sw1"].result == "noon"
    nornir.close_connections()


@pytest.mark.parametrize(
    ("extras", "host", "words"),
    [
        ({}, {"platform": "nxos"}, "no platform 'nxos'; known: cisco_asa, cisco_ios"),
        ({}, {"username": None}, "needs hostname, username and password"),
        ({"legacy": True}, {}, "no option 'legacy' of connection_options.bothways.extras"),
    ],
)
def test_an_inventory_that_does_not_say_enough_is_refused(
    extras: dict[str, Any], host: dict[str, Any], words: str
) -> None:
    """B02: nothing is connected."""
    result = nornir_with(extras, **host).run(show_clock)["sw1"]
    assert isinstance(result.exception, InventoryError)
    assert words in str(result.exception)


def test_closing_what_was_never_opened_is_harmless() -> None:
    BothwaysConnection().close()
