from __future__ import annotations

from pathlib import Path

import pytest

from bothways.errors import BadInput, SessionLost
from bothways.session import ReadingCut
from bothways.session.device_session import open_session
from tests.session.conftest import (
    QUICK,
    Script,
    ScriptedDevice,
    ScriptedShell,
    Serve,
    StoppedClock,
    abort,
    for_ever,
    hang_up,
    page,
    pause,
    stall,
)

IOS_WIPE = b"\x08" * 9 + b" " * 8 + b"\x08" * 9


def read(
    device: ScriptedDevice, known_hosts: Path, clock: StoppedClock, *, read_ahead: bool = True
) -> dict[str, str]:
    with open_session(device.as_device(read_ahead=read_ahead), known_hosts, clock, QUICK) as session:
        return {output.command: output.text for output in session.read(list(device.outputs))}


@pytest.mark.parametrize("read_ahead", [True, False])
@pytest.mark.parametrize("packet", [0, 1])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n\r", b"\r\r\n", b"\0\r\n"])
def test_several_commands_give_their_own_outputs(
    *, serve: Serve, known_hosts: Path, clock: StoppedClock, read_ahead: bool, packet: int, line_end: bytes
) -> None:
    """F35, F36: with and without reading ahead, whole or one byte per packet, with any line end."""
    outputs: dict[str, Script] = {
        "show clock": [b"noon\n"],
        "show arp": [b"Protocol\n  Internet 10.12.0.1\n\n"],
        "show history": [],
    }
    device = serve(ScriptedDevice(outputs=outputs, packet=packet, line_end=line_end))
    assert read(device, known_hosts, clock, read_ahead=read_ahead) == {
        "show clock": "noon",
        "show arp": "Protocol\n  Internet 10.12.0.1\n",
        "show history": "",
    }


@pytest.mark.parametrize("read_ahead", [True, False])
@pytest.mark.parametrize(
    "trap", [b"description see SW1#", b"SW1#", b"x\nSW1#", b"SW1#\n"], ids=["in-line", "start", "line", "own"]
)
def test_a_prompt_inside_an_output_with_a_pause_behind_it_cuts_nothing(
    serve: Serve, known_hosts: Path, clock: StoppedClock, read_ahead: bool, trap: bytes
) -> None:
    """F31: `hostname#` in the text, and the device thinks before it goes on."""
    script: Script = [b"interface Vlan10\n", trap, pause(), b" and on\nend\n"]
    device = serve(ScriptedDevice(outputs={"show running-config": script, "show clock": [b"noon\n"]}))
    assert read(device, known_hosts, clock, read_ahead=read_ahead) == {
        "show running-config": f"interface Vlan10\n{trap.decode()} and on\nend",
        "show clock": "noon",
    }


@pytest.mark.parametrize("read_ahead", [True, False])
def test_escape_codes_around_the_prompt_are_no_obstacle(
    serve: Serve, known_hosts: Path, clock: StoppedClock, read_ahead: bool
) -> None:
    """F33: a coloured prompt is learnt and found again."""
    device = serve(
        ScriptedDevice(colour=b"\x1b[32m\x1b]0;SW1\x07", outputs={"show clock": [b"\x1b[1mnoon\x1b[0m\n"]})
    )
    assert read(device, known_hosts, clock, read_ahead=read_ahead) == {"show clock": "noon"}


@pytest.mark.parametrize(
    ("pager", "wipe"), [(b" --More-- ", IOS_WIPE), (b"<--- More --->", b"\r" + b" " * 14 + b"\r")]
)
@pytest.mark.parametrize("packet", [0, 1])
def test_pages_are_turned_where_paging_cannot_be_switched_off(
    *, serve: Serve, known_hosts: Path, clock: StoppedClock, pager: bytes, wipe: bytes, packet: int
) -> None:
    """F23, F25: `terminal length 0` is refused; the pager is answered, and never by a command."""
    paged: Script = [b"one\n", page(pager, wipe), b"  two\n", page(pager, wipe), b"three\n"]
    refused: Script = [b"Command authorization failed.\n\n"]
    device = serve(
        ScriptedDevice(
            packet=packet, outputs={"terminal length 0": refused, "show a": paged, "show b": paged}
        )
    )
    with open_session(device.device, known_hosts, clock, QUICK) as session:
        outputs = session.read(["show a", "show b"])
    assert [output.text for output in outputs] == ["one\n  two\nthree"] * 2
    assert [line for mode, line in device.typed if mode == "pager"] == []


def test_a_pager_nobody_expected_stops_the_reading(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """F23: paging was switched off and comes all the same; the typed-ahead line must not be its answer."""
    device = serve(
        ScriptedDevice(outputs={"show a": [b"one\n", page(b"--More--", b"\r        \r"), b"two\n"]})
    )
    with (
        open_session(device.device, known_hosts, clock, QUICK) as session,
        pytest.raises(SessionLost, match="pages its output of `show a`"),
    ):
        session.read(["show a", "show b"])


@pytest.mark.parametrize(
    ("platform", "text", "refused"),
    [
        (
            "cisco_ios",
            b"          ^\n% Invalid input detected at '^' marker.\n\n",
            "% Invalid input detected at",
        ),
        ("cisco_asa", b"ERROR: % Invalid input detected at '^' marker.\n", "ERROR: % Invalid input"),
        ("cisco_asa", b"Command authorization failed\n", "Command authorization failed"),
        ("cisco_ios", b"Command authorization failed.\n\n", "Command authorization failed"),
        ("cisco_ios", b"a\nb\nc\nd\ne\n% Invalid input in a banner\n", ""),
        ("cisco_ios", b"% BGP not active\n", ""),
    ],
)
def test_a_refused_command_says_so(
    *, serve: Serve, known_hosts: Path, clock: StoppedClock, platform: str, text: bytes, refused: str
) -> None:
    """F68: a refusal is not an empty table; its words are kept."""
    device = serve(ScriptedDevice(outputs={"show it": [text]}))
    changed = device.as_device(platform=platform)
    device.outputs |= {"terminal pager 0": []}
    with open_session(changed, known_hosts, clock, QUICK) as session:
        (output,) = session.read(["show it"])
    assert output.refused.startswith(refused)
    assert output.complete is (not refused)
    assert bool(output.refused) is bool(refused)


@pytest.mark.parametrize(
    "command",
    [
        "show ver\nwrite mem",
        "show clock\r",
        "show clock\x1a",
        "show ?",
        "show clock\t",
        "configure terminal",
        "reload",
        " show clock",
        "show run | redirect flash:x",
        "show run | tee flash:x",
        "show run | append flash:x",
        "terminal monitor",
        "terminal length 0 ; reload",
        "clear conn",
        "write memory",
        "copy running-config startup-config",
        "show caf\N{LATIN SMALL LETTER E WITH ACUTE}",
        "",
        "show " + "x" * 300,
    ],
)
def test_only_read_only_commands_reach_the_device(
    serve: Serve, known_hosts: Path, clock: StoppedClock, command: str
) -> None:
    """B08: a newline or another control character is a second command; nothing of the list is sent."""
    device = serve(ScriptedDevice(outputs={"show clock": [b"noon\n"]}))
    with open_session(device.device, known_hosts, clock, QUICK) as session:
        before = len(device.typed)
        with pytest.raises(BadInput):
            session.read(["show clock", command])
        assert len(device.typed) == before
        assert [output.text for output in session.read(["show clock"])] == ["noon"]


@pytest.mark.parametrize(
    "command",
    ["show run | include a|b", "more flash:/x", "dir", "dir flash:", "terminal pager 0", "show arp"],
)
def test_filters_and_files_are_read_only(
    serve: Serve, known_hosts: Path, clock: StoppedClock, command: str
) -> None:
    device = serve(ScriptedDevice(outputs={command: [b"text\n"]}))
    with open_session(device.device, known_hosts, clock, QUICK) as session:
        assert [output.text for output in session.read([command])] == ["text"]


@pytest.mark.parametrize("end", [hang_up, abort], ids=["FIN", "abort"])
@pytest.mark.parametrize("read_ahead", [True, False])
def test_a_session_that_ends_while_reading_keeps_what_had_come(
    serve: Serve, known_hosts: Path, clock: StoppedClock, end: Script, read_ahead: bool
) -> None:
    """F03, F67: the error names device, command and phase at once; the cut output is marked as cut."""
    script: Script = [b"half of it\nand", pause(), end]  # type: ignore[list-item]
    device = serve(ScriptedDevice(outputs={"show a": [b"whole\n"], "show b": script}))
    slow = device.as_device(read_ahead=read_ahead)
    with (
        open_session(slow, known_hosts, clock, QUICK) as session,
        pytest.raises(ReadingCut, match=r"box: the session ended after `show b` \(reading\)") as caught,
    ):
        session.read(["show a", "show b"])
    assert [(output.command, output.text, output.complete) for output in caught.value.outputs] == [
        ("show a", "whole", True),
        ("show b", "half of it\nand", False),
    ]
    assert not session.alive


def test_silence_ends_the_reading_and_names_the_command(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    """F05: a black hole in the middle of an output."""
    device = serve(ScriptedDevice(outputs={"show a": [b"half\n", stall]}))
    impatient = type(QUICK)(command_s=0.3, question_s=0.1, close_s=1)
    with (
        open_session(device.device, known_hosts, clock, impatient) as session,
        pytest.raises(ReadingCut, match=r"box: said nothing for 0.3 s after `show a` \(reading\)") as caught,
    ):
        session.read(["show a"])
    assert [output.text for output in caught.value.outputs] == ["half\n"]


def test_output_without_end_is_cut_at_the_limit(serve: Serve, known_hosts: Path, clock: StoppedClock) -> None:
    """F80: one endless line; the session is ended, not the memory."""
    device = serve(ScriptedDevice(outputs={"show a": [for_ever]}))
    with (
        open_session(device.device, known_hosts, clock, QUICK, output_limit=2**20) as session,
        pytest.raises(SessionLost, match=r"printed more than 1048576 bytes after `show a`"),
    ):
        session.read(["show a"])
    assert not session.alive


def test_outputs_are_stamped_by_the_clock_they_were_given(
    serve: Serve, known_hosts: Path, clock: StoppedClock
) -> None:
    device = serve(ScriptedDevice(outputs={"show clock": [b"noon\n"]}))
    with open_session(device.device, known_hosts, clock, QUICK) as session:
        assert session.read(["show clock"])[0].taken_at == clock.now()
        assert session.read([]) == []


@pytest.mark.parametrize("read_ahead", [True, False])
def test_a_broadcast_behind_the_last_prompt_does_not_stall_the_reading(
    serve: Serve, known_hosts: Path, clock: StoppedClock, read_ahead: bool
) -> None:
    """F32: an armed `reload in` speaks up behind the prompt, and the empty line comes after it."""

    async def broadcast(shell: ScriptedShell) -> None:
        shell.text("noon\n")
        shell.write(shell.prompt)
        shell.text("\n\n***\n*** --- SHUTDOWN in 0:05:00 ---\n***\n")
        await shell.line()

    device = serve(ScriptedDevice(outputs={"show clock": [broadcast]}))
    assert read(device, known_hosts, clock, read_ahead=read_ahead) == {"show clock": "noon"}
