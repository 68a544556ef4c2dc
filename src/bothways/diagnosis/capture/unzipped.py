"""A file behind gzip, read as far as it goes: Python's own reader gives nothing of a cut one's last part."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from bothways.diagnosis.capture.records import Troubles

GZIP = b"\x1f\x8b"
_CHUNK = 1 << 18


class Unzipped:
    """Decompresses while it is read; a missing end is told, and no error."""

    def __init__(self, file: BinaryIO, troubles: Troubles) -> None:
        self._file = file
        self._troubles = troubles
        self._zip = zlib.decompressobj(wbits=31)
        self._ended = False

    def read(self, size: int) -> bytes:
        """About as many bytes; none at the end."""
        out = bytearray()
        while len(out) < size and not self._ended:
            packed = self._zip.unconsumed_tail or self._zip.unused_data or self._file.read(_CHUNK)
            if self._zip.eof:
                if packed[:2] != GZIP:
                    break
                self._zip = zlib.decompressobj(wbits=31)
            elif not packed:
                self._cut()
                break
            try:
                out += self._zip.decompress(packed, size - len(out))
            except zlib.error:
                self._cut()
        return bytes(out)

    def _cut(self) -> None:
        self._ended = True
        self._troubles.could_not_see.append(
            "the compressed file is cut or damaged: what follows in it was not read"
        )
