"""CPU and wall of one login with five show commands: ours beside stock Netmiko, on the lab, in one run.

python benchmarks/session.py [RUNS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from netmiko import ConnectHandler

from bothways.cli.lab_child import running_lab
from bothways.network import Device, load_network
from bothways.session import open_session
from bothways.workspace import Workspace, find_workspace

SHOWS = {
    "cisco_asa": ("show version", "show route", "show arp", "show conn", "show asp drop"),
    "cisco_ios": ("show version", "show ip route", "show ip arp", "show ip policy", "show logging"),
}


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """CPU and wall, in milliseconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def stock(device: Device) -> None:
    """Netmiko as it is installed, with its own transport."""
    with ConnectHandler(
        device_type=device.platform,
        host=device.address,
        port=device.port,
        username=device.username,
        password=device.password.get_secret_value(),
        secret=device.secret.get_secret_value() if device.secret else "",
    ) as connection:
        connection.enable()
        for command in SHOWS[device.platform]:
            connection.send_command(command)


def compared(device: Device, space: Workspace, runs: int) -> str:
    """One row: medians, and how many times as much stock costs."""

    def ours() -> None:
        with open_session(device, space.known_hosts, space.clock()) as session:
            session.read(SHOWS[device.platform])

    ours()
    stock(device)  # both once unmeasured: imports and first-time caches are nobody's cost
    pairs = [(measured(ours), measured(lambda: stock(device))) for _ in range(runs)]
    cpu, wall = (median(mine[part] for mine, _ in pairs) for part in (0, 1))
    stock_cpu, stock_wall = (median(theirs[part] for _, theirs in pairs) for part in (0, 1))
    return (
        f"{device.platform}: ours {cpu:.1f} ms CPU, {wall:.0f} ms wall; "
        f"stock Netmiko {stock_cpu:.1f}, {stock_wall:.0f}: "
        f"{stock_cpu / cpu:.1f} and {stock_wall / wall:.1f} times as much"
    )


def main() -> None:
    """Print a row a platform."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder, running_lab("hairpin", Path(folder) / "lab") as lab:
        space = find_workspace(explicit=lab.folder)
        for device in load_network(space.inventory, lab=True).devices.values():
            print(compared(device, space, runs))


if __name__ == "__main__":
    main()
