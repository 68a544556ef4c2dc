from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothways.session.frames import Frame, FrameSplitter
from bothways.session.prompt import Prompt, learnt_prompt, may_be_prompt
from bothways.session.terminal_text import is_pager, plain

SWITCH = Prompt("SW1#")
ASA = Prompt("EDGE-ASA# ")


def stream(prompt: str, outputs: list[tuple[str, str]], line_end: str = "\r\n") -> bytes:
    """What a device prints after a prompt already read, for commands each typed one ahead."""
    text = ""
    for command, output in outputs:
        text += command + line_end
        text += output.replace("\n", line_end)
        text += prompt
    return (text + line_end + prompt).encode()


def split(prompt: Prompt, commands: list[str], data: bytes, cuts: list[int] | None = None) -> list[Frame]:
    splitter = FrameSplitter(prompt, commands)
    frames = []
    edges = [0, *sorted(set(cuts or [])), len(data)]
    for start, end in itertools.pairwise(edges):
        frames += splitter.feed(data[start:end])
    return frames


def texts(frames: list[Frame]) -> dict[str, str]:
    return {frame.command: frame.text for frame in frames}


def test_each_output_ends_at_the_echo_of_the_next_command() -> None:
    """Three commands sent one ahead give three outputs, blank ones included."""
    outputs = [("show clock", "12:00:00 UTC\n"), ("show history", ""), ("show arp", "\nProtocol\n  x\n\n")]
    frames = split(SWITCH, [command for command, _ in outputs], stream("SW1#", outputs))
    assert texts(frames) == {
        "show clock": "12:00:00 UTC",
        "show history": "",
        "show arp": "\nProtocol\n  x\n",
    }


@pytest.mark.parametrize(
    "trap",
    [
        "description see SW1#\n",
        "SW1#\nand more\n",
        "SW1#show arps\n",
        "SW1#\n\nSW1# \n",
        "SW1# show arp\n",
        "x SW1#\nSW1#show clock\n",
        "banner\n####\n####\n>\n>\n",
    ],
    ids=["in-line", "own-line", "longer-echo", "prompt-blank-prompt", "spaced", "other-command", "hashes"],
)
@pytest.mark.parametrize("width", [1, 3, 4096])
def test_text_that_looks_like_a_prompt_ends_nothing(trap: str, width: int) -> None:
    """F31: `hostname#` inside an output, wherever the packets are cut, leaves the output whole."""
    outputs = [("show run", f"a\n{trap}z\n"), ("show arp", f"b\n{trap}y\n")]
    if trap == "SW1#\n\nSW1# \n":
        outputs[1] = ("show arp", "b\ny\n")  # behind the last command only an empty line tells
    data = stream("SW1#", outputs)
    frames = split(SWITCH, ["show run", "show arp"], data, list(range(0, len(data), width)))
    assert texts(frames) == {command: output.removesuffix("\n") for command, output in outputs}


def test_two_prompts_in_one_packet_end_the_last_output_and_leave_nothing() -> None:
    """F36: the whole answer in one piece, then nothing waits for the next command."""
    splitter = FrameSplitter(SWITCH, ["show clock"])
    (frame,) = splitter.feed(stream("SW1#", [("show clock", "noon\n")]))
    assert (frame.text, splitter.finished, splitter.rest) == ("noon", True, b"")


@pytest.mark.parametrize("line_end", ["\r\n", "\n\r", "\r\r\n", "\n", "\r\r\r\n", "\0\r\0\n"])
@pytest.mark.parametrize("prompt", [SWITCH, ASA], ids=["ios", "asa"])
def test_every_kind_of_line_end_reads_the_same(line_end: str, prompt: Prompt) -> None:
    """F35: mixtures of CR, LF and NUL do not reach the text."""
    outputs = [("show clock", "noon\n\n  half past\n"), ("show arp", "x\n")]
    frames = split(prompt, ["show clock", "show arp"], stream(prompt.text, outputs, line_end))
    assert texts(frames) == {"show clock": "noon\n\n  half past", "show arp": "x"}


def test_the_extra_carriage_return_before_an_asa_prompt_is_not_text() -> None:
    """The ASA prints CR LF CR and then its prompt."""
    data = b"show clock\r\nnoon\r\n\rEDGE-ASA# show arp\r\nx\r\n\rEDGE-ASA# \r\n\rEDGE-ASA# "
    frames = split(ASA, ["show clock", "show arp"], data)
    assert texts(frames) == {"show clock": "noon", "show arp": "x"}


def test_undecodable_bytes_are_replaced_in_the_text_and_kept_raw() -> None:
    """F35: byte 0xE9 alone is not UTF-8; the view shows a replacement, the raw bytes stay."""
    (frame,) = split(SWITCH, ["show banner"], b"show banner\r\ncaf\xe9\r\nSW1#\r\nSW1#")
    assert (frame.text, frame.raw) == ("caf\N{REPLACEMENT CHARACTER}", b"caf\xe9\r\n")


def test_escape_codes_in_prompt_echo_and_output_are_not_text() -> None:
    """F33: colours, a window title and a bell are stripped for matching and from the view."""
    prompt = b"\x1b[32mSW1\x1b[0m#\x1b]0;SW1\x07"
    data = b"show \x1b[1mclock\x1b[0m\r\n\x1b[31mnoon\x07\x1b[0m\r\n" + prompt + b"show arp\r\n"
    data += b"\x1b[2Kx\x9b\r\n" + prompt + b"\r\n" + prompt
    frames = split(SWITCH, ["show clock", "show arp"], data)
    assert texts(frames) == {"show clock": "noon", "show arp": "x\N{REPLACEMENT CHARACTER}"}


def test_a_long_echo_redrawn_with_a_dollar_still_ends_the_frame() -> None:
    """F34: on an 80-column terminal only the end of a long command is echoed."""
    long = "show running-config | include ^ip access-list extended PBR_RETURN_TRAFFIC_FROM_LAB"
    data = (
        b"show clock\r\nnoon\r\nSW1#$ip access-list extended PBR_RETURN_TRAFFIC_FROM_LAB\r\nx\r\nSW1#\r\nSW1#"
    )
    frames = split(SWITCH, ["show clock", long], data)
    assert texts(frames) == {"show clock": "noon", long: "x"}


def test_a_long_echo_typed_over_with_backspaces_still_ends_the_frame() -> None:
    """F34: the redraw by backspaces reads as what stands on the screen at last."""
    long = "show running-config | include ^ip access-list extended PBR_RETURN_TRAFFIC_FROM_LAB"
    shown = f"SW1#{long[:70]}"
    redraw = "\b" * (len(shown) - 4) + "$" + long[-60:] + " " * 9 + "\b" * 9
    data = f"show clock\r\nnoon\r\n{shown}{redraw}\r\nx\r\nSW1#\r\nSW1#".encode()
    frames = split(SWITCH, ["show clock", long], data)
    assert texts(frames) == {"show clock": "noon", long: "x"}


@pytest.mark.parametrize(
    "pager",
    [
        b" --More-- " + b"\b" * 9 + b" " * 8 + b"\b" * 9,
        b"--More--\r        \r",
        b"<--- More --->\r              \r",
        b" --More-- \x1b[2K\r",
    ],
    ids=["ios-backspaces", "ios-return", "asa", "ansi"],
)
def test_the_pager_and_its_wiping_leave_no_trace(pager: bytes) -> None:
    """F25: what was printed over the pager line keeps its own leading blanks."""
    data = b"show arp\r\none\r\n" + pager + b"  two\r\nSW1#\r\nSW1#"
    (frame,) = split(SWITCH, ["show arp"], data)
    assert frame.text == "one\n  two"


@pytest.mark.parametrize(
    ("tail", "waits"),
    [(b" --More-- ", True), (b"<--- More --->", True), (b"see --More-- ", False), (b"\0--More--", True)],
)
def test_only_a_whole_line_is_the_pager(tail: bytes, waits: bool) -> None:
    assert is_pager(tail) is waits


def test_stray_prompts_and_messages_before_the_echo_are_nobodys_output() -> None:
    """Answers to earlier empty lines, or a broadcast, do not shift the frames."""
    data = b"\r\nSW1#\r\n*** shutdown ***\r\nSW1#show clock\r\nnoon\r\nSW1#\r\nSW1#"
    (frame,) = split(SWITCH, ["show clock"], data)
    assert frame.text == "noon"


def test_a_false_prompt_answered_early_ends_nothing() -> None:
    """F31 without reading ahead: the empty line was sent too early, and the end is still found."""
    splitter = FrameSplitter(SWITCH, ["show run"])
    assert splitter.feed(b"show run\r\na\r\nSW1#") == []
    assert splitter.at_prompt
    assert splitter.feed(b"\r\nb\r\n") == []
    (frame,) = splitter.feed(b"SW1#\r\nSW1#")
    assert frame.text == "a\nSW1#\nb"


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["SW1#", "SW1", "#", "SW1#show", " --More-- ", "SW1(config)#", "", "%", "$", "a" * 90]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
    ),
    max_size=6,
)
NOISE = st.sampled_from(["", "\0", "\x1b[0m", "\x07", "\b", "\r", "\x1b]0;t\x07"])


@given(bodies=st.lists(LINES, min_size=1, max_size=4), cuts=st.lists(st.integers(0, 400), max_size=20))
@settings(max_examples=300)
def test_outputs_come_back_as_printed(bodies: list[list[str]], cuts: list[int]) -> None:
    """F31, F36: any text, any packets; only what the device cannot print by itself is left out."""
    bodies = [[line for line in body if "More" not in line] for body in bodies]
    commands = [f"show table {number}" for number in range(len(bodies))]
    # Behind the last command two prompts in a row are the sign, so it may not print them.
    last = [*bodies[-1], "SW1#"]
    if any(one == "SW1#" and two.startswith("SW1#") for one, two in itertools.pairwise(last)):
        return
    outputs = [
        (command, "".join(f"{line}\n" for line in body))
        for command, body in zip(commands, bodies, strict=True)
    ]
    data = stream("SW1#", outputs)
    frames = split(SWITCH, commands, data, [cut for cut in cuts if cut < len(data)])
    assert [frame.text for frame in frames] == ["\n".join(body) for body in bodies]


@given(
    pieces=st.lists(
        st.one_of(
            NOISE,
            st.sampled_from(
                ["\n", "\r\n", "SW1#", "S", "W1#", "SW1#show b", "show a", "show b", " --More-- ", "x"]
            ),
        ),
        max_size=30,
    ),
    cuts=st.lists(st.integers(0, 300), max_size=40),
)
@settings(max_examples=500)
def test_no_frame_depends_on_the_packets(pieces: list[str], cuts: list[int]) -> None:
    """F36: any bytes at all give the same frames whole, byte by byte, and cut anywhere."""
    data = ("show a\r\n" + "".join(pieces)).encode()
    whole = split(SWITCH, ["show a", "show b"], data)
    by_byte = split(SWITCH, ["show a", "show b"], data, list(range(len(data))))
    anyhow = split(SWITCH, ["show a", "show b"], data, [cut for cut in cuts if cut < len(data)])
    assert whole == by_byte == anyhow


@given(st.binary(max_size=200))
def test_nothing_in_the_view_can_drive_a_terminal(raw: bytes) -> None:
    """F33: after any bytes the text holds no control character but tab and newline."""
    assert not [letter for letter in plain(raw) if ord(letter) < 32 and letter not in "\t\n"]
    assert not [letter for letter in plain(raw) if 127 <= ord(letter) < 160]


@pytest.mark.parametrize(
    ("heard", "prompt"),
    [
        (b"\r\nSW1#\r\nSW1#\r\nSW1#", "SW1#"),
        (b"Type help\r\n\r\nEDGE-ASA> \r\nEDGE-ASA> \r\nEDGE-ASA> ", "EDGE-ASA> "),
        (b"fw1/pri/act# \r\n\rfw1/pri/act# \r\n\rfw1/pri/act# ", "fw1/pri/act# "),
        (b"SW(10.1)#\r\nSW(10.1)#\r\nSW(10.1)#", "SW(10.1)#"),
        (b"\x1b[32mSW1#\x1b[0m\r\nSW1#\r\nSW1#", "SW1#"),
        (b"####\r\n####\r\n####", None),
        (b"Authorised users only>\r\nSW1#\r\nSW1#", None),
        (b"SW1#\r\nSW1#", None),
        (b"EDGE-ASA> \r\nEDGE-ASA> \r\nEDGE-ASA>", None),
    ],
    ids=["ios", "asa", "failover", "brackets", "ansi", "hashes", "banner", "two", "blank-missing"],
)
def test_the_prompt_is_learnt_from_three_in_a_row(heard: bytes, prompt: str | None) -> None:
    """F26, F28: banners with `#` and `>` teach nothing; odd host names are learnt as they are."""
    learnt = learnt_prompt(heard)
    assert (learnt.text if learnt else None) == prompt


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (b"hi\r\nSW1#", True),
        (b"hi\r\n####", False),
        (b"hi\r\n", False),
        (b"a b>", False),
        (b"x\r\nfw> ", True),
    ],
)
def test_only_a_line_that_could_be_a_prompt_is_asked_for_again(heard: bytes, expected: bool) -> None:
    assert may_be_prompt(heard) is expected


@pytest.mark.parametrize(
    ("prompt", "shown", "expected"),
    [
        ("SW1#", "SW1(config)#", True),
        ("SW1#", "SW1(config-if)#", True),
        ("SW1#", "SW10(config)#", False),
        ("SW1#", "SW1#", False),
        ("EDGE-ASA# ", "EDGE-ASA(config-pmap-c)# ", True),
        ("fw1/pri/act# ", "fw1/pri/act(config)# ", True),
        ("a-host-name-of-well-over-twenty#", "a-host-name-of-well-(config)#", True),
        ("SW(10.1)#", "SW(10.1)#", False),
        ("SW(10.1)#", "SW(10.1)(config)#", True),
    ],
)
def test_the_prompt_of_configuration_mode_is_known_from_the_learnt_one(
    prompt: str, shown: str, expected: bool
) -> None:
    """F27, F28: cut at twenty characters, or with brackets in the name."""
    assert (Prompt(prompt).config.fullmatch(shown) is not None) is expected


@pytest.mark.parametrize(
    "message",
    [
        "*Mar  1 00:05:13.767: %LINK-3-UPDOWN: Interface FastEthernet0/2, changed state to down (SW1#)",
        "%ASA-6-106015: Deny TCP (no connection) from 10.12.0.130/50001 to 172.16.1.18/443",
        "***\r\n*** --- SHUTDOWN in 0:05:00 ---\r\n***",
    ],
    ids=["ios", "asa", "broadcast"],
)
@pytest.mark.parametrize("width", [1, 4096])
def test_a_message_between_prompt_and_echo_is_nobodys_output(message: str, width: int) -> None:
    """F32: the device does not print its prompt again."""
    data = f"show clock\r\nnoon\r\nSW1#\r\n{message}\r\nshow arp\r\nx\r\nSW1#\r\nSW1#".encode()
    frames = split(SWITCH, ["show clock", "show arp"], data, list(range(0, len(data), width)))
    assert texts(frames) == {"show clock": "noon", "show arp": "x"}


@pytest.mark.parametrize("width", [1, 4096])
def test_a_message_behind_the_last_prompt_is_nobodys_output(width: int) -> None:
    """F32: the prompt was asked for again; what the device said of itself is left out."""
    data = b"show clock\r\nnoon\r\nSW1#\r\n***\r\n*** --- SHUTDOWN in 0:05:00 ---\r\n***\r\n\r\nSW1#\r\nSW1#"
    (frame,) = split(SWITCH, ["show clock"], data, list(range(0, len(data), width)))
    assert frame.text == "noon"
