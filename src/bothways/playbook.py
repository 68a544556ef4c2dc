"""Playbooks: data that says which finding is cured by which fixes, where, and how that is proven."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from bothways.document import Document, load_yaml, nearest, read_text, validate
from bothways.fixes import fix_named
from bothways.fixes.asa_hairpin import HairpinOptions
from bothways.fixes.contract import Options, Seat
from bothways.fixes.pbr_return import PbrOptions
from bothways.fixes.sdm_template import SdmOptions
from bothways.fixes.state_bypass import BypassOptions
from bothways.fixes.steps import PlanModel
from bothways.network import PlatformName

FindingId = Literal["hairpin-denied", "asymmetric-return", "asymmetric-after-failover", "pbr-ineffective"]
"""The findings that a fix cures."""


class Role(PlanModel):
    """A device of the story, found by where it sits, not by its name.

    Attributes:
        seat: `firewall`: the one the flow dies of; `router`: the one the replies come through.
    """

    platform: PlatformName
    seat: Seat


class AsaHairpinUse(PlanModel):
    """asa-hairpin in a playbook."""

    fix: Literal["asa-hairpin"]
    role: str
    inputs: HairpinOptions = HairpinOptions()


class StateBypassUse(PlanModel):
    """state-bypass in a playbook."""

    fix: Literal["state-bypass"]
    role: str
    inputs: BypassOptions = BypassOptions()


class SdmTemplateUse(PlanModel):
    """sdm-template in a playbook."""

    fix: Literal["sdm-template"]
    role: str
    inputs: SdmOptions = SdmOptions()


class PbrReturnUse(PlanModel):
    """pbr-return in a playbook."""

    fix: Literal["pbr-return"]
    role: str
    inputs: PbrOptions = PbrOptions()


FixUse = Annotated[AsaHairpinUse | StateBypassUse | SdmTemplateUse | PbrReturnUse, Field(discriminator="fix")]


class TraceProof(PlanModel):
    """A fresh read must predict this fate."""

    kind: Literal["trace"]
    fate: Literal["complete"] = "complete"


class ConnectionProof(PlanModel):
    """A connection of the flow must appear on the firewall with data both ways."""

    kind: Literal["connection"]
    within_s: int = Field(default=60, ge=1, le=3600)


Proof = Annotated[TraceProof | ConnectionProof, Field(discriminator="kind")]


class RemediationModel(PlanModel):
    """A playbook file.

    Attributes:
        cures: the findings it is for.
        roles: devices of the story by a name of your choice.
        fixes: in the order they are applied; what is in place already is left out.
        verify: each proof once; a cure that only one of them shows is not shown.
        on_failure: everything is taken back.
    """

    kind: Literal["remediation"]
    name: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    title: str = Field(min_length=1, max_length=200)
    cures: list[FindingId] = Field(min_length=1)
    roles: dict[str, Role]
    fixes: list[FixUse] = Field(min_length=1)
    verify: list[Proof] = Field(min_length=1)
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
        """How long a connection of the flow may take to appear."""
        return next(proof.within_s for proof in self.model.verify if isinstance(proof, ConnectionProof))

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


def schema() -> str:
    """The JSON schema of a playbook, as `playbooks/schema.json` holds it."""
    made: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    made |= RemediationModel.model_json_schema()
    return json.dumps(made, indent=2, sort_keys=True) + "\n"


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
    if kinds != ["connection", "trace"]:
        raise document.fault(
            ("verify",), "must hold the two proofs `kind: trace` and `kind: connection`, each once"
        )
