"""Ladders written by hand: what each form of them is tried on."""

from __future__ import annotations

from itertools import pairwise

from bothways.report.ladder.picture import (
    Change,
    Column,
    End,
    Fate,
    Kind,
    Number,
    Passage,
    Picture,
    Row,
    Sighting,
    Stretch,
)

CLIENT, SERVER = "10.12.0.130", "172.16.1.18"
NOWHERE = Passage()
SWALLOWED = Passage(enters="Gi0/1")
BETWEEN = Passage(leaves="Gi0/2", enters="Gi0/1")


def host(name: str, *aliases: str) -> Column:
    return Column(name, name, Kind.HOST, aliases)


def device(name: str) -> Column:
    return Column(name, name, Kind.DEVICE)


def way(  # noqa: PLR0917  as they stand in a packet
    stops: tuple[str, ...],
    source: str,
    destination: str,
    seq: Number | None = None,
    ack: Number | None = None,
    through: Passage = NOWHERE,
) -> tuple[Stretch, ...]:
    """Stretches from stop to stop, nothing rewritten."""
    return tuple(
        Stretch(start, end, source, destination, seq, ack, (), through) for start, end in pairwise(stops)
    )


C, S = Number("C", 2507699367), Number("S", 4004893031)
C1, S1 = Number("C+1", 2507699368), Number("S+1", 4004893032)
HAIRPIN = Passage("inside", "10.12.0.254", "0011.2233.0001", "0011.2233.0254", "Vlan10")
LEGEND = (
    ("C", "the client's first number, 2507699367"),
    ("S", "the server's first number, 4004893031"),
    ("Δ", "what edge-asa adds to the client's numbers, 1101"),
)


def hairpin() -> Picture:
    """Packet 2 goes straight back and acknowledges a number that the client never sent: packet 3 resets."""
    out, back = (f"{CLIENT}:50001", f"{SERVER}:443"), (f"{SERVER}:443", f"{CLIENT}:50001")
    syn = (
        Stretch(CLIENT, "edge-asa", *out, C, None, (), Passage(next_hop="10.12.0.1", enters="inside")),
        Stretch(
            "edge-asa", "lab-switch", *out, Number("C+Δ", 2507700468), None,
            (Change("seq", "C (2507699367)", "C+Δ (2507700468)"),), HAIRPIN,
        ),
        Stretch("lab-switch", SERVER, *out, Number("C+Δ", 2507700468), None, (), Passage("Vlan172", SERVER)),
    )  # fmt: skip
    answer = way((SERVER, "lab-switch", CLIENT), *back, S, Number("C+Δ+1", 2507700469), Passage("Vlan10"))
    reset = way((CLIENT, "edge-asa"), *out, C1, None, Passage(next_hop="10.12.0.1", enters="inside"))
    ack = way((CLIENT, "edge-asa", "lab-switch", SERVER), *out, C1, S1)
    return Picture(
        f"{CLIENT} {SERVER} tcp/443",
        "predicted",
        (host(CLIENT), device("edge-asa"), device("lab-switch"), host(SERVER)),
        (
            Row(1, "SYN", Fate.ARRIVES, syn),
            Row(
                2, "SYN/ACK", Fate.REFUSED, answer,
                End(CLIENT, "it acknowledges C+Δ+1, and the client sent C: not its connection"), dead=True,
            ),
            Row(
                3, "RST", Fate.AFTERWARDS, reset,
                End("edge-asa", "the firewall never saw the SYN/ACK", "tcp-not-syn"),
            ),
            Row(4, "ACK", Fate.SUPPOSED, ack, remark="what the client would send if it took packet 2"),
        ),
        LEGEND,
    )  # fmt: skip


def one_way_nat() -> Picture:
    """The reply leaves in another name than the one that was called."""
    called, real = "192.4.4.4", "10.1.1.1"
    out, back = (f"{called}:11001", f"{real}:23"), (f"{real}:23", f"{called}:11001")
    answer = (
        Stretch(real, "provider", *back, S, C1, (), Passage("", "", "", "", "Loopback0")),
        Stretch(
            "provider", "firewall", f"{called}:23", "192.168.12.2:11001", S, C1,
            (
                Change("source", f"{real}:23", f"{called}:23"),
                Change("destination", called, "192.168.12.2"),
            ),
            Passage("GigabitEthernet0/0/1", "192.168.23.1", "", "", "TenGigabitEthernet1/0/48.2001"),
        ),
        Stretch("firewall", called, f"{called}:23", "192.168.12.2:11001", S, C1),
    )  # fmt: skip
    return Picture(
        f"{called} {real} tcp/23",
        "predicted",
        (host(called, "192.168.12.2"), device("firewall"), device("provider"), host(real, called)),
        (
            Row(1, "SYN", Fate.ARRIVES, way((called, "firewall", "provider", real), *out, C)),
            Row(
                2, "SYN/ACK", Fate.REFUSED, answer,
                End(called, f"it comes from {called}, and {real} was called"), dead=True,
            ),
            Row(3, "RST", Fate.SUPPOSED, way((called, "firewall", "provider"), *out, C1)),
        ),
    )  # fmt: skip


def link_state() -> Picture:
    """A switch that is cut off swallows what its servers send: many columns, and arrows that pass some."""
    client, server = "10.20.0.11", "10.10.0.20"
    names = ("access-west", "core-a", "core-b", "distribution-east", "access-east", "edge-b")
    out = (f"{client}:50001", f"{server}:443")
    return Picture(
        f"{client} {server} tcp/443, after core-a is switched off",
        "predicted",
        (host(client), *map(device, names), host(server)),
        (
            Row(
                1, "SYN", Fate.ARRIVES,
                way((client, "access-west", "core-b", "distribution-east", "access-east", server), *out, C),
            ),
            Row(
                2, "SYN/ACK", Fate.DIES, way((server, "edge-b"), out[1], out[0], S, C1, SWALLOWED),
                End("edge-b", "no link to any core: Gi0/2 is down, and nobody told its servers", "no-route"),
                dead=True,
            ),
        ),
    )  # fmt: skip


def many_devices() -> Picture:
    """A way over twelve devices, of which the seventh drops."""
    names = tuple(f"router-{number}.provider.example.net" for number in range(1, 13))
    stops = (CLIENT, *names, SERVER)
    return Picture(
        f"{CLIENT} {SERVER} tcp/22",
        "predicted",
        (host(CLIENT), *map(device, names), host(SERVER)),
        (
            Row(1, "SYN", Fate.ARRIVES, way(stops, CLIENT, SERVER, C, None, BETWEEN)),
            Row(
                2, "SYN/ACK", Fate.DIES, way(tuple(reversed(stops))[:8], SERVER, CLIENT, S, C1, BETWEEN),
                End(names[5], "no route to 10.12.0.130"), dead=True,
            ),
        ),
    )  # fmt: skip


def captured(count: int = 40) -> Picture:
    """Packets of one file, and one of them never answered."""
    columns = (host(CLIENT), Column("here", "users.pcap", Kind.CAPTURE), host(SERVER))
    rows = []
    for number in range(1, count + 1):
        if number == 20:
            rows.append(Row(number, "…", Fate.SEEN, (), remark="300 packets like these are left out"))
        from_client = number % 3 != 2
        stops = (CLIENT, "here", SERVER) if from_client else (SERVER, "here", CLIENT)
        seq, ack = Number(str(number * 1448), 2507699367 + number * 1448), Number("1", 4004893032)
        kind = {1: "SYN", 2: "SYN/ACK", count: "RST"}.get(number, "PSH/ACK")
        text = f"{kind} seq {seq.absolute} ack {ack.absolute} win 64240 len 1448 ttl 64"
        sighting = Sighting("users.pcap", 25 + number, f"08:00:20.{number:06}", "here", text)
        rows.append(
            Row(
                number, kind, Fate.SEEN, way(stops, f"{stops[0]}:443", f"{stops[2]}:50001", seq, ack),
                dead=number == count, sightings=(sighting,) if number in {1, count} else (),
                remark="1.2 s after the packet before" if number == 7 else "",
            )
        )  # fmt: skip
    return Picture(f"{CLIENT}:50001 > {SERVER}:443, stream 0 of users.pcap", "captured", columns, tuple(rows))


def beside() -> Picture:
    """Predicted and captured: the first packet as it was foretold, the second one not."""
    plain = hairpin()
    first = Sighting("users.pcap", 27, "08:00:20.001500", CLIENT, "SYN seq 2507699367 win 64240 ttl 128")
    second = Sighting(
        "users.pcap", 28, "08:00:20.002100", CLIENT, "SYN/ACK seq 4004893031 ack 2507699368 ttl 62"
    )
    syn, answer, reset, _ = plain.rows
    rows = (
        Row(1, syn.kind, syn.fate, syn.stretches, sightings=(first,), agrees=True),
        Row(2, answer.kind, answer.fate, answer.stretches, answer.end, True, (second,), agrees=False),
        Row(3, reset.kind, reset.fate, reset.stretches, reset.end, remark="predicted, and not captured"),
    )
    return Picture(plain.title, "predicted and captured", plain.columns, rows, plain.legend)


def hostile(text: str) -> Picture:
    """The text wherever a device, a capture or an inventory can put it."""
    columns = (
        Column("a", text, Kind.HOST, (text, f"{text}2")),
        Column("b", text, Kind.DEVICE),
        Column("c", text, Kind.CAPTURE),
        Column("d", text, Kind.HOST),
    )
    number = Number(text, 1)
    change = (Change(text, text, text), Change("source", text, text))
    sent = (
        Stretch("a", "b", text, text, number, number, (), Passage(text, text, text, text, text, text)),
        Stretch("b", "d", text, text, number, number, change, Passage(text, text, text, text, text, text)),
    )
    sightings = (Sighting(text, 7, text, "c", text), Sighting(text, 8, text, "", text))
    rows = tuple(
        Row(
            index,
            text,
            fate,
            sent,
            End("d", text, text, Passage(text)),
            index == 2,
            sightings,
            index % 2 == 0,
            text,
        )
        for index, fate in enumerate(Fate, start=1)
    )
    return Picture(text, text, columns, rows, ((text, text),))


def empty() -> Picture:
    """Nothing was to be drawn but the ends."""
    return Picture("10.0.0.1 10.0.0.2 icmp", "predicted", (host("10.0.0.1"), host("10.0.0.2")), ())


def unsent() -> Picture:
    """A packet that never leaves its sender."""
    row = Row(1, "SYN", Fate.DIES, (), End(CLIENT, "the client has no gateway"), dead=True)
    return Picture(f"{CLIENT} {SERVER} tcp/443", "predicted", (host(CLIENT), host(SERVER)), (row,))


PICTURES = {
    "hairpin": hairpin(),
    "one-way-nat": one_way_nat(),
    "link-state": link_state(),
    "twelve devices": many_devices(),
    "forty packets": captured(),
    "beside": beside(),
    "empty": empty(),
    "unsent": unsent(),
}
