"""A text that holds captures, whatever printed it."""

from __future__ import annotations

import re

from bothways.diagnosis.capture.asa_text import asa_captures, is_asa_text
from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.column_text import four_columns, is_four_columns, is_packet_list, packet_list

_QUOTED = re.compile(r'"[ \t]*[,;][ \t]*"')
_TYPED = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'", "\u00a0": " "})
_MORE = re.compile(r"<--- More --->[ \b]*")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def text_captures(text: str, file: str) -> tuple[Capture, ...]:
    """The captures of a text; none when it is of no form that is understood."""
    text = _cleaned(text)
    if is_asa_text(text):
        return asa_captures(text, file)
    if is_packet_list(text):
        return (packet_list(text, file),)
    if is_four_columns(text):
        return (four_columns(text, file),)
    return ()


def encoding(head: bytes) -> str:
    """How a text that begins so is written: some shells redirect in two bytes a letter."""
    return _MARKS.get(head[:2], "utf-8")


def _cleaned(text: str) -> str:
    """As it was printed: line ends, a pager's remains, quotes of a word processor or of a table."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").translate(_TYPED)
    if "\r" in text:
        # What stands before a carriage return was written over.
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    text = _MORE.sub("", text)
    if '"' in text:
        text = _QUOTED.sub("  ", text).replace('"', "")
    return text
