"""`python -m bothways.lab STORY --folder DIR`: what the command line runs as its child."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bothways.errors import BothwaysError
from bothways.lab.child import run_lab


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bothways.lab", description="An emulated network over SSH."
    )
    parser.add_argument("story", help="name of a story, or path of a topology file (.yaml)")
    parser.add_argument("--folder", type=Path, required=True, help="the workspace to write")
    parser.add_argument("--variant", action="append", default=[], help="a change to the story; repeatable")
    parser.add_argument("--seed", type=int, default=None, help="of all random numbers")
    parser.add_argument("--crypto", choices=("modern", "legacy", "both"), default="both")
    return parser.parse_args()


def _say(info: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(info) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run until SIGTERM, SIGINT or `down`; one JSON line on stdout once all listen, or one with the error."""
    asked = _arguments()
    try:
        run_lab(
            asked.story,
            asked.folder,
            variants=asked.variant,
            seed=asked.seed,
            crypto=asked.crypto,
            ready=_say,
            signals=True,
        )
    except BothwaysError as error:
        _say({"error": error.as_json()})
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
