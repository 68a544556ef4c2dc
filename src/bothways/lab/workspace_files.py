"""The workspace a lab writes, so that every verb works in its folder without an option."""

from __future__ import annotations

import os
import secrets
import socket
import string
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from bothways.errors import WorkspaceError

CONTROL = "control.sock"
_LONGEST_SOCKET_PATH = 103  # what sockaddr_un holds on the tightest system
_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach one device."""

    name: str
    platform: str
    port: int
    username: str
    password: str
    secret: str


def random_password() -> str:
    """Letters and digits only, so that it needs no quoting anywhere."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


def prepare_folder(folder: Path) -> Path:
    """Make the folder, private to its owner, and see that it can be a lab's.

    Raises:
        WorkspaceError: something else lives there, a lab already runs there, or its path is too long.
    """
    folder = folder.absolute()
    a_lab = (folder / "keys").is_dir() and (folder / "bothways.toml").is_file()
    if folder.exists() and not a_lab and any(folder.iterdir()):
        raise WorkspaceError(str(folder), "the folder is not empty and no lab's", "choose another folder")
    control = folder / CONTROL
    if len(os.fsencode(control)) > _LONGEST_SOCKET_PATH:
        raise WorkspaceError(str(folder), "the path is too long for a control socket", "choose a shorter one")
    if _answers(control):
        raise WorkspaceError(str(folder), "a lab already runs there", "stop it: bothways lab down")
    control.unlink(missing_ok=True)
    for private in (folder, folder / "keys"):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        private.chmod(0o700)
    return folder


def _answers(control: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(control))
        except OSError:
            return False
        return True


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whatever the umask."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)


def write_workspace(folder: Path, devices: Sequence[Access], known_hosts: Sequence[str], epoch: str) -> None:
    """Write bothways.toml, the inventory and the host keys."""
    write_private(
        folder / "bothways.toml",
        'inventory = "inventory"\nknown_hosts = "known_hosts"\n\n'
        f'[lab]\ncontrol = "{CONTROL}"\nepoch = "{epoch}"\n',
    )
    write_private(folder / "known_hosts", "".join(f"{line}\n" for line in known_hosts))
    hosts = {device.name: _host(device) for device in devices}
    for name, content in (("hosts", hosts), ("groups", {"lab": {}}), ("defaults", {})):
        write_private(folder / "inventory" / f"{name}.yaml", _yaml(content))


def ssh_command(folder: Path, device: Access) -> str:
    """What to type to reach a device with OpenSSH."""
    known_hosts = folder / "known_hosts"
    return f"ssh -p {device.port} -o UserKnownHostsFile={known_hosts} {device.username}@127.0.0.1"


def _host(device: Access) -> dict[str, object]:
    return {
        "hostname": "127.0.0.1",
        "port": device.port,
        "platform": device.platform,
        "username": device.username,
        "password": device.password,
        "groups": ["lab"],
        "data": {"secret": device.secret},
    }


def _yaml(content: object) -> str:
    out = StringIO()
    yaml = YAML()
    yaml.explicit_start = True
    yaml.dump(content, out)
    return out.getvalue()
