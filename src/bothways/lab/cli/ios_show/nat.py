"""Address translation of a router, as it prints it."""

from __future__ import annotations

from collections.abc import Iterable

from bothways.lab.frames import Packet
from bothways.lab.ios.device import IosDevice
from bothways.lab.ios.nat import StaticNat

_NONE = "---"


def render_translations(device: IosDevice) -> str:
    """`show ip nat translations`: static entries, there without any traffic, and those of connections."""
    rows = [_row(("Pro", "Inside global", "Inside local", "Outside local", "Outside global"))]
    for entry in device.settings.nat:
        pair = (str(entry.global_address), str(entry.local_address))
        if entry.outside:
            rows.append(_row((_NONE, _NONE, _NONE, *reversed(pair))))
        else:
            rows.append(_row((_NONE, *pair, _NONE, _NONE)))
    rows += [_full(entry, sent) for entry, sent in device.layer3.full]
    return "".join(f"{row}\n" for row in rows)


def _full(entry: StaticNat, sent: Packet) -> str:
    here, there = f"{sent.source}:{sent.sport}", f"{entry.global_address}:{sent.dport}"
    return _row((sent.protocol_name, here, here, f"{sent.destination}:{sent.dport}", there))


def render_statistics(device: IosDevice) -> str:
    """`show ip nat statistics`; what is found in the table is a hit, and nothing else is counted."""
    count, full = len(device.settings.nat), len(device.layer3.full)
    lines = [
        f"Total active translations: {count + full} ({count} static, {full} dynamic; {full} extended)",
        "Outside interfaces:",
        f"  {_named(device, 'outside')}",
        "Inside interfaces: ",
        f"  {_named(device, 'inside')}",
        f"Hits: {device.translated}  Misses: 0",
        "CEF Translated packets: 0, CEF Punted packets: 0",
        "Expired translations: 0",
        "Dynamic mappings:",
    ]
    return "".join(f"{line}\n" for line in lines)


def _named(device: IosDevice, side: str) -> str:
    return ", ".join(svi.name for svi in device.svis.values() if svi.nat == side)


def _row(words: Iterable[str]) -> str:
    protocol, *others = words
    return f"{protocol:<3} " + " ".join(f"{word:<18}" for word in others).rstrip()
