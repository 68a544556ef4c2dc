"""The diff that people review."""

from __future__ import annotations

import pytest

from bothways.fixes.steps import Undo
from bothways.planning.diff import config_diff
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
        config_diff("edge-asa", f"hostname A\n{line}", "hostname B\n" + line),
        config_diff("edge-asa", "hostname A", f"hostname A\n{line}"),
        config_diff("edge-asa", f"hostname A\n{line}", "hostname A"),
        config_diff("edge-asa", f"hostname A\n{line}", f"hostname A\n{line}2"),
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
