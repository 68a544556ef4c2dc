"""What firewalls that translate print, and what they forget when told to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab


def _shown(lab: RunningLab, device: str, *commands: str) -> list[str]:
    with lab.terminal(device) as terminal:
        for command in commands[:-1]:
            terminal.type(command)
        return terminal.type(commands[-1]).split("\r\n")[1:-1]


def test_translations_are_shown_as_the_release_does(forged_lab: RunningLab) -> None:
    """S3-05: a static rule, a port translation, and both ends of a connection in brackets."""
    port = forged_lab.ask("hold", client="client", server="203.0.113.80", port=80, every_s=None)[
        "client_port"
    ]
    static = _shown(forged_lab, "app-asa", "show xlate")[3:5]
    assert static[0] == "NAT from inside:10.30.0.80 to outside:203.0.113.80"
    assert re.fullmatch(r"    flags s idle 0:00:\d\d timeout 0:00:00", static[1])
    assert _shown(forged_lab, "app-asa", "show nat detail") == [
        "Auto NAT Policies (Section 2)",
        "1 (inside) to (outside) source static app-server 203.0.113.80  ",
        "    translate_hits = 0, untranslate_hits = 0",
        "    Source - Origin: 10.30.0.80/32, Translated: 203.0.113.80/32",
    ]
    pat = [line for line in _shown(forged_lab, "office-asa", "show xlate") if f"/{port} " in line]
    assert re.fullmatch(
        rf"TCP PAT from inside:10.20.0.25/{port} to outside:192.0.2.10/{port} "
        r"flags ri idle 0:00:\d\d timeout 0:00:30",
        pat[0],
    )
    both = "\n".join(_shown(forged_lab, "app-asa", "show conn long"))
    assert f"outside: 192.0.2.10/{port} (192.0.2.10/{port})" in both
    assert "inside: 10.30.0.80/80 (203.0.113.80/80)" in both


def test_a_cleared_translation_takes_its_connections_along(forged_lab: RunningLab) -> None:
    """S3-05: `clear xlate`, and the connection is gone as if it had been idle."""
    forged_lab.ask("hold", client="client", server="203.0.113.80", port=80, every_s=None)
    assert forged_lab.ask("conns", device="app-asa")["conns"]
    _shown(forged_lab, "app-asa", "clear xlate")
    assert not [one for one in forged_lab.ask("conns", device="app-asa")["conns"] if one["protocol"] == 6]


def test_silence_and_hanging_up_are_asked_for(forged_lab: RunningLab) -> None:
    """S3-05: held in silence, lost, closed by the server: each through the control socket."""
    port = forged_lab.ask("hold", client="client", server="203.0.113.80", port=80, every_s=None)[
        "client_port"
    ]
    forged_lab.ask("lose_state", device="app-asa")
    closed_s = forged_lab.ask("hang_up", client_port=port)["now_s"]
    became = forged_lab.ask("became", client_port=port, since_s=closed_s)
    assert (became["fate"], became["at"]) == ("reset-by-device", {"device": "app-asa", "packet": 1})
    assert became["ends"] == {"client": "established", "server": "closed"}


def test_settings_off_by_a_no_are_shown_by_their_name(forged_lab: RunningLab) -> None:
    """S3-06: empty while the reset service has its default; the `no` when it is off."""
    assert _shown(forged_lab, "app-asa", "show running-config service") == []
    off = ["configure terminal", "no service resetoutbound interface inside", "end"]
    assert _shown(forged_lab, "app-asa", *off, "show running-config service") == [
        "no service resetoutbound interface inside"
    ]
    on = ["configure terminal", "service resetoutbound interface inside", "end"]
    assert _shown(forged_lab, "app-asa", *on, "show running-config service") == []


def test_a_firewall_that_logs_nothing_says_so(forged_lab: RunningLab) -> None:
    """S3-07: no level where there is no buffer."""
    lines = _shown(forged_lab, "app-asa", "show logging")
    assert lines[0] == "Syslog logging: disabled"
    assert "    Buffer logging: disabled" in lines


def test_manual_rules_and_ports_are_shown_in_their_sections(forged_lab: RunningLab) -> None:
    """The forms that a 9.x firewall printed: two blanks behind the mapped name, flags on their own line."""
    lines = ["object network APP1", "host 203.0.113.81",
             "object network OFFICE", "subnet 192.0.2.0 255.255.255.0",
             "object network app-server", "nat (inside,outside) static interface service tcp 80 8080",
             "nat (inside,outside) source static app-server APP1 destination static OFFICE OFFICE",
             "nat (inside,outside) after-auto source dynamic any interface"]  # fmt: skip
    _shown(forged_lab, "app-asa", "configure terminal", *lines, "end")
    assert _shown(forged_lab, "app-asa", "show nat detail") == [
        "Manual NAT Policies (Section 1)",
        "1 (inside) to (outside) source static app-server APP1  destination static OFFICE OFFICE",
        "    translate_hits = 0, untranslate_hits = 0",
        "    Source - Origin: 10.30.0.80/32, Translated: 203.0.113.81/32",
        "    Destination - Origin: 192.0.2.0/24, Translated: 192.0.2.0/24",
        "",
        "Auto NAT Policies (Section 2)",
        "1 (inside) to (outside) source static app-server interface  service tcp www 8080 ",
        "    translate_hits = 0, untranslate_hits = 0",
        "    Source - Origin: 10.30.0.80/32, Translated: 198.51.100.6/30",
        "    Service - Protocol: tcp Real: www Mapped: 8080 ",
        "",
        "Manual NAT Policies (Section 3)",
        "1 (inside) to (outside) source dynamic any interface  ",
        "    translate_hits = 0, untranslate_hits = 0",
        "    Source - Origin: 0.0.0.0/0, Translated: 198.51.100.6/30",
    ]
    rows = _shown(forged_lab, "app-asa", "show xlate")[3:9]
    assert rows[::2] == [
        "NAT from inside:10.30.0.80 to outside:203.0.113.81",
        "NAT from outside:192.0.2.0/24 to inside:192.0.2.0/24",
        "TCP PAT from inside:10.30.0.80 80-80 to outside:198.51.100.6 8080-8080",
    ]
    assert [row.split(" idle")[0] for row in rows[1::2]] == ["    flags sT", "    flags sIT", "    flags sr"]
