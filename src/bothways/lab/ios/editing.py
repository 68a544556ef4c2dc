"""What the 3560 says and does when a configuration line is entered.

Read in sources: the text of `sdm prefer`, the mismatch message, that policy routing is refused beside VRF,
with deny sequences and beyond 512 entries. Unknown, and ours: the words of those refusals.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bothways.lab.config_tree import ConfigTree, Line
from bothways.lab.ios import link_state, vrf
from bothways.lab.ios.lines import DEFAULTS_WITH_NO
from bothways.lab.ios.sdm import PBR_ACES, STORED
from bothways.lab.ios.settings import compile_settings

_LISTS = ("match ip address ", "set ip next-hop ")
_ACE = re.compile(r"(?:(\d+) )?((?:permit|deny) .*)")
Path = tuple[str, ...]
_STATIC = ["ip", "nat", "inside", "source", "static"]
_NO_SECTION = "% Invalid input detected at '^' marker."


def canonical(line: str) -> str:
    """The line as IOS stores it: a route map has an action and a sequence, numbered lists are global."""
    words = line.split()
    if words[0] == "route-map" and len(words) < 4:
        words += ["permit", "10"][len(words) - 2 :]
        return " ".join(words)
    ports = words[:5] == _STATIC and words[5] in ("tcp", "udp")
    if ports and "interface" not in words and words[-1] != "extendable":
        return f"{line} extendable"
    return line


class Editor:
    """Takes lines into a configuration tree.

    Attributes:
        config: the tree; replaced at boot.
        sdm_active: the template of this boot.
        sdm_next: the template of the next one.
        most_link_groups: how many groups of link state tracking there are.
    """

    def __init__(
        self, config: ConfigTree, log: Callable[[int, str, str], None], sdm: str, *, router: bool
    ) -> None:
        self.config = config
        self.sdm_active = sdm
        self.sdm_next = sdm
        self.most_link_groups = 0
        self._log = log
        self._router = router

    def take(self, path: Path, line: str) -> str:
        """Change the tree; the answer of the device."""
        if path and re.fullmatch(r"ip access-list (?:standard|extended) \d+", path[0]):
            number = path[0].split()[-1]
            negative, body = ("no ", line[3:]) if line.startswith("no ") else ("", line)
            return self._global_ace(negative, number, body)
        words = line.split()
        if words[:2] == ["ip", "nat"] and not self._router:
            return _NO_SECTION  # a 3560 does not translate
        if words[:2] == ["sdm", "prefer"] or words[:3] == ["no", "sdm", "prefer"]:
            self.sdm_next = "default" if words[0] == "no" else " ".join(words[2:])
            return STORED
        if words[0] == "no":
            return self._remove(path, line[3:])
        return self._enter(path, line)

    def _enter(self, path: Path, line: str) -> str:
        if self.config.section(path) is None:
            return _NO_SECTION
        refused = self._refusal(path, line)
        if refused:
            return refused
        if line.startswith("ip policy route-map ") and path:
            return self._bind_policy(path, line)
        if path and path[0].startswith("ip access-list "):
            return self._enter_ace(path, line)
        if line.startswith("ip vrf forwarding "):
            return self._join_vrf(path, line.split()[3])
        if line in DEFAULTS_WITH_NO:
            self.config.drop(path, f"no {line}")
        elif not re.fullmatch(r"ip access-list (?:standard|extended) \d+", line):
            line = self._added(path, line) if path else canonical(line)
            self.config.put(path, line, None if path else self._behind(line))
        return ""

    def _join_vrf(self, path: Path, name: str) -> str:
        if self._texts(path, "ip policy"):
            return "% Policy based routing is configured on this interface, remove it first"
        return vrf.join(self.config, path, name)

    def _behind(self, line: str) -> Line | None:
        """What a new sequence stands in front of: a route map is printed in one piece, by its numbers."""
        words = line.split()
        sections = list(self.config.sections("route-map ")) if words[0] == "route-map" else []
        same = [at for at, one in enumerate(sections) if one.text.split()[1] == words[1]]
        later = [sections[at] for at in same if int(sections[at].text.split()[3]) > int(words[3])]
        return next(iter([*later, *sections[same[-1] + 1 :]]), None) if same else None

    def _refusal(self, path: Path, line: str) -> str:
        if line.startswith("link state "):
            return link_state.refusal(self.config, path, line, self.most_link_groups)
        if line.startswith("ip nat inside source "):
            return self._nameless_pool(line.split()) or self._similar_port(line)
        if line.startswith("ip route vrf ") and self.config.section((f"ip vrf {line.split()[3]}",)) is None:
            return f"% VRF {line.split()[3]} does not exist"
        return self._similar_nat(line) if line.startswith("ip nat outside source static ") else ""

    def _similar_nat(self, line: str) -> str:
        """Two names for one outside host are ambiguous, unless both entries are extendable."""
        words = line.split()
        for text in self.config.root.texts("ip nat outside source static "):
            host, name, *options = text.split()[5:]
            allowed = "extendable" in options and "extendable" in words
            if host == words[5] and text != line and not (allowed and name != words[6]):
                return f"% similar static entry ({host} -> {name}) already exists"  # believed
        return ""

    def _nameless_pool(self, words: list[str]) -> str:
        """Ours: what IOS says of a pool that it does not know."""
        there = words[6] != "pool" or self.config.root.texts(f"ip nat pool {words[7]} ")
        return "" if there else f"%Pool {words[7]} not found"

    def _similar_port(self, line: str) -> str:
        """One port of one address stands for one port of one host."""
        words = canonical(line).removesuffix(" extendable").split()
        if words[:5] != _STATIC or words[5] not in ("tcp", "udp"):
            return ""
        for text in self.config.root.texts(f"ip nat inside source static {words[5]} "):
            other = text.removesuffix(" extendable").split()
            if other != words and other[8:] == words[8:]:
                return f"% similar static entry ({other[6]} -> {other[-2]}) already exists"
        return ""

    def _added(self, path: Path, line: str) -> str:
        """A line whose words add to those that are there, or the line itself."""
        for prefix in _LISTS:
            if line.startswith(prefix):
                before = next(iter(self._texts(path, prefix)), prefix).removeprefix(prefix).split()
                added = [word for word in line.removeprefix(prefix).split() if word not in before]
                return prefix + " ".join([*before, *added])
        return line

    def _bind_policy(self, path: Path, line: str) -> str:
        """Policy routing on an interface: without room in the template it is logged and forgotten."""
        if self._texts(path, "ip vrf forwarding"):
            return "% Policy based routing is not supported on a VRF interface"
        if self._router:
            self.config.put(path, line)
            return ""
        room = PBR_ACES[self.sdm_active]
        if not room:
            self._log(4, "PLATFORM_PBR-4-SDM_MISMATCH", "PBR requires sdm template routing")
            return ""
        name = line.rsplit(maxsplit=1)[-1]
        settings = compile_settings(self.config)
        entries = settings.route_maps.get(name, ())
        aces = sum(
            len(settings.acls[acl].entries) for one in entries for acl in one.acls if acl in settings.acls
        )
        if aces > room:
            self._log(3, "PLATFORM_PBR-3-INSTALL_FAIL", f"Policy route-map {name} not installed in hardware")
            return ""
        if any(not one.permit or one.unsupported for one in entries):
            self._log(
                3,
                "PLATFORM_PBR-3-UNSUPPORTED_RMAP",
                f"Route-map {name} not supported for Policy-Based Routing",
            )
            return ""
        self.config.put(path, line)
        return ""

    def _enter_ace(self, path: Path, line: str) -> str:
        found = _ACE.fullmatch(line)
        section = self.config.section(path)
        assert section is not None
        if found is None or any(child.text == found.group(2) for child in section.children):
            self.config.put(path, line)
            return ""
        highest = max((child.number for child in section.children), default=0)
        number = int(found.group(1)) if found.group(1) else highest + 10
        if any(child.number == number for child in section.children):
            return "% Duplicate sequence number\n%Failed to add ace to access-list"
        before = next((child for child in section.children if child.number > number), None)
        self.config.put(path, found.group(2), before).number = number
        return ""

    def _global_ace(self, negative: str, number: str, body: str) -> str:
        line = f"access-list {number} {body}"
        if negative:
            self.config.drop((), line)
        else:
            self.config.put((), line)
        return ""

    def _remove(self, path: Path, line: str) -> str:
        words = line.split()
        if words[0] == "interface" and "Ethernet" in words[1]:
            return "% Removal of physical interfaces is not permitted"
        if words[:2] == ["ip", "vrf"]:
            return vrf.leave(self.config, path) if path else vrf.drop(self.config, words[2])
        if words[0] == "access-list":
            line = (
                f"access-list {words[1]}"  # `no` before any entry of a numbered list removes the whole list
            )
        if words[0] == "route-map" and len(words) > 2:
            line = canonical(line)
        used = f" pool {words[3]} " if words[:3] == ["ip", "nat", "pool"] else ""
        if used and any(used in f"{text} " for text in self.config.root.texts("ip nat inside source list ")):
            return f"%Pool {words[3]} in use, cannot destroy"
        if (
            path
            and path[0].startswith("ip access-list ")
            and _ACE.fullmatch(line) is None
            and words[0].isdigit()
        ):
            return self._remove_number(path, int(words[0]))
        for prefix in _LISTS:
            if line.startswith(prefix) and path:
                self._remove_words(path, prefix, set(line.removeprefix(prefix).split()))
                return ""
        self.config.drop(path, line)
        if line in DEFAULTS_WITH_NO and self.config.section(path) is not None:
            self.config.put(path, f"no {line}")
        return ""

    def _remove_number(self, path: Path, number: int) -> str:
        section = self.config.section(path)
        for child in list(section.children) if section else []:
            if section and child.number == number:
                section.children.remove(child)
        return ""

    def _remove_words(self, path: Path, prefix: str, gone: set[str]) -> None:
        before = next(iter(self._texts(path, prefix)), prefix).removeprefix(prefix).split()
        left = [word for word in before if word not in gone]
        self.config.drop(path, prefix.strip())
        if left:
            self.config.put(path, prefix + " ".join(left))

    def _texts(self, path: Path, prefix: str) -> list[str]:
        section: Line | None = self.config.section(path)
        return section.texts(prefix) if section else []
