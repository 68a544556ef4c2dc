"""A question and its answer in datagrams."""

from __future__ import annotations

import pytest

from bothways.lab.datagram import answer_datagrams
from bothways.lab.ledger import Why
from bothways.lab.world import World


@pytest.mark.parametrize(("answering", "result"), [(True, "delivered"), (False, "timeout")])
def test_an_answer_comes_back_through_the_firewall(answering: bool, result: str) -> None:
    world = World.from_story("hairpin")
    if answering:
        answer_datagrams(world.hosts["cimc"], 5353)
    attempt = world.ask("workstation", "172.16.1.18", 5353)
    assert attempt.result == attempt.testimony.result == result


def test_who_was_not_called_is_not_heard() -> None:
    """As a connected socket has it: another host's answer is refused, and the client goes on waiting."""
    world = World.from_story("hairpin")
    stranger = world.hosts["tftp"]
    world.hosts["cimc"].udp[5353] = lambda asked: stranger.send_udp(asked.source, 5353, asked.sport, b"me.")
    attempt = world.ask("workstation", "172.16.1.18", 5353)
    assert attempt.result == "timeout"
    refused = {row.why for row in world.ledger.drops if row.where == "10.12.0.130"}
    assert refused == {Why.WRONG_SOURCE}
