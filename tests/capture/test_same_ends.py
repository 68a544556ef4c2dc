"""Packets that no honest stack sends: from a socket to itself, and copies of a SYN among other SYNs."""

from __future__ import annotations

from dataclasses import replace

from .conftest import Read
from .wire import ACK, SYN, Talk

CALL = Talk()


def test_a_socket_that_answers_itself(read: Read) -> None:
    """A SYN/ACK from an address and port to the same ones belongs to nobody's call, and breaks nothing."""
    own = replace(CALL, server=CALL.client, sport=CALL.cport)
    said = read([replace(CALL, server=CALL.client).c(0.0, SYN, 0), own.c(0.001, SYN | ACK, 0)])
    assert [len(course.stream.packets) for course in said.courses] == [1, 1]


def test_a_copy_of_a_syn_behind_another_call(read: Read) -> None:
    """A copy begins no call of its own: it was not sent."""
    first = CALL.c(0.0, SYN, 0)
    said = read([first, CALL.c(0.001, SYN, 5000), replace(first, at_s=0.002)])
    assert [[one.seq for one in course.stream.packets] for course in said.courses] == [[1000], [6000]]
