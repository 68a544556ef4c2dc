"""The first look at everything: networks, addresses and words, before a single one is replaced."""

from __future__ import annotations

import html
import json
import re
import secrets
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from bothways.scrubbing.broken import beginnings, broken_in, cut_in, mended
from bothways.scrubbing.objects import objects_in
from bothways.scrubbing.permutation import Permutation, Prefix
from bothways.scrubbing.private_map import PrivateMap
from bothways.scrubbing.text import Replacing, replacement, words_in
from bothways.scrubbing.words import Kind, is_common, tells
from bothways.scrubbing.written import addresses_in, like, networks_in, ranges_in

_DRAWS = 32
_MANY = 2000
"""Addresses among which some image is one of them under every key."""
_LOOSE = ("text", "secret")
"""Words that may stand for something else, too: a name is one wherever it stands."""
_FULL_NAME = re.compile(r"(?<![\w.@-])((?:[A-Za-z0-9_-]{1,63}\.){1,8}[A-Za-z]{2,63})(?![\w-])", re.ASCII)


class Gathering:
    """Grows a private map by what it is shown.

    An address keeps the image that it was given first: a network that is met later is made a network only
    where none of its addresses was replaced before.
    """

    def __init__(self, known: PrivateMap, names: Iterable[str] = (), *, objects: bool = False) -> None:
        self._known = known
        self._issued = {width: frozenset(known.addresses[width]) for width in (32, 128)}
        self._before = {width: frozenset(known.networks[width]) for width in (32, 128)}
        self._ranges_before = frozenset(known.ranges)
        self._objects = objects
        self._words: dict[str, Kind] = {}
        self._given = {one for name in names for one in (name, name.lower(), name.upper())}
        self._written: set[tuple[int, int, str]] = set()
        self._full_names: set[str] = set()
        self._broken: dict[str, str] = {}
        self._cut: set[str] = set()
        for name in names:
            self._word("host", name)

    def look(self, text: str) -> None:
        """Note what a text holds."""
        for width, address, written in addresses_in(text):
            self._known.addresses[width].add(address)
            if written:
                self._written.add((width, address, written))
        for width, prefix in networks_in(text):
            self._known.networks[width].add(prefix)
        self._known.ranges.update(ranges_in(text))
        for kind, word in words_in(text):
            self._word(kind, word)
        for name in objects_in(text) if self._objects else ():
            self._words.setdefault(name, "object")
        self._broken.update(broken_in(text))
        self._cut.update(cut_in(text))
        self._full_names.update(match[1] for match in _FULL_NAME.finditer(text))

    def address(self, width: int, address: int) -> None:
        """Note an address of a packet."""
        self._known.addresses[width].add(address)

    def name(self, name: str) -> None:
        """Note the name of a device."""
        if tells(name):
            self._word("host", name)

    def finished(self) -> Replacing:
        """The map at work; a fresh one gets a key under which no image is an address that was there."""
        known = self._known
        for width, issued in self._issued.items():
            late = known.networks[width] - self._before[width]
            known.networks[width] -= {one for one in late if _holds(one, issued, width)}
        late_ranges = known.ranges - self._ranges_before
        known.ranges -= {one for one in late_ranges if _holds(_around(one), self._issued[32], 32)}
        if known.fresh:
            for _ in range(_DRAWS):
                if not _collides(known):
                    break
                known.key = secrets.token_bytes(32)
        self._hosts_of_domains()
        self._replace_words()
        replacing = Replacing(known, self._named())
        self._note_spellings(replacing)
        if not self._broken and not self._cut:
            return replacing
        known.words.update(beginnings(self._cut, known.words))
        known.words.update(mended(self._broken, replacing.text))
        return Replacing(known, self._named())

    def _word(self, kind: Kind, word: str) -> None:
        for one in {word, word.lower(), word.upper()} if kind in ("host", "domain") else {word}:
            if kind not in _LOOSE or one not in self._words:
                self._words[one] = kind

    def _hosts_of_domains(self) -> None:
        """Of `berlin.corp.example` the host as well, where the domain is known to be somebody's."""
        domains = {word.lower() for word, kind in self._words.items() if kind == "domain"}
        for name in self._full_names:
            lower = name.lower()
            for domain in domains:
                if lower.endswith(f".{domain}"):
                    for label in name[: -len(domain) - 1].split("."):
                        if tells(label):
                            self._word("host", label)

    def _replace_words(self) -> None:
        """A replacement for each word, and for each way in which reports write it."""
        words, key = self._known.words, self._known.key
        taken = set(words.values())
        for word, kind in [*self._words.items()]:
            for one in (word, *_escaped(word)):
                if one in words:
                    continue
                new = replacement(key, kind, one)
                if new in taken:
                    new = replacement(key, kind, one, size=8)
                words[one] = new
                taken.add(new)

    def _named(self) -> set[str]:
        names = {word for word, kind in self._words.items() if kind not in _LOOSE and not is_common(word)}
        return self._given | names

    def _note_spellings(self, replacing: Replacing) -> None:
        """How an address was written, where its image does not tell."""
        written = {word for _, _, word in self._written}
        for _, number, word in sorted(self._written):
            new = replacing.addresses(word)
            back = like(new, number)
            if new != word != back and back not in written:
                self._known.spellings.setdefault(new, word)


def _escaped(word: str) -> Iterator[str]:
    """As JSON, HTML and addresses of pages write it, where that is something else."""
    ways = json.dumps(word)[1:-1], html.escape(word), html.escape(word, quote=False), _quoted(word)
    yield from dict.fromkeys(way for way in ways if way != word)


def _quoted(word: str) -> str:
    return quote(word.encode("utf-8", "surrogateescape"), safe="")


def _around(pair: tuple[int, int]) -> Prefix:
    """The smallest prefix that holds both."""
    length = 32 - (pair[0] ^ pair[1]).bit_length()
    return pair[0] >> (32 - length) << (32 - length), length


def _holds(prefix: Prefix, addresses: Iterable[int], width: int) -> bool:
    value, length = prefix
    return any(one >> (width - length) == value >> (width - length) for one in addresses)


def _collides(known: PrivateMap) -> bool:
    """Whether an image is among the originals: somebody would take it for one that was missed."""
    for width in (32, 128):
        turn = Permutation(known.key, width, known.networks[width], known.ranges if width == 32 else ())
        moving = {one for one in known.addresses[width] if not turn.keeps(one)}
        if len(moving) < _MANY and any(turn.image(one) in moving for one in moving):
            return True
    return False
