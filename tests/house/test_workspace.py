"""Where things are found, and what wins over what."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothways.clock import LabClock, SystemClock
from bothways.errors import DocumentError, WorkspaceError
from bothways.workspace import Workspace, find_workspace

NAME = "templates/cisco_asa/asa-hairpin.j2"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of our own and no BOTHWAYS_* from outside."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    for name in ("WORKSPACE", "INVENTORY", "KNOWN_HOSTS", "STORE", "TEMPLATES", "PLAYBOOKS"):
        monkeypatch.delenv(f"BOTHWAYS_{name}", raising=False)
    return home


def made(folder: Path, text: str = "") -> Workspace:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bothways.toml").write_text(text)
    return find_workspace(explicit=folder)


def test_a_workspace_is_found_from_below_up_to_home(own_home: Path) -> None:
    """The nearest bothways.toml above the current folder is meant."""
    made(own_home)
    made(own_home / "net")
    below = own_home / "net" / "a" / "b"
    below.mkdir(parents=True)
    assert find_workspace(below).root == own_home / "net"
    assert find_workspace(own_home / "else").root == own_home


def test_outside_home_only_the_current_folder_counts(tmp_path: Path) -> None:
    """A file left in a shared folder must not choose our inventory."""
    made(tmp_path / "shared")
    (tmp_path / "shared" / "mine").mkdir()
    assert find_workspace(tmp_path / "shared").root == tmp_path / "shared"
    assert find_workspace(tmp_path / "shared" / "mine").root is None


def test_option_wins_over_environment_over_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--workspace, then BOTHWAYS_WORKSPACE, then the current folder."""
    for name in ("option", "variable", "here"):
        made(tmp_path / name)
    here = tmp_path / "here"
    monkeypatch.setenv("BOTHWAYS_WORKSPACE", str(tmp_path / "variable"))
    assert find_workspace(here).root == tmp_path / "variable"
    assert find_workspace(here, tmp_path / "option").root == tmp_path / "option"
    assert find_workspace(here, tmp_path / "option" / "bothways.toml").root == tmp_path / "option"


def test_a_named_folder_must_be_a_workspace(tmp_path: Path) -> None:
    """A wrong --workspace does not fall back to another one."""
    with pytest.raises(WorkspaceError, match=r"holds no bothways\.toml"):
        find_workspace(explicit=tmp_path)


def test_a_typo_in_the_settings_is_refused(tmp_path: Path) -> None:
    """B02: bothways.toml is as strict as the inventory."""
    with pytest.raises(
        DocumentError, match=r"toml:2:1: konwn_hosts: unknown key; did you mean 'known_hosts'\?"
    ):
        made(tmp_path, 'inventory = "inv"\nkonwn_hosts = "k"\n')


def test_paths_are_relative_to_the_settings_and_variables_win(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Option over BOTHWAYS_* over file over default."""
    workspace = made(tmp_path / "w", 'inventory = "inv"\n')
    assert workspace.inventory == tmp_path / "w" / "inv"
    assert workspace.known_hosts == tmp_path / "w" / "known_hosts"
    monkeypatch.setenv("BOTHWAYS_INVENTORY", str(tmp_path / "other"))
    assert workspace.inventory == tmp_path / "other"


def test_runs_live_in_the_workspace_and_are_private(tmp_path: Path) -> None:
    """Runs and locks are made on demand, for their owner only."""
    workspace = made(tmp_path / "w")
    assert workspace.runs == tmp_path / "w" / ".bothways" / "runs"
    assert workspace.locks == tmp_path / "w" / ".bothways" / "locks"
    assert workspace.store.stat().st_mode & 0o777 == 0o700


def test_without_a_workspace_runs_live_in_the_state_folder(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved text can be traced anywhere; an inventory needs a workspace."""
    workspace = find_workspace(tmp_path)
    monkeypatch.setattr("sys.platform", "linux")
    assert workspace.runs == own_home / ".local" / "state" / "bothways" / "runs"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert workspace.runs == tmp_path / "state" / "bothways" / "runs"
    with pytest.raises(WorkspaceError, match="cd to your workspace, or give --workspace"):
        _ = workspace.inventory


def test_the_clock_is_the_labs_in_a_lab(tmp_path: Path) -> None:
    """A lab's workspace says so; everybody else has real time."""
    lab = made(tmp_path / "lab", '[lab]\ncontrol = "control.sock"\nepoch = "2026-03-01T03:00:00Z"\n')
    assert lab.clock() == LabClock(tmp_path / "lab" / "control.sock", datetime(2026, 3, 1, 3, 0, tzinfo=UTC))
    assert isinstance(made(tmp_path / "w").clock(), SystemClock)


def test_an_epoch_needs_its_zone(tmp_path: Path) -> None:
    """A time without zone is nobody's time."""
    with pytest.raises(DocumentError, match=r"toml:3:9: lab\.epoch: "):
        made(tmp_path, '[lab]\ncontrol = "c"\nepoch = "2026-03-01T03:00:00"\n')


def test_shipped_content_is_found_and_named(tmp_path: Path) -> None:
    """Without a template of one's own the shipped one is used, with its release and digest."""
    content = made(tmp_path / "w").content(NAME)
    assert content.origin.startswith("bothways 0.")
    assert content.sha256 == hashlib.sha256(content.text.encode()).hexdigest()


def test_a_workspace_file_wins_whole(tmp_path: Path) -> None:
    """The own file replaces the shipped one; nothing is merged."""
    workspace = made(tmp_path / "w")
    own = tmp_path / "w" / NAME
    own.parent.mkdir(parents=True)
    own.write_text("own\n")
    content = workspace.content(NAME)
    assert (content.text, content.origin, content.path) == ("own\n", "workspace", own)
    assert workspace.content("templates/cisco_ios/pbr-return.j2").origin.startswith("bothways ")


ESCAPES = [
    "../../etc/passwd",
    "templates/../../etc/passwd",
    "/etc/passwd",
    "templates\\..\\x",
    "templates/a\nb",
    "templates",
    "",
    "tasks/read_state.py",
    "inventory/hosts.yaml",
]


@pytest.mark.parametrize("name", ESCAPES)
def test_a_content_name_cannot_lead_elsewhere(tmp_path: Path, name: str) -> None:
    """B07: only templates and playbooks, and only inside; tasks are never overlaid."""
    with pytest.raises(WorkspaceError):
        made(tmp_path / "w").content(name)


def test_a_link_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    """B07: a template may not be a window on another file."""
    workspace = made(tmp_path / "w")
    own = tmp_path / "w" / NAME
    own.parent.mkdir(parents=True)
    (tmp_path / "secret").write_text("s\n")
    own.symlink_to(tmp_path / "secret")
    with pytest.raises(WorkspaceError, match="is a link that leads out of"):
        workspace.content(NAME)


def test_unknown_content_names_what_there_is(tmp_path: Path) -> None:
    """The user sees the names he could have typed, his own among them."""
    workspace = made(tmp_path / "w")
    (tmp_path / "w" / "playbooks").mkdir()
    (tmp_path / "w" / "playbooks" / "mine.yaml").write_text("kind: remediation\n")
    with pytest.raises(WorkspaceError, match=r"known: .*playbooks/mine\.yaml"):
        workspace.content("playbooks/nope.yaml")


def test_no_home_is_said_and_not_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """B18: without HOME a named workspace still works."""
    workspace = made(tmp_path / "w")
    monkeypatch.setattr(Path, "home", _nobody)
    assert find_workspace(tmp_path).root is None
    assert workspace.runs.is_dir()
    with pytest.raises(WorkspaceError, match="HOME: is not set"):
        _ = find_workspace(tmp_path).runs


def _nobody() -> Path:
    raise RuntimeError
