"""CPU of parsing a big `show conn`, beside the plainest loop that splits the same text.

python benchmarks/show_conn.py [ROWS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from bothways.platforms import platform
from bothways.state.rows import Conn


def text_of(rows: int) -> str:
    """A connection table as an ASA 9.x prints it: two blanks behind the interface, a blank at the end."""
    lines = [f"{rows} in use, {rows} most used"]
    lines += [
        f"TCP outside  198.51.{number >> 8 & 255}.{number & 255}:443 inside  10.{number >> 16 & 255}."
        f"{number >> 8 & 255}.{number & 255}:{1024 + number % 60000}, idle 0:00:{number % 60:02}, "
        f"bytes {number * 7}, flags UIO "
        for number in range(rows)
    ]
    return "\n".join(lines) + "\n"


def plain_loop(text: str) -> int:
    """Split every line into words and keep them: what any script does first."""
    return len([tuple(line.replace(",", " ").split()) for line in text.splitlines()])


def cpu_s(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    before = time.process_time()
    work()
    return time.process_time() - before


def main() -> None:
    """Print both and their ratio."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    text = text_of(rows)
    source = platform("cisco_asa").sources[Conn]
    assert len(source.parse(text, source.command)) == rows
    ours = min(cpu_s(lambda: source.parse(text, source.command)) for _ in range(3))
    plain = min(cpu_s(lambda: plain_loop(text)) for _ in range(3))
    print(
        f"{rows:,} connections: parser {ours:.3f} s CPU, plain loop {plain:.3f} s: {ours / plain:.2f} of it"
    )


if __name__ == "__main__":
    main()
