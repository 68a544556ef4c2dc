"""Lines of a table that its parser did not recognise, where what they say could have decided."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network

from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.visit import Visit
from bothways.errors import CouldNotSee
from bothways.state.rows import Route
from bothways.state.tables import Row

_DOTTED = r"\d{1,3}(?:\.\d{1,3}){3}"
_NETWORK = re.compile(
    rf"(?<![\d.])(?P<base>{_DOTTED})(?:/(?P<length>\d{{1,2}})(?!\d)| (?P<mask>{_DOTTED})(?![\d.]))?"
)


def doubt_unread(visit: Visit, row_type: type[Row], about: Callable[[str], bool] = bool) -> None:
    """Doubt the visit over the first unknown line of a table that `about` finds to concern it."""
    try:
        table = visit.device.table(row_type)
    except CouldNotSee as error:
        if "is understood" in error.what:
            doubt(visit, str(error))
        return
    lines = visit.device.outputs[table.command].text.split("\n") if table.unknown else []
    for number in table.unknown:
        text = lines[number - 1].strip() if number <= len(lines) else ""
        if about(text):
            where = f"{visit.name}: {table.command}:{number}"
            doubt(visit, f"{where}: what {text!r} means for this flow; the line is not understood")
            return


def doubt_unread_routes(visit: Visit) -> None:
    """An unknown line of the routing table matters if its network could hold the destination."""
    destination = visit.packet.destination
    doubt_unread(visit, Route, lambda text: _could_hold(text, destination))


def _could_hold(text: str, address: IPv4Address) -> bool:
    found = _NETWORK.search(text)
    if found is None:
        return False
    try:
        # A network printed without its length stands under a heading of its class.
        length = found["length"] or found["mask"] or "8"
        return address in IPv4Network(f"{found['base']}/{length}", strict=False)
    except ValueError:
        return True
