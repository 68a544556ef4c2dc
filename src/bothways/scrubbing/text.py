"""Text with everything replaced that the private map knows, and put back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from bothways.scrubbing.hardware import HardwareAddresses
from bothways.scrubbing.permutation import Permutation, Prefix
from bothways.scrubbing.private_map import PrivateMap
from bothways.scrubbing.words import Kind, is_unmistakable, replaced_in_place

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_V4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
# Behind it may stand its port, as tcpdump and `show capture` write it; a longer row of numbers is none.
_ADDRESS = re.compile(rf"(?<!\d)(?<!\d\.)({_V4})(?!\d)(?!\.\d+\.\d)", re.ASCII)
_V6 = re.compile(r"(?<![\w:.])((?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})(?![\w:.])", re.ASCII)
_HARDWARE = re.compile(
    r"(?<![0-9A-Fa-f.:-])(?:[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"
    r"|[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5})(?![0-9A-Fa-f:-])(?!\.[0-9A-Fa-f])"
)
_BESIDE = re.compile(
    rf"(?<![\d.])({_V4})(?:/(\d{{1,2}})(?!\d)|(?:,? (?:subnet )?(?:mask )?)({_V4})(?!\.?\d))", re.ASCII
)
_BESIDE_V6 = re.compile(r"(?<![\w:.])((?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})/(\d{1,3})(?!\d)", re.ASCII)
_ALL = 0xFFFFFFFF


def networks_in(text: str) -> Iterator[tuple[int, Prefix]]:
    """Networks that stand there with their mask, wildcard or length; hosts with one lie in theirs."""
    for match in _BESIDE.finditer(text):
        address, length = int(IPv4Address(match[1])), _length(match[2], match[3])
        if length is not None:
            yield 32, (address >> (32 - length) << (32 - length), length)
    for match in _BESIDE_V6.finditer(text):
        known = _v6(match[1])
        if known is not None and 0 < int(match[2]) <= 128:
            length = int(match[2])
            yield 128, (known >> (128 - length) << (128 - length), length)


def _length(said: str | None, mask: str | None) -> int | None:
    if said is not None:
        return int(said) if 0 < int(said) <= 32 else None
    number = int(IPv4Address(mask or "0.0.0.0"))  # noqa: S104  no address to bind to
    if number & 0x80000000 == 0:
        number ^= _ALL  # a wildcard
    length = number.bit_count()
    return length if length > 0 and number == _ALL << (32 - length) & _ALL else None


def _v6(word: str) -> int | None:
    if "::" not in word and word.count(":") != 7:
        return None
    try:
        return int(IPv6Address(word))
    except AddressValueError:
        return None


def addresses_in(text: str) -> Iterator[tuple[int, int]]:
    """Every address, by its width."""
    for match in _ADDRESS.finditer(text):
        yield 32, int(IPv4Address(match[1]))
    for match in _HARDWARE.finditer(text):
        yield 48, int(re.sub(r"[.:-]", "", match[0]), 16)
    for match in _V6.finditer(text):
        known = _v6(match[1])
        if known is not None:
            yield 128, known


class Replacing:
    """One private map at work; `names` are words that mean what they are wherever they stand."""

    def __init__(self, known: PrivateMap, names: Iterable[str] = ()) -> None:
        self.known = known
        self.v4 = Permutation(known.key, 32, known.networks[32])
        self.v6 = Permutation(known.key, 128, known.networks[128])
        self.hardware = HardwareAddresses(known.key)
        clear = {word for word, new in known.words.items() if is_unmistakable(word, new)}
        self._words = _pattern(clear | (known.words.keys() & set(names)))
        self._back = {new: old for old, new in known.words.items()}
        self._back_words = _pattern(self._back)

    def text(self, text: str) -> str:
        """The text with everything replaced; words first, so that none is torn by an address within it."""
        text = replaced_in_place(text, self.known.words)
        if self._words is not None:
            text = self._words.sub(lambda match: self.known.words[match[0]], text)
        text = _HARDWARE.sub(lambda match: _like(match[0], self.hardware.image(_number(match[0]))), text)
        text = _V6.sub(lambda match: _of_v6(match[0], self.v6.image), text)
        return _ADDRESS.sub(lambda match: str(IPv4Address(self.v4.image(int(IPv4Address(match[1]))))), text)

    def undone(self, text: str) -> str:
        """The text as it was; what was never replaced stays."""
        issued = self.known.addresses
        v4 = {self.v4.image(one): one for one in issued[32]}
        v6 = {self.v6.image(one): one for one in issued[128]}
        hardware = {self.hardware.image(one): one for one in issued[48]}
        text = _ADDRESS.sub(lambda match: _known(match[1], v4), text)
        text = _V6.sub(lambda match: _of_v6(match[0], lambda one: v6.get(one, one)), text)
        text = _HARDWARE.sub(
            lambda match: _like(match[0], hardware.get(_number(match[0]), _number(match[0]))), text
        )
        if self._back_words is not None:
            text = self._back_words.sub(lambda match: self._back[match[0]], text)
        return text

    def payload(self, data: bytes) -> bytes:
        """Other bytes, as many; the same for the same."""
        return hashlib.shake_256(self.known.key + data).digest(len(data))


def replacement(key: bytes, kind: Kind, word: str) -> str:
    """What a word is replaced by; written large where the word is."""
    named = kind in ("host", "domain")
    same = word.lower() if named and (word.isupper() or word.islower()) else word
    mark = hashlib.blake2b(same.encode("utf-8", "surrogatepass"), key=key, digest_size=4).hexdigest()
    new = f"{kind}-{mark}" if kind != "serial" else f"SN{mark.upper()}"
    return new.upper() if word.isupper() and named else new


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """All words, the longest first, not in the middle of another."""
    every = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{every})(?![A-Za-z0-9])") if every else None


def _known(word: str, back: dict[int, int]) -> str:
    number = int(IPv4Address(word))
    return str(IPv4Address(back.get(number, number)))


def _of_v6(word: str, turn: Callable[[int], int]) -> str:
    number = _v6(word)
    if number is None or turn(number) == number:
        return word
    new = str(IPv6Address(turn(number)))
    return new.upper() if word.isupper() else new


def _number(word: str) -> int:
    return int(re.sub(r"[.:-]", "", word), 16)


def _like(word: str, number: int) -> str:
    """A hardware address written as another one is."""
    digits = f"{number:012X}" if any(letter.isupper() for letter in word) else f"{number:012x}"
    mark = next(letter for letter in word if letter in ".:-")
    step = 4 if mark == "." else 2
    return mark.join(digits[place : place + step] for place in range(0, 12, step))
