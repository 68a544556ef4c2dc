"""Real bytes, one order of events, the same run twice."""

from __future__ import annotations

from io import BytesIO
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import dpkt
from hypothesis import given
from hypothesis import strategies as st

from bothways.lab.eigrp_packets import INFINITE, Advertised, Message, pack, read_routes, unpack, update_body
from bothways.lab.events import EventQueue
from bothways.lab.frames import ICMP, TCP, UDP, Packet, packet_frame, read_frame
from bothways.lab.world import World

addresses = st.integers(0, (1 << 32) - 1).map(IPv4Address)
numbers = st.integers(0, (1 << 32) - 1)
ports = st.integers(0, 65535)


def _lived(seed: int | None = None) -> World:
    world = World.from_story("hairpin", ("delta-below",), seed, workloads=True)
    world.advance_to(90)
    world.ping("workstation", "cimc", 2)
    return world


def test_same_seed_same_bytes() -> None:
    """S0-12: two runs of one seed give the same captures, ledgers and logs; another seed does not."""
    first, second, third = _lived(7), _lived(7), _lived(8)
    assert first.pcap("users") == second.pcap("users") != third.pcap("users")
    assert first.ledger == second.ledger
    assert first.asa().log == second.asa().log


def test_every_frame_says_what_its_bytes_say() -> None:
    """S0-08: what devices act on is what is on the wire; IP and TCP checksums are right."""
    world = _lived()
    assert len(world.wires["users"].seen) > 100
    for tapped in world.wires["users"].seen:
        assert read_frame(tapped.frame.raw) == tapped.frame
        ip: Any = dpkt.ethernet.Ethernet(tapped.frame.raw).data
        if isinstance(ip, dpkt.ip.IP):
            assert dpkt.in_cksum(bytes(ip)[:20]) == 0
            if isinstance(ip.data, dpkt.tcp.TCP):
                body = bytes(ip.data)
                pseudo = ip.src + ip.dst + bytes([0, ip.p]) + len(body).to_bytes(2, "big")
                assert dpkt.in_cksum(pseudo + body) == 0


def test_capture_is_in_the_order_of_time() -> None:
    """S0-08: moments in the file never go back."""
    moments = [moment for moment, _ in dpkt.pcap.Reader(BytesIO(_lived().pcap("lab")))]
    assert moments == sorted(moments)


def test_routers_count_the_time_to_live_and_the_asa_does_not() -> None:
    """S0-08: 128 from the host, 128 behind the ASA, 127 behind the 3560."""
    world = World.from_story("hairpin")
    world.ping("workstation", "cimc", 1)
    users = [one.frame.body for one in world.wires["users"].seen if isinstance(one.frame.body, Packet)]
    lab = [one.frame.body for one in world.wires["lab"].seen if isinstance(one.frame.body, Packet)]
    assert [one.ttl for one in users if one.protocol == ICMP and one.icmp_type == 8] == [128, 128]
    assert [one.ttl for one in lab if one.protocol == ICMP and one.icmp_type == 8] == [127]


segments = st.builds(
    Packet, addresses, addresses, st.just(TCP), st.integers(1, 255), ports, ports, st.integers(0, 31),
    numbers, numbers, ports, data=st.binary(max_size=200),
)  # fmt: skip
datagrams = st.builds(
    Packet,
    addresses,
    addresses,
    st.just(UDP),
    st.integers(1, 255),
    ports,
    ports,
    data=st.binary(max_size=200),
)


@given(st.one_of(segments, datagrams))
def test_packets_survive_the_wire(packet: Packet) -> None:
    """S0-08: any TCP segment and datagram is read as it was written."""
    frame = packet_frame(b"\x02" * 6, b"\x04" * 6, packet)
    assert read_frame(frame.raw) == frame


@given(st.lists(st.floats(0, 100, allow_nan=False), max_size=30), st.floats(0, 100))
def test_events_run_by_moment_then_by_planning(moments: list[float], stop: float) -> None:
    """Deterministic order, nothing behind the stop, and time never goes back."""
    queue = EventQueue()
    ran: list[tuple[float, int]] = []
    for at, moment in enumerate(moments):
        queue.at(moment, lambda moment=moment, at=at: ran.append((moment, at)))  # type: ignore[misc]
    queue.advance_to(stop)
    assert ran == sorted((moment, at) for at, moment in enumerate(moments) if moment <= stop)
    assert queue.now == stop
    queue.advance_to(stop / 2)
    assert queue.now == stop


networks = st.tuples(st.integers(0, (1 << 32) - 1), st.integers(0, 32)).map(
    lambda pair: IPv4Network((pair[0], pair[1]), strict=False)
)


tables = st.lists(
    st.tuples(networks, st.integers(0, 10_000), st.sampled_from([100, 100_000, 1_000_000]), st.booleans())
)


@given(tables)
def test_eigrp_routes_survive_the_wire(rows: list[tuple[IPv4Network, int, int, bool]]) -> None:
    """S0-01: any table is read as it was told."""
    routes = [Advertised(*row) for row in rows]
    message = Message(1, 100, update_body(routes), flags=1, sequence=7, acknowledges=6)
    assert unpack(pack(message)) == message
    assert read_routes(update_body(routes)) == routes
    gone = Advertised(IPv4Network("10.0.0.0/8"), INFINITE, 100_000)
    assert read_routes(update_body([gone]))[0].delay == INFINITE


def test_eigrp_gives_the_routes_of_the_story() -> None:
    """S0-01: [90/28416] is 256 * (10^7/10^5 + 10 + 1); the default comes as external."""
    world = World.from_story("hairpin")
    learnt = [route for route in world.asa().routes() if route.source == "eigrp"]
    assert [
        (str(one.network), str(one.next_hop), one.interface, one.distance, one.metric) for one in learnt
    ] == [("172.16.1.0/24", "10.12.0.254", "inside", 90, 28416)]
    default = world.switch().routes()[0]
    assert (str(default.network), str(default.next_hop), default.interface, default.source) == (
        "0.0.0.0/0",
        "10.12.0.1",
        "Vlan10",
        "eigrp-external",
    )
    assert default.distance == 170


def test_silent_neighbour_is_lost_after_the_hold_time() -> None:
    """S0-01: fifteen seconds without hello, then the route is gone, and it comes back with the link."""
    world = World.from_story("hairpin")
    world.link("users", "lab-switch", up=False)
    world.run_for(10)
    assert any(route.source == "eigrp" for route in world.asa().routes())
    world.run_for(11)
    assert not any(route.source == "eigrp" for route in world.asa().routes())
    assert [route.source for route in world.switch().routes()] == ["connected"]
    world.link("users", "lab-switch", up=True)
    world.run_for(6)
    assert any(route.source == "eigrp" for route in world.asa().routes())


def test_withdrawn_network_disappears_at_once() -> None:
    """S0-01: an SVI that goes down is told."""
    world = World.from_story("hairpin")
    world.edit("lab-switch", ["interface Vlan172", " shutdown"])
    world.run_for(0.1)
    assert not any(route.source == "eigrp" for route in world.asa().routes())
    world.edit("lab-switch", ["interface Vlan172", " no shutdown"])
    world.run_for(0.1)
    assert any(route.source == "eigrp" for route in world.asa().routes())
