"""Address translation of a router, as it prints it."""

from __future__ import annotations

from collections.abc import Iterable

from bothways.lab.ios.device import IosDevice

_NONE = "---"


def render_translations(device: IosDevice) -> str:
    """`show ip nat translations`: the static entries, which stand there without any traffic."""
    rows = [_row(("Pro", "Inside global", "Inside local", "Outside local", "Outside global"))]
    for entry in device.settings.nat:
        pair = (str(entry.global_address), str(entry.local_address))
        if entry.outside:
            rows.append(_row((_NONE, _NONE, _NONE, *reversed(pair))))
        else:
            rows.append(_row((_NONE, *pair, _NONE, _NONE)))
    return "".join(f"{row}\n" for row in rows)


def render_statistics(device: IosDevice) -> str:
    """`show ip nat statistics`; what is found in the table is a hit, and nothing else is counted."""
    count = len(device.settings.nat)
    lines = [
        f"Total active translations: {count} ({count} static, 0 dynamic; 0 extended)",
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
