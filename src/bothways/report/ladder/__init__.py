"""The picture people look at: one value, drawn in every form."""

from bothways.report.ladder.of_trace import picture_of
from bothways.report.ladder.text import Ladder, ladder, ladder_markdown, ladder_text

__all__ = ["Ladder", "ladder", "ladder_markdown", "ladder_text", "picture_of"]
