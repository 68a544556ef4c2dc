"""A text that holds captures, whatever printed it."""

from __future__ import annotations

from bothways.diagnosis.capture.asa_text import asa_captures, is_asa_text
from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.column_text import four_columns, is_four_columns, is_packet_list, packet_list


def text_captures(text: str, file: str) -> tuple[Capture, ...]:
    """The captures of a text; none when it is of no form that is understood."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    if is_asa_text(text):
        return asa_captures(text, file)
    if is_packet_list(text):
        return (packet_list(text, file),)
    if is_four_columns(text):
        return (four_columns(text, file),)
    return ()
