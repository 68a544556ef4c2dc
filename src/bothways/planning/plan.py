"""The plan: what will be typed where, what undoes it, what it rests on. A file people review."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bothways.fixes.steps import (
    ClearStep,
    Command,
    ConfigStep,
    Lint,
    PlanModel,
    Predicate,
    ReloadStep,
    Reply,
    Step,
    Undo,
)
from bothways.flow import Flow

__all__ = [
    "FORMAT_VERSION",
    "Binding",
    "ClearStep",
    "Command",
    "ConfigStep",
    "ContentOrigin",
    "Lint",
    "Plan",
    "PlanModel",
    "Predicate",
    "ReloadStep",
    "Reply",
    "Step",
    "Undo",
    "Verdict",
]

FORMAT_VERSION = 1


class Binding(PlanModel):
    """What a plan knew of a device when it was made.

    Attributes:
        config_digest: sha256 of the normalised running configuration.
        saved: running equalled startup then; None when startup could not be read.
    """

    serial: str
    hostname: str
    platform: str
    config_digest: str
    saved: bool | None


class ContentOrigin(PlanModel):
    """A template or playbook the plan was made with: where from, which bytes."""

    name: str
    origin: str
    sha256: str


class Verdict(PlanModel):
    """A fate and its place."""

    fate: str
    device: str
    packet: int


class Plan(PlanModel):
    """The reviewed file. `content_hash` is sha256 over the canonical JSON of everything else.

    Attributes:
        flow: `CLIENT SERVER tcp/443`.
        scenario: where in its life the flow dies; every trace that proves the plan begins there.
        silence_s: for how long it is silent there.
        before: the verdict the plan cures.
        after: the verdict predicted once it is applied.
        call: the flow to open once it is applied, which is then the one that is proven: where a client is to
            call another address than it did. "" for `flow` itself.
        diff: device to unified diff of its running configuration, predicted.
        overridden: ids of blocking lints the user overrode.
        wait_s: how long a connection of the flow may take to appear and prove it; 0 where none can.
    """

    format_version: int
    made_by: str
    id: str
    created_at: datetime
    expires_at: datetime
    flow: str
    call: str = ""
    scenario: Literal["handshake", "mid-stream", "data-loss", "after-idle", "conn-lost", "uplink-loss"] = (
        "handshake"
    )
    silence_s: int | None = None
    finding: str
    playbook: ContentOrigin
    templates: tuple[ContentOrigin, ...]
    bindings: dict[str, Binding]
    predicates: tuple[Predicate, ...]
    steps: tuple[Step, ...]
    diff: dict[str, str]
    lints: tuple[Lint, ...]
    overridden: tuple[str, ...]
    before: Verdict
    after: Verdict
    wait_s: int = 60
    content_hash: str = ""

    @property
    def proven(self) -> Flow:
        """The flow that must live once the plan is applied."""
        return Flow.parse(self.call or self.flow)
