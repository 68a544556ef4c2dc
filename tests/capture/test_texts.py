"""Captures as text: what an ASA prints, and what people paste."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bothways.diagnosis import Confidence
from bothways.diagnosis.capture import Cause, Judged, State, judged, read_captures
from bothways.errors import BadInput

from .conftest import Read

PLAIN = """\
EDGE-ASA# show capture capin

4 packets captured

   1: 15:36:43.524234       10.12.0.130.17559 > 172.16.1.18.443: S 2514567835:2514567835(0) win 4128 <mss 536>
   2: 15:36:43.530000       10.12.0.130 > 172.16.1.18: icmp: echo request
   3: 15:36:43.536000       172.16.1.18.443 > 10.12.0.130.17559: S 77:77(0) ack 2514567836 win 8192 <mss 1380>
   4: 15:36:43.536100       10.12.0.130.17559 > 172.16.1.18.443: R 2514567836:2514567836(0) win 0
4 packets shown
EDGE-ASA#
"""
DETAIL = """\
2 packets captured
   1: 23:59:59.900000 0050.56a0.0130 0023.5e1a.2b08 0x0800 Length: 66
      10.12.0.130.17559 > 172.16.1.18.443: S [tcp sum ok] 5:5(0) win 64240 <mss 1460> (DF) (ttl 128, id 4711)
   2: 00:00:00.100000 0019.2fbc.3ac2 0050.56a0.0130 0x0800 Length: 54
      172.16.1.18.443 > 10.12.0.130.17559: R [tcp sum ok] 0:0(0) ack 6 win 0 (ttl 63, id 0)
2 packets shown
"""
DROPPED = """\
3 packets captured

   1: 15:36:43.524234       10.12.0.130.17559 > 172.16.1.18.443: R 2338118548:2338118548(0) win 0 Drop-reason: (tcp-rstfin-ooo) TCP RST/FIN out of order, Drop-location: frame 0x000055870affc2df flow (NA)/NA
   2: 15:36:44.524234       802.1Q vlan#1 P0 10.12.0.130.17559 > 172.16.1.18.443: R 2338118548:2338118548(0) win 0 Drop-reason: (tcp-not-syn)
    First TCP packet not SYN
   3: 15:36:45.524234       10.12.0.130.17559 > 172.16.1.18.443: R 2338118548:2338118548(0) win 0 Drop-reason: (tcp-not-syn) First TCP packet not SYN
3 packets shown
"""  # noqa: E501  one line of the device each


def test_what_an_asa_prints(read: Read) -> None:
    """S1-05: SYN, SYN/ACK and RST of the firewall's own capture; the prompt names it, an echo is no TCP."""
    said = read(PLAIN.encode())
    (one,) = said.judgements
    assert (one.cause, one.confidence, one.packet) == (Cause.CLIENT_REFUSES, Confidence.CERTAIN, 4)
    assert said.capture.name == "seen.pcap:capin"
    assert one.lines[0].moment == "15:36:43.524234"
    assert (
        one.lines[1].text
        == "172.16.1.18:443 > 10.12.0.130:17559 SYN ACK seq 77 ack 2514567836 win 8192 len 0"
    )
    assert said.could_not_see == ()


def test_windows_line_ends_change_nothing(read: Read) -> None:
    """B16: pasted through a Windows terminal."""
    said = read(PLAIN.replace("\n", "\r\n").encode())
    assert [one.cause for one in said.judgements] == [Cause.CLIENT_REFUSES]


def test_detail_has_macs_and_ttls_and_midnight_passes(read: Read) -> None:
    """The second line of a packet belongs to it; after 23:59:59.9 comes 0.2 s later."""
    said = read(DETAIL.encode())
    (one,) = said.judgements
    assert (one.cause, one.packet) == (Cause.REFUSED, 2)
    assert "0.200000 s after it" in one.sentence
    assert one.lines[0].text.endswith("ttl 128 (0050.56a0.0130 > 0023.5e1a.2b08)")


def test_a_capture_of_drops_says_why(read: Read) -> None:
    """The firewall's own reason, wrapped or not; what is not in such a capture proves nothing."""
    said = read(DROPPED.encode())
    (one,) = said.judgements
    assert (one.cause, one.confidence, one.packet) == (Cause.DROPPED, Confidence.CERTAIN, 2)
    assert "dropped 2 packets of it (tcp-not-syn), first the client's RST" in one.sentence
    assert "others for tcp-rstfin-ooo" in one.sentence
    assert one.lines[0].text.endswith("(vlan 1) dropped: tcp-not-syn")
    assert "only dropped packets are in this capture: what else passed is not known" in said.could_not_see


def test_two_captures_in_one_text_stay_two(tmp_path: Path) -> None:
    """B16: numbers that begin again are another capture, under the name its command gave."""
    path = tmp_path / "paste.txt"
    path.write_text(PLAIN + PLAIN.replace("capin", "capout"))
    assert [one.name for one in read_captures(path)] == ["paste.txt:capin", "paste.txt:capout"]
    assert [len(one.packets) for one in read_captures(path)] == [3, 3]
    path.write_text(DETAIL + DETAIL)
    assert [one.total for one in read_captures(path)] == [2, 2]


FIREWALL = """\
Time        Source       Destination  Protocol Info
391.371000  192.4.4.4  10.1.1.1    TCP     32333 > telnet [SYN] Seq=0 Win=4128 Len=0 MSS=536
391.432000  10.1.1.1   192.4.4.4   TCP     telnet > 32333 [SYN, ACK] Seq=0 Ack=1 Win=4128 Len=0 MSS=536
391.500000  192.4.4.4  10.1.1.1    TCP     32333 > telnet [RST] Seq=1 Win=0 Len=0
"""
CUSTOMER = """\
50.910000   192.4.4.4 10.1.1.1      TCP      32333 > telnet [SYN] Seq=0 Win=4128 Len=0 MSS=536
51.031000   192.1.1.1 192.4.4.4     TCP      telnet > 32333 [SYN, ACK] Seq=0 Ack=0 Win=4128 Len=0 MSS=536
51.054000   192.4.4.4 192.1.1.1     TCP      32333 > telnet [RST] Seq=0 Win=0 Len=0
"""


def test_the_firewalls_list_of_the_story(read: Read) -> None:
    """S1-05: Ack=1 and Seq=1 fit: as seen there the SYN/ACK is what was called."""
    said = read(FIREWALL.encode())
    (one,) = said.judgements
    assert (one.cause, one.packet, one.stream.server_port) == (Cause.CLIENT_REFUSES, 3, 23)


def test_the_customers_list_of_the_story(read: Read) -> None:
    """S1-05: three packets, two servers; relative numbers leave it at likely."""
    said = read(CUSTOMER.encode())
    (one,) = said.judgements
    assert (one.cause, one.confidence, one.packet) == (Cause.WRONG_SOURCE, Confidence.LIKELY, 2)
    assert "calls 10.1.1.1 and is answered by 192.1.1.1" in one.sentence
    assert any("numbers are relative" in what for what in said.could_not_see)


def test_the_list_of_a_newer_dissector(read: Read) -> None:
    """Numbered lines with arrows and marks in brackets."""
    text = """\
    1   0.000000 10.12.0.130 → 172.16.1.18  TCP 74 50001 → 443 [SYN] Seq=0 Win=64240 Len=0 MSS=1460
    7   1.000000 10.12.0.130 → 172.16.1.18  TCP 74 [TCP Retransmission] 50001 → 443 [SYN] Seq=0 Win=4128 Len=0
    9   1.100000  172.16.1.18 → 10.12.0.130 TCP 54 443 → 50001 [RST, ACK] Seq=1 Ack=1 Win=0 Len=0
"""
    said = read(text.encode())
    (one,) = said.judgements
    assert (one.cause, one.packet) == (Cause.REFUSED, 9)
    assert said.courses[0].client.repeated == 1


FOUR = """\
ip.src     tcp.flags       ip.ttl tcp.window_size
x.x.x.x    0x0002          125     65535
y.y.y.y    0x0012          128     16384
x.x.x.x    0x0010          125     1460
y.y.y.y    0x0018          128     65323
x.x.x.x    0x0010          125     65535
"""


@pytest.mark.parametrize("text", [FOUR, FOUR.replace("\n", " ")], ids=["rows", "one-line"])
def test_four_columns_without_addresses(read: Read, text: str) -> None:
    """S3-01: the story's text, its line ends lost or not: one connection of x.x.x.x to y.y.y.y."""
    said: Judged = read(text.encode())
    (course,) = said.courses
    assert (course.stream.name, course.state) == ("x.x.x.x > y.y.y.y", State.OPEN)
    assert (course.client.packets, course.server.packets) == (3, 2)
    assert "times, ports and sequence numbers are not in the text" in said.could_not_see


@pytest.mark.parametrize("text", ["", "hostname EDGE-ASA\n!\ninterface Vlan1\n", "1: no packet at all\n"])
def test_other_text_is_no_capture(tmp_path: Path, text: str) -> None:
    """B16: what another command printed is refused, not guessed at."""
    path = tmp_path / "x.txt"
    path.write_text(text)
    with pytest.raises(BadInput):
        read_captures(path)


def test_numbers_beyond_any_header_are_no_crash(tmp_path: Path) -> None:
    """A damaged text: ports, times to live and numbers that no packet has."""
    path = tmp_path / "x.txt"
    path.write_text(PLAIN.replace("17559", "99999").replace("2514567836", "9999999999"))
    (one,) = read_captures(path)
    assert judged(one).courses == ()


TYPED: dict[str, Callable[[str], bytes]] = {
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "quotes-of-a-word-processor": lambda text: ("\u201c" + text.replace("\n", "\u201d\r\n\u201c")).encode(),
    "a-table-with-commas": lambda text: "\n".join(
        ",".join(f'"{word}"' for word in line.split()) for line in text.splitlines()
    ).encode(),
    "two-bytes-a-letter": lambda text: text.encode("utf-16"),
    "wide-flags": lambda text: text.replace("0x00", "0x0000").encode(),
}


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED.keys())
def test_however_it_was_pasted(read: Read, typed: Callable[[str], bytes]) -> None:
    """B16: the same five rows through shells, word processors and tables."""
    (course,) = read(typed(FOUR), "paste.txt").courses
    assert (course.stream.name, course.client.packets, course.server.packets) == ("x.x.x.x > y.y.y.y", 3, 2)


def test_a_list_in_quotes(read: Read) -> None:
    """B16, S1-05: the story's list as a dissector exports it."""
    text = """\
"No.","Time","Source","Destination","Protocol","Length","Info"
"4","391.371000","192.4.4.4","10.1.1.1","TCP","60","32333  >  23 [SYN] Seq=0 Win=4128 Len=0 MSS=536"
"5","391.432000","10.1.1.1","192.4.4.4","TCP","60","23  >  32333 [SYN, ACK] Seq=0 Ack=1 Win=4128 Len=0"
"6","391.500000","192.4.4.4","10.1.1.1","TCP","60","32333  >  23 [RST] Seq=1 Win=0 Len=0"
"""
    said = read(text.encode(), "export.csv")
    assert [(one.cause, one.packet) for one in said.judgements] == [(Cause.CLIENT_REFUSES, 6)]
    assert said.could_not_see == (
        "the sequence numbers are relative: what changes them on the way cannot be told",
    )


def test_a_pager_in_the_middle(read: Read) -> None:
    """B16: what the pager wrote over the third line is not part of it."""
    paged = PLAIN.replace("   3: 15", "<--- More --->\r              \r   3: 15")
    said = read(paged.encode())
    assert [(one.cause, one.packet) for one in said.judgements] == [(Cause.CLIENT_REFUSES, 4)]
