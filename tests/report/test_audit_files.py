"""The report files of an audit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bothways.errors import WorkspaceError
from bothways.report.audit.files import FORMS
from bothways.report.files import write_files

from .audit_runs import DIES, night, since

NAMES = {
    "html": "audit.html",
    "junit": "audit.xml",
    "csv": "audit.csv",
    "md": "audit.md",
    "json": "audit.json",
}


def test_each_form_has_its_file() -> None:
    """X-08: the names are for good."""
    assert {name: form.file for name, form in FORMS.items()} == NAMES


def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    """X-08: addresses and configurations are nobody else's business; nothing else is left there."""
    written = write_files(FORMS, tuple(NAMES), tmp_path, night(), since())
    assert (
        {path.name for path in written} == {path.name for path in tmp_path.iterdir()} == set(NAMES.values())
    )
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}


def test_a_file_of_the_night_before_is_replaced_whole(tmp_path: Path) -> None:
    """X-08: by a new file: who may read the old one, or follows a link of its name, gets nothing."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    old = tmp_path / "reports"
    old.mkdir()
    (old / "audit.json").symlink_to(elsewhere)
    (old / "audit.csv").write_text("old")
    (old / "audit.csv").chmod(0o644)
    write_files(FORMS, ("json", "csv"), old, night(), None)
    assert elsewhere.read_text() == "mine"
    assert (old / "audit.csv").stat().st_mode & 0o777 == 0o600
    assert (old / "audit.csv").read_text().startswith('"run"')
    assert json.loads((old / "audit.json").read_text())["run"] == night().id


def test_where_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    """X-08: a folder stands where the second one would be written; the first is not there, nor half of it."""
    (tmp_path / "audit.csv").write_text("old")
    gone = tmp_path / "gone"
    with pytest.raises(WorkspaceError, match="takes no report"):
        write_files(FORMS, ("csv", "json"), gone, night(), None)
    (tmp_path / "audit.json").mkdir()
    with pytest.raises(WorkspaceError, match="takes no report"):
        write_files(FORMS, ("json", "csv"), tmp_path, night(), None)
    assert (tmp_path / "audit.csv").read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"audit.csv", "audit.json"}


def test_json_holds_all_of_the_run_and_what_became_of_the_last() -> None:
    """X-08: with the words of a failure that has no result any more."""
    whole = json.loads(FORMS["json"].render(night(), since()))
    assert whole["format_version"] == 1
    assert [one["id"] for one in whole["results"]] == [one.id for one in night().results]
    assert whole["results"][0]["evidence"][0]["line"] == 7
    assert whole["devices"]["core-2"] == "connection refused"
    assert [(one["change"], one["id"]) for one in whole["since"]] == [
        ("new", DIES.id),
        ("better", "ssh-weak/lab-switch"),
        ("cured", "bypass-overdue/edge-asa"),
        ("unseen", "startup-differs/lab-switch"),
        ("unseen", "orphaned-switch/lab-switch/Gi0_1"),
    ]
    assert whole["since"][-1]["sentence"] == "one uplink, no group"
    assert "since" not in json.loads(FORMS["json"].render(night(), None))
