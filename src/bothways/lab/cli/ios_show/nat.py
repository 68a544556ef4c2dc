"""Address translation of a router, as it prints it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address

from bothways.lab.frames import TCP, Packet
from bothways.lab.ios.device import IosDevice
from bothways.lab.ios.nat import StaticNat
from bothways.lab.ios.nat_rules import Pool
from bothways.lab.ios.translations import Entry

_NONE = "---"


def render_translations(device: IosDevice) -> str:
    """`show ip nat translations`: static entries, there without any traffic, and those of connections."""
    rows = [_row(("Pro", "Inside global", "Inside local", "Outside local", "Outside global"))]
    rows += [_static(entry) for entry in device.settings.nat]
    rows += [_full(entry, sent) for entry, sent in device.layer3.full]
    rows += [_made(entry) for entry in device.layer3.made]
    return "".join(f"{row}\n" for row in rows)


def _static(entry: StaticNat) -> str:
    if entry.outside:
        return _row((_NONE, _NONE, _NONE, str(entry.local_address), str(entry.global_address)))
    if entry.protocol is None:
        return _row((_NONE, str(entry.global_address), str(entry.local_address), _NONE, _NONE))
    shown, local = f"{entry.global_address}:{entry.global_port}", f"{entry.local_address}:{entry.local_port}"
    return _row(("tcp" if entry.protocol == TCP else "udp", shown, local, _NONE, _NONE))


def _made(entry: Entry) -> str:
    sent, left = entry.sent, entry.left
    if entry.simple:
        return _row((_NONE, str(left.source), str(sent.source), _NONE, _NONE))
    inside = (f"{left.source}:{left.sport}", f"{sent.source}:{sent.sport}")
    return _row(
        (sent.protocol_name, *inside, f"{sent.destination}:{sent.dport}", f"{left.destination}:{left.dport}")
    )


def _full(entry: StaticNat, sent: Packet) -> str:
    here, there = f"{sent.source}:{sent.sport}", f"{entry.global_address}:{sent.dport}"
    return _row((sent.protocol_name, here, here, f"{sent.destination}:{sent.dport}", there))


def render_statistics(device: IosDevice) -> str:
    """`show ip nat statistics`; what is found in the table is a hit, and nothing else is counted."""
    made, full = list(device.layer3.made), len(device.layer3.full)
    count, moving = len(device.settings.nat), len(made) + full
    ported = (
        full
        + sum(not one.simple for one in made)
        + sum(one.protocol is not None for one in device.settings.nat)
    )
    lines = [
        f"Total active translations: {count + moving} ({count} static, {moving} dynamic; {ported} extended)",
        "Outside interfaces:",
        f"  {_named(device, 'outside')}",
        "Inside interfaces: ",
        f"  {_named(device, 'inside')}",
        f"Hits: {device.translated}  Misses: 0",
        "CEF Translated packets: 0, CEF Punted packets: 0",
        f"Expired translations: {device.layer3.made.expired}",
        "Dynamic mappings:",
        *_mappings(device, made),
    ]
    return "".join(f"{line}\n" for line in lines)


def _mappings(device: IosDevice, made: Sequence[Entry]) -> Iterator[str]:
    sources = device.settings.nat_sources
    if sources:
        yield "-- Inside Source"
    for number, source in enumerate(sources, start=1):
        mine = [one for one in made if one.rule == source]
        behind = f"pool {source.pool.name}" if source.pool else f"interface {source.interface}"
        yield f"[Id: {number}] access-list {source.acl} {behind} refcount {len(mine)}"
        if source.pool is not None:
            yield from _pool(source.pool, len({one.left.source for one in mine}))


def _pool(pool: Pool, used: int) -> Iterator[str]:
    size = pool.last - pool.first + 1
    yield f" pool {pool.name}: {pool.mask}"
    yield f"\tstart {IPv4Address(pool.first)} end {IPv4Address(pool.last)}"
    yield f"\ttype generic, total addresses {size}, allocated {used} ({100 * used // size}%), misses 0"


def _named(device: IosDevice, side: str) -> str:
    return ", ".join(svi.name for svi in device.svis.values() if svi.nat == side)


def _row(words: Iterable[str]) -> str:
    protocol, *others = words
    return f"{protocol:<3} " + " ".join(f"{word:<18}" for word in others).rstrip()
