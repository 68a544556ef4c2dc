"""The report files of what is told of flows, by the names of their forms."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bothways.report.files import Form
from bothways.report.ladder.page import ladder_page
from bothways.report.ladder.sheet import Sheet
from bothways.report.ladder.sheet_markdown import sheet_markdown
from bothways.report.ladder.svg import ladder_svg


def sheet_forms(stem: str) -> Mapping[str, Form[[Sheet]]]:
    """The forms, whose files have the verb's own name."""
    return {
        "html": Form(f"{stem}.html", ladder_page),
        "svg": Form(f"{stem}.svg", sheet_svg),
        "md": Form(f"{stem}.md", sheet_markdown),
        "json": Form(f"{stem}.json", sheet_json),
    }


def sheet_svg(sheet: Sheet) -> str:
    """Its pictures below each other."""
    return ladder_svg(*sheet.pictures)


def sheet_json(sheet: Sheet) -> str:
    """What `--format json` prints. It is ASCII, and shows no character that a terminal would obey."""
    return json.dumps(dict(sheet.keys), indent=2, default=str).replace("\x7f", "\\u007f") + "\n"
