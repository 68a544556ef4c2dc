"""Link state tracking: server ports go down with the uplinks of their group, and come back with the first.

Documented: a group without its `link state track` does nothing; a port has one role in one group; how many
groups there are depends on model and release; on the 4500 a downstream port whose group has no upstream is
put in error-disabled state until one is added. Unknown, and ours: the words of the refusals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bothways.lab.config_tree import ConfigTree

LINE = re.compile(r"link state group (\d+) (upstream|downstream)")
_TRACK = "link state track "
_MOST = (
    (re.compile(r"WS-C(?:3560|2960|2975)"), re.compile(r""), 2),
    (re.compile(r"WS-C3750"), re.compile(r""), 10),
    (re.compile(r"WS-C4[59]"), re.compile(r"15\.2\((?:[5-9]|\d\d)\)"), 20),
    (re.compile(r"WS-C4[59]"), re.compile(r""), 10),
)


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """A group.

    Attributes:
        number: of the group.
        tracked: whether `link state track` is there for it.
        upstream, downstream: interfaces, in the order of the configuration.
    """

    number: int
    tracked: bool
    upstream: tuple[str, ...]
    downstream: tuple[str, ...]

    def is_up(self, up: Callable[[str], bool]) -> bool:
        """Whether any of its uplinks is."""
        return any(map(up, self.upstream))


def most_groups(model: str, version: str) -> int:
    """How many groups a model has; 0 where there is no such feature."""
    return next((most for box, release, most in _MOST if box.match(model) and release.match(version)), 0)


def link_groups(config: ConfigTree) -> dict[int, LinkGroup]:
    """The groups of a configuration, by number."""
    tracked = {int(text.split()[-1]) for text in config.root.texts(_TRACK)}
    members: dict[int, dict[str, list[str]]] = {number: {} for number in tracked}
    for section in config.sections("interface "):
        for found in filter(None, map(LINE.fullmatch, section.texts("link state group "))):
            roles = members.setdefault(int(found.group(1)), {})
            roles.setdefault(found.group(2), []).append(section.text.split()[1])
    return {
        number: LinkGroup(
            number,
            number in tracked,
            tuple(members[number].get("upstream", ())),
            tuple(members[number].get("downstream", ())),
        )
        for number in sorted(members)
    }


def held_down(groups: Mapping[int, LinkGroup], up: Callable[[str], bool]) -> frozenset[str]:
    """The interfaces that their group keeps down.

    Args:
        groups: of the switch.
        up: whether an interface has a link.
    """
    lost = [group for group in groups.values() if group.tracked and not group.is_up(up)]
    return frozenset(name for group in lost for name in group.downstream)


def refusal(config: ConfigTree, path: tuple[str, ...], line: str, most: int) -> str:
    """What the switch says to a line it does not take; "" when it takes it."""
    number = int(line.split()[3])
    if not 1 <= number <= most:
        return "% Invalid input detected at '^' marker."
    section = config.section(path) if path else None
    standing = section.first("link state group ") if section else None
    if standing is not None and f"link state group {standing}" != line:
        return f"% Interface already belongs to link state group {standing}"
    return ""
