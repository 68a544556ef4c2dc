"""Weak ways to log in: old SSH, weak algorithms, short or old kinds of host key, telnet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field

from bothways.diagnosis.findings import Confidence, Severity
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters
from bothways.rules.fleet.ssh_defaults import takes_both
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import ConfigLine, Version

_WEAK_LINES = {
    "cisco_asa": re.compile(
        r"ssh version 1|ssh key-exchange group dh-group1-sha1"
        r"|ssh cipher (?:encryption|integrity) (?:low|all)\b|ssh cipher .*\b(?:3des|des|md5).*"
    ),
    "cisco_ios": re.compile(
        r"ip ssh version 1|ip ssh server algorithm .*(?:3des|-cbc|md5|sha1(?!\S)).*|ip ssh dh min size 1024"
    ),
}
_TELNET = {
    "cisco_asa": re.compile(r"telnet \d.*"),
    "cisco_ios": re.compile(r"transport input (?:.*\btelnet\b.*|all)"),
}
_VERSION = {"cisco_asa": "ssh version", "cisco_ios": "ip ssh version"}
_NO_SSH = {"cisco_ios": re.compile(r"transport input (?!.*\bssh\b)(?!all\b).*")}
"""What a terminal line says that takes no SSH."""
_RSA = re.compile(r"ssh-rsa (?P<bits>\d+)")


class _Keys(Parameters):
    """The shortest RSA key that is none of the weak ones."""

    rsa_bits: int = Field(default=2048, ge=512, le=16384)


class WeakLogin(FleetRule):
    """SSH version 1, old algorithms, a weak host key; telnet as something to know."""

    id = "ssh-weak"
    reads = (ConfigLine,)
    parameters = _Keys

    def judge(self, ground: Ground, device: DeviceState, chosen: _Keys) -> Iterator[Judgement]:
        """One for each line, one for each host key, one where old algorithms were let in."""
        yield from _of_lines(device)
        when = device.outputs[device.table(ConfigLine).command].taken_at
        for key in ground.host_keys.get(device.name, ()):
            if _is_weak(key, chosen.rsa_bits):
                yield Judgement(
                    sentence=f"the host key of {device.name} is weak: {key}",
                    evidence=(Evidence(device.name, "known_hosts", 0, key, when),),
                    subject=f"host key {key.partition(' ')[0]}",
                )
        if device.name in ground.legacy_ssh:
            yield Judgement(
                sentence=f"{device.name} is reached with SHA-1 or CBC: the inventory sets legacy_ssh",
                evidence=(Evidence(device.name, "inventory", 0, "legacy_ssh: true", when),),
                subject="legacy_ssh",
            )
        yield from _of_default(device)  # last: without its release a device's weak key is one all the same


def _of_lines(device: DeviceState) -> Iterator[Judgement]:
    weak, telnet = _WEAK_LINES[device.platform], _TELNET[device.platform]
    for row in device.table(ConfigLine):
        text = row.text.strip()
        where = f" ({row.section})" if row.section else ""
        subject = f"{row.section} {text}".strip()
        if weak.fullmatch(text):
            sentence = f"{device.name} takes weak logins: {text}{where}"
            yield Judgement(sentence=sentence, evidence=(device.evidence(row),), subject=subject)
        elif telnet.fullmatch(text):
            yield Judgement(
                sentence=f"{device.name} takes logins in the clear: {text}{where}",
                evidence=(device.evidence(row),),
                subject=subject,
                severity=Severity.NOTE,
            )


def _of_default(device: DeviceState) -> Iterator[Judgement]:
    """Where no line says which versions of SSH are taken.

    Raises:
        CouldNotSee: the release was not read, whose default counts then.
    """
    command, off = _VERSION[device.platform], _NO_SSH.get(device.platform)
    lines = [row.text.strip() for row in device.table(ConfigLine)]
    transports = [line for line in lines if off is not None and line.startswith("transport input ")]
    if any(line.startswith(command) for line in lines):
        return
    if off is not None and transports and all(off.fullmatch(line) for line in transports):
        return
    for row in device.table(Version):
        known = takes_both(device.platform, row.version)
        does = "takes SSH version 1 besides 2" if known else "may take SSH version 1"
        yield Judgement(
            sentence=f"{device.name} {does}: no line says `{command} 2`, and it runs {row.version}",
            evidence=(device.absence(ConfigLine, f"{command} 2"), device.evidence(row)),
            subject="version",
            severity=Severity.WARNING if known else Severity.NOTE,
            confidence=Confidence.LIKELY if known else Confidence.POSSIBLE,
        )


def _is_weak(key: str, bits: int) -> bool:
    rsa = _RSA.match(key)
    return key.startswith("ssh-dss") or (rsa is not None and int(rsa["bits"]) < bits)
