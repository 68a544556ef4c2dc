"""What the ASA says and does when a configuration line is entered.

Texts read in sources: duplicate element, list that does not exist, the licence limit, the default security
level. Believed or unknown, and marked so here: the texts for class and policy maps in use or missing, for a
second policy on an interface, and for a list that a class map uses.
"""

from __future__ import annotations

from bothways.lab.asa.lines import DEFAULTS_WITH_NO
from bothways.lab.asa.nat_lines import Manual, refusal
from bothways.lab.config_tree import ConfigTree, Line

_LICENCE = (
    "ERROR: This license does not allow configuring more than 2 interfaces with\n"
    'nameif and without a "no forward" command on this interface or on 1 interface(s)\n'
    "with nameif already configured."
)
_UNLIMITED_NAMEIFS = 2
_NO_SECTION = "ERROR: % Invalid input detected at '^' marker."
_TIMERS = ("embryonic", "half-closed", "idle", "dcd")

Path = tuple[str, ...]


def canonical(line: str) -> str:
    """The line as the ASA stores it."""
    words = line.split()
    if words[0] == "class-map" and words[1:2] == ["match-all"]:
        return f"class-map {' '.join(words[2:])}"
    manual = Manual.read(line) if words[0] == "nat" else None
    return manual.stored(line) if manual else line


class Editor:
    """Takes lines into a configuration tree.

    Attributes:
        config: the tree; replaced at boot.
    """

    def __init__(self, config: ConfigTree) -> None:
        self.config = config

    def take(self, path: Path, line: str) -> str:
        """Change the tree; the answer of the device."""
        words = line.split()
        if words[0] == "nat" and not path:
            return self._enter_nat(line)
        line = canonical(line)
        if words[:2] == ["clear", "configure"]:
            return self._clear(words[2], words[3] if len(words) > 3 else "")
        if words[0] == "no":
            return self._remove(path, canonical(line[3:]))
        return self._enter(path, line)

    def _enter(self, path: Path, line: str) -> str:
        if self.config.section(path) is None:
            return _NO_SECTION
        refusal = self._refusal(path, line)
        if refusal:
            return refusal
        words = line.split()
        if words[0] == "access-list" and not path:
            return self._enter_ace(words)
        if words[:3] == ["set", "connection", "timeout"]:
            line = self._merged_timers(path, words[3:])
        if _on_by_default(line):
            self.config.drop(path, f"no {line}")
            return ""
        self.config.put(path, line)
        return self._default_level(path, words) if words[0] == "nameif" else ""

    def _refusal(self, path: Path, line: str) -> str:
        match line.split():
            case ["access-group", name, *_] | ["match", "access-list", name] if not self._list(name):
                return f"ERROR: access-list <{name}> does not exist"
            case ["match", *_] if path and path[0].startswith("class-map"):
                return self._second_match(path, line)
            case ["class", name] if name != "class-default" and not self._map("class-map", name):
                return f"ERROR: % class-map {name} not configured"
            case ["service-policy", name, *rest]:
                return self._second_policy(line, name, rest)
            case ["nameif", _]:
                return self._third_name(path)
            case _:
                return ""

    def _enter_nat(self, typed: str) -> str:
        """A manual rule, in the place that its number says within its section."""
        found = refusal(self.config, typed)
        line = Manual.read(typed)
        if found or line is None:
            return found
        text = line.stored(typed)
        section = [one for one in self.config.sections("nat ") if (" after-auto " in one.text) is line.after]
        if any(one.text == text for one in section):
            return ""
        before = section[line.number - 1] if 0 < line.number <= len(section) else None
        self.config.put((), text, before)
        return ""

    def _second_match(self, path: Path, line: str) -> str:
        section = self.config.section(path)
        other = section.first("match ") if section else None
        if other is None or f"match {other}" == line:
            return ""
        return "ERROR: Multiple match commands of this type are not supported in a class-map"

    def _second_policy(self, line: str, name: str, rest: list[str]) -> str:
        if not self._map("policy-map", name):
            return f"ERROR: % policy-map {name} not configured"
        there = self.config.find((), line)
        if there is None or there.text == line:
            return ""
        place = "globally" if rest[0] == "global" else f"on interface {rest[1]}"
        return f"ERROR: Policy map {there.text.split()[1]} is already configured {place}"

    def _third_name(self, path: Path) -> str:
        sections = self.config.sections("interface ")
        others = [one for one in sections if one.text != path[0] and one.first("nameif ")]
        here = self.config.section(path)
        limited = here is not None and bool(here.texts("no forward interface"))
        return _LICENCE if len(others) >= _UNLIMITED_NAMEIFS and not limited else ""

    def _default_level(self, path: Path, words: list[str]) -> str:
        section = self.config.section(path)
        if section is None or section.first("security-level ") is not None:
            return ""
        level = 100 if words[1] == "inside" else 0
        self.config.put(path, f"security-level {level}")
        return f'INFO: Security level for "{words[1]}" set to {level} by default.'

    def _merged_timers(self, path: Path, words: list[str]) -> str:
        section = self.config.section(path)
        timers = _timers((section.first("set connection timeout ") or "").split() if section else [])
        timers |= _timers(words)
        parts = [f"{name} {timers[name]}".rstrip() for name in _TIMERS if name in timers]
        return f"set connection timeout {' '.join(parts)}"

    def _enter_ace(self, words: list[str]) -> str:
        name, rest = words[1], words[2:]
        at = None
        if rest[0] == "line":
            at, rest = int(rest[1]), rest[2:]
        if rest[0] in ("permit", "deny"):
            rest = ["extended", *rest]
        text = " ".join(["access-list", name, *rest])
        entries = self._list(name)
        if rest[0] != "remark" and any(entry.text == text for entry in entries):
            return f"WARNING: <{name}> found duplicate element"
        before = entries[at - 1] if at is not None and 0 < at <= len(entries) else None
        if before is None and entries:
            siblings = self.config.root.children
            behind = siblings.index(entries[-1]) + 1
            before = siblings[behind] if behind < len(siblings) else None
        self.config.put((), text, before)
        return ""

    def _remove(self, path: Path, line: str) -> str:
        words = line.split()
        if words[0] == "access-list" and not path:
            return self._remove_ace(words)
        used = self._used(words)
        if used:
            return used
        if words[:3] == ["set", "connection", "timeout"] and words[3:]:
            self._remove_timers(path, words[3:])
            return ""
        removed = self.config.drop(path, line)
        if _on_by_default(line):
            self.config.put(path, f"no {line}")
            return ""
        if removed or words[0] not in (
            "class-map",
            "policy-map",
            "service-policy",
            "access-group",
            "route",
            "nat",
        ):
            return ""
        # Believed: the ASA names what it cannot find; the words are ours.
        return f"ERROR: % {words[0]} {words[1]} not configured"

    def _remove_ace(self, words: list[str]) -> str:
        name, rest = words[1], words[2:]
        if rest[:1] == ["line"]:
            rest = rest[2:]
        if rest[:1] in (["permit"], ["deny"]):
            rest = ["extended", *rest]
        text = " ".join(["access-list", name, *rest])
        entries = self._list(name)
        if not any(entry.text == text for entry in entries):
            return "Specified access-list does not exist"
        if len(entries) == 1:
            user = self._class_using(name)
            if user:
                return f"ERROR: access-list {name} is in use by class-map {user}"
            self._unbind(name)
        self.config.drop((), text)
        return ""

    def _remove_timers(self, path: Path, words: list[str]) -> None:
        section = self.config.section(path)
        timers = _timers((section.first("set connection timeout ") or "").split() if section else [])
        left = {name: value for name, value in timers.items() if name not in _timers(words)}
        parts = [f"{name} {left[name]}".rstrip() for name in _TIMERS if name in left]
        self.config.drop(path, "set connection timeout")
        if parts:
            self.config.put(path, f"set connection timeout {' '.join(parts)}")

    def _used(self, words: list[str]) -> str:
        root = self.config.root
        if words[0] == "class-map":
            for policy in root.children:
                if policy.text.startswith("policy-map ") and policy.has(f"class {words[-1]}"):
                    return f"ERROR: % class-map {words[-1]} is being used"
        if words[0] == "policy-map" and any(
            text.split()[1] == words[-1] for text in root.texts("service-policy ")
        ):
            return f"ERROR: % policy-map {words[-1]} is being used"
        if words[0] in ("object-group", "object") and any(
            f" {words[-1]} " in f"{text} " for text in root.texts("access-list ")
        ):
            return f"Removing {words[0]} ({words[-1]}) not allowed, it is being used."
        if words[0] == "object" and any(f" {words[-1]} " in f"{text} " for text in root.texts("nat ")):
            return f"Removing {words[0]} ({words[-1]}) not allowed, it is being used."
        return ""

    def _clear(self, kind: str, name: str) -> str:
        if kind == "access-list":
            if not self._list(name):
                return f"ERROR: access-list <{name}> does not exist"
            user = self._class_using(name)
            if user:
                return f"ERROR: access-list {name} is in use by class-map {user}"
            self._unbind(name)
            self.config.drop((), f"access-list {name}")
            return ""
        for line in [one for one in self.config.root.children if one.text.split()[0] == kind]:
            if not name or line.text.split()[-1] == name or line.text.split()[1] == name:
                used = self._used(line.text.split())
                if used:
                    return used
                self.config.root.children.remove(line)
        return ""

    def _unbind(self, name: str) -> None:
        for text in self.config.root.texts(f"access-group {name} "):
            self.config.drop((), text)

    def _class_using(self, name: str) -> str:
        for section in self.config.sections("class-map "):
            if section.has(f"match access-list {name}"):
                return section.text.split()[-1]
        return ""

    def _list(self, name: str) -> list[Line]:
        return [one for one in self.config.root.children if one.text.startswith(f"access-list {name} ")]

    def _map(self, kind: str, name: str) -> bool:
        return any(one.text.split()[-1] == name for one in self.config.sections(f"{kind} "))


def _on_by_default(line: str) -> bool:
    """Whether its `no` is a line of the configuration."""
    return line in DEFAULTS_WITH_NO or line.startswith(("forward interface ", "service resetoutbound "))


def _timers(words: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for word in words:
        if word in _TIMERS:
            name = word
            found[name] = ""
        elif name:
            found[name] = f"{found[name]} {word}".strip()
    return found
