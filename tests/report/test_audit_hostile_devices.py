"""From what devices print and people write to the reports: the whole way of hostile words, in every form."""

from __future__ import annotations

from datetime import date

import pytest

from bothways.audit.change import changes
from bothways.audit.playbook import AuditModel, AuditPlaybook, ExceptionUse
from bothways.audit.result import AuditRun
from bothways.audit.run import Surroundings, audit
from bothways.platforms import device_state
from bothways.report.audit.files import FORMS
from bothways.rules.fleet import Outcome
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot

from .audit_runs import TAKEN_AT
from .test_audit_hostile import HOSTILE, READ, commanding, on_a_terminal

RULE = "ssh-weak"
LAST_YEAR, NEXT_YEAR = date(2025, 12, 31), date(2027, 12, 31)

VERSION = """\
Cisco IOS Software, 2800 Software (C2800NM-ADVIPSERVICESK9-M), Version 12.4(15)T7, RELEASE SOFTWARE (fc3)
System image file is "flash:c2800nm-advipservicesk9-mz.124-15.T7.bin"
Cisco 2811 (revision 53.50) with 249856K/12288K bytes of memory.
Processor board ID FTX1234A0BC
"""


def switch(name: str, words: str) -> DeviceState:
    """It takes telnet, and says the words behind that, in the one line that they can be in there."""
    one_line = " ".join(words.splitlines())
    texts = {
        "show running-config": (
            f"hostname x\nip ssh version 2\nline vty 0 4\n transport input telnet {one_line}\nend\n"
        ),
        "show version": VERSION,
    }
    outputs = {
        command: Output(command, text, TAKEN_AT, complete=True, refused="") for command, text in texts.items()
    }
    return device_state(name, "cisco_ios", outputs)


def judged(words: str) -> AuditRun:
    """Devices with such a name, key and configuration, one that gave such a reason, and such exceptions."""
    excepted, failing, unread = words, f"{words}!", f"{words}~"
    people = {"rule": RULE, "owner": words, "reason": words}
    exceptions = (
        ExceptionUse(device=excepted, until=NEXT_YEAR, **people),
        ExceptionUse(device=failing, subject=words, until=LAST_YEAR, **people),
    )
    model = AuditModel.model_validate(
        {"kind": "audit", "name": "mine", "title": words, "rules": ({"rule": RULE},)}
    )
    book = AuditPlaybook(model.model_copy(update={"exceptions": exceptions}), (), words)
    switches = {name: switch(name, words) for name in (excepted, failing)}
    around = Surroundings(host_keys={failing: (f"ssh-dss {words}",)})
    return audit("20261002T020005Z-1a2b", book, Snapshot(switches, TAKEN_AT, {unread: words}), around)


def test_the_harmless_run_is_what_it_is_meant_to_be() -> None:
    """X-08: each of the ways that words take is there."""
    found = sorted((one.device, str(one.outcome), one.rule) for one in judged("x").results)
    assert found == [
        ("x", "excepted", "ssh-weak"),
        ("x!", "fail", "exception-overdue"),
        ("x!", "fail", "ssh-weak"),
        ("x!", "fail", "ssh-weak"),
        ("x~", "could-not-see", "ssh-weak"),
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_words_of_devices_and_people_stay_words(form: str, words: str) -> None:
    """X-08: names, configurations, keys, reasons, owners: evidence and exceptions are nobody's markup."""
    written, harmless = (
        FORMS[form].render(run, changes(before(run), run)) for run in (judged(words), judged("x"))
    )
    assert commanding(written) == set()
    READ[form](written, harmless)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_words_of_devices_and_people_stay_words_on_a_terminal(words: str) -> None:
    """X-08: as many lines as on a harmless night."""
    said, harmless = on_a_terminal(judged(words)), on_a_terminal(judged("x"))
    assert commanding(said) == set()
    assert len(said.splitlines()) == len(harmless.splitlines())


def before(run: AuditRun) -> AuditRun:
    """A night on which what is excepted now failed."""
    results = (
        one.model_copy(update={"outcome": Outcome.FAIL}) if one.outcome is Outcome.EXCEPTED else one
        for one in run.results
    )
    return run.model_copy(update={"results": tuple(results)})
