"""Access lists of IOS: numbered and named ones, standard and extended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bothways.lab.acl import Ace, AceReader
from bothways.lab.config_tree import ConfigTree


@dataclass(frozen=True, slots=True)
class NumberedAce:
    """An entry with its sequence number, as `show access-lists` has it."""

    number: int
    ace: Ace


@dataclass(frozen=True, slots=True)
class AccessList:
    """A list.

    Attributes:
        name: or number.
        standard: only sources.
        entries: in order.
    """

    name: str
    standard: bool
    entries: tuple[NumberedAce, ...]

    @property
    def aces(self) -> tuple[Ace, ...]:
        """The entries without their numbers."""
        return tuple(entry.ace for entry in self.entries)


def read_lists(config: ConfigTree) -> dict[str, AccessList]:
    """Those of a configuration, by name or number."""
    found: dict[str, list[tuple[int, str]]] = {}
    standard: set[str] = set()
    for text in config.root.texts("access-list "):
        _, name, *words = text.split()
        entries = found.setdefault(name, [])
        if int(name) < 100 or 1300 <= int(name) < 2000:
            standard.add(name)
        if words[0] != "remark":
            entries.append((10 * (len(entries) + 1), " ".join(words)))
    for section in config.sections("ip access-list "):
        _, _, kind, name = section.text.split()
        if kind == "standard":
            standard.add(name)
        found[name] = [
            (line.number, line.text) for line in section.children if not line.text.startswith("remark")
        ]
    return {name: _acl(name, name in standard, entries) for name, entries in found.items()}


def _acl(name: str, standard: bool, entries: list[tuple[int, str]]) -> AccessList:
    rows = tuple(NumberedAce(number, _ace(text, standard=standard)) for number, text in entries)
    return AccessList(name, standard, rows)


@lru_cache(maxsize=4096)
def _ace(text: str, *, standard: bool) -> Ace:
    """An entry; each is read once, though the whole configuration is compiled after every line."""
    reader = AceReader(text.split(), wildcards=True)
    return reader.read_standard(text) if standard else reader.read(text)
