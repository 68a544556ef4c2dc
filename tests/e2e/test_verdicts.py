"""What `trace` reads out of live devices is what the lab's hosts then get."""

from __future__ import annotations

from collections.abc import Iterator

import dpkt
import pytest

from .live import CIMC, STORY_FLOW, TFTP, VCENTER, WEB, WORKSTATION, Live
from .live import lab as running

COMPLETE = ("complete", "", 0)
SYN = 0x02


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("s") / "lab") as live:
        yield live


@pytest.fixture(scope="module")
def ack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("a") / "lab", "ack") as live:
        yield live


@pytest.fixture(scope="module")
def denied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("d") / "lab", "from-start") as live:
        yield live


WITH_RANDOMISATION = {
    "S0-10 https": (STORY_FLOW, ("isn-mismatch", WORKSTATION, 2)),
    "S0-06 http": (f"{WORKSTATION} {CIMC} tcp/80", ("isn-mismatch", WORKSTATION, 2)),
    "S0-06 ping": (f"{WORKSTATION} {CIMC} icmp", COMPLETE),
    "S0-06 ping from the lab": (f"{CIMC} {WORKSTATION} icmp", COMPLETE),
    "S0-06 tftp": (f"{TFTP} {VCENTER} udp/69", COMPLETE),
    "S0-23 from the lab": (f"{CIMC} {VCENTER} tcp/80", ("no-connection", "edge-asa", 2)),
    "to the outside": (f"{WORKSTATION} {WEB} tcp/443", COMPLETE),
    "between neighbours": (f"{WORKSTATION} {VCENTER} tcp/443", COMPLETE),
    "from the outside": (f"{WEB} {WORKSTATION} tcp/443", ("acl-denied", "edge-asa", 1)),
}


@pytest.mark.parametrize(("flow", "verdict"), WITH_RANDOMISATION.values(), ids=WITH_RANDOMISATION.keys())
def test_with_randomisation(story: Live, flow: str, verdict: tuple[str, str, int]) -> None:
    """S0-06, S0-10, S0-23: fate, device and packet, predicted first."""
    assert story.predicted(flow) == verdict
    assert story.observed(flow) == verdict


WITHOUT_RANDOMISATION = {
    "S0-11 https": (STORY_FLOW, ("handshake-unseen", "edge-asa", 3)),
    "S0-23 from the lab": (f"{CIMC} {VCENTER} tcp/80", ("no-connection", "edge-asa", 2)),
    "S0-06 ping": (f"{WORKSTATION} {CIMC} icmp", COMPLETE),
}


@pytest.mark.parametrize(
    ("flow", "verdict"), WITHOUT_RANDOMISATION.values(), ids=WITHOUT_RANDOMISATION.keys()
)
def test_without_randomisation(ack: Live, flow: str, verdict: tuple[str, str, int]) -> None:
    """S0-11: the client is content with the SYN/ACK, and its ACK dies at the firewall."""
    assert ack.predicted(flow) == verdict
    assert ack.observed(flow) == verdict


WITHOUT_THE_PERMIT = {
    "S0-02 https": (STORY_FLOW, ("intra-interface-denied", "edge-asa", 1)),
    "S0-02 ping": (f"{WORKSTATION} {CIMC} icmp", ("intra-interface-denied", "edge-asa", 1)),
    "to the outside": (f"{WORKSTATION} {WEB} tcp/443", COMPLETE),
}


@pytest.mark.parametrize(("flow", "verdict"), WITHOUT_THE_PERMIT.values(), ids=WITHOUT_THE_PERMIT.keys())
def test_without_the_permit(denied: Live, flow: str, verdict: tuple[str, str, int]) -> None:
    """S0-02: packet 1 dies at the firewall, be it a SYN or an echo request."""
    assert denied.predicted(flow) == verdict
    assert denied.observed(flow) == verdict


def test_the_two_mechanisms_are_told_apart_and_each_cites_its_own(story: Live, ack: Live) -> None:
    """S0-10, S0-11: one rests on no `random-sequence-number disable`, the other on the class that has it."""
    changed, kept = (lab.json("diagnose", *STORY_FLOW.split()) for lab in (story, ack))
    for said in (changed, kept):
        assert [finding["id"] for finding in said["findings"]] == ["asymmetric-return", "interface-limit"]
    assert changed["mechanism"] != kept["mechanism"]
    assert "class KEEP_NUMBERS" in [row["text"].strip() for row in kept["evidence"]]
    absent = [row for row in changed["evidence"] if "random-sequence-number" in row["text"]]
    assert [(row["device"], row["command"], row["line"]) for row in absent] == [
        ("edge-asa", "show running-config", 0)
    ]


def test_the_hairpin_and_the_gateway_come_from_the_devices(story: Live) -> None:
    """S0-01: `show route` of the firewall sends the lab subnet out by EIGRP where the users are."""
    shown = story.openssh("edge-asa", "show route")
    (learnt,) = [line.split() for line in shown.splitlines() if line.startswith("D ")]
    assert (learnt[1], learnt[5].rstrip(","), learnt[-1]) == ("172.16.1.0", "10.12.0.254", "inside")

    said = story.json("trace", *STORY_FLOW.split())

    (turn,) = [remark for remark in said["remarks"] if remark.startswith("hairpin: ")]
    for word in ("edge-asa", "in on inside", "out of inside", "10.12.0.254"):
        assert word in turn
    (gateway,) = [one for one in said["inferences"] if one.startswith(WORKSTATION)]
    assert "10.12.0.1 (edge-asa inside)" in gateway


def test_the_frame_is_rewritten_as_the_capture_shows(story: Live) -> None:
    """S0-08: workstation to firewall, then firewall to 3560; both MAC addresses stand in the report."""
    port = story.ask("connect", client=WORKSTATION, server=CIMC, port=443)["client_port"]
    story.ask("pcap", wire="users", path="users.pcap")
    with (story.folder / "users.pcap").open("rb") as file:
        frames = [dpkt.ethernet.Ethernet(raw) for _, raw in dpkt.pcap.Reader(file)]
    syns = [
        (frame.src.hex(), frame.dst.hex())
        for frame in frames
        if isinstance(frame.data, dpkt.ip.IP)
        and isinstance(frame.data.data, dpkt.tcp.TCP)
        and (frame.data.data.sport, frame.data.data.flags) == (port, SYN)
    ]
    (workstation, asa), (asa_again, switch) = syns[:2]
    assert (workstation, asa) == ("005056a00130", asa_again)

    said = story.json("trace", *STORY_FLOW.split())

    (turn,) = [remark for remark in said["remarks"] if remark.startswith("hairpin: ")]
    assert f"from {_dotted(asa)} to {_dotted(switch)}" in turn
    wire = said["ladder"]["rows"][0]["stretches"][1]
    assert (wire["start"], wire["end"]) == ("edge-asa", "lab-switch")
    assert wire["through"]["leaves"] == "inside"
    assert [wire["through"][end] for end in ("source_mac", "next_hop_mac")] == [_dotted(asa), _dotted(switch)]
    path = " ".join(story.bothways("trace", *STORY_FLOW.split(), "--evidence").out.split())
    assert f"out of inside to 10.12.0.254, frame {_dotted(asa)} to {_dotted(switch)}" in path
    known = [line.split() for line in story.openssh("lab-switch", "show ip arp").splitlines()]
    macs = {row[1]: row[3] for row in known if row[:1] == ["Internet"]}
    assert (macs[WORKSTATION], macs["10.12.0.254"]) == (_dotted(workstation), _dotted(switch))


def test_ping_and_tftp_live_beside_dying_tcp_and_it_is_said_why(story: Live) -> None:
    """S0-06: all pings arrive, each TFTP leg is a UDP connection of its own, http and https hang."""
    pings = story.ask("ping", client=WORKSTATION, server=CIMC, count=10)
    assert (pings["sent"], pings["received"]) == (10, 10)
    for port in (80, 443):
        assert story.ask("connect", client=WORKSTATION, server=CIMC, port=port)["result"] == "timeout"
    assert story.ask("tftp", client=WORKSTATION, server=TFTP)["result"] == "delivered"
    legs = [conn for conn in story.conns(WORKSTATION, TFTP) if conn["protocol"] == 17]
    assert len(legs) == 2
    assert [leg["responder"].endswith("/69") for leg in legs].count(True) == 1
    assert story.ask("tftp", client=TFTP, server=VCENTER)["result"] == "delivered"

    remarks = " ".join(story.json("trace", *STORY_FLOW.split())["remarks"])

    assert "ping works all the same" in remarks
    assert "an echo reply needs no connection" in remarks


@pytest.mark.parametrize("flow", [flow for flow, _ in WITH_RANDOMISATION.values()])
def test_every_answer_has_both_directions(story: Live, flow: str) -> None:
    """S0-13: a packet of the client and one of the server, in the answer and in the picture, always."""
    client, server, _ = flow.split()
    ran = story.bothways("trace", *flow.split())
    ladder = [line for line in ran.out.splitlines() if "►" in line or "◄" in line]
    assert any("►" in line for line in ladder)
    assert any("◄" in line for line in ladder)
    assert all(any(end in line for line in ran.out.splitlines()[1:4]) for end in (client, server))


def test_a_one_way_answer_cannot_be_had(denied: Live) -> None:
    """S0-13: even a flow whose first packet dies is answered with the way back; no flag is against it."""
    ran = denied.bothways("trace", *STORY_FLOW.split())
    assert any("(2 SYN/ACK)" in line for line in ran.out.splitlines())
    assert "the answer would take lab-switch and would arrive" in ran.out
    for flag in ("--one-way", "--forward"):
        assert denied.bothways("trace", *STORY_FLOW.split(), flag).code == 10


def _dotted(mac: str) -> str:
    return ".".join((mac[:4], mac[4:8], mac[8:]))
