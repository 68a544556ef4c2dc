"""Hosts that a cure would break: the same walk, for everybody the user declared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from bothways.diagnosis import trace
from bothways.fixes.steps import Lint
from bothways.flow import Fate, Flow
from bothways.network import DeclaredHost
from bothways.state.snapshot import Snapshot


def broken_flows(
    before: Snapshot, after: Snapshot, flow: Flow, hosts: Sequence[DeclaredHost]
) -> Iterator[Lint]:
    """A warning for each declared host whose flow to the same server lives today and dies afterwards."""
    for host in hosts:
        other = _of(host.address, flow)
        if other is None or trace(before, other, hosts).fate is not Fate.COMPLETE:
            continue
        walked = trace(after, other, hosts)
        if walked.fate not in (Fate.COMPLETE, Fate.UNKNOWN):
            text = f"{other} lives today and is predicted to be {walked.fate}: {walked.mechanism}"
            device = walked.at.device or str(host.address)
            yield Lint(id="flow-broken", severity="warning", device=device, text=text)


def _of(host: IPv4Address, flow: Flow) -> Flow | None:
    return None if host in (flow.client, flow.server) else replace(flow, client=host)
