"""What a run may call proven, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest
from nornir.core.plugins.connections import ConnectionPluginRegister

from bothways.fleet import apply_plan, verify
from bothways.flow import Flow
from bothways.planning import make_plan
from bothways.planning.canonical import sealed
from bothways.planning.plan import Plan
from bothways.playbook import load_playbook
from bothways.pushing.connection import Watch, wait_for_connection
from bothways.pushing.unit import Unit

from .bench import Bench, bench
from .fleet_toys import PERMIT, Toys, made, plugin_over
from .toy import FORWARD, SteppedClock, Toy

HEAD = "1 in use, 7 most used\n"
UDP = Flow.parse("10.12.0.130 172.16.1.18 udp/69")
PING = Flow.parse("10.12.0.130 172.16.1.18 icmp")
SHOW = "show conn address 10.12.0.130 address 172.16.1.18"
ROWS = {
    "udp": "UDP inside 172.16.1.18:69 inside 10.12.0.130:50001, idle 0:00:01, bytes 4096, flags -\n",
    "icmp": "ICMP inside 172.16.1.18:0 inside 10.12.0.130:512, idle 0:00:01, bytes 4096, flags -\n",
}


@pytest.mark.parametrize("flow", [UDP, PING], ids=["udp", "icmp"])
def test_f78_the_clients_own_packets_prove_nothing(
    toy: Toy, asa: Unit, clock: SteppedClock, flow: Flow
) -> None:
    """F78, S0-20: the row and its bytes are there though nobody answered, and waiting would not help."""
    toy.outputs[SHOW] = HEAD + ROWS[flow.protocol.value]
    assert wait_for_connection(asa, Watch(flow, 30.0)) is None
    assert clock.seconds == 0.0


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("UIOB", "a connection of the flow carried data both ways: {}"),
        (
            "b",
            (
                "a connection of the flow carries data: {}; it bypasses the state check, so this firewall "
                "does not tell its directions apart, and that answers come back is the trace's word"
            ),
        ),
    ],
    ids=["checked", "bypassed"],
)
def test_the_sentence_claims_what_was_seen_and_no_more(toy: Toy, asa: Unit, row: str, said: str) -> None:
    """S0-12, S0-20: of a bypassed connection nobody can say that data went both ways."""
    toy.outputs[SHOW] = (
        f"{HEAD}TCP inside 172.16.1.18:443 inside 10.12.0.130:50001, idle 0:00:01, bytes 512, flags {row}\n"
    )
    found = wait_for_connection(asa, Watch(Flow.parse("10.12.0.130 172.16.1.18 tcp/443")))
    assert found is not None
    line = f"172.16.1.18:443 10.12.0.130:50001 flags {row}, bytes 512"
    assert found.said == said.format(line)


@pytest.fixture
def toys(tmp_path: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Toys:
    toys = made(tmp_path, clock)
    monkeypatch.setitem(ConnectionPluginRegister.available, "bothways", plugin_over(toys))
    return toys


def for_flow(plan: Plan, flow: Flow) -> Plan:
    return sealed(plan.model_copy(update={"flow": str(flow), "content_hash": ""}))


@pytest.mark.parametrize("flow", [UDP, PING], ids=["udp", "icmp"])
def test_x07_a_flow_that_is_not_tcp_ends_unproven(toys: Toys, flow: Flow) -> None:
    """X-07: exit 24, kept, not saved, and it is said what would prove it; the same of `verify`."""
    toys.asa.outputs[SHOW] = HEAD + ROWS[flow.protocol.value]
    plan = for_flow(toys.plan(), flow)

    applied = apply_plan(plan, toys.context)

    assert applied.exit_code == 24, applied.sentences
    assert applied.proof is None
    assert PERMIT in toys.asa.running
    assert PERMIT not in toys.asa.startup
    word = flow.protocol.value
    said, run = applied.sentences[-1], applied.run_id
    assert f"{word} is never proven by a connection table: its bytes may all be the client's" in said
    assert "see on 10.12.0.130 that 172.16.1.18 answers, then save by hand" in said
    assert f"or: bothways rollback {run}" in said

    checked = verify(plan, toys.context)
    assert checked.exit_code == 24
    assert f"{word} is never proven" in checked.sentences[0]
    assert len(toys.switch.received) == len(FORWARD)


def test_x07_tftp_through_the_hairpin_is_kept_and_not_called_proven(tmp_path: Path) -> None:
    """X-07, S0-20: over real SSH, with the client's datagrams in the firewall's table."""
    with bench(tmp_path / "lab", "from-start", "routing-sdm") as lab:
        plan = tftp_plan(lab)
        applied = apply_plan(
            plan,
            lab.context,
            stimulate=lambda: use_tftp(lab),
        )
        assert applied.exit_code == 24, applied.sentences
        assert applied.proof is None
        assert lab.unsaved()["edge-asa"]


def use_tftp(lab: Bench) -> None:
    lab.lab.ask("tftp", client="10.12.0.130", server="172.16.1.18")


def tftp_plan(lab: Bench) -> Plan:
    chosen = lab.workspace.content("playbooks/hairpin-bypass.yaml")
    return make_plan(
        lab.read(),
        UDP,
        load_playbook(chosen.path, chosen.origin),
        hosts=lab.network.hosts,
        clock=lab.context.clock,
        content=lab.workspace.content,
    )
