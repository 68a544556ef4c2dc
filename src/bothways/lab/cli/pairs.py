"""Addresses and masks that must fit each other: checked before a line reaches the configuration."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, NetmaskValueError

from bothways.lab.cli.dialect import Words

_Heads = dict[tuple[str, ...], int]
_NETWORKS: _Heads = {
    ("ip", "route"): 2,
    ("route",): 2,
    ("subnet",): 1,
    ("network-object",): 1,
}
_HOSTS: _Heads = {("ip", "address"): 2}


def _contiguous(mask: str) -> bool:
    number = int(IPv4Address(mask))
    return (number | (number - 1)) == 0xFFFFFFFF or number == 0


def _is_address(word: str) -> bool:
    return word[:1].isdigit() and word.count(".") == 3


def _pair(words: Words, heads: _Heads) -> tuple[str, str] | None:
    plain = words[1:] if words[0] == "no" else words
    for head, at in heads.items():
        pair = plain[at : at + 2]
        if plain[: len(head)] == head and len(pair) == 2 and all(map(_is_address, pair)):
            return pair[0], pair[1]
    return None


def ios_pair_error(words: Words) -> str:
    """What the 3560 says about a mask that does not fit; "" when all is well."""
    pair = _pair(words, _NETWORKS)
    if pair and not _is_network(*pair):
        return "%Inconsistent address and mask"
    pair = _pair(words, _HOSTS)
    if pair and not _contiguous(pair[1]):
        return f"Bad mask 0x{int(IPv4Address(pair[1])):X} for address {pair[0]}"
    return ""


def asa_pair_error(words: Words) -> str:
    """What the ASA says about it."""
    pair = _pair(words, _NETWORKS)
    if pair and not _is_network(*pair):
        return f"ERROR: IP address,mask <{pair[0]},{pair[1]}> doesn't pair"
    pair = _pair(words, _HOSTS)
    if pair and not _contiguous(pair[1]):
        return f"ERROR: Bad mask {pair[1]} for address {pair[0]}"
    return ""


def _is_network(address: str, mask: str) -> bool:
    try:
        IPv4Network(f"{address}/{mask}")
    except (ValueError, NetmaskValueError):
        return False
    return _contiguous(mask)
