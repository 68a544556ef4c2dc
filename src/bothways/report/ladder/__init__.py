"""The picture people look at: one value, drawn in every form."""

from bothways.report.ladder.keys import ladder_keys
from bothways.report.ladder.markdown import ladder_markdown
from bothways.report.ladder.of_trace import picture_of
from bothways.report.ladder.text import Ladder, ladder, ladder_text

__all__ = ["Ladder", "ladder", "ladder_keys", "ladder_markdown", "ladder_text", "picture_of"]
