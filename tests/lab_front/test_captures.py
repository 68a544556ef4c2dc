"""`capture` as somebody types it, and what the lab knows of captures that stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab

CAPTURE = "capture in interface inside match tcp host 10.12.0.130 host 172.16.1.18 eq 443"


@pytest.fixture
def asa(quiet_lab: RunningLab) -> Iterator[RunningLab]:
    """A lab whose firewall captures nothing, before a test and behind it."""
    yield quiet_lab
    with quiet_lab.terminal("edge-asa") as terminal:
        for one in quiet_lab.ask("captures", device="edge-asa")["captures"]:
            terminal.type(f"no capture {one['name']}")


def answers(lab: RunningLab, *lines: str) -> list[str]:
    """What the firewall prints between each line and the next prompt."""
    with lab.terminal("edge-asa") as terminal:
        printed = [terminal.type(line) for line in lines]
    return ["\n".join(one.replace("\r", "").split("\n")[1:-1]) for one in printed]


def test_the_lab_tells_who_captures_what(asa: RunningLab) -> None:
    """Placed, filled and taken away again: independent of what the firewall says of it."""
    (nothing,) = answers(asa, CAPTURE)
    assert nothing == ""
    asa.ask("connect", client="workstation", server="172.16.1.18", port=443)
    (one,) = asa.ask("captures", device="edge-asa")["captures"]
    assert one["packets"] > 6
    assert one == {
        "name": "in", "type": "raw-data", "user": "admin", "interfaces": ["inside"], "state": "Capturing",
        "match": ["tcp host 10.12.0.130 host 172.16.1.18 eq https"],
        "packets": one["packets"], "bytes": one["packets"] * 74,
    }  # fmt: skip
    assert answers(asa, "no capture in", "show capture") == ["", ""]
    assert asa.ask("captures", device="edge-asa")["captures"] == []


def test_a_switch_has_none(asa: RunningLab) -> None:
    """The question is for firewalls."""
    with pytest.raises(Exception, match="lab-switch"):
        asa.ask("captures", device="lab-switch")


NO_SUCH = "ERROR: Capture <x> does not exist"
CARET = "ERROR: % Invalid input detected at '^' marker."
EMPTY = "\n0 packet captured\n\n0 packet shown"
INCOMPLETE = "ERROR: % Incomplete command"
DIALOGUES: dict[str, list[tuple[str, str]]] = {
    "nothing stands": [
        ("show capture", ""),
        ("show capture x", NO_SUCH),
        ("no capture x", NO_SUCH),
        ("clear capture x", NO_SUCH),
        ("clear capture /all", ""),
    ],
    "words in any order, short": [
        ("cap c circ buf 2000 int inside packet-l 100 mat udp any ho 10.12.0.5 eq tftp typ raw heade", ""),
        (
            "sh cap",
            (
                "capture c type raw-data buffer 2000 interface inside packet-length 100 circular-buffer "
                "headers-only [Capturing - 0 bytes] \n  match udp any host 10.12.0.5 eq tftp "
            ),
        ),
    ],
    "masks become words": [
        ("capture c interface inside match tcp 10.12.0.130 255.255.255.255 0.0.0.0 0.0.0.0 range 80 443", ""),
        ("capture c match ip 10.12.0.0 255.255.255.0 any4", ""),
        ("capture c match icmp any any", ""),
        ("capture c match udp any any", "ERROR: Capture <c> has 3 match statements already"),
        (
            "show capture",
            (
                "capture c type raw-data interface inside [Capturing - 0 bytes] \n"
                "  match tcp host 10.12.0.130 any range www https \n"
                "  match ip 10.12.0.0 255.255.255.0 any4 \n  match icmp any any "
            ),
        ),
    ],
    "of dropped packets": [
        ("capture d type asp-drop all match tcp any any eq https", ""),
        ("capture d interface inside", "ERROR: Capture type asp-drop cannot be applied to an interface"),
        ("capture d type raw-data", "ERROR: Capture <d> is of type asp-drop"),
        ("capture e type asp-drop acl-drop", ""),
        (
            "show capture",
            (
                "capture d type asp-drop all [Capturing - 0 bytes] \n  match tcp any any eq https \n"
                "capture e type asp-drop acl-drop [Capturing - 0 bytes] "
            ),
        ),
    ],
    "wrong words": [
        ("capture", INCOMPLETE),
        ("capture c", INCOMPLETE),
        ("capture c match tcp any", INCOMPLETE),
        ("capture c type asp-drop", INCOMPLETE),
        ("capture c interface nowhere", "ERROR: % Invalid interface name: nowhere"),
        ("capture c packet-length 13", "ERROR: Capture packet length must be from 14 to 9216 bytes"),
        ("capture c buffer 0", "ERROR: Capture buffer must be from 1534 to 33554432 bytes"),
        ("show capture", ""),
    ],
    "two beginnings": [
        ("c", 'ERROR: % Ambiguous command:  "c"'),
        ("cap c match i any any", 'ERROR: % Ambiguous command:  "cap c match i any any"'),
        ("sh c", 'ERROR: % Ambiguous command:  "sh c"'),
    ],
    "an empty one": [
        ("capture c interface inside match icmp host 10.12.0.99 any", ""),
        ("show capture c", EMPTY),
        ("show capture c detail", EMPTY),
    ],
}


@pytest.mark.parametrize("case", DIALOGUES)
def test_what_is_typed_and_what_is_said(asa: RunningLab, case: str) -> None:
    """Placing, changing, refusing, removing: line by line."""
    typed, said = zip(*DIALOGUES[case], strict=True)
    assert answers(asa, *typed) == list(said)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("capture c interface inside foo", 27),
        ("capture c match ip any any eq 80", 27),
        ("capture c type asp-drop no-such", 27),
        ("capture c match tcp host 10.12.0.300 any", 25),
        ("show capture c packets", 21),
    ],
)
def test_the_caret_stands_below_the_first_wrong_letter(asa: RunningLab, line: str, column: int) -> None:
    """As for any other command."""
    (said,) = answers(asa, line)
    caret, words = said.split("\n")
    assert words == CARET
    assert caret == " " * (len("EDGE-ASA# ") + column) + "^"


def test_help_lists_what_may_follow(asa: RunningLab) -> None:
    """Behind the name, behind an option, and what `show capture` takes."""
    with asa.terminal("edge-asa") as terminal:
        terminal.send("capture c ?")
        listed = terminal.until(r"# capture c ")
        terminal.send("\x15")
        for word in (
            "access-list",
            "buffer",
            "circular-buffer",
            "headers-only",
            "interface",
            "match",
            "type",
        ):
            assert f"  {word}\r\n" in listed
        terminal.send("show capture c count 3 ?")
        listed = terminal.until(r"# show capture c count 3 ")
    assert "  <cr>\r\n" in listed
    assert "  detail\r\n" in listed


def test_a_few_packets_of_many(asa: RunningLab) -> None:
    """From a number on, so many, in either order; the numbers are those of the buffer."""
    answers(asa, CAPTURE)
    asa.ask("connect", client="workstation", server="172.16.1.18", port=443)
    show = "show capture in"
    whole, some, same = answers(
        asa, show, f"{show} packet-number 3 count 2", f"{show} count 2 packet-number 3"
    )
    rest, none = answers(asa, f"{show} packet-number 5", f"{show} packet-number 999")
    lines = whole.split("\n")
    assert some == same == "\n".join([*lines[:3], *lines[5:7], "2 packets shown"])
    number = int(lines[1].split()[0])
    assert rest == "\n".join([*lines[:3], *lines[7:-1], f"{number - 4} packets shown"])
    assert none == "\n".join([*lines[:3], "0 packet shown"])
    assert answers(asa, "show capture in | include : R") == [
        "\n".join(line for line in lines if ": R" in line)
    ]


def test_level_one_may_not(asa: RunningLab) -> None:
    """Without `enable` there is no such word."""
    with asa.terminal("edge-asa", enabled=False) as terminal:
        terminal.until("> ?")
        for line in (CAPTURE, "show capture", "no capture in"):
            assert CARET in terminal.type(line, "> ")
    assert asa.ask("captures", device="edge-asa")["captures"] == []


def test_an_exec_command_in_configuration_mode(asa: RunningLab) -> None:
    """Taken there too, as on any ASA, and no line of the configuration."""
    with asa.terminal("edge-asa") as terminal:
        before = terminal.type("show checksum")
        terminal.type("configure terminal")
        terminal.type(CAPTURE)
        terminal.type("policy-map global_policy")
        assert "capture in type raw-data" in terminal.type("show capture")
        terminal.type("no capture in")
        terminal.type("end")
        assert terminal.type("show checksum") == before
        assert "capture in" not in terminal.type("show capture")
        assert "capture" not in terminal.type("show running-config")


REFUSED = "Command authorization failed."
TOO_OLD = "ERROR: % Invalid input detected at '^' marker."


def test_a_user_who_may_not_capture(lab: RunningLab) -> None:
    """The server that authorises commands refuses `capture`, and shows are allowed."""
    lab.ask("fault", device="edge-asa", when="line:^capture ", action="refuse-authorization")
    assert answers(lab, CAPTURE, "show capture", "capture d type asp-drop all") == [REFUSED, "", REFUSED]
    assert lab.ask("captures", device="edge-asa")["captures"] == []


def test_a_box_that_knows_no_condition_for_drops(lab: RunningLab) -> None:
    """A client has to ask for all drops then: the lab can answer one form as something it does not know."""
    lab.ask("fault", device="edge-asa", when="line:type asp-drop .*match", action=f"answer:{TOO_OLD}")
    first, second = answers(
        lab, "capture d type asp-drop all match tcp any any", "capture d type asp-drop all"
    )
    assert (first, second) == (TOO_OLD, "")
    (one,) = lab.ask("captures", device="edge-asa")["captures"]
    assert one["match"] == []


def test_a_capture_outlives_the_session_that_placed_it(lab: RunningLab) -> None:
    """The session ends behind the command, before its answer: the capture stands, and is told of."""
    lab.ask("fault", device="edge-asa", when="line:^capture ", action="close", times=1)
    with lab.terminal("edge-asa") as terminal:
        terminal.send(CAPTURE + "\n")
        terminal.ended()
    assert [one["name"] for one in lab.ask("captures", device="edge-asa")["captures"]] == ["in"]
    assert answers(lab, "no capture in") == [""]
    assert lab.ask("captures", device="edge-asa")["captures"] == []


def test_a_removal_that_is_taken_in_silence_and_not_done(lab: RunningLab) -> None:
    """A client that believes the silence leaves a capture behind; the lab knows."""
    lab.ask("fault", device="edge-asa", when="line:^no capture", action="ignore")
    assert answers(lab, CAPTURE, "no capture in") == ["", ""]
    assert [one["name"] for one in lab.ask("captures", device="edge-asa")["captures"]] == ["in"]
