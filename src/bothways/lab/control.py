"""The control socket: one JSON object a line in, one a line out."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bothways.errors import BothwaysError

Answer = dict[str, Any]
_LONGEST_REQUEST = 1 << 20


class ControlSocket:
    """Serves a folder's `control.sock` to its owner; the answer to each request comes from `act`."""

    def __init__(self, path: Path, act: Callable[[Answer], Awaitable[Answer]]) -> None:
        self.path = path
        self._act = act
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_unix_server(self._client, self.path, limit=_LONGEST_REQUEST)
        self.path.chmod(0o600)

    async def close(self) -> None:
        """Stop listening and remove the socket."""
        if self._server is not None:
            self._server.close()
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        self.path.unlink(missing_ok=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                while line := await reader.readline():
                    writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                    await writer.drain()
        finally:
            self._clients.discard(task)
            writer.close()

    async def _answer(self, line: bytes) -> Answer:
        try:
            request = json.loads(line)
        except ValueError as error:
            return {"ok": False, "error": f"not JSON: {error}"}
        if not isinstance(request, dict):
            return {"ok": False, "error": "a request is one JSON object"}
        try:
            return {"ok": True, **await self._act(request)}
        except BothwaysError as error:
            return {"ok": False, "error": str(error)}
