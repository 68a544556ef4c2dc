"""Random networks: how often the product's prediction equals what the lab's hosts really get.

python benchmarks/differential.py [--networks N] [--first SEED]
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.differential.harness import Comparison, Storm, compare

_NAME = re.compile(r"\b(?:\d+\.\d+\.\d+\.\d+|(?:asa|sw)\d)\b")


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
    print(f"{asked.networks} networks in {time.monotonic() - began_s:.0f} s, {storms} without end: left out")
    for line in (*_said(flows), *_features(flows)):
        print(line)
    return 1 if any(_wrong(one) or one.false_alarm for one in flows) else 0


def _wrong(one: Comparison) -> bool:
    return not one.unseen and not one.agrees


def _said(flows: Sequence[Comparison]) -> Iterator[str]:
    seen, wrong = [one for one in flows if not one.unseen], list(filter(_wrong, flows))
    alarms = [one for one in flows if one.false_alarm]
    yield from map(str, wrong)
    yield from (f"false alarm {one.errors}: {one}" for one in alarms)
    yield f"{len(flows)} flows, {len(seen)} compared, {len(seen) - len(wrong)} agreed, {len(wrong)} disagreed"
    agreed = sum(one.agrees for one in flows if one.unseen)
    left = len(flows) - len(seen)
    yield f"{left} not compared, something was unseen; {agreed} of them agree all the same"
    yield f"{len(alarms)} false alarms"
    guessed = sum(one.lives and bool(one.guesses) for one in flows)
    yield f"{guessed} flows that live have a finding of severity error that calls itself possible"
    yield f"observed: {dict(Counter(str(one.observed.fate) for one in flows).most_common())}"
    yield f"wrong: {dict(Counter(f'{one.prediction[0]} for {one.observation[0]}' for one in wrong))}"
    reasons = Counter(_NAME.sub("X", one.unseen)[:90] for one in flows if one.unseen)
    yield from (f"unseen {count}: {reason}" for reason, count in reasons.most_common(8))


def _features(flows: Sequence[Comparison]) -> Iterator[str]:
    """A row for each feature: flows in networks with it, and flows that had to do with it."""
    names = sorted({name for one in flows for name in (*one.features, *one.met)})
    if names:
        yield f"{'':26}{'in networks with it':>30}{'had to do with it':>30}"
        yield f"{'feature':26}" + f"{'flows':>10}{'compared':>10}{'agreed':>10}" * 2
    for name in names:
        row = ""
        for chosen in (
            [one for one in flows if name in one.features],
            [one for one in flows if name in one.met],
        ):
            seen = [one for one in chosen if not one.unseen]
            row += f"{len(chosen):>10}{len(seen):>10}{sum(one.agrees for one in seen):>10}"
        yield f"{name:26}{row}"


if __name__ == "__main__":
    sys.exit(main())
