"""The one event-loop thread that SSH runs on; everything else in the product is plain synchronous code.

One loop per process: a fork gets its own, lazily. Bytes and futures cross the thread border, each with a
deadline. Sessions still open are closed before the loop stops.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import socket
import threading
import weakref
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

_TURNS_TO_CLOSE = 5


class Closeable(Protocol):
    """What is closed before the loop stops."""

    def close(self) -> None:
        """Close; again is harmless."""


class _Loop(asyncio.SelectorEventLoop):
    """Resolves names on threads that nobody waits for: a dead name server must not hold up our end.

    The pool that asyncio takes for it is waited for when the process exits, however long that takes.
    """

    async def getaddrinfo(  # noqa: PLR0913 - asyncio's signature
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - asyncio's signature
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        """As `socket.getaddrinfo` answers."""
        answered = self.create_future()

        def settle(found: Any, error: Exception | None) -> None:
            if answered.done():
                return
            if error is None:
                answered.set_result(found)
            else:
                answered.set_exception(error)

        def resolve() -> None:
            found, failure = None, None
            try:
                found = socket.getaddrinfo(host, port, family, type, proto, flags)
            except (OSError, UnicodeError) as error:
                failure = error
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self.call_soon_threadsafe(settle, found, failure)

        threading.Thread(target=resolve, name="bothways-names", daemon=True).start()
        return await answered


class SshLoop:
    """An event loop on its own thread."""

    def __init__(self) -> None:
        self._loop = _Loop()
        self._open: weakref.WeakSet[Closeable] = weakref.WeakSet()
        self._thread = threading.Thread(target=self._serve, name="bothways-ssh", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], deadline_s: float) -> T:
        """Run a coroutine there and wait for its result.

        Raises:
            RuntimeError: called from the loop's own thread, which would wait for itself.
            TimeoutError: not done in time; the work is cancelled.
        """
        if threading.current_thread() is self._thread:
            work.close()
            msg = "a session was used from the SSH loop's own thread, which would wait for itself"
            raise RuntimeError(msg)
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(deadline_s)
        finally:
            future.cancel()

    def post(self, callback: Callable[..., object], *arguments: object) -> None:
        """Have something called there soon; after the loop has stopped nothing happens."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(callback, *arguments)

    def owns(self, session: Closeable) -> None:
        """Close this session before the loop stops, if it is still alive then."""
        self._open.add(session)

    def stop(self) -> None:
        """Close what is open, then stop."""
        for session in list(self._open):
            session.close()
        self.post(self._loop.stop)
        self._thread.join(timeout=2.0)

    def _serve(self) -> None:
        self._loop.run_forever()
        self._loop.run_until_complete(_settled())
        self._loop.close()


async def _settled() -> None:
    """End what still runs, and let aborted transports close their sockets, which takes them a few turns."""
    pending = asyncio.all_tasks() - {asyncio.current_task()}
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for _ in range(_TURNS_TO_CLOSE):
        await asyncio.sleep(0)


_loops: dict[int, SshLoop] = {}
_starting = threading.Lock()


def ssh_loop() -> SshLoop:
    """This process's loop, started when first needed."""
    with _starting:
        loop = _loops.get(os.getpid())
        if loop is None:
            loop = _loops[os.getpid()] = SshLoop()
        return loop


def stop_loop() -> None:
    """Close this process's sessions and stop its loop; the next use starts another."""
    with _starting:
        loop = _loops.pop(os.getpid(), None)
    if loop is not None:
        loop.stop()


def _after_fork() -> None:
    """A child has neither the thread nor whoever held the lock."""
    global _starting  # noqa: PLW0603 - a lock held by a thread that no longer exists can only be replaced
    _starting = threading.Lock()
    _loops.clear()


atexit.register(stop_loop)
os.register_at_fork(after_in_child=_after_fork)
