"""Object NAT of an ASA in the walk: addresses on each side, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import trace
from bothways.flow import Fate, Flow
from bothways.state import nat_rows, rows
from bothways.state.snapshot import Snapshot

if TYPE_CHECKING:
    from bothways.diagnosis import Trace
    from tests.diagnosis.conftest import Hosting

FLOW = Flow.parse("10.20.0.25 203.0.113.80 tcp/80")


def ends(walked: Trace, number: int) -> list[tuple[str, str]]:
    """Source and destination of one packet, before the first device and behind each."""
    leg = next(leg for leg in walked.legs if leg.sent.number == number)
    packets = [leg.sent, *(hop.left for hop in leg.hops if hop.left)]
    return [(str(packet.source), str(packet.destination)) for packet in packets]


def test_each_side_sees_the_addresses_meant_for_it(hosting: Hosting) -> None:
    """S3-05: the client hides, the server is shown under another address, and the answer finds back."""
    walked = trace(hosting.snapshot(), FLOW)
    assert (walked.fate, walked.could_not_see) == (Fate.COMPLETE, ())
    assert ends(walked, 1) == [
        ("10.20.0.25", "203.0.113.80"),
        ("192.0.2.10", "203.0.113.80"),
        ("192.0.2.10", "10.30.0.80"),
    ]
    assert ends(walked, 2) == [
        ("10.30.0.80", "192.0.2.10"),
        ("203.0.113.80", "192.0.2.10"),
        ("203.0.113.80", "10.20.0.25"),
    ]
    texts = {line.text for line in walked.evidence}
    assert {
        "nat (inside,outside) dynamic 192.0.2.10/32",
        "nat (inside,outside) static 203.0.113.80/32",
    } <= texts


def test_lists_see_the_real_server(hosting: Hosting) -> None:
    """S3-05: a rule for the shown address permits nothing."""
    hosting.app.drop(rows.AclEntry)
    hosting.app.acl("outside_in", "permit", "tcp", "0.0.0.0/0", "203.0.113.80/32")
    walked = trace(hosting.snapshot(), FLOW)
    assert (walked.fate, walked.at.device, walked.at.packet) == (Fate.ACL_DENIED, "app-asa", 1)


def test_the_address_of_the_interface_may_hide_many(hosting: Hosting) -> None:
    """S3-05: `dynamic interface`."""
    hosting.office.drop(nat_rows.ObjectNat)
    hosting.nat(hosting.office, "office", "10.20.0.0/24", None, static=False)
    walked = trace(hosting.snapshot(), FLOW)
    assert walked.fate is Fate.COMPLETE
    assert ends(walked, 1)[1] == ("198.51.100.2", "203.0.113.80")


def test_a_call_of_the_real_address_is_refused_as_one_way(hosting: Hosting) -> None:
    """S3-05: the answer would be translated and the call was not: 305013."""
    hosting.office.route("S", "10.30.0.0/24", "outside", "198.51.100.6")
    walked = trace(hosting.snapshot(), Flow.parse("10.20.0.25 10.30.0.80 tcp/80"))
    assert (walked.fate, walked.at.device, walked.at.packet) == (Fate.ACL_DENIED, "app-asa", 1)
    assert "305013" in walked.mechanism


def test_a_client_port_that_is_known_is_hidden_as_well(hosting: Hosting) -> None:
    """S3-05: the answer comes to whatever port the firewall chose, and finds back to the client's own."""
    walked = trace(hosting.snapshot(), replace(FLOW, client_port=50001))
    assert walked.fate is Fate.COMPLETE


@pytest.mark.parametrize("inspected", [True, False])
def test_the_reply_to_a_hidden_echo_is_translated_back(hosting: Hosting, *, inspected: bool) -> None:
    """S3-05: with inspection it belongs to the echo; without, the levels decide about it by its real end."""
    hosting.app.acl("outside_in", "permit", "icmp", "0.0.0.0/0", "0.0.0.0/0")
    if inspected:
        for box in (hosting.office, hosting.app):
            box.policy("", "inspection_default", "default-inspection-traffic", "inspect icmp")
    walked = trace(hosting.snapshot(), Flow.parse("10.20.0.25 203.0.113.80 icmp"))
    if inspected:
        assert walked.fate is Fate.COMPLETE
    else:
        assert (walked.fate, walked.at.device, walked.at.packet) == (Fate.ACL_DENIED, "office-asa", 2)
        assert "outside (level 0) may not open flows to inside (level 100)" in walked.mechanism


def test_a_hidden_host_cannot_be_called(hosting: Hosting) -> None:
    """S3-05: a dynamic rule works for what its own side opens."""
    walked = trace(hosting.snapshot(), Flow.parse("10.30.0.80 192.0.2.10 tcp/80"))
    assert walked.fate is not Fate.COMPLETE


def test_a_translated_destination_behind_another_interface_has_no_way(hosting: Hosting) -> None:
    """S3-05: the rule names the interface, and the route leads elsewhere."""
    hosting.app.drop(rows.Route, "10.30.0.0/24")
    hosting.app.route("S", "10.30.0.0/24", "outside", "198.51.100.2")
    walked = trace(hosting.snapshot(), FLOW)
    assert (walked.fate, walked.at.device, walked.at.packet) == (Fate.NO_ROUTE, "app-asa", 1)


@pytest.mark.parametrize("box", ["office", "app"])
def test_an_unread_configuration_is_told(hosting: Hosting, box: str) -> None:
    """S3-05: whether anything is translated is unknown, not false."""
    getattr(hosting, box).not_read(nat_rows.ObjectNat)
    walked = trace(hosting.snapshot(), FLOW)
    assert walked.fate is not Fate.COMPLETE
    assert walked.confidence == "possible"
    assert any("objectnat" in statement for statement in walked.could_not_see)


def test_a_firewall_answers_for_an_address_that_it_shows_on_its_own_wire(hosting: Hosting) -> None:
    """S3-05: nobody has the address; the neighbour finds the firewall by ARP, and the walk does likewise."""
    hosting.app.drop(nat_rows.ObjectNat)
    hosting.nat(hosting.app, "app", "10.30.0.80/32", "198.51.100.5/32")
    hosting.office.arp("198.51.100.5", "0011.2233.9998", "outside")
    flow = Flow.parse("10.20.0.25 198.51.100.5 tcp/80")
    walked = trace(hosting.snapshot(), flow)
    assert walked.fate is Fate.COMPLETE
    assert walked.devices == ("office-asa", "app-asa")
    neighbour = trace(hosting.snapshot(), Flow.parse("198.51.100.3 198.51.100.5 tcp/80"))
    assert neighbour.devices == ("app-asa",)


def test_one_firewall_alone_is_enough_for_a_client_beyond_it(hosting: Hosting) -> None:
    """S3-05: the office is not ours to read: its client is behind the outside, the server behind its rule."""
    snapshot = Snapshot({"app-asa": hosting.app.state()}, hosting.snapshot().taken_at, {})
    walked = trace(snapshot, Flow.parse("192.0.2.10 203.0.113.80 tcp/80"))
    assert walked.fate is Fate.COMPLETE
    assert ends(walked, 1)[-1] == ("192.0.2.10", "10.30.0.80")
