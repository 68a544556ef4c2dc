"""A workspace: the folder with `bothways.toml`, and what it lays over what Bothways ships."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bothways.clock import Clock, LabClock, SystemClock
from bothways.document import load_toml, read_text, validate
from bothways.errors import WorkspaceError

FILE = "bothways.toml"
_SHIPPED = Path(__file__).parent
_OVERLAID = ("templates", "playbooks")


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class LabSettings(_Model):
    """Written by `bothways lab up`: this workspace is a lab, and time is the lab's.

    Attributes:
        control: the lab's control socket, relative to the workspace.
        epoch: the wall time of the lab's second 0.
    """

    control: str = Field(min_length=1)
    epoch: AwareDatetime


class TimeoutSettings(_Model):
    """Seconds to wait for a device; None leaves the session's own default.

    Attributes:
        connect_s: until TCP answers.
        banner_s: from there until the host key is seen.
        auth_s: from there until the password is accepted or refused.
        login_s: silence allowed until the prompt is known.
        command_s: silence allowed while a command runs.
    """

    connect_s: float | None = Field(default=None, gt=0, le=3600)
    banner_s: float | None = Field(default=None, gt=0, le=3600)
    auth_s: float | None = Field(default=None, gt=0, le=3600)
    login_s: float | None = Field(default=None, gt=0, le=3600)
    command_s: float | None = Field(default=None, gt=0, le=3600)


class Settings(_Model):
    """`bothways.toml`. Paths are relative to its folder.

    Attributes:
        store: the folder of runs and locks.
    """

    inventory: str = Field(default="inventory", min_length=1)
    templates: str = Field(default="templates", min_length=1)
    playbooks: str = Field(default="playbooks", min_length=1)
    known_hosts: str = Field(default="known_hosts", min_length=1)
    store: str = Field(default=".bothways", min_length=1)
    timeouts: TimeoutSettings = TimeoutSettings()
    lab: LabSettings | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A template or playbook: the workspace's own, or the shipped one.

    Attributes:
        name: `templates/cisco_asa/state-bypass.j2`.
        path: where it was found.
        origin: `workspace`, or the release that shipped it.
        sha256: of its text in UTF-8.
    """

    name: str
    path: Path
    text: str
    origin: str
    sha256: str


@dataclass(frozen=True)
class Workspace:
    """Where things are. `root` is None when there is no `bothways.toml`: shipped content only."""

    root: Path | None
    settings: Settings

    @property
    def inventory(self) -> Path:
        """The inventory folder.

        Raises:
            WorkspaceError: there is no workspace, hence no inventory.
        """
        return self._in_root("inventory", self.settings.inventory)

    @property
    def known_hosts(self) -> Path:
        """The file of trusted host keys."""
        if self.root is None and not self._chosen("known_hosts"):
            return _state_folder() / "known_hosts"
        return self._in_root("known_hosts", self.settings.known_hosts)

    @property
    def store(self) -> Path:
        """The folder of runs and locks; made when first asked for, private to its owner."""
        if self.root is None and not self._chosen("store"):
            return _private(_state_folder())
        return _private(self._in_root("store", self.settings.store))

    @property
    def runs(self) -> Path:
        """Where runs keep their journals."""
        return _private(self.store / "runs")

    @property
    def captures(self) -> Path:
        """Where evidence runs keep their records, and their evidence if it is to go nowhere else."""
        return _private(self.store / "captures")

    @property
    def locks(self) -> Path:
        """Where devices are locked, by serial number."""
        return _private(self.store / "locks")

    @property
    def is_lab(self) -> bool:
        """Whether a lab wrote this workspace."""
        return self.settings.lab is not None

    @property
    def lab_control(self) -> Path | None:
        """The control socket of the lab that wrote this workspace."""
        if self.settings.lab is None or self.root is None:
            return None
        return self.root / self.settings.lab.control

    def clock(self) -> Clock:
        """Real time, or the lab's."""
        control = self.lab_control
        if self.settings.lab is None or control is None:
            return SystemClock()
        return LabClock(control, self.settings.lab.epoch)

    def content(self, name: str) -> Content:
        """A template or playbook; the workspace's file wins whole over the shipped one.

        Raises:
            WorkspaceError: no such content, or a name or link that leads out of its folder.
        """
        kind, inside = _content_name(name)
        for folder, origin in self._folders(kind):
            path = folder / inside
            if not path.is_file():
                continue
            if origin == "workspace" and not path.resolve().is_relative_to(folder.resolve()):
                raise WorkspaceError(str(path), f"is a link that leads out of {folder}")
            text = read_text(path)
            return Content(name, path, text, origin, hashlib.sha256(text.encode()).hexdigest())
        known = ", ".join(sorted(self.content_names(kind))) or "none"
        raise WorkspaceError("content", f"no {name!r}", f"known: {known}")

    def content_names(self, kind: str) -> tuple[str, ...]:
        """The names of all templates or playbooks, shipped and own."""
        names = {
            f"{kind}/{path.relative_to(folder).as_posix()}"
            for folder, _ in self._folders(kind)
            for path in folder.rglob("*")
            if path.suffix in {".j2", ".yaml"} and path.is_file()
        }
        return tuple(sorted(names))

    def _folders(self, kind: str) -> Iterator[tuple[Path, str]]:
        own = self.settings.templates if kind == "templates" else self.settings.playbooks
        if self.root is not None or self._chosen(kind):
            yield self._in_root(kind, own), "workspace"
        yield shipped(kind), f"bothways {version('bothways')}"

    def _chosen(self, name: str) -> str:
        """What the environment says; nothing in a lab, whose passwords must not meet a user's hosts."""
        return "" if self.is_lab else os.environ.get(f"BOTHWAYS_{name.upper()}", "")

    def _in_root(self, name: str, value: str) -> Path:
        """A path of the settings; `BOTHWAYS_NAME` wins, and is relative to the current folder."""
        if chosen := self._chosen(name):
            return Path(chosen).absolute()
        if self.root is None:
            raise WorkspaceError(
                FILE, "not found here, nor in the folders above", "cd to your workspace, or give --workspace"
            )
        return self.root / value


def find_workspace(start: Path | None = None, explicit: Path | None = None) -> Workspace:
    """The workspace to work in.

    Args:
        start: where to look from; the current folder when not given. Above it, only folders in the
            user's home are looked at: a file somebody left in /tmp must not choose our inventory.
        explicit: the folder (or its bothways.toml) the user named; else `BOTHWAYS_WORKSPACE`.

    Raises:
        WorkspaceError: the named folder is no workspace.
        DocumentError: its bothways.toml is not what it must be.
    """
    if explicit is None and os.environ.get("BOTHWAYS_WORKSPACE"):
        explicit = Path(os.environ["BOTHWAYS_WORKSPACE"])
    if explicit is not None:
        root = explicit.parent if explicit.name == FILE else explicit
        if not (root / FILE).is_file():
            raise WorkspaceError(str(root), f"holds no {FILE}", "`bothways init DIR` writes one")
        return _opened(root.absolute())
    for folder in _upwards((start or Path.cwd()).absolute()):
        if (folder / FILE).is_file():
            return _opened(folder)
    return Workspace(None, Settings())


def shipped(folder: str) -> Path:
    """A content folder as this release ships it: inventory, templates or playbooks."""
    return _SHIPPED / folder


def _opened(root: Path) -> Workspace:
    return Workspace(root, validate(load_toml(root / FILE), Settings))


def _upwards(start: Path) -> Iterator[Path]:
    yield start
    home = _home()
    if home is not None and start.is_relative_to(home):
        yield from (folder for folder in start.parents if folder.is_relative_to(home))


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:  # no HOME, and nobody in the password file
        return None


def _content_name(name: str) -> tuple[Literal["templates", "playbooks"], str]:
    """Split `templates/cisco_asa/x.j2`, refusing whatever could name a file elsewhere."""
    parts = PurePosixPath(name).parts
    plain = name.isprintable() and "\\" not in name and not name.startswith("/") and ".." not in parts
    if not plain or len(parts) < 2 or parts[0] not in _OVERLAID:
        raise WorkspaceError(
            "content", f"{name!r} is not templates/… or playbooks/…", "tasks and inventory are not overlaid"
        )
    kind: Literal["templates", "playbooks"] = "templates" if parts[0] == "templates" else "playbooks"
    return kind, "/".join(parts[1:])


def _state_folder() -> Path:
    if chosen := os.environ.get("XDG_STATE_HOME"):
        return Path(chosen) / "bothways"
    home = _home()
    if home is None:
        raise WorkspaceError("HOME", "is not set, so there is no place for runs", "give --workspace")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "bothways"
    return home / ".local" / "state" / "bothways"


def _private(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(str(folder), f"cannot be made: {error.strerror}") from None
    return folder
