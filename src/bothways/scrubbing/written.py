"""Addresses as texts write them: where they stand, and the same place with another address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from bothways.scrubbing.permutation import Prefix

Turn = Callable[[int], int]
TurnPrefix = Callable[[int, int], int]
"""Of an address of which so many bits are told."""

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_V4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
# Behind it may stand its port, as tcpdump and `show capture` write it; a longer row of numbers is none.
# Before it may stand what a browser escaped, which ends in a digit.
_ADDRESS = re.compile(
    rf"(?:(?<!\d)(?<!\d\.)|(?<=%[0-9A-Fa-f]{{2}}))({_V4})(?!\d)(?!\.\d+\.\d)(?!\.in-addr\.)", re.ASCII
)
# Before it may stand an interface, as in a log; behind it the port, as in a capture.
_V6 = re.compile(
    r"(?:(?<![\w:\\])([A-Za-z_][\w-]*:)?|(?<=\\[nrt]))((?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})"
    r"(?![\w:])(?!\.\d+\.\d)",
    re.ASCII,
)
_HARDWARE = re.compile(
    r"(?:(?<![0-9A-Fa-f])(?<![0-9A-Fa-f]\.)[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?!\.[0-9A-Fa-f]{2})"
    r"|(?<![0-9A-Fa-f])(?<!\b[0-9A-Fa-f]{2}:)[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}(?!:[0-9A-Fa-f]{2}\b)"
    r"|(?<![0-9A-Fa-f])(?<!\b[0-9A-Fa-f]{2}-)[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}(?!-[0-9A-Fa-f]{2}\b)"
    r"|(?<=[\s\"']01)[0-9A-Fa-f]{2}(?:\.[0-9A-Fa-f]{4}){2}\.[0-9A-Fa-f]{2}(?!\.[0-9A-Fa-f])"
    r")(?![0-9A-Fa-f])",
    re.ASCII,
)
_REVERSED = re.compile(
    r"(?<![\w.])((?:\d{1,3}\.){1,4})(in-addr\.arpa)|(?<![\w.])((?:[0-9A-Fa-f]\.){1,32})(ip6\.arpa)"
)
_BESIDE = re.compile(
    rf"(?<![\d.])({_V4})(?:/(\d{{1,2}})(?!\d)|(?:,? (?:subnet )?(?:mask )?)({_V4})(?!\.?\d))", re.ASCII
)
_BESIDE_V6 = re.compile(r"(?<![\w:.])((?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})/(\d{1,3})(?!\d)", re.ASCII)
_RANGE = re.compile(
    rf"(?:\b(?:range|pool \S+|excluded-address) ({_V4}) ({_V4})|(?<![\d.])({_V4}) ?- ?({_V4}))(?![\d.])",
    re.ASCII,
)
_ALL = 0xFFFFFFFF


def networks_in(text: str) -> Iterator[tuple[int, Prefix]]:
    """Networks that stand there with their mask, wildcard or length; hosts with one lie in theirs."""
    for match in _BESIDE.finditer(text):
        address, length = int(IPv4Address(match[1])), _length(match[2], match[3])
        if length is not None:
            yield 32, (address >> (32 - length) << (32 - length), length)
    for match in _BESIDE_V6.finditer(text):
        known = v6(match[1])
        if known is not None and 0 < int(match[2]) <= 128:
            length = int(match[2])
            yield 128, (known >> (128 - length) << (128 - length), length)


def ranges_in(text: str) -> Iterator[tuple[int, int]]:
    """First and last of each range of IPv4 addresses."""
    for match in _RANGE.finditer(text):
        first, last = (int(IPv4Address(word)) for word in match.groups() if word)
        if first < last < 0xE0000000:
            yield first, last


def addresses_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Every address: its width, its number, and how it is written."""
    for match in _REVERSED.finditer(text) if ".arpa" in text else ():
        width, number, _ = _reversed(match)
        yield width, number, ""
    for match in _ADDRESS.finditer(text):
        yield 32, int(IPv4Address(match[1])), ""
    for match in _HARDWARE.finditer(text):
        yield 48, hardware(match[0]), match[0]
    for match in _V6.finditer(text):
        word = _v6_word(match)
        if word:
            yield 128, int(IPv6Address(word)), word


def turned(
    text: str, turns: Mapping[int, Turn], prefixes: Mapping[int, TurnPrefix], known: Mapping[str, str]
) -> str:
    """The text with every address replaced; `known` says what to write where a way of writing differs."""
    if ".arpa" in text:
        text = _REVERSED.sub(lambda match: _turned_back_to_front(match, prefixes), text)
    text = _HARDWARE.sub(
        lambda match: known.get(match[0]) or like(match[0], turns[48](hardware(match[0]))), text
    )
    text = _V6.sub(lambda match: _in_place(match, turns[128], known), text)
    return _ADDRESS.sub(lambda match: str(IPv4Address(turns[32](int(IPv4Address(match[1]))))), text)


def v6(word: str) -> int | None:
    """The address that a word is; None for another word."""
    if "::" not in word and word.count(":") != 7:
        return None
    try:
        return int(IPv6Address(word))
    except AddressValueError:
        return None


def hardware(word: str) -> int:
    """The number that digits in groups are."""
    return int(re.sub(r"[.:-]", "", word), 16)


def like(word: str, number: int) -> str:
    """An address written as another one is: with its marks at their places, and in its case."""
    if (":" in word and "::" in word) or word.count(":") == 7:
        new = str(IPv6Address(number))
        return new.upper() if word.isupper() else new
    digits = iter(f"{number:012X}" if any(letter.isupper() for letter in word) else f"{number:012x}")
    return "".join(letter if letter in ".:-" else next(digits) for letter in word)


def _length(said: str | None, mask: str | None) -> int | None:
    if said is not None:
        return int(said) if 0 < int(said) <= 32 else None
    number = int(IPv4Address(mask or "0.0.0.0"))  # noqa: S104  no address to bind to
    if number & 0x80000000 == 0:
        number ^= _ALL  # a wildcard
    length = number.bit_count()
    return length if length > 0 and number == _ALL << (32 - length) & _ALL else None


def _v6_word(match: re.Match[str]) -> str:
    """The address within a match: with what stands before it, if that is a part of it; "" for none."""
    words = (match[0], match[2]) if match[1] else (match[2],)
    return next((word for word in words if v6(word) is not None), "")


def _in_place(match: re.Match[str], turn: Turn, known: Mapping[str, str]) -> str:
    word = _v6_word(match)
    if not word:
        return match[0]
    before = match[0][: len(match[0]) - len(word)]
    number = int(IPv6Address(word))
    if word in known:
        return before + known[word]
    return before + (word if turn(number) == number else like(word, turn(number)))


def _reversed(match: re.Match[str]) -> tuple[int, int, int]:
    """Width, address with zeros where nothing is said, and how many of its bits are said."""
    if match[2]:
        parts = [min(int(one), 255) for one in match[1].split(".")[:-1]][::-1]
        whole = sum(one << (24 - 8 * place) for place, one in enumerate(parts))
        return 32, whole, 8 * len(parts)
    parts = [int(one, 16) for one in match[3].split(".")[:-1]][::-1]
    return 128, sum(one << (124 - 4 * place) for place, one in enumerate(parts)), 4 * len(parts)


def _turned_back_to_front(match: re.Match[str], prefixes: Mapping[int, TurnPrefix]) -> str:
    width, number, bits = _reversed(match)
    new = prefixes[width](number, bits) >> (width - bits)
    step = 8 if width == 32 else 4
    parts = [new >> at & ((1 << step) - 1) for at in range(0, bits, step)]
    names = (str(one) if width == 32 else f"{one:x}" for one in parts)
    return f"{'.'.join(names)}.{match[2] or match[4]}"
