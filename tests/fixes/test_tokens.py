from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bothways.fixes.tokens import AclName, FreeText, HostAddress, IdleTime, InterfaceName, PolicyName, Prefix

WORDS = {
    "interface": TypeAdapter(InterfaceName),
    "acl": TypeAdapter(AclName),
    "policy": TypeAdapter(PolicyName),
    "idle": TypeAdapter(IdleTime),
    "text": TypeAdapter(FreeText),
}


@pytest.mark.parametrize("word", WORDS)
@given(value=st.one_of(st.text(), st.from_regex(r"[A-Za-z0-9 ]+[\x00-\x1f\x7f?!|;^]?[A-Za-z]*\n?")))
def test_no_accepted_word_can_be_more_than_a_word(word: str, value: str) -> None:
    """B08: whatever passes is printable ASCII without help, comment, pipe, or line end."""
    try:
        accepted = str(WORDS[word].validate_python(value, strict=True))
    except ValidationError:
        return
    assert re.fullmatch(r"[ -~]{1,200}", accepted)
    assert not set(accepted) & set('?!|;^\\"')
    assert not accepted.startswith(" ")


@pytest.mark.parametrize(
    ("word", "value"),
    [
        pytest.param("text", "fine\nreload", id="newline"),
        pytest.param("text", "fine\r", id="carriage return"),
        pytest.param("text", "end\x1a", id="ctrl-z leaves config mode"),
        pytest.param("text", "a\tb", id="tab completes"),
        pytest.param("text", "help?", id="question mark"),
        pytest.param("text", " led by a blank", id="leading blank"),
        pytest.param("text", "a" * 201, id="too long"),
        pytest.param("text", "typographic \u2013 dash", id="not ASCII"),
        pytest.param("text", "", id="empty"),
        pytest.param("interface", "Vlan 172", id="interface with a blank"),
        pytest.param("interface", "Vlan172\n", id="interface with a line end"),
        pytest.param("interface", "V" * 200, id="long interface"),
        pytest.param("acl", "RETURN VLAN172", id="acl with a blank"),
        pytest.param("acl", "A" * 200, id="long acl"),
        pytest.param("policy", "p" * 41, id="long policy"),
        pytest.param("idle", "0:15", id="two-part timeout"),
        pytest.param("idle", "0:99:00", id="99 minutes"),
    ],
)
def test_harmful_words_are_refused(word: str, value: str) -> None:
    """B08 and B09: each of these would be another command, or no name at all."""
    with pytest.raises(ValidationError):
        WORDS[word].validate_python(value, strict=True)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("interface", "FastEthernet0/1"),
        ("interface", "Port-channel11"),
        ("interface", "inside"),
        ("acl", "StatelessTraffic"),
        ("policy", "inside-policy"),
        ("idle", "0:15:00"),
        ("text", "lab access, ticket NET-1234"),
    ],
)
def test_names_of_the_field_pass(word: str, value: str) -> None:
    """What engineers write is accepted as it is."""
    assert WORDS[word].validate_python(value, strict=True) == value


@pytest.mark.parametrize(
    "value",
    [
        "10.12.0.5/24",
        "10.12.0.0/0.0.0.255",
        "10.12.0.0/255.255.255.0",
        "10.12.0.0 255.255.255.0",
        "10.12.0.0",
        "10.12.0.0/33",
        "10.12.000.0/24",
        7,
    ],
)
def test_a_prefix_is_written_with_its_length_and_without_host_bits(value: object) -> None:
    """B10: masks and wildcards are refused, they swap too easily between the platforms."""
    with pytest.raises(ValidationError):
        TypeAdapter(Prefix).validate_python(value, strict=True)


def test_a_prefix_and_an_address_are_read_from_text() -> None:
    """Playbooks are text; values are addresses."""
    assert TypeAdapter(Prefix).validate_python("10.12.0.0/24", strict=True) == IPv4Network("10.12.0.0/24")
    assert TypeAdapter(HostAddress).validate_python("10.12.0.1", strict=True) == IPv4Address("10.12.0.1")


@pytest.mark.parametrize(
    "value", ["010.12.0.1", "224.0.0.10", "0.0.0.0", "127.0.0.1", "255.255.255.255", "x", 1]
)
def test_an_address_that_no_host_has_is_refused(value: object) -> None:
    """B10: a next hop must be an address a device can have."""
    with pytest.raises(ValidationError):
        TypeAdapter(HostAddress).validate_python(value, strict=True)


def test_the_message_says_what_to_write() -> None:
    """B10: host bits are answered with the network meant."""
    with pytest.raises(
        ValidationError, match=r"10\.12\.0\.5/24 has host bits set; its network is 10\.12\.0\.0/24"
    ):
        TypeAdapter(Prefix).validate_python("10.12.0.5/24", strict=True)
