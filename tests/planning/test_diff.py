"""The diff that people review."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.fixes.steps import Undo
from bothways.planning.diff import changes, config_diff
from bothways.planning.undoing import due_undo

CANARY = "c4n4ryS3cret"
SECRETS = (
    f"enable secret 5 {CANARY}",
    f"passwd {CANARY} encrypted",
    f"username ann privilege 15 password 7 {CANARY}",
    f"snmp-server community {CANARY} RO",
    f"snmp-server host 10.12.0.5 {CANARY}",
    f"snmp-server host inside 10.12.0.5 community {CANARY}",
    f"tacacs-server key {CANARY}",
    f"radius-server host 10.1.1.1 auth-port 1812 key {CANARY}",
    f"crypto isakmp key {CANARY} address 192.0.2.1",
    f" ikev1 pre-shared-key {CANARY}",
    f"  key-string {CANARY}",
    f"ntp authentication-key 1 md5 {CANARY}",
    f" ip ospf message-digest-key 1 md5 7 {CANARY}",
    f" neighbor 10.0.0.1 password {CANARY}",
    f" ppp chap password 0 {CANARY}",
    f"ip ftp password {CANARY}",
    f" wpa-psk ascii 0 {CANARY}",
    f" ldap-login-password {CANARY}",
)


@pytest.mark.parametrize("line", SECRETS)
def test_i7_a_secret_is_shown_neither_as_context_nor_as_a_change(line: str) -> None:
    """I7: came, went, changed or stood beside; that something changed is still to be seen."""
    texts = [
        config_diff("edge-asa", f"router x\n{line}\nend", f"router x\n{line}\nntp\nend"),
        config_diff("edge-asa", "router x", f"router x\n{line}"),
        config_diff("edge-asa", f"router x\n{line}", "router x"),
        config_diff("edge-asa", f"router x\n{line}", f"router x\n{line}2"),
    ]
    assert not [text for text in texts if CANARY in text]
    assert [text.count("<hidden>") for text in texts] == [1, 1, 1, 2]


def test_i7_the_reason_why_a_line_stays_shows_no_secret() -> None:
    """I7: a community that an access list of ours guards."""
    config = (
        f"ip access-list extended RETURN\n permit ip any any\nsnmp-server community {CANARY} RO RETURN\nend"
    )
    undo = Undo(
        section="",
        ours="ip access-list extended RETURN",
        text="no ip access-list extended RETURN",
        contents=("permit ip any any",),
    )
    ((_, why),) = due_undo((undo,), config, "cisco_ios", lambda _: True).skipped
    assert why == "`snmp-server community <hidden>` uses it"


BEFORE = """\
interface Vlan10
 ip address 10.12.0.254 255.255.255.0
 no ip redirects
 no ip proxy-arp
interface Vlan172
 no ip redirects
end"""


def test_a_part_within_a_section_names_it() -> None:
    """Three interfaces up nobody sees which one a line is added to."""
    after = BEFORE.replace(" no ip proxy-arp\n", " no ip proxy-arp\n ip policy route-map FIX\n")
    diff = config_diff("lab-switch", BEFORE, after)
    assert diff.split("\n")[2:] == [
        "@@ -3,4 +3,5 @@ interface Vlan10",
        "  no ip redirects",
        "  no ip proxy-arp",
        "+ ip policy route-map FIX",
        " interface Vlan172",
        "  no ip redirects",
    ]
    assert changes(diff) == {("+", "interface Vlan10", "ip policy route-map FIX")}


def test_what_comes_and_goes_is_told_by_section() -> None:
    """Equal text under two interfaces is two lines."""
    after = BEFORE.replace("Vlan10\n ip address 10.12.0.254", "Vlan10\n ip address 10.12.0.253")
    after = after.replace("Vlan172\n no ip redirects\n", "Vlan172\n no ip proxy-arp\n")
    assert changes(config_diff("lab-switch", BEFORE, after)) == {
        ("-", "interface Vlan10", "ip address 10.12.0.254 255.255.255.0"),
        ("+", "interface Vlan10", "ip address 10.12.0.253 255.255.255.0"),
        ("-", "interface Vlan172", "no ip redirects"),
        ("+", "interface Vlan172", "no ip proxy-arp"),
    }
    assert changes("") == frozenset()


SECTIONS = st.dictionaries(
    st.sampled_from(["interface Vlan1", "interface Vlan2", "policy-map p", "ntp server a", "end"]),
    st.lists(st.sampled_from([" class c", "  set s", " no ip redirects", " mtu 1500"]), unique=True),
)


def lines_of(config: dict[str, list[str]]) -> Counter[tuple[str, str]]:
    tops = Counter(("", top) for top in config)
    return tops + Counter((top, line.strip()) for top, under in config.items() for line in under)


@given(SECTIONS, SECTIONS)
def test_a_diff_says_exactly_what_distinguishes_two_configurations(
    before: dict[str, list[str]], after: dict[str, list[str]]
) -> None:
    """I1: whatever is reviewed can be looked for on the device, in its place."""
    texts = ["\n".join(line for top in one for line in (top, *one[top])) for one in (before, after)]
    old, new = lines_of(before), lines_of(after)
    wanted = {("+", *place) for place in new - old} | {("-", *place) for place in old - new}
    assert changes(config_diff("x", *texts)) == wanted
