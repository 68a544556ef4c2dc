"""`audit --report FORMS -o DIR`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothways = Callable[..., Any]

WRONG = {
    "a form misspelt": (("--report", "juint", "-o", "r"), "--report: no form 'juint'; did you mean 'junit'?"),
    "no form at all": (("--report", "", "-o", "r"), "--report: no form ''; known: "),
    "one of two": (("--report", "json,pdf", "-o", "r"), "--report: no form 'pdf'; known: "),
    "no folder": (("--report", "json"), "--report: does not say where to; add -o DIR"),
    "no form": (("-o", "r"), "-o: is for report files; say which: --report "),
    "a file where the folder would be": (
        ("--report", "json", "-o", "bothways.toml"), "bothways.toml: cannot be made: File exists"
    ),
    "a folder below a file": (
        ("--report", "json", "-o", "bothways.toml/r"), "bothways.toml/r: cannot be made: Not a directory"
    ),
}  # fmt: skip


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(("words", "says"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_written_is_refused_before_a_device_is_asked(
    bothways: Bothways, words: tuple[str, ...], says: str
) -> None:
    """X-08: 10, nothing was connected, and no run was kept."""
    ran = bothways("audit", *words)
    assert ran.code == 10
    assert ran.errors[0].startswith(f"error: {says}")
    assert not Path("r").exists()
    assert not Path(".bothways").exists()


@pytest.mark.usefixtures("workspace")
def test_a_night_without_an_answer_is_reported_too(bothways: Bothways) -> None:
    """X-08: the only switch refuses; the files say so, and the folder is made, private."""
    ran = bothways("audit", "--report", "junit, csv,json,json", "-o", "to/day", "--format", "json")
    assert ran.code == 11
    assert ran.json["reports"] == ["to/day/audit.xml", "to/day/audit.csv", "to/day/audit.json"]
    assert "written: to/day/audit.xml" in ran.err
    assert Path("to/day").stat().st_mode & 0o777 == 0o700
    kept = json.loads(Path("to/day/audit.json").read_text())
    assert kept["run"] == ran.json["run"]
    assert kept["results"] == ran.json["results"]
    assert {one["outcome"] for one in kept["results"]} == {"could-not-see"}


@pytest.mark.usefixtures("workspace")
def test_a_folder_that_fills_up_costs_no_answer(bothways: Bothways) -> None:
    """X-08: the run is told and kept, and the files that are missing are an error beside it."""
    Path("r/audit.xml").mkdir(parents=True)
    ran = bothways("audit", "--report", "junit", "-o", "r")
    assert ran.code == 11
    assert ran.out.startswith("audit-baseline: 0 of 1 devices read")
    assert ran.errors == ["error: r: takes no report: Is a directory; make room there"]


def test_a_schedule_writes_the_same_files(bothways: Bothways, workspace: Path) -> None:
    """X-08: from whatever folder it is started; the unit may write there, and nowhere else."""
    words = ("audit", "--report", "csv,json", "-o", "to day")
    folder = workspace / "to day"
    line = bothways(*words, "--print-cron", "--format", "json").json["cron"]
    assert f" --report csv,json -o '{folder}' >> " in line
    unit = bothways(*words, "--print-systemd", "--format", "json").json["units"]["bothways-audit.service"]
    assert f' --report csv,json -o "{folder}"\n' in unit
    assert f'\nReadWritePaths={workspace / ".bothways"} "{folder}"\n' in unit
    assert folder.is_dir()  # without it systemd would start nothing
