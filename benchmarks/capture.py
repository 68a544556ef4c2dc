"""Captures: how fast and how big, beside tshark and tcptrace; and what verdicts are worth over known causes.

python benchmarks/capture.py [--megabytes N] [--captures N]

The file is written into a temporary folder: packets of 500 connections, both directions, all of them opened
and closed. Each program reads it in a process of its own, so that processor time and memory are its own.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.capture.verdicts import tally
from tests.capture.wire import ACK, FIN, PSH, SYN, Talk, Tcp

CALLS = 500
SEGMENT = 1460
_PEERS = {
    "tshark": ["tshark", "-n", "-q", "-z", "conv,tcp", "-z", "expert", "-r"],
    "tcptrace": ["tcptrace", "-n", "-l"],
}
_OURS = [sys.executable, "-c", "from bothways.cli.main import main; main()", "capture", "--format", "json"]


def write(path: Path, megabytes: int, payload: int) -> int:
    """A capture of so many megabytes; how many packets it holds."""
    turns = max(1, megabytes * 1_000_000 // (CALLS * (payload + 70)) - 8)
    talks = [
        Talk(cport=10_000 + one, sport=80, isn=one * 7919, server_isn=one * 104_729) for one in range(CALLS)
    ]
    count = 0
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for turn in range(-3, turns + 3):
            records = [_record(1_700_000_000_000_000 + count * 20 + at, one)
                       for at, one in enumerate(_turn(talks, turn, turns, payload))]  # fmt: skip
            file.write(b"".join(records))
            count += len(records)
    return count


def _turn(talks: Sequence[Talk], turn: int, turns: int, payload: int) -> Iterator[Tcp]:
    """The packet of every call in this turn: handshake, data of the server, end."""
    data = bytes(payload)
    for talk in talks:
        end = 1 + turns * payload
        if turn == -3:
            yield talk.c(0, SYN, 0)
        elif turn == -2:
            yield talk.s(0, SYN | ACK, 0, 1)
        elif turn == -1:
            yield talk.c(0, ACK, 1, 1)
        elif turn < turns:
            yield talk.s(0, PSH | ACK, 1 + turn * payload, 1, data=data, ident=1 + turn % 60_000, checksum=0)
        elif turn == turns:
            yield talk.c(0, FIN | ACK, 1, end)
        elif turn == turns + 1:
            yield talk.s(0, FIN | ACK, end, 2)
        else:
            yield talk.c(0, ACK, 2, end + 1)


def _record(micros: int, packet: Tcp) -> bytes:
    raw = packet.frame()
    return struct.pack("<IIII", micros // 1_000_000, micros % 1_000_000, len(raw), len(raw)) + raw


def measured(command: Sequence[str], path: Path) -> tuple[float, float, int]:
    """Seconds of processor time and of waiting, and megabytes of memory, of one program on one file."""
    began_s = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen([*command, str(path)], stdout=out, stderr=errors)  # noqa: S603  our own list
        _, status, used = _wait(child.pid)
        if status not in (0, 2 << 8):
            errors.seek(0)
            sys.exit(f"{command[0]}: {errors.read().decode()[-400:]}")
    return used.ru_utime + used.ru_stime, time.monotonic() - began_s, used.ru_maxrss // 1024


def _wait(pid: int) -> tuple[int, int, resource.struct_rusage]:
    import os  # noqa: PLC0415

    return os.wait4(pid, 0)


def speed(megabytes: int, payload: int) -> None:
    """One file, every program that is here."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.pcap"
        count = write(path, megabytes, payload)
        size = path.stat().st_size / 1e6
        print(f"\n{size:.0f} MB, {count} packets, {payload} bytes of payload each\n")
        print("| program | processor, s | MB/s | packets/s | wall, s | memory, MB |")
        print("|---|---:|---:|---:|---:|---:|")
        for name, command in {"bothways capture": _OURS, **_PEERS}.items():
            if shutil.which(command[0]) is None:
                print(f"| {name} | not on this machine | | | | |")
                continue
            seconds, wall, memory = measured(command, path)
            rates = f"{size / seconds:.0f} | {count / seconds:.0f} | {wall:.1f}"
            print(f"| {name} | {seconds:.1f} | {rates} | {memory} |")


def verdicts(captures: int) -> int:
    """The table of causes and verdicts; how many were certain and wrong."""
    with tempfile.TemporaryDirectory() as folder:
        counted = tally(captures, Path(folder))
    print(f"\n{counted.right} of {counted.total} right, {len(counted.confident)} certain and wrong, "
          f"{len(counted.alarms)} failures said of calls that work\n")  # fmt: skip
    for line in (*counted.markdown(), *counted.wrong, *counted.alarms):
        print(line)
    return len(counted.confident)


def main() -> int:
    """Both; 1 if anything was certain and wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--captures", type=int, default=1500)
    asked = parser.parse_args()
    if asked.megabytes:
        speed(asked.megabytes, SEGMENT)
        speed(max(1, asked.megabytes // 10), 10)
    return 1 if asked.captures and verdicts(asked.captures) else 0


if __name__ == "__main__":
    sys.exit(main())
