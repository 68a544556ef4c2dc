"""The fuzz target: whatever bytes a file has, it is read and judged, or refused as bad input.

python -m tests.capture.fuzz [ROUNDS] [SEED]

`one_input` is what a coverage-guided fuzzer calls; the loop here changes the files of `corpus/` blindly.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bothways.diagnosis.capture import join, judged, read_captures
from bothways.errors import BadInput
from bothways.report.capture import capture_keys, capture_lines
from bothways.report.capture_join import join_keys, join_lines

CORPUS = Path(__file__).parent / "corpus"
_WHOLE = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
_NUMBERS = (
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\0\0\1\0",
    b"\x0a\x0d\x0d\x0a",
)


def one_input(data: bytes, folder: Path) -> int:
    """Read, judge, join with itself and show these bytes; how many captures they held."""
    path = folder / "fuzzed"
    path.write_bytes(data)
    try:
        seen = [judged(capture) for capture in read_captures(path)]
    except BadInput:
        return 0
    for one in seen:
        list(capture_lines(one, everything=True))
        capture_keys(one)
        joined = join(one, seen[-1])
        list(join_lines(joined, everything=True))
        join_keys(joined)
    return len(seen)


def changed(rounds: int, seed: int) -> Iterator[bytes]:
    """Files of the corpus with bytes flipped, cut, repeated, moved and glued."""
    dice = random.Random(seed)
    for _ in range(rounds):
        data = bytearray(dice.choice(_WHOLE))
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(data) + 1)
            match dice.randrange(6):
                case 0:
                    data[at : at + 1] = bytes([dice.randrange(256)])
                case 1:
                    number = dice.choice(_NUMBERS)
                    data[at : at + len(number)] = number
                case 2:
                    del data[at : at + dice.randint(1, 40)]
                case 3:
                    data[at:at] = data[at : at + dice.randint(1, 80)]
                case 4:
                    data += dice.choice(_WHOLE)[dice.randrange(60) :]
                case _:
                    data[at : at + 1] = bytes([(data[at] if at < len(data) else 0) ^ 1 << dice.randrange(8)])
        yield bytes(data)


def main() -> None:
    """So many rounds; the first crash is a traceback, and its bytes stay in the folder that is named."""
    rounds, seed = (int(word) for word in [*sys.argv[1:], "10000", "0"][:2])
    folder = Path(tempfile.mkdtemp())
    print(folder)  # noqa: T201  where the bytes are that broke it
    print(sum(one_input(data, folder) for data in changed(rounds, seed)), "captures")  # noqa: T201


if __name__ == "__main__":
    main()
