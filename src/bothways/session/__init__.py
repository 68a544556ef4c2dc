"""Sessions with devices over SSH: the only room that opens a connection."""

from __future__ import annotations

from bothways.session.contract import Answer, ReadingCut, Session

__all__ = ["Answer", "ReadingCut", "Session"]
