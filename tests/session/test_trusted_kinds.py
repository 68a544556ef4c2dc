"""What kinds of host key devices are trusted with, and what an audit says of weak ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from bothways.cli.main import run
from bothways.network import Device
from bothways.session.host_keys import KnownHosts, trusted_kinds
from tests.session.conftest import PASSWORD, ScriptedDevice, Serve

SHORT = asyncssh.generate_private_key("ssh-rsa", key_size=1024)
LONG = asyncssh.generate_private_key("ssh-rsa", key_size=3072)
CURVE = asyncssh.generate_private_key("ssh-ed25519")
POINT = asyncssh.generate_private_key("ecdsa-sha2-nistp256")


def public(key: asyncssh.SSHKey) -> str:
    return " ".join(key.export_public_key("openssh").decode().split()[:2])


def hashed(place: str) -> str:
    """As `ssh-keygen -H` writes it."""
    salt = b"twenty bytes of salt"
    digest = hmac.new(salt, place.encode(), hashlib.sha1).digest()
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"


def box(port: int) -> Device:
    return ScriptedDevice(port=port).device


FORMS: dict[str, tuple[int, str, tuple[str, ...]]] = {
    "plain": (22, f"127.0.0.1 {public(SHORT)}", ("ssh-rsa 1024",)),
    "a port of its own": (2222, f"[127.0.0.1]:2222 {public(SHORT)}", ("ssh-rsa 1024",)),
    "another port": (2223, f"[127.0.0.1]:2222 {public(SHORT)}", ()),
    "hashed": (22, f"{hashed('127.0.0.1')} {public(LONG)}", ("ssh-rsa 3072",)),
    "hashed, with a port": (2222, f"{hashed('[127.0.0.1]:2222')} {public(CURVE)}", ("ssh-ed25519",)),
    "several names": (22, f"edge-asa,127.0.0.1 {public(POINT)} a comment", ("ecdsa-sha2-nistp256",)),
    "several keys": (
        22,
        f"127.0.0.1 {public(CURVE)}\n# the old one\n127.0.0.1 {public(SHORT)}",
        ("ssh-ed25519", "ssh-rsa 1024"),
    ),
    "revoked": (22, f"@revoked 127.0.0.1 {public(SHORT)}", ()),
    "somebody else": (22, f"127.0.0.2 {public(SHORT)}", ()),
    "nobody": (22, "", ()),
}


@pytest.mark.parametrize(("port", "text", "kinds"), FORMS.values(), ids=FORMS.keys())
def test_the_kinds_are_read_from_openssh_s_forms(
    tmp_path: Path, port: int, text: str, kinds: tuple[str, ...]
) -> None:
    """X-08: what the rule about weak logins judges."""
    path = tmp_path / "known_hosts"
    path.write_text(f"{text}\n")
    assert trusted_kinds(box(port), KnownHosts(path)) == kinds


BOOK = """\
kind: audit
name: logins
title: Weak ways to log in
rules:
  - rule: ssh-weak
"""


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """A command line that was run in this process leaves no handler behind."""
    yield
    logger = logging.getLogger("bothways")
    for handler in logger.handlers:
        handler.close()
    logger.handlers.clear()


@pytest.fixture
def audited(
    serve: Serve, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[asyncssh.SSHKey], list[dict[str, Any]]]:
    """The results of an audit of one switch with this host key."""

    def audit(key: asyncssh.SSHKey) -> list[dict[str, Any]]:
        monkeypatch.setenv("HOME", str(tmp_path))
        config = [b"Building configuration...\n\nhostname SW1\n!\nend\n"]
        switch = serve(ScriptedDevice(host_key=key, outputs={"show running-config": config}))
        (tmp_path / "inventory").mkdir()
        (tmp_path / "bothways.toml").write_text("")
        (tmp_path / "logins.yaml").write_text(BOOK)
        (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{switch.port} {public(key)}\n")
        hosts = tmp_path / "inventory" / "hosts.yaml"
        hosts.write_text(
            f"sw1:\n  hostname: 127.0.0.1\n  port: {switch.port}\n  platform: cisco_ios\n"
            f"  username: admin\n  password: {PASSWORD}\n  data:\n    legacy_ssh: true\n"
        )
        hosts.chmod(0o600)
        book = str(tmp_path / "logins.yaml")
        run(["audit", "--playbook", book, "--workspace", str(tmp_path), "--format", "json"])
        results: list[dict[str, Any]] = json.loads(capfd.readouterr().out)["results"]
        return results

    return audit


def test_a_short_rsa_key_is_told(audited: Callable[[asyncssh.SSHKey], list[dict[str, Any]]]) -> None:
    """X-08: a key of 1024 bits that was let in stays a finding for as long as it is there."""
    told = {one["subject"]: one for one in audited(SHORT) if one["outcome"] == "fail"}
    weak = told["host key ssh-rsa"]
    assert "host key of sw1 is weak: ssh-rsa 1024" in weak["sentence"]
    assert weak["evidence"][0]["text"] == "ssh-rsa 1024"


def test_a_key_of_today_is_not(audited: Callable[[asyncssh.SSHKey], list[dict[str, Any]]]) -> None:
    """X-08: ed25519; what is told is only that old algorithms were let in."""
    assert [one["subject"] for one in audited(CURVE) if one["outcome"] == "fail"] == ["legacy_ssh"]
