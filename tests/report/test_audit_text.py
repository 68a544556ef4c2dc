"""An audit on a terminal, word by word."""

from __future__ import annotations

from bothways.audit.result import Line
from bothways.report.audit.text import audit_text
from bothways.rules.fleet import Outcome

from .audit_runs import DIES, TAKEN_AT, WEAK, night, result, run_of, since

THE_NIGHT = f"""\
audit-baseline: 2 of 3 devices read; 1 pass, 2 fail, 1 excepted, 1 skipped, 2 could-not-see, 1 error
  core-2: connection refused

error    edge-asa  asymmetric-return  10.12.0.130 172.16.1.18 tcp/443
         edge-asa never sees the answers of 172.16.1.18 (likely)
         seen in: show route:7
         may cure: pbr-return, tcp-state-bypass
         next: {DIES.next}

note     lab-switch  ssh-weak
         the host key is RSA of 1024 bits
         next: {WEAK.next}

could not see
  edge-asa: the rule itself broke: KeyError: 'x' (logging-too-quiet)
  lab-switch: `show startup-config` was refused (startup-differs)
excepted: any-any-acl/edge-asa/PBR-LAB: PBR takes any any; excepted: moved in March (j.doe, until 2027-03-31)

since then: 1 new, 1 better, 1 cured, 2 unseen
  new: {DIES.id}: edge-asa never sees the answers of 172.16.1.18 (likely)
  better: ssh-weak/lab-switch: the host key is RSA of 1024 bits
  cured: bypass-overdue/edge-asa: the bypass ended on 2026-09-30
  unseen: startup-differs/lab-switch: 12 lines are not in startup
  unseen: orphaned-switch/lab-switch/Gi0_1: one uplink, no group

{DIES.next}"""


def test_the_verdict_comes_first_and_the_next_command_last() -> None:
    """X-07 X-08: each failure with its lines, cures and command; what was not seen by its reason."""
    assert "\n".join(str(part) for part in audit_text(night(), since())) == THE_NIGHT


def test_lines_of_other_devices_are_told_by_their_names() -> None:
    """X-07: the device, the command and its lines, each once; line 0 is all of it."""
    places = (
        ("lab-switch", "show ip arp", 3),
        ("edge-asa", "show conn", 5),
        ("edge-asa", "show logging", 20),
        ("edge-asa", "show conn", 5),
        ("edge-asa", "show logging", 23),
        ("edge-asa", "show arp", 0),
    )
    lines = tuple(
        Line(device=device, command=command, line=line, text="x", taken_at=TAKEN_AT)
        for device, command, line in places
    )
    failing = result("flow-lives", "edge-asa", Outcome.FAIL, "it dies").model_copy(update={"evidence": lines})
    told = [str(part) for part in audit_text(run_of(failing))]
    assert "         seen in: show conn:5, show logging:20,23, show arp; lab-switch: show ip arp:3" in told
