"""The first look at everything: networks, addresses and words, before a single one is replaced."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from bothways.scrubbing.permutation import Permutation, Prefix
from bothways.scrubbing.private_map import PrivateMap
from bothways.scrubbing.text import Replacing, addresses_in, networks_in, replacement
from bothways.scrubbing.words import Kind, names_in, secrets_in

_DRAWS = 32
_LOOSE = ("text", "secret")
"""Words that may stand for something else, too: a name is one wherever it stands."""


class Gathering:
    """Grows a private map by what it is shown.

    An address keeps the image that it was given first: a network that is met later is made a network only
    where none of its addresses was replaced before.
    """

    def __init__(self, known: PrivateMap, names: Iterable[str] = ()) -> None:
        self._known = known
        self._issued = {width: frozenset(known.addresses[width]) for width in (32, 128)}
        self._before = {width: frozenset(known.networks[width]) for width in (32, 128)}
        self._words: dict[str, Kind] = {}
        for name in names:
            self._word("host", name)

    def look(self, text: str) -> None:
        """Note what a text holds."""
        for width, address in addresses_in(text):
            self._known.addresses[width].add(address)
        for width, prefix in networks_in(text):
            self._known.networks[width].add(prefix)
        for kind, word in names_in(text):
            self._word(kind, word)
        for word in secrets_in(text):
            self._word("secret", word)

    def address(self, width: int, address: int) -> None:
        """Note an address of a packet."""
        self._known.addresses[width].add(address)

    def name(self, name: str) -> None:
        """Note the name of a device."""
        self._word("host", name)

    def finished(self) -> Replacing:
        """The map at work; a fresh one gets a key under which no image is an address that was there."""
        known = self._known
        for width, issued in self._issued.items():
            late = known.networks[width] - self._before[width]
            known.networks[width] -= {one for one in late if _holds(one, issued, width)}
        if known.fresh:
            for _ in range(_DRAWS):
                if not _collides(known):
                    break
                known.key = secrets.token_bytes(32)
        for word, kind in self._words.items():
            known.words.setdefault(word, replacement(known.key, kind, word))
        return Replacing(known, {word for word, kind in self._words.items() if kind not in _LOOSE})

    def _word(self, kind: Kind, word: str) -> None:
        for one in {word, word.lower(), word.upper()} if kind in ("host", "domain") else {word}:
            if kind not in _LOOSE or one not in self._words:
                self._words[one] = kind


def _holds(prefix: Prefix, addresses: Iterable[int], width: int) -> bool:
    value, length = prefix
    return any(one >> (width - length) == value >> (width - length) for one in addresses)


def _collides(known: PrivateMap) -> bool:
    """Whether an image is among the originals: somebody would take it for one that was missed."""
    for width in (32, 128):
        turn = Permutation(known.key, width, known.networks[width])
        moving = {one for one in known.addresses[width] if not turn.keeps(one)}
        if any(turn.image(one) in moving for one in moving):
            return True
    return False
