"""Object NAT of an ASA, read: one address or network by itself, wherever it talks to."""

from __future__ import annotations

from bothways.diagnosis.manual_nat import own_address
from bothways.diagnosis.nat_rule import End, Translation
from bothways.state.device import DeviceState
from bothways.state.nat_rows import ObjectNat


def object_nat(device: DeviceState, row: ObjectNat) -> Translation:
    """The rule of a row."""
    shown = own_address(device, row.mapped_interface) if row.mapped is None else (row.mapped,)
    return Translation(
        row=row,
        name=f"NAT rule of {row.name}",
        real_interface=row.real_interface,
        mapped_interface=row.mapped_interface,
        manual=False,
        static=row.static,
        source=End(
            real=(row.real,),
            shown=shown,
            real_ports=_port(row.real_port),
            shown_ports=_port(row.mapped_port),
            many=not row.static,
        ),
        protocol=row.protocol,
        by_interface=row.mapped is None,
        by_route="route-lookup" in row.options,
        proxy_arp="no-proxy-arp" not in row.options,
    )


def _port(number: int | None) -> tuple[int, int] | None:
    return None if number is None else (number, number)
