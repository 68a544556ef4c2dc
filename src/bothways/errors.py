"""Every error a user can meet, as one tree.

BothwaysError
├── BadInput               10  what the user gave is wrong; nothing was connected
│   ├── DocumentError          a YAML, JSON or TOML file: where, what, did you mean
│   ├── FlowError              a flow that cannot be read
│   ├── InventoryError         devices: duplicate, unknown, impossible
│   ├── WorkspaceError         bothways.toml, content roots, runs that do not exist
│   ├── SnapshotError          a snapshot file or folder that is not one
│   ├── PlaybookError          a playbook that does not fit the network
│   └── LintBlocked            a plan that would do harm, and no override
├── CannotConnect          11  nothing was sent
│   ├── Unreachable            refused, no route, time-out, no SSH banner
│   ├── HostKeyRefused         unknown or changed host key
│   ├── NoCommonAlgorithm      the device offers only what is forbidden
│   ├── AuthenticationFailed   one try, then stop
│   └── NoPrivilege            enable refused
├── SessionLost            11  the session ended or stalled while reading
├── PlanRefused            12  stale, tampered, expired, locked, wrong unit: nothing was sent
│   ├── PlanTampered           the file is not what we wrote
│   ├── PlanStale              the device is not what it was
│   ├── LockHeld               another run has the device
│   ├── WrongUnit              standby, wrong serial, wrong context
│   ├── CaptureRefused         no capture may be placed there, and why
│   └── JournalFailed          the record of a run cannot be written, or is not what we wrote
├── RolledBack             20  failed, undone, and the undo was read back
├── StateUnknown           22  a human is needed; says which lines
├── NotSaved               23  applied and verified, startup not written
├── Unproven               24  applied, but no traffic proved it
└── CouldNotSee             3  something needed was unreadable
"""

from __future__ import annotations

from typing import ClassVar


class BothwaysError(Exception):
    """Base of all errors: where it is, what is wrong, what to do next; one line.

    Attributes:
        where: file:line:col, device name or option; "" when the command line as a whole is meant.
        what: the fault, in the user's words, without the place.
        next_step: what the user can type or change; "" when there is nothing to add.
    """

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "bug"

    def __init__(self, where: str, what: str, next_step: str = "") -> None:
        super().__init__(where, what, next_step)
        self.where = where
        self.what = what
        self.next_step = next_step

    def __str__(self) -> str:
        sentence = f"{self.where}: {self.what}" if self.where else self.what
        return f"{sentence}; {self.next_step}" if self.next_step else sentence

    def as_json(self) -> dict[str, str]:
        """The error as the `errors` list of `--format json` shows it."""
        return {"code": self.code, "message": self.what, "where": self.where, "next": self.next_step}


class BadInput(BothwaysError):
    """What the user gave is wrong; nothing was connected."""

    exit_code = 10
    code = "bad-input"


class DocumentError(BadInput):
    """A file does not say what it must; `where` is file:line:col."""

    code = "document"


class FlowError(BadInput):
    """A flow that cannot be read."""

    code = "flow"


class InventoryError(BadInput):
    """The inventory contradicts itself or names something unknown."""

    code = "inventory"


class WorkspaceError(BadInput):
    """The workspace, its content or its runs."""

    code = "workspace"


class SnapshotError(BadInput):
    """A snapshot that cannot be opened."""

    code = "snapshot"


class PlaybookError(BadInput):
    """A playbook that does not fit."""

    code = "playbook"


class LintBlocked(BadInput):
    """A plan that would do harm; an override exists and is named."""

    code = "lint-blocked"


class CannotConnect(BothwaysError):
    """No session came about; nothing was sent."""

    exit_code = 11
    code = "cannot-connect"


class Unreachable(CannotConnect):
    """Refused, unroutable, timed out, or not SSH."""

    code = "unreachable"


class HostKeyRefused(CannotConnect):
    """The host key is unknown or has changed; the password was not sent."""

    code = "host-key"


class NoCommonAlgorithm(CannotConnect):
    """The device offers only algorithms that this host may not use."""

    code = "no-common-algorithm"


class AuthenticationFailed(CannotConnect):
    """The device refused the password; tried once, because accounts lock."""

    code = "authentication"


class NoPrivilege(CannotConnect):
    """The device did not let us into privileged exec."""

    code = "no-privilege"


class SessionLost(BothwaysError):
    """The session ended or stalled under way."""

    exit_code = 11
    code = "session-lost"


class PlanRefused(BothwaysError):
    """The plan may not run; nothing was sent."""

    exit_code = 12
    code = "plan-refused"


class PlanTampered(PlanRefused):
    """The plan file is not what Bothways wrote."""

    code = "plan-tampered"


class PlanStale(PlanRefused):
    """The device is no longer what the plan was made on."""

    code = "plan-stale"


class LockHeld(PlanRefused):
    """Another run holds the device."""

    code = "lock-held"


class WrongUnit(PlanRefused):
    """A standby unit, another serial number, another context."""

    code = "wrong-unit"


class CaptureRefused(PlanRefused):
    """A device on which no capture may be placed now: too busy, too old, or no way to prove its removal."""

    code = "capture-refused"


class JournalFailed(PlanRefused):
    """The journal of a run cannot be written, or its chain is broken."""

    code = "journal"


class RolledBack(BothwaysError):
    """The change failed, was undone, and the undo was read back."""

    exit_code = 20
    code = "rolled-back"


class StateUnknown(BothwaysError):
    """Nobody knows what the device holds; a human is needed."""

    exit_code = 22
    code = "state-unknown"


class NotSaved(BothwaysError):
    """Applied and verified, but startup was not written."""

    exit_code = 23
    code = "not-saved"


class Unproven(BothwaysError):
    """Applied, but no connection appeared to prove it."""

    exit_code = 24
    code = "unproven"


class CouldNotSee(BothwaysError):
    """Something needed for the answer was unreadable; never shown as clean."""

    exit_code = 3
    code = "could-not-see"
