"""From the files of an inventory folder to a Network, refusing what Nornir would let pass."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bothways.document import Document, load_yaml, nearest, validate
from bothways.errors import InventoryError
from bothways.network.devices import DeclaredHost, Device, Network
from bothways.network.files import Data, Defaults, Member, Topology
from bothways.network.secrets import opened_secret, warn_of_plain_passwords

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_SSH = 22


@dataclass(frozen=True)
class _Members:
    """hosts.yaml or groups.yaml: what it says, and where."""

    document: Document
    members: dict[str, Member]

    def place(self, *trail: str | int) -> str:
        return self.document.where(trail, of_key=True)


@dataclass(frozen=True)
class _Files:
    folder: Path
    hosts: _Members
    groups: _Members
    defaults: Defaults


def load_network(folder: Path, *, lab: bool = False) -> Network:
    """The devices and declared hosts of an inventory folder.

    Args:
        folder: holds hosts.yaml, and where needed groups.yaml, defaults.yaml and topology.yaml.
        lab: a lab made it, so that plain passwords in it are nothing to warn of.

    Raises:
        DocumentError: a file does not say what it must.
        InventoryError: the files contradict each other.
    """
    files = _read(folder)
    for members in (files.hosts, files.groups):
        _refuse_odd_names(members)
        _refuse_near_misses(members)
    devices = {name: _device(files, name, member) for name, member in files.hosts.members.items()}
    _refuse_twins(files.hosts, devices)
    if not lab:
        warn_of_plain_passwords([files.hosts.document, files.groups.document], folder)
    return Network(devices, load_topology(folder))


def _read(folder: Path) -> _Files:
    if not folder.is_dir():
        raise InventoryError(str(folder), "no such inventory folder", "`bothways init DIR` writes an example")
    defaults = validate(_optional(folder / "defaults.yaml"), Defaults)
    hosts = load_yaml(folder / "hosts.yaml")
    if not hosts.data:
        raise InventoryError(hosts.where(), "names no device")
    return _Files(folder, _members(hosts), _members(_optional(folder / "groups.yaml")), defaults)


def _members(document: Document) -> _Members:
    bare = (
        {name: {} if member is None else member for name, member in document.data.items()}
        if isinstance(document.data, dict)
        else document.data
    )
    document = Document(document.name, bare, document.keys, document.values)
    return _Members(document, validate(document, dict[str, Member]))


def _optional(path: Path) -> Document:
    """A file that may be missing, or hold nothing but comments."""
    document = load_yaml(path) if path.exists() else load_yaml("", str(path))
    return document if document.data is not None else Document(document.name, {})


def _refuse_odd_names(members: _Members) -> None:
    folded: dict[str, str] = {}
    for name in members.members:
        if not _NAME.fullmatch(name):
            raise InventoryError(
                members.place(name), f"{name!r} cannot be a name", "use letters, digits, '.', '_' and '-'"
            )
        twin = folded.setdefault(name.casefold(), name)
        if twin != name:
            raise InventoryError(members.place(name), f"{name} and {twin} are one name", "rename one of them")


def _refuse_near_misses(members: _Members) -> None:
    """`data` is the user's own, but `legacy_shh` in it is ours, misspelt."""
    for name, member in members.members.items():
        for key in member.data.model_extra or ():
            close = difflib.get_close_matches(key, list(Data.model_fields), n=1, cutoff=0.8)
            if close:
                raise InventoryError(
                    members.place(name, "data", key),
                    f"{name}.data.{key}: unknown key",
                    f"did you mean {close[0]!r}?",
                )


def _device(files: _Files, name: str, member: Member) -> Device:
    line = (member, *_groups_of(files, files.hosts, (name,)), files.defaults)
    data = [part.data for part in line]
    for attribute in ("platform", "username", "password"):
        if _inherited(line, attribute) is None:
            raise InventoryError(
                files.hosts.place(name), f"{name}: {attribute} is missing", "set it for the host or a group"
            )
    secret = _inherited(data, "secret")
    return Device(
        name=name,
        address=_inherited(line, "hostname") or name,
        port=_inherited(line, "port") or _SSH,
        platform=_inherited(line, "platform"),
        username=_inherited(line, "username"),
        password=opened_secret(_inherited(line, "password"), files.folder, f"{name}: password"),
        secret=None if secret is None else opened_secret(secret, files.folder, f"{name}: secret"),
        legacy_ssh=_inherited(data, "legacy_ssh") is True,
        read_ahead=_inherited(data, "read_ahead") is not False,
    )


def _inherited(line: Sequence[Defaults | Data], attribute: str) -> Any:
    """The first of host, groups (nearest first) and defaults that says something."""
    return next((value for part in line if (value := getattr(part, attribute)) is not None), None)


def _groups_of(files: _Files, members: _Members, chain: tuple[str, ...]) -> Iterator[Member]:
    """The groups of the last of `chain`, each followed by its own, as Nornir orders them."""
    name = chain[-1]
    for index, group in enumerate(members.members[name].groups):
        where = members.document.where((name, "groups", index))
        if group not in files.groups.members:
            raise InventoryError(
                where, f"{name}: no group {group!r}", nearest(group, list(files.groups.members))
            )
        if members is files.groups and group in chain:
            raise InventoryError(where, f"groups in a circle: {' -> '.join((*chain, group))}")
        yield files.groups.members[group]
        yield from _groups_of(files, files.groups, (*(chain if members is files.groups else ()), group))


def _refuse_twins(hosts: _Members, devices: dict[str, Device]) -> None:
    seen: dict[tuple[str, int], str] = {}
    for name, device in devices.items():
        twin = seen.setdefault((device.address, device.port), name)
        if twin != name:
            raise InventoryError(
                hosts.place(name), f"{name} and {twin} are both {device.address} port {device.port}"
            )


def load_topology(folder: Path) -> tuple[DeclaredHost, ...]:
    """The hosts that `topology.yaml` of an inventory folder declares; none when there is no such file.

    Raises:
        DocumentError: it does not say what it must.
        InventoryError: two hosts have one address, or a host is its own gateway.
    """
    document = _optional(folder / "topology.yaml")
    topology = validate(document, Topology)
    seen: dict[Any, str] = {}
    for name, host in topology.hosts.items():
        where = document.where(("hosts", name), of_key=True)
        twin = seen.setdefault(host.address, name)
        if twin != name:
            raise InventoryError(where, f"{name} and {twin} are both {host.address}")
        if host.gateway == host.address:
            raise InventoryError(where, f"{name} is its own gateway")
    return tuple(DeclaredHost(name, host.address, host.gateway) for name, host in topology.hosts.items())
