"""Random networks: how often the product's prediction equals what the lab's hosts really get.

python benchmarks/differential.py [--networks N] [--first SEED]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.differential.harness import Comparison, Storm, compare


def main() -> int:
    """Print the counts, each disagreement with its seed; 1 if there was any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    began_s, storms = time.monotonic(), 0
    flows: list[Comparison] = []
    for seed in range(asked.first, asked.first + asked.networks):
        try:
            flows += compare(seed)
        except Storm:
            storms += 1
    seen = [one for one in flows if not one.unseen]
    wrong = [one for one in seen if not one.agrees]
    alarms = [one for one in flows if one.false_alarm]
    for one in wrong:
        print(one)
    for one in alarms:
        print(f"false alarm {one.errors}: {one}")
    print(f"{asked.networks} networks in {time.monotonic() - began_s:.0f} s, {storms} without end: left out")
    print(
        f"{len(flows)} flows, {len(seen)} compared, {len(seen) - len(wrong)} agreed, {len(wrong)} disagreed"
    )
    print(f"{len(flows) - len(seen)} not compared, something was unseen; {len(alarms)} false alarms")
    print("observed:", dict(Counter(str(one.observed.fate) for one in flows).most_common()))
    print("wrong:", dict(Counter(f"{one.prediction[0]} for {one.observation[0]}" for one in wrong)))
    return 1 if wrong or alarms else 0


if __name__ == "__main__":
    sys.exit(main())
