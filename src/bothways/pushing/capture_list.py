"""What stands on a firewall by its own list: read before, while and after our captures stand there."""

from __future__ import annotations

from bothways.errors import CouldNotSee
from bothways.platforms.asa.standing_capture import parse_standing_captures
from bothways.pushing.capture_lines import LIST
from bothways.session.contract import Session
from bothways.state.capture_rows import StandingCapture


def standing(session: Session) -> dict[str, StandingCapture]:
    """The captures that stand there, by name.

    Raises:
        CouldNotSee: the list was refused, cut, or is in words nobody knows: then nothing is proven gone.
    """
    output = session.read([LIST])[0]
    device = session.device.name
    if output.refused or not output.complete:
        raise CouldNotSee(device, f"`{LIST}` cannot be read: {output.refused or 'it was cut short'}")
    table = parse_standing_captures(output.text, LIST)
    if table.unknown:
        said = output.text.split("\n")[table.unknown[0] - 1].strip()
        raise CouldNotSee(device, f"`{LIST}` says what is not understood: {said}")
    return {row.name: row for row in table}
