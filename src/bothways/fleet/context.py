"""What a run is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nornir.core import Nornir

from bothways.clock import Clock
from bothways.errors import BothwaysError
from bothways.fleet.hosts import sessions_of
from bothways.network import Network
from bothways.pushing.connection import Proof
from bothways.session import Timeouts

Progress = Callable[[str], None]
"""Told a sentence whenever something has been done."""


def deaf(_: str) -> None:
    """Progress that nobody hears."""


def unbreakable(progress: Progress) -> Progress:
    """The same, heard until it breaks once: the caller's code keeps no device from being left clean."""
    listening = [progress]

    def tell(sentence: str) -> None:
        try:
            listening[0](sentence)
        except Exception:  # noqa: BLE001  the caller's own code: nobody listens any more, the devices come first
            listening[0] = deaf

    return tell


Standing = Literal["untouched", "partly", "applied", "saved", "rolled-back", "unknown"]
"""What a run left on a device; `partly` is what `verify` says of lines somebody typed himself."""


@dataclass(frozen=True)
class ApplyContext:
    """Where a run happens.

    Attributes:
        network: the devices it may log in to.
        known_hosts: their host keys.
        runs: folder of the journals.
        locks: folder of the locks.
        timeouts: of the sessions, in real seconds; None for the usual ones.
    """

    network: Network
    known_hosts: Path
    clock: Clock
    runs: Path
    locks: Path
    timeouts: Timeouts | None = None

    @property
    def captures(self) -> Path:
        """Where evidence runs keep their records: beside the runs, which are plans that were applied."""
        return self.runs.parent / "captures"

    @contextmanager
    def sessions(self) -> Iterator[Nornir]:
        """A Nornir whose sessions end with the block."""
        with sessions_of(self.network, self.known_hosts, self.clock, timeouts=self.timeouts) as nornir:
            yield nornir


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended.

    Attributes:
        exit_code: as the command line returns it.
        run_id: of the journal; "" for what keeps none.
        devices: what stands on each device of the plan.
        sentences: what happened, in order, for people.
        errors: what failed, worst first.
        proof: the connection that proved the flow.
    """

    exit_code: int
    run_id: str
    devices: Mapping[str, Standing]
    sentences: tuple[str, ...]
    errors: tuple[BothwaysError, ...] = ()
    proof: Proof | None = None


_WORST = (22, 21, 20, 24, 23, 12, 11, 10, 2, 3)


def worst(codes: list[int]) -> int:
    """The exit code that wins."""
    return min(codes, key=lambda code: _WORST.index(code) if code in _WORST else len(_WORST), default=0)
