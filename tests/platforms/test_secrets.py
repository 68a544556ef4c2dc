"""A secret is left out of every line that can hold one, and nothing else is."""

from __future__ import annotations

import pytest

from bothways.platforms.secrets import without_secret

CANARY = "c4n4ry-S3cret"

HOLDS_ONE = (
    "enable password 8 {}",
    "enable secret 5 {}",
    "passwd {} encrypted",
    "username ann privilege 15 password 7 {}",
    "username ann secret 5 {}",
    "snmp-server community {} RO",
    "snmp-server community {}",
    "snmp-server host 10.12.0.5 {}",
    "snmp-server host 10.12.0.5 version 2c {}",
    "snmp-server host nms.example.com {}",
    "snmp-server host inside 10.12.0.5 community {} version 2c",
    "snmp-server host inside 10.12.0.5 {}",
    "snmp-server user ann ADMINS v3 auth sha {} priv aes 128 {}",
    "crypto isakmp key {} address 192.0.2.1",
    " pre-shared-key {}",
    " ikev1 pre-shared-key {}",
    " ikev2 remote-authentication pre-shared-key {}",
    " pre-shared-key address 192.0.2.1 key {}",
    " wpa-psk ascii 7 {}",
    "  key-string 7 {}",
    "tacacs-server key {}",
    "tacacs-server host 10.1.1.1 key 7 {}",
    "radius-server host 10.1.1.1 auth-port 1812 acct-port 1813 key {}",
    "aaa-server TACACS (inside) host 10.1.1.1 {} timeout 5",
    " key {}",
    " radius-common-pw {}",
    " ldap-login-password {}",
    "failover key {}",
    "ntp authentication-key 1 md5 {} 7",
    " ip ospf message-digest-key 1 md5 7 {}",
    " ip ospf authentication-key {}",
    " area 0 virtual-link 10.0.0.9 authentication-key {}",
    " authentication mode hmac-sha-256 {}",
    " isis password {}",
    " neighbor 10.0.0.1 password 7 {}",
    " standby 1 authentication {}",
    " glbp 1 authentication text {}",
    " ip nhrp authentication {}",
    " ppp chap password 0 {}",
    " ppp pap sent-username ann password {}",
    "ip ftp password 7 {}",
    "archive path ftp://ann:{}@10.12.0.5/config",
    " set session-key inbound esp 256 cipher {} authenticator {}",
    " l2tp tunnel password {}",
)

HOLDS_NONE = (
    "service password-encryption",
    "crypto isakmp policy 10",
    " authentication pre-share",
    "aaa authentication ssh console LOCAL",
    "aaa authentication login default group tacacs+ local",
    "aaa authentication match INSIDE inside TACACS",
    "key chain EIGRP",
    " ip authentication key-chain eigrp 100 EIGRP",
    " ip ospf authentication message-digest",
    " neighbor 10.0.0.1 send-community",
    " set community 65000:100",
    "ip community-list 1 permit 65000:100",
    "ssh key-exchange group dh-group14-sha1",
    "snmp-server enable traps snmp authentication linkup linkdown coldstart",
    "snmp-server location rack 4",
    "tacacs-server host 10.1.1.1",
    "aaa-server TACACS (inside) host 10.1.1.1",
    "ip http server",
    "boot system flash:/c3560-ipservicesk9-mz.122-55.SE.bin",
    "access-list IN extended permit tcp any host 10.1.1.1 eq https",
)


@pytest.mark.parametrize("form", HOLDS_ONE)
def test_i7_a_secret_is_left_out_and_the_line_is_still_known(form: str) -> None:
    """I7: the words before it stay."""
    shown = without_secret(form.replace("{}", CANARY))
    assert CANARY not in shown
    assert "<hidden>" in shown
    assert shown.split()[0] == form.split(maxsplit=1)[0]


@pytest.mark.parametrize("line", HOLDS_NONE)
def test_a_line_without_a_secret_is_shown_whole(line: str) -> None:
    """Who reviews a plan must see what there is to see."""
    assert without_secret(line) == line


def test_every_line_of_a_longer_text_is_looked_at() -> None:
    """An answer may have many lines; a secret ends with its own."""
    text = "passwd one\nhostname EDGE\nenable secret\nsnmp-server community two"
    assert without_secret(text) == (
        "passwd <hidden>\nhostname EDGE\nenable secret\nsnmp-server community <hidden>"
    )
