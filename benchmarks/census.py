"""The census of a big firewall: `show conn` as text in, groups out; CPU, wall and peak memory, size by size.

python benchmarks/census.py [ROWS]...

Each size runs in a process of its own, so that its peak is its own; the text itself is part of the peak.
One connection in fifty is half seen, among a few hundred networks.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from datetime import UTC, datetime

from bothways.diagnosis.census import take_census
from bothways.platforms import device_state
from bothways.state.device import Output
from bothways.state.rows import Conn
from bothways.state.snapshot import Snapshot

SIZES = (10_000, 100_000, 1_000_000)
_CHUNK = 10_000
_KINDS = ("inside  172.16.{b}.{c}:443", "0", "SaAB"), ("outside  198.51.{b}.{c}:514", "{d}", "UO")


def text_of(rows: int) -> str:
    """A connection table as an ASA 9.x prints it, built a chunk at a time."""
    chunks = [f"{rows} in use, {rows} most used\n\n"]
    for start in range(0, rows, _CHUNK):
        chunks += ["".join(_line(number) for number in range(start, min(start + _CHUNK, rows)))]
    return "".join(chunks)


def _line(number: int) -> str:
    b, c = number >> 8 & 127, number & 255
    client = f"10.{number >> 16 & 255}.{b}.{c}:{1024 + number % 60000}"
    idle = f"0:00:{number % 60:02}"
    if number % 50:
        return (
            f"TCP outside  198.51.{b}.{c}:443 inside  {client}, idle {idle}, bytes {number * 7}, flags UIO \n"
        )
    server, carried, flags = _KINDS[number // 50 % 2]
    ends = f"{server.format(b=b, c=c)} inside  {client}"
    return f"TCP {ends}, idle {idle}, bytes {carried.format(d=number + 1)}, flags {flags} \n"


def one(rows: int) -> None:
    """One size in this process: what it took."""
    text = text_of(rows)
    route = "C        10.0.0.0 255.0.0.0 is directly connected, inside\n"
    moment = datetime.now(UTC)
    texts = {"show conn": text, "show route": route}
    device = device_state(
        "fw", "cisco_asa", {name: Output(name, said, moment) for name, said in texts.items()}
    )
    snapshot = Snapshot({"fw": device}, moment, {})
    del text
    before, started = time.process_time(), time.perf_counter()
    device.table(Conn)
    parsed = time.process_time()
    census = take_census(snapshot, device)
    cpu, wall = time.process_time() - before, time.perf_counter() - started
    peak = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "linux" else 1024) / 1024
    )
    assert census.connections == rows
    # 0, 50, 100, …; a hairpin of this very second is none.
    expected = sum(1 for number in range(0, rows, 50) if number // 50 % 2 or number % 60)
    assert census.flows == expected, (census.flows, expected)
    print(
        f"{rows:>9,} connections: {cpu:.3f} s CPU ({parsed - before:.3f} s of it parsing), {wall:.3f} s, "
        f"{cpu * 1e6 / rows:.2f} us each, peak {peak:.0f} MB, {census.group_count} groups"
    )


def main() -> None:
    """Every size in its own process."""
    if sys.argv[1:2] == ["--one"]:
        one(int(sys.argv[2]))
        return
    for rows in [int(word) for word in sys.argv[1:]] or SIZES:
        subprocess.run([sys.executable, __file__, "--one", str(rows)], check=True)  # noqa: S603  this very file


if __name__ == "__main__":
    main()
