"""Flows as one HTML page: verdict, pictures, packets, findings; it asks nobody for anything."""

from __future__ import annotations

from importlib.metadata import version

from markupsafe import Markup

from bothways.report.ladder.lettering import spoken
from bothways.report.ladder.packet_rows import packet_rows
from bothways.report.ladder.picture import Picture
from bothways.report.ladder.sheet import Sheet
from bothways.report.ladder.svg import ladder_parts
from bothways.report.pages.rendering import rendered


def ladder_page(sheet: Sheet) -> str:
    """The page."""
    return rendered(
        "ladder/page.html.j2",
        ("ladder/ladder.css", "ladder/page.css"),
        sheet=sheet,
        version=version("bothways"),
        parts=_parts,
        packet_rows=packet_rows,
        spoken=spoken,
    )


def _parts(picture: Picture, dead_id: str) -> tuple[Markup, Markup]:
    labels, body = ladder_parts(picture, dead_id)
    return Markup(labels), Markup(body)  # noqa: S704  made by a serializer, which escapes
