"""Groups of link state tracking, as a configuration has them: what goes down with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bothways.state.device import DeviceState
from bothways.state.rows import ConfigLine

_TRACK = "link state track "
_MEMBER = "link state group "
_INTERFACE = "interface "


@dataclass
class LinkGroup:
    """A group.

    Attributes:
        track: the line that switches it on; None while it does nothing.
        upstream, downstream: the line that makes an interface a member, by interface.
    """

    number: int
    track: ConfigLine | None = None
    upstream: dict[str, ConfigLine] = field(default_factory=dict)
    downstream: dict[str, ConfigLine] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[ConfigLine, ...]:
        """What it consists of."""
        track = (self.track,) if self.track else ()
        return (*track, *self.upstream.values(), *self.downstream.values())


def link_groups(device: DeviceState) -> Mapping[int, LinkGroup]:
    """The groups by number; none where the configuration was not read."""
    found: dict[int, LinkGroup] = {}
    for row in device.table(ConfigLine) if device.sees(ConfigLine) else ():
        words = row.text.split()
        if not row.section and row.text.startswith(_TRACK) and words[-1].isdigit():
            found.setdefault(int(words[-1]), LinkGroup(int(words[-1]))).track = row
        elif row.section.startswith(_INTERFACE) and row.text.startswith(_MEMBER):
            _enter(found, row.section.removeprefix(_INTERFACE).strip(), words[3:], row)
    return found


def _enter(found: dict[int, LinkGroup], interface: str, words: list[str], row: ConfigLine) -> None:
    number, role = (words[0], words[-1]) if words[0].isdigit() else ("1", words[-1])
    group = found.setdefault(int(number), LinkGroup(int(number)))
    if role in ("upstream", "downstream"):
        (group.upstream if role == "upstream" else group.downstream)[interface] = row
