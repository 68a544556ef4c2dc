"""Firewalls that hand packets to each other: recognised, named, and refused a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Scenario, trace
from bothways.flow import Fate, Flow
from bothways.platforms import platform
from bothways.rules import Severity, diagnose
from bothways.state import rows
from bothways.state.cluster import Cluster
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Row

if TYPE_CHECKING:
    from bothways.diagnosis import Trace
    from tests.diagnosis.conftest import Failover, Hosting, Office, Story

CONFIG, INFO = "show running-config", "show cluster info"
SECTIONS = "interface Vlan1\n nameif {inside}\n{group}interface Vlan2\n nameif {outside}\n{top}"
CLUSTER = "cluster group EDGE\n local-unit one\n enable\n"
MEMBER = 'Cluster EDGE: On\n    Interface mode: spanned\n    This is "one" in state MASTER\n'
SILENCE_S = 7200
SILENT = (Scenario.AFTER_IDLE, Scenario.CONN_LOST)
WALKED = [each for each in Scenario if each is not Scenario.UPLINK_LOSS]
"""Of the other one, nothing is known on networks whose access switch was not read: it never gets here."""


class Network:
    """A snapshot, the sides of its firewalls, and a flow through these."""

    def __init__(self, snapshot: Snapshot, sides: tuple[str, str], flow: str) -> None:
        self.snapshot, self.sides = snapshot, sides
        self.flow = Flow.parse(flow)

    def walked(self, scenario: Scenario, *texts: tuple[str, str]) -> tuple[Trace, Snapshot]:
        """With outputs of the firewalls, by command, in the platform's own parsers."""
        devices = {state.name: self._with(state, texts) for state in self.snapshot}
        snapshot = Snapshot(devices, self.snapshot.taken_at, {})
        silence_s = SILENCE_S if scenario in SILENT else None
        return trace(snapshot, self.flow, (), scenario, silence_s), snapshot

    def _with(self, state: DeviceState, texts: tuple[tuple[str, str], ...]) -> DeviceState:
        if state.platform != "cisco_asa":
            return state
        read = {command: Output(command, text, self.snapshot.taken_at) for command, text in texts}
        sources = platform("cisco_asa").sources
        kinds: tuple[type[Row], ...] = (rows.Unmodelled, Cluster)
        own = {kind: sources[kind] for kind in kinds}
        return DeviceState(state.name, state.platform, {**state.outputs, **read}, {**state._sources, **own})

    def config(self, *, asr: str = "", top: str = "") -> tuple[str, str]:
        """A firewall's configuration, as far as this is about."""
        inside, outside = self.sides
        return CONFIG, SECTIONS.format(inside=inside, outside=outside, group=asr, top=top)


@pytest.fixture(params=["hairpin", "cured", "remote site", "office", "application"])
def network(
    request: pytest.FixtureRequest,
    story: Story,
    failover: Failover,
    make_office: type[Office],
    hosting: Hosting,
) -> Network:
    """The networks of the stories: dying flows and living ones."""
    vlans = ("inside", "outside")
    name = request.param
    if name in {"hairpin", "cured"}:
        network = story.routing_template().pbr() if name == "cured" else story
        return Network(network.snapshot(), vlans, "10.12.0.130 172.16.1.18 tcp/443")
    if name == "remote site":
        flow = "10.40.0.50 10.10.0.20 tcp/443"
        return Network(failover.snapshot(), ("Inside", "MPLS"), flow)
    if name == "office":
        return Network(make_office().snapshot(), vlans, "10.30.0.21 203.0.113.90 tcp/443")
    return Network(hosting.snapshot(), vlans, "10.20.0.25 203.0.113.80 tcp/80")


@pytest.mark.parametrize("scenario", WALKED)
@pytest.mark.parametrize("line", ["cluster group EDGE", "asr-group 1", "Cluster EDGE: On"])
def test_no_verdict_and_no_error_is_given(network: Network, scenario: Scenario, line: str) -> None:
    """X-07: in every scenario the line is named as what stays unseen, and nothing is called a fault."""
    texts = {
        "cluster group EDGE": [network.config(top=CLUSTER)],
        "asr-group 1": [network.config(asr=" asr-group 1\n")],
        "Cluster EDGE: On": [network.config(), (INFO, MEMBER)],
    }[line]

    walked, snapshot = network.walked(scenario, *texts)

    assert walked.fate is Fate.UNKNOWN
    named = [text for text in walked.could_not_see if line in text]
    assert named
    assert any(": show " in text for text in named)
    assert line in {evidence.text.strip() for evidence in walked.evidence}
    assert not [one for one in diagnose(snapshot, walked) if one.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "info", ["Clustering is not configured\n", "Cluster EDGE: Off\n"], ids=["none", "out of it"]
)
def test_a_unit_that_is_in_no_cluster_weakens_nothing(network: Network, info: str) -> None:
    """X-07: neither the command alone, nor a cluster that the unit is out of."""
    plain, _ = network.walked(Scenario.HANDSHAKE, network.config())
    asked, _ = network.walked(Scenario.HANDSHAKE, network.config(), (INFO, info))

    assert plain.fate is not Fate.UNKNOWN
    assert (asked.fate, asked.at, asked.could_not_see) == (plain.fate, plain.at, plain.could_not_see)


def test_a_loss_that_was_supposed_on_one_unit_is_no_finding(network: Network) -> None:
    """S3-06: another unit of the cluster may have the connection."""
    walked, snapshot = network.walked(Scenario.CONN_LOST, network.config(top=CLUSTER))
    assert "connection-lost" not in {finding.id for finding in diagnose(snapshot, walked)}


@pytest.mark.parametrize("scenario", list(Scenario))
def test_no_scenario_calls_a_flow_through_a_cluster_alive(network: Network, scenario: Scenario) -> None:
    """X-07: whatever is supposed of the flow beforehand."""
    walked, _ = network.walked(scenario, network.config(top=CLUSTER))
    assert walked.fate is Fate.UNKNOWN
    assert walked.could_not_see
