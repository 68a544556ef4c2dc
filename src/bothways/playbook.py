"""Playbooks: data that says which finding is cured by which fixes, where, and how that is proven."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, create_model

from bothways.document import Document, load_yaml, nearest, read_text, validate
from bothways.errors import PlaybookError
from bothways.fixes import all_fixes, fix_named
from bothways.fixes.contract import Fix, Options, Seat
from bothways.fixes.steps import PlanModel
from bothways.network import PlatformName
from bothways.workspace import Workspace


class Role(PlanModel):
    """A device of the story, found by where it sits, not by its name.

    Attributes:
        seat: `firewall`: the one the flow dies of; `router`: the one the replies come through; `switch`: the
            one the client is plugged into.
    """

    platform: PlatformName
    seat: Seat


class FixUse(PlanModel):
    """A fix in a playbook: whose device it acts on, and what was chosen for it."""

    fix: str
    role: str
    inputs: Options


def _use_of(fix: Fix[Any, Any]) -> type[FixUse]:
    """The model of one fix in a playbook, so that its own options are checked where they are written."""
    fields: dict[str, Any] = {"fix": (Literal[fix.name], ...), "inputs": (fix.options, fix.options())}
    return create_model(
        f"{''.join(word.capitalize() for word in fix.name.split('-'))}Use",
        __base__=FixUse,
        __doc__=f"{fix.name} in a playbook.",
        **fields,
    )


if TYPE_CHECKING:
    AnyUse = FixUse
    FindingId = str
else:
    # A new fix is known to playbooks by being registered, and nowhere else.
    AnyUse = Annotated[reduce(or_, map(_use_of, all_fixes())), Field(discriminator="fix")]
    FindingId = Literal[tuple(sorted({finding for fix in all_fixes() for finding in fix.cures}))]


class TraceProof(PlanModel):
    """A fresh read must predict this fate.

    Attributes:
        fate: `complete`, or `as-predicted`: the playbook is not meant to let the flow live, only to change
            what becomes of it or what is known of it; the plan says which fate that is.
    """

    kind: Literal["trace"]
    fate: Literal["complete", "as-predicted"] = "complete"


class ConnectionProof(PlanModel):
    """A TCP connection of the flow must appear on the firewall and carry data."""

    kind: Literal["connection"]
    within_s: int = Field(default=60, ge=1, le=3600)


class PortsProof(PlanModel):
    """For what helps when something fails: every port reads back as it was, and none went down meanwhile."""

    kind: Literal["ports"]


Proof = Annotated[TraceProof | ConnectionProof | PortsProof, Field(discriminator="kind")]


class RemediationModel(PlanModel):
    """A playbook file.

    Attributes:
        cures: the findings it is for.
        roles: devices of the story by a name of your choice.
        fixes: in the order they are applied; what is in place already is left out.
        verify: each proof once; a cure that only one of them shows is not shown.
        first_choice: the one that `plan` takes for these findings when nobody names one: the cure that
            gives up no protection, where there are several.
        on_failure: everything is taken back.
    """

    kind: Literal["remediation"]
    name: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    title: str = Field(min_length=1, max_length=200)
    cures: list[FindingId] = Field(min_length=1)
    roles: dict[str, Role]
    fixes: list[AnyUse] = Field(min_length=1)
    verify: list[Proof] = Field(min_length=1)
    first_choice: bool = False
    on_failure: Literal["undo"] = "undo"


@dataclass(frozen=True)
class Playbook:
    """A playbook with where it came from."""

    model: RemediationModel
    origin: str
    sha256: str

    @property
    def name(self) -> str:
        """Its name."""
        return self.model.name

    @property
    def wait_s(self) -> int:
        """How long a connection of the flow may take to appear; 0 where none can prove it."""
        return next((one.within_s for one in self.model.verify if isinstance(one, ConnectionProof)), 0)

    @property
    def revives(self) -> bool:
        """Whether the flow is to live afterwards."""
        return any(isinstance(proof, TraceProof) and proof.fate == "complete" for proof in self.model.verify)

    @property
    def uses(self) -> tuple[tuple[str, Options], ...]:
        """Fix names and what the playbook chose for them, in order."""
        return tuple((use.fix, use.inputs) for use in self.model.fixes)


def load_playbook(path: Path, origin: str = "") -> Playbook:
    """Read a playbook.

    Args:
        path: the file.
        origin: how to name it in a plan; the path when not given.

    Raises:
        DocumentError: it does not say what it must, or a role does not fit the fix that names it.
    """
    document = load_yaml(path)
    model = validate(document, RemediationModel)
    _check_roles(document, model)
    _check_proofs(document, model)
    digest = hashlib.sha256(read_text(path).encode()).hexdigest()
    return Playbook(model, origin or str(path), digest)


def open_playbook(workspace: Workspace, name: str) -> Playbook:
    """A playbook by name, or by path when the name looks like one.

    Raises:
        PlaybookError: no such playbook.
        DocumentError: it does not say what it must.
    """
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return load_playbook(Path(name))
    known = _names(workspace)
    if name not in known:
        raise PlaybookError("playbook", f"no {name!r}", nearest(name, known))
    content = workspace.content(f"playbooks/{name}.yaml")
    return load_playbook(content.path, content.origin)


def fitting_playbook(workspace: Workspace, findings: Iterable[str]) -> Playbook:
    """The first choice for the first finding that has one.

    Raises:
        PlaybookError: none of the findings has one.
        DocumentError: a playbook does not say what it must.
    """
    found = tuple(findings)
    chosen = remedies(workspace)
    for finding in found:
        book = chosen.get(finding)
        if book is not None and book.model.first_choice:
            return book
    what = f"none is the first choice for {', '.join(found) or 'a flow without a finding'}"
    raise PlaybookError("playbook", what, "bothways diagnose shows the ways out; then name a playbook")


def remedies(workspace: Workspace) -> dict[str, Playbook]:
    """For each finding that a playbook cures: the first choice, or the first by name where there is none.

    Raises:
        DocumentError: a playbook does not say what it must.
    """
    names = sorted(name for name in _names(workspace) if _cures(workspace, name))
    books = sorted(
        (open_playbook(workspace, name) for name in names), key=lambda one: not one.model.first_choice
    )
    chosen: dict[str, Playbook] = {}
    for book in books:
        for finding in book.model.cures:
            chosen.setdefault(finding, book)
    return chosen


def _cures(workspace: Workspace, name: str) -> bool:
    """Whether a playbook is for curing at all: those of `kind: audit` only look."""
    data = load_yaml(workspace.content(f"playbooks/{name}.yaml").path).data
    return not isinstance(data, dict) or data.get("kind") != "audit"


def _names(workspace: Workspace) -> set[str]:
    return {
        path.removeprefix("playbooks/").removesuffix(".yaml")
        for path in workspace.content_names("playbooks")
        if path.endswith(".yaml")
    }


def _check_roles(document: Document, model: RemediationModel) -> None:
    """Each fix must name a role of its own platform and seat."""
    for place, use in enumerate(model.fixes):
        trail = ("fixes", place, "role")
        role = model.roles.get(use.role)
        if role is None:
            raise document.fault(trail, f"no role {use.role!r}", nearest(use.role, model.roles))
        fix = fix_named(use.fix)
        if (role.platform, role.seat) != (fix.platform, fix.seat):
            acts = f"{use.fix} acts on the {fix.seat} and types {fix.platform}"
            raise document.fault(trail, f"{acts}; {use.role!r} is the {role.seat} on {role.platform}")


def _check_proofs(document: Document, model: RemediationModel) -> None:
    """State alone does not prove a cure, and a connection alone may have been luck."""
    kinds = sorted(proof.kind for proof in model.verify)
    on_switches = all(role.seat == "switch" for role in model.roles.values())
    if kinds not in (["connection", "trace"], ["ports", "trace"] if on_switches else []):
        raise document.fault(
            ("verify",), "must hold the two proofs `kind: trace` and `kind: connection`, each once"
        )
