"""Command words: unique beginnings, arguments, and what is said about mistakes."""

from __future__ import annotations

import pytest

from bothways.lab.cli.grammar import Ambiguous, Grammar, Incomplete, Invalid, Match

_WORDS = Grammar(
    (pattern, pattern)
    for pattern in (
        "show version",
        "show running-config [ interface <if> ]",
        "show ip route [ <ip> [ <ip> ] ]",
        "show ip interface brief",
        "[ no ] ip policy route-map <word>",
        "access-list <n> ( permit | deny ) <proto> <iosaddr> [ <ports> ] <iosaddr>",
        "description <line>",
        "configure terminal",
        "connect <word>",
        "service [ <word> ]",
        "service-policy <word>",
    )
)


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("sh ver", "show version"),
        ("sh run int vlan 172", "show running-config interface Vlan172"),
        ("SHOW RUN INT fa0/1", "show running-config interface FastEthernet0/1"),
        ("sh ip ro 10.0.0.1", "show ip route 10.0.0.1"),
        ("  sh   ip  int  br ", "show ip interface brief"),
        ("no ip pol rou FIX_ROUTING", "no ip policy route-map FIX_ROUTING"),
        ("access-list 101 per tcp host 1.2.3.4 eq 80 any",
         "access-list 101 permit tcp host 1.2.3.4 eq 80 any"),
        ("desc to  the ASA | inside", "description to  the ASA | inside"),
        ("conf t", "configure terminal"),
        ("service", "service"),
        ("service-p X", "service-policy X"),
    ],
)  # fmt: skip
def test_any_unique_beginning_means_the_full_word(typed: str, full: str) -> None:
    """A line is known by the shortest words that mean one thing only."""
    found = _WORDS.match(typed)
    assert isinstance(found, Match)
    assert found.text == full


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        pytest.param("show foo", Invalid(5), id="nothing begins so"),
        pytest.param("show verzion", Invalid(8), id="the caret stands under the first wrong character"),
        pytest.param("show running-config interface vlan x", Invalid(35), id="not a number"),
        pytest.param("ip policy", Incomplete(), id="words are missing"),
        pytest.param("access-list 101 permit tcp any", Incomplete(), id="destination is missing"),
        pytest.param("con t", Ambiguous("con t"), id="configure or connect"),
        pytest.param("show ip route 10.0.0.256", Invalid(14), id="no address"),
        pytest.param("show version 3", Invalid(13), id="too much"),
    ],
)
def test_mistakes_are_told_apart_and_placed(typed: str, mistake: object) -> None:
    """Invalid has a column, ambiguous its text, incomplete nothing."""
    assert _WORDS.match(typed) == mistake


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("show ", ["ip", "running-config", "version"]),
        ("show i", ["ip"]),
        ("show version ", ["<cr>"]),
        ("nonsense ", []),
    ],
)
def test_help_lists_the_words_that_may_follow(typed: str, words: list[str]) -> None:
    """`?` shows keywords, arguments and whether the line may end."""
    assert _WORDS.next_words(typed) == words
