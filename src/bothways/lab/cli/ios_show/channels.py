"""`show etherchannel summary`."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.lab.ios.device import IosDevice
from bothways.lab.ios.ranges import short

_HEAD = """\
Flags:  D - down        P - bundled in port-channel
        I - stand-alone s - suspended
        H - Hot-standby (LACP only)
        R - Layer3      S - Layer2
        U - in use      f - failed to allocate aggregator

        M - not in use, minimum links not met
        u - unsuitable for bundling
        w - waiting to be aggregated
        d - default port


"""
_TABLE = """
Group  Port-channel  Protocol    Ports
------+-------------+-----------+-----------------------------------------------
"""
_A_LINE = 3


def render_channels(device: IosDevice) -> str:
    """The channels with their members."""
    ports = device.settings.ports.values()
    names = sorted({one.channel for one in ports if one.channel}, key=_number)
    counts = f"Number of channel-groups in use: {len(names)}\nNumber of aggregators:           {len(names)}\n"
    rows = "".join(f"{line}\n" for name in names for line in _channel(device, name))
    return f"{_HEAD}{counts}{_TABLE if names else ''}{rows}\n"


def _number(name: str) -> int:
    return int(name.removeprefix("Port-channel"))


def _channel(device: IosDevice, name: str) -> Iterator[str]:
    members = [one for one in device.settings.ports.values() if one.channel == name]
    state = "SU" if device.link_up(name) else "SD"
    protocol = "LACP" if any(one.lacp for one in members) else "-"
    words = [f"{short(one.name)}({'P' if device.link_up(one.name) else 'D'})".ljust(11) for one in members]
    head = f"{_number(name):<6} {short(name) + '(' + state + ')':<15}{protocol:^8}    "
    for at in range(0, len(words), _A_LINE):
        yield (head if not at else " " * len(head)) + " ".join(words[at : at + _A_LINE])
