"""Text with everything replaced that the private map knows, and put back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator

from bothways.scrubbing.blocks import key_spans
from bothways.scrubbing.dumps import turned_dumps
from bothways.scrubbing.hardware import HardwareAddresses
from bothways.scrubbing.introduced import name_spans, names_of
from bothways.scrubbing.packets import PacketWriter
from bothways.scrubbing.permutation import Permutation
from bothways.scrubbing.private_map import PrivateMap
from bothways.scrubbing.secret_lines import secret_spans
from bothways.scrubbing.words import Kind, is_unmistakable, pattern_of
from bothways.scrubbing.written import turned


def words_in(text: str) -> Iterator[tuple[Kind, str]]:
    """Names, free text and secrets, as they stand there; one may come more than once."""
    for kind, start, end in _spans(text):
        yield from names_of(kind, text[start:end])


class Replacing:
    """One private map at work; `names` are words that mean what they are wherever they stand."""

    def __init__(self, known: PrivateMap, names: Iterable[str] = ()) -> None:
        self.known = known
        self.v4 = Permutation(known.key, 32, known.networks[32], known.ranges)
        self.v6 = Permutation(known.key, 128, known.networks[128], held=self.v4)
        self.hardware = HardwareAddresses(known.key)
        clear = {word for word, new in known.words.items() if is_unmistakable(word, new)}
        self._words = pattern_of(clear | (known.words.keys() & set(names)))
        self._back = {new: old for old, new in known.words.items()}
        self._back_words = pattern_of(self._back)
        self._turns = {32: self.v4.image, 128: self.v6.image, 48: self.hardware.image}
        self._prefixes = {
            32: lambda number, _: self.v4.image(number),
            128: lambda number, _: self.v6.image(number),
        }

    def text(self, text: str) -> str:
        """The text with everything replaced; words first, so that none is torn by an address within it."""
        text = self._in_place(turned_dumps(text, PacketWriter(self).packet))
        if self._words is not None:
            text = self._words.sub(lambda match: self.known.words[match[0]], text)
        return self.addresses(text)

    def addresses(self, text: str) -> str:
        """The text with its addresses replaced."""
        return turned(text, self._turns, self._prefixes, {})

    def undone(self, text: str) -> str:
        """The text as it was; what was never replaced stays."""
        turns = {
            width: _known({turn(one): one for one in self.known.addresses[width]})
            for width, turn in self._turns.items()
        }
        prefixes = {
            width: _begun(self.known.addresses[width], turn.original, width)
            for width, turn in ((32, self.v4), (128, self.v6))
        }
        text = turned(text, turns, prefixes, self.known.spellings)
        if self._back_words is not None:
            text = self._back_words.sub(lambda match: self._back[match[0]], text)
        return text

    def payload(self, data: bytes) -> bytes:
        """Other bytes, as many; the same for the same."""
        return hashlib.shake_256(self.known.key + data).digest(len(data))

    def _in_place(self, text: str) -> str:
        """What is introduced as a name, a secret or free text, where it stands; of two the longer."""
        parts, at = list[str](), 0
        for _, start, end in sorted(_spans(text), key=lambda one: (one[1], -one[2])):
            if start >= at and (new := self._of_name(text[start:end])):
                parts += [text[at:start], new]
                at = end
        return "".join([*parts, text[at:]])

    def _of_name(self, word: str) -> str:
        words = self.known.words
        if word in words or "." not in word:
            return words.get(word, "")
        host, _, domain = word.partition(".")
        return f"{words[host]}.{words.get(domain, domain)}" if host in words else ""


def _spans(text: str) -> Iterator[tuple[Kind, int, int]]:
    for kind, (start, end) in name_spans(text):
        yield kind, start, end
    for start, end in secret_spans(text):
        yield "secret", start, end
    for start, end in key_spans(text):
        yield "secret", start, end


def _known(back: dict[int, int]) -> Callable[[int], int]:
    return lambda number: back.get(number, number)


def _begun(issued: Collection[int], original: Callable[[int], int], width: int) -> Callable[[int, int], int]:
    """Turns back the beginning of an address, where something that begins so was replaced."""

    def turn(number: int, bits: int) -> int:
        rest = width - bits
        old = original(number) >> rest << rest
        return old if any(one >> rest == old >> rest for one in issued) else number

    return turn


def replacement(key: bytes, kind: Kind, word: str, size: int = 4) -> str:
    """What a word is replaced by, with so many bytes of its mark; written large where the word is."""
    named = kind in ("host", "domain")
    same = word.lower() if named and (word.isupper() or word.islower()) else word
    mark = hashlib.blake2b(same.encode("utf-8", "surrogatepass"), key=key, digest_size=size).hexdigest()
    new = f"{kind}-{mark}" if kind != "serial" else f"SN{mark.upper()}"
    return new.upper() if word.isupper() and named else new
