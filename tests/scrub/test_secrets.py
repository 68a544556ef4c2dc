"""Every form in which a configuration holds a secret, and every text in which such a line may stand."""

from __future__ import annotations

import html
import json

import pytest

from bothways.scrubbing.gathering import Gathering
from bothways.scrubbing.private_map import PrivateMap
from bothways.scrubbing.text import Replacing

CANARY = "Zq7Xk9Lm"


def scrubbed(*texts: str) -> tuple[list[str], Replacing]:
    gathering = Gathering(PrivateMap(bytes(range(32))))
    for text in texts:
        gathering.look(text)
    replacing = gathering.finished()
    return [replacing.text(text) for text in texts], replacing


SECRETS = (
    "enable password {} encrypted",
    "enable password {} pbkdf2",
    "enable password {}",
    "enable password level 15 7 {}",
    "enable secret 5 {}",
    "enable secret level 5 8 {}",
    "enable algorithm-type scrypt secret {}",
    "passwd {} encrypted",
    "username kim password {} encrypted privilege 15",
    "username kim privilege 15 secret 5 {}",
    "username kim privilege 15 password 7 {}",
    "username kim secret 9 {}",
    " password 7 {}",
    " password {}",
    "snmp-server community {} RO",
    "snmp-server community 8 {}",
    "snmp-server host 10.1.1.1 {}",
    "snmp-server host 10.1.1.1 version 2c {}",
    "snmp-server host 10.1.1.1 traps version 2c {} config",
    "snmp-server host 10.1.1.1 traps {}",
    "snmp-server host 10.1.1.1 version 3 priv {}",
    "snmp-server host nms.example.com informs version 2c {} snmp",
    "snmp-server host inside 10.1.1.1 community {} version 2c",
    "snmp-server host inside 10.1.1.1 poll community 8 {}",
    "snmp-server host inside 10.1.1.1 trap community {}",
    "snmp-server user kim ADMINS v3 auth md5 {} priv aes 128 {}",
    "snmp-server user kim ADMINS v3 encrypted auth sha {} priv des {}",
    "snmp-server user kim ADMINS v3 engineID 80000009fe auth sha {} priv 3des {}",
    "snmp-server engineID local {}",
    " key {}",
    " key 7 {}",
    "tacacs-server key {}",
    "tacacs-server host 10.1.1.1 single-connection port 49 key {}",
    "radius-server host 10.1.1.1 auth-port 1812 acct-port 1813 key {}",
    "aaa-server T (inside) host 10.1.1.1 {}",
    "aaa-server T (inside) host 10.1.1.1 {} timeout 5",
    " ldap-login-password {}",
    " ldap-login-dn cn=admin,dc={},dc=com",
    " radius-common-pw {}",
    " server-private 10.1.1.1 key {}",
    " client 10.1.1.1 server-key 7 {}",
    "key chain EIGRP\n key 1\n  key-string 7 {}",
    "key chain EIGRP\n key 1\n  key-string {}",
    "crypto isakmp key {} address 10.1.1.1",
    "crypto isakmp key 6 {} address 10.1.1.1 no-xauth",
    " pre-shared-key address 10.1.1.1 key {}",
    " ikev2 remote-authentication pre-shared-key {}",
    " ikev1 pre-shared-key {}",
    " authentication remote pre-share key {}",
    " set session-key inbound esp 256 cipher {} authenticator {}",
    " ip ospf authentication-key 7 {}",
    " ip ospf message-digest-key 1 md5 7 {}",
    " ospf message-digest-key 1 md5 {}",
    " area 1 virtual-link 10.1.1.1 message-digest-key 1 md5 {}",
    " neighbor 10.1.1.1 password 7 {}",
    " authentication key eigrp 100 {} key-id 1",
    " authentication mode hmac-sha-256 {}",
    " standby 1 authentication {}",
    " standby 1 authentication md5 key-string 7 {}",
    " vrrp 1 authentication md5 key-string {}",
    " glbp 1 authentication text {}",
    " ip nhrp authentication {}",
    "ntp authentication-key 1 md5 {} 7",
    " ppp chap password 0 {}",
    " ppp pap sent-username {} password 0 {}",
    "failover key hex {}",
    "failover ipsec pre-shared-key {}",
    "ip ftp password {}",
    " wpa-psk ascii 0 {}",
    "cts credentials id {} password {}",
    "vtp password {}",
    "key config-key password-encrypt {}",
    "license smart register idtoken {}",
    "boot system tftp://kim:{}@10.1.1.1/x.bin",
    "archive\n path ftp://kim:{}@10.1.1.1/$h",
    ' url "https://10.1.1.1/y?token={}"',
    "username kim attributes\n ssh authentication publickey {} hashed",
    "crypto key pubkey-chain rsa\n key-string\n   {} 30819F30 0D06092A\n   {}\n  quit",
    "crypto pki certificate chain X\n certificate 7A8B9C0D\n  {} 30820122\n  quit",
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{}+/A9\n{}==\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n{}",
    "%ASA-5-111008: User 'kim' executed the 'username lee password {}' command.",
    "%PARSER-5-CFGLOG_LOGGEDCMD: User:kim  logged command:enable secret 0 {}",
    "fw:\n  hostname: 10.1.1.1\n  password: {}\n  data: {{secret: {}}}",
    '{{"password": "{}", "data": {{"secret": "{}"}}}}',
    "BOTHWAYS_PASSWORD={}",
    "banner motd ^CC\nWelcome to {} house\n^C",
    "banner motd # {} house #",
    "banner login Welcome to {} house",
)


@pytest.mark.parametrize("before", ["hostname x7\n", ""], ids=["a configuration", "a piece of one"])
@pytest.mark.parametrize("line", SECRETS)
def test_no_secret_is_left(line: str, before: str) -> None:
    """S3-08: in a whole configuration, and in a few lines that somebody saved of one; and it comes back."""
    text = before + line.replace("{}", CANARY).replace("{{", "{").replace("}}", "}") + "\n!\n"

    (made,), replacing = scrubbed(text)

    assert CANARY not in made
    assert replacing.undone(made) == text


ODD = ('pa"ss<wo>rd&1', "K\xf6nigs-42", "a b c d9", "x\\n9\\t", "'t9 is", "10.12.0.130x", "..//9", "a;b|c`9")


@pytest.mark.parametrize("secret", ODD)
def test_secrets_of_odd_letters_go_whole(secret: str) -> None:
    """S3-08: quotes, tags, blanks and what looks like an address end no secret."""
    text = f"hostname x7\nenable password {secret}\nusername kim password {secret} privilege 15\n"

    (made,), replacing = scrubbed(text)

    assert not any(part in made for part in (secret, secret[-4:], secret[:4]))
    assert replacing.undone(made) == text


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda line: json.dumps({"evidence": [{"text": f"a\n{line}\nb"}]}),
        lambda line: json.dumps({"lines": [line, "end"]}, indent=2),
        lambda line: f"<html><td class='x'>{html.escape(line)}</td><p>next</p></html>",
        lambda line: f'<?xml version="1.0"?><failure message="{html.escape(line)}"/>',
        lambda line: f"--- was\n+++ is\n-{line}\n+ {line}\n",
        lambda line: f"fw: show running-config:4: {line}\n",
        lambda line: f"fw: show running-config:4 at 08:00:00: {line}\n",
        lambda line: f"| device | line |\n|---|---|\n| fw | `{line}` |\n",
        lambda line: f"{line}\r\nend\r\n",
    ],
    ids=["json", "json-lines", "html", "junit", "diff", "evidence", "evidence-at", "markdown", "crlf"],
)
@pytest.mark.parametrize("secret", [CANARY, 'a"9<b>&c'])
def test_a_secret_of_a_configuration_is_found_in_every_report(wrapped: object, secret: str) -> None:
    """S3-08: as JSON, HTML, XML, a difference, a line of evidence, each escaped in its way."""
    assert callable(wrapped)
    line = f"snmp-server community {secret} RO"
    report = wrapped(line)

    made, replacing = scrubbed(f"hostname x7\n{line}\n", report)

    assert not any(one in made[1] for one in (secret, html.escape(secret), json.dumps(secret)[1:-1]))
    assert replacing.undone(made[1]) == report
    if report.startswith("{"):
        json.loads(made[1])
    if report.startswith("<"):
        assert made[1].count("<") == report.count("<")


NOTHING = (
    "Syslog logging: enabled\n    Device ID: disabled\n    Monitor logging: disabled",
    "The password-recovery mechanism is enabled.",
    "the key to it is here; its password is wrong",
    "<script>for (const key of rows) { secret = true }</script>",
    "service password-encryption",
    "key chain EIGRP",
    "crypto key generate rsa modulus 2048",
    "Technical Support: http://www.cisco.com/techsupport",
    "export@cisco.com",
    '<svg xmlns="http://www.w3.org/2000/svg">',
    "username admin nopassword",
)


@pytest.mark.parametrize("line", NOTHING)
def test_what_only_sounds_like_a_secret_or_a_name_stays(line: str) -> None:
    """Words of devices and of pages are replaced nowhere: what reads them would not know them again."""
    assert scrubbed(line)[0] == [line]


NAMES = (
    ("%ASA-5-111008: User 'kimlee' executed the 'show run' command.", "kimlee"),
    ("! Last configuration change at 10:00:00 UTC Mon Mar 1 2026 by kimlee", "kimlee"),
    (": Written by kimlee at 10:00:00.123 UTC Mon Mar 1 2026", "kimlee"),
    ("Last clearing: 10:43:33 EDT Mar 27 2019 by kimlee", "kimlee"),
    ("%SYS-5-CONFIG_I: Configured from console by kimlee on vty0 (10.1.1.1)", "kimlee"),
    ("Built inbound TCP connection (LOCAL\\kimlee)", "kimlee"),
    ("mail kim.lee@corp.example now", "lee"),
    ("Mar 01 2026 10:00:00 BERLIN-FW : %ASA-6-302013: Built", "BERLIN"),
    ("Device ID: hq1.corp.example\nSystem Name: hq2.corp.example\nping hq3.corp.example", "hq3"),
    ("PID: ASA5505, VID: V12, SN: JMX1404Z0B1", "JMX1404Z0B1"),
    ("  Description: to Miller and Sons", "Miller"),
    (" 10 remark Miller and Sons", "Miller"),
    ("vlan 20\n name MILLER-LAN", "MILLER"),
    ("access-list A remark TEMPORARY until 2026-02-20, asked by Miller", "Miller"),
    (" subject-name CN=vpn.corp.example,O=Miller and Sons", "Miller"),
    ("hosts:\n  hostname: hq1.corp.example\n  username: kimlee", "corp"),
    ("ip domain list corp.example", "corp"),
    (" fqdn v4 www.corp.example", "corp"),
)


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_names_are_found_where_devices_say_them(text: str, name: str) -> None:
    """S3-08: who logged in, who wrote, whose neighbour, whose certificate."""
    (made,), replacing = scrubbed(text)

    assert name.lower() not in made.lower()
    assert replacing.undone(made) == text


def test_a_user_who_is_called_like_a_command_breaks_no_table() -> None:
    """`backup` is replaced where it is a user, and left where the configuration means something else."""
    text = "username backup password 0 x9yz77\ninterface Vlan1\n backup interface Vlan2\n"

    (made,), replacing = scrubbed(text)

    assert "\n backup interface Vlan2" in made
    assert not made.startswith("username backup")
    assert replacing.undone(made) == text
