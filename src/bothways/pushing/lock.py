"""One writer per device on this machine: a lock per serial number that says who holds it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bothways.clock import Clock
from bothways.errors import LockHeld, WorkspaceError


class Holder(BaseModel):
    """Who holds a lock."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    device: str
    pid: int
    host: str
    since: datetime = Field(strict=False)
    run: str


@contextmanager
def locked(folder: Path, serials: Mapping[str, str], run: str, clock: Clock) -> Iterator[None]:
    """Hold the locks of devices (inventory name to serial number), always taken in one order.

    The lock is the kernel's, so that of a dead process is free; what it left on the device is found by
    the check that follows.

    Raises:
        LockHeld: another run has one of them, and which.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise WorkspaceError(str(folder), f"cannot hold locks ({error.strerror})") from None
    with ExitStack() as stack:
        for device, serial in sorted(serials.items(), key=lambda item: item[1]):
            stack.enter_context(held(folder / _file_name(serial), device, run, clock))
        yield


@contextmanager
def held(
    path: Path, device: str, run: str, clock: Clock, doing: str = "is being changed by"
) -> Iterator[None]:
    """Hold one lock.

    Args:
        path: of its two files, without their endings.
        device: what is locked.
        run: who holds it.
        clock: says since when.
        doing: what the others are told, before who it is.

    Raises:
        LockHeld: another run has it.
    """
    lock = FileLock(path.with_suffix(".lock"), timeout=0, mode=0o600)
    note = path.with_suffix(".json")  # beside the lock: opening a lock file empties it
    try:
        lock.acquire()
    except Timeout:
        raise LockHeld(device, f"{doing} {_told(note)}", "wait for that run to end") from None
    try:
        holder = Holder(device=device, pid=os.getpid(), host=socket.gethostname(), since=clock.now(), run=run)
        note.write_text(json.dumps(holder.model_dump(mode="json")) + "\n", encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _told(note: Path) -> str:
    try:
        holder = Holder.model_validate(json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        return "another run that has not said who it is"
    return f"run {holder.run} (pid {holder.pid} on {holder.host}, since {holder.since:%Y-%m-%d %H:%M:%S %Z})"


def _file_name(serial: str) -> str:
    """Serial numbers come from devices: a file name is made of safe characters or of a digest."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", serial):
        return serial
    return hashlib.sha256(serial.encode()).hexdigest()[:32]
