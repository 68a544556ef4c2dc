"""Where in a flow's life a question begins, as the user says it."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import typer

from bothways.errors import BadInput

ScenarioName = Annotated[
    Literal["handshake", "mid-stream", "data-loss", "after-idle", "conn-lost", "uplink-loss"],
    typer.Option(
        "--scenario",
        help=(
            "mid-stream: opened over another way, which is gone; data-loss: a segment is lost; after-idle: "
            "silent for --silence, then closed by the server; conn-lost: a firewall has lost its connection; "
            "uplink-loss: the switch of the client has lost its uplinks."
        ),
    ),
]
SilenceText = Annotated[
    str | None,
    typer.Option("--silence", metavar="H:MM:SS", help="For how long the application says nothing."),
]

DeadlineText = Annotated[
    str | None,
    typer.Option("--deadline", metavar="TIME", help="Cut off who is not read by then: 90s, 10m or 1h."),
]

_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d):([0-5]\d)", re.ASCII)
_UNITS = re.compile(r"(\d{1,7})([smh]?)", re.ASCII)
_LONGEST_WAIT_S = 86_400
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


def seconds_of(text: str | None, scenario: str) -> int | None:
    """`0:20:00`, `20m` or `1200`.

    Raises:
        BadInput: it is no time, the scenario has no silence, or has one and nobody says how long.
    """
    how = "write --silence 0:20:00, 20m or 1200"
    if text is None:
        if scenario == "after-idle":
            raise BadInput("--silence", "is missing: after-idle needs to know for how long", how)
        return None
    if scenario not in ("after-idle", "conn-lost"):
        raise BadInput("--silence", f"says nothing in scenario {scenario}", "--scenario after-idle")
    return _seconds("--silence", text, how)


def deadline_of(text: str | None) -> int | None:
    """`90s`, `10m`, `1h`, in seconds; None for no limit.

    Raises:
        BadInput: it is no time, or none at all.
    """
    if text is None:
        return None
    how = "write --deadline 90s, 10m or 1h"
    seconds = _seconds("--deadline", text, how)
    if seconds == 0:
        raise BadInput("--deadline", f"{text!r} leaves no time to read anything", how)
    return seconds


def interval_of(text: str | None) -> int | None:
    """`30s`, `5m`, `1h`, in seconds; None for one read.

    Raises:
        BadInput: it is no time, or none at all.
    """
    if text is None:
        return None
    how = "write --interval 30s, 5m or 1h"
    seconds = _seconds("--interval", text, how)
    if seconds == 0:
        raise BadInput("--interval", f"{text!r} leaves no time for anything to happen", how)
    return seconds


def wait_of(text: str) -> int:
    """`60s`, `5m`, in seconds; 0 looks once.

    Raises:
        BadInput: it is no time, or more than a day.
    """
    how = "write --wait 60s, 5m or 1h"
    seconds = _seconds("--wait", text, how)
    if seconds > _LONGEST_WAIT_S:
        raise BadInput("--wait", f"{text!r} is more than a day", how)
    return seconds


def _seconds(option: str, text: str, how: str) -> int:
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, rest = (int(part) for part in clock.groups())
        return hours * 3600 + minutes * 60 + rest
    if units := _UNITS.fullmatch(text):
        return int(units[1]) * _SECONDS[units[2]]
    raise BadInput(option, f"{text!r} is no time", how)
