"""CPU of tracing one flow through a snapshot of many devices: first time, parsing included, and again.

python benchmarks/trace.py [DEVICES]

The devices are the hairpin story's pair, read over SSH from its lab once and repeated with addresses of their
own, so that every device has connections, routes, ARP and a configuration to be looked through.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bothways import Flow, find_workspace, read, trace
from bothways.cli.lab_child import running_lab
from bothways.diagnosis import Trace
from bothways.platforms import platform
from bothways.state.device import DeviceState, Output, Source
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Row

FLOW = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
_LIVED_S = 25.0


def story() -> Snapshot:
    """What the story's two devices say after their hosts have lived for a while."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lab"
        with running_lab("hairpin", path) as lab:
            lab.ask("advance_to", moment_s=_LIVED_S)
            return read(find_workspace(explicit=path))


def repeated(pair: Snapshot, devices: int) -> Snapshot:
    """As many devices as asked for; the first two are the story's own."""
    states = {}
    for number in range((devices + 1) // 2):
        for state in pair:
            made = _moved(state, number) if number else DeviceState(*_parts(state, state.name))
            states[made.name] = made
    return Snapshot(dict(list(states.items())[:devices]), datetime.now(UTC), {})


def _moved(state: DeviceState, number: int) -> DeviceState:
    high, low = divmod(number, 200)
    swaps = (
        ("10.12.0.", f"10.{13 + high}.{low}."),
        ("172.16.1.", f"172.{17 + high}.{low}."),
        ("203.0.113.", f"198.{18 + high}.{low}."),
    )
    name, text_platform, outputs, sources = _parts(state, f"{state.name}-{number}")
    moved = {}
    for command, output in outputs.items():
        text = output.text
        for old, new in swaps:
            text = text.replace(old, new)
        moved[command] = replace(output, text=text)
    return DeviceState(name, text_platform, moved, sources)


def _parts(
    state: DeviceState, name: str
) -> tuple[str, str, Mapping[str, Output], Mapping[type[Row], Source]]:
    """The arguments of DeviceState, in order."""
    return name, state.platform, state.outputs, platform(state.platform).sources


def timed(snapshot: Snapshot) -> tuple[Trace, float, float]:
    """The answer, CPU seconds, wall seconds."""
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    found = trace(snapshot, FLOW)
    return found, time.process_time() - cpu_s, time.perf_counter() - wall_s


def main() -> None:
    """Print both, and what two devices cost."""
    devices = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    pair = story()
    trace(repeated(pair, 2), FLOW)  # imports and compiled patterns are not what is measured
    _, two_s, _ = timed(repeated(pair, 2))
    many = repeated(pair, devices)
    found, first_s, first_wall_s = timed(many)
    again, again_s, _ = timed(many)
    assert found.fate == again.fate
    print(
        f"{devices} devices: {found.fate} at {found.at.device}, packet {found.at.packet}: "
        f"{first_s:.3f} s CPU, {first_wall_s:.3f} s wall, parsing included; again {again_s:.3f} s; "
        f"2 devices {two_s:.3f} s: {first_s / two_s:.1f} times that"
    )


if __name__ == "__main__":
    main()
