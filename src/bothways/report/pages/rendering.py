"""A page from its template: cleaned, escaped, with a policy that lets in its own style alone."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from bothways.report.escaping import clean, levelled
from bothways.report.moments import stamp

_ROOT = "bothways.report"
_BASE = ("pages/colours.css", "pages/base.css")


def rendered(template: str, styles: tuple[str, ...] = (), **values: Any) -> str:
    """A page.

    Args:
        template: below `bothways/report`; it extends `pages/base.html.j2`.
        styles: beside those of all pages, from the same place.
        values: what it shows.
    """
    style = joined_styles(*_BASE, *styles)
    return (
        _environment()
        .get_template(template)
        .render(
            style=Markup(style),  # noqa: S704  our own files
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            **values,
        )
    )


@cache
def joined_styles(*names: str) -> str:
    """Files of style behind each other."""
    return "".join(_text(name) for name in names)


@cache
def _environment() -> Environment:
    """Whatever a template shows is cleaned, then escaped."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        loader=FunctionLoader(_text),
    )
    environment.globals.update(words=_words, stamp=stamp)
    return environment


def _text(name: str) -> str:
    return files(_ROOT).joinpath(name).read_text(encoding="utf-8")


def _harmless(value: Any) -> Any:
    return levelled(clean(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


def _words(command: str) -> list[str]:
    return clean(command).split(" ")
