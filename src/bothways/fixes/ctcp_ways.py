"""Ways out for IPsec over TCP, in the vendor's order: another transport or client, a bypass, the loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bothways.diagnosis import Finding, Trace
from bothways.diagnosis import trace as walk
from bothways.fixes.menu_item import NOT_PUSHED, MenuItem
from bothways.flow import Fate, Flow, Protocol
from bothways.state.snapshot import Snapshot

_CURED = "ctcp-proxy-stall"
_IKE, _NAT_T, _TLS = 500, 4500, 443


def ctcp_ways(snapshot: Snapshot, trace: Trace, findings: Sequence[Finding]) -> tuple[MenuItem, ...]:
    """All four, when a firewall looks into IPsec over TCP; else none."""
    firewall = next((finding.device for finding in findings if finding.id == _CURED), "")
    if not firewall:
        return ()
    flow = trace.flow
    return (
        _another_transport(snapshot, flow),
        _another_client(snapshot, flow),
        _bypass(flow, firewall),
        _find_the_loss(flow, firewall),
    )


def _another_transport(snapshot: Snapshot, flow: Flow) -> MenuItem:
    open_, reason = _walked(snapshot, flow, (Protocol.UDP, _IKE), (Protocol.UDP, _NAT_T))
    lines = (
        f"# VPN client {flow.client}, {NOT_PUSHED}: transport IPsec over UDP (NAT/PAT), or plain ESP",
        f"! headend {flow.server}, {NOT_PUSHED}",
        "crypto isakmp nat-traversal 20",
    )
    return MenuItem(
        name="udp-or-esp",
        available=open_,
        reason=f"{reason}; ESP itself is not walked",
        price="The profile of every client changes; the firewalls keep their checks.",
        text="\n".join(lines) if open_ else "",
    )


def _another_client(snapshot: Snapshot, flow: Flow) -> MenuItem:
    open_, reason = _walked(snapshot, flow, (Protocol.TCP, _TLS))
    text = f"# {flow.client} and headend {flow.server}, {NOT_PUSHED}: AnyConnect, whose TCP sends again"
    return MenuItem(
        name="anyconnect",
        available=open_,
        reason=reason,
        price="Another client on every machine, and its licence on the headend.",
        text=text if open_ else "",
    )


def _bypass(flow: Flow, firewall: str) -> MenuItem:
    wanted = f"{flow.client},{flow.server},{flow.service}"
    return MenuItem(
        name="tcp-state-bypass",
        available=True,
        reason=f"temporary, for this flow alone, on {firewall}",
        price="It disables all security checks for matching connections, until the day in the plan.",
        text=f"bothways plan ctcp-bypass --scenario data-loss --flow {wanted} -o fix.plan",
        playbook="ctcp-bypass",
    )


def _find_the_loss(flow: Flow, firewall: str) -> MenuItem:
    return MenuItem(
        name="find-the-loss",
        available=True,
        reason="usually impossible: it is lost somewhere on the Internet, where nobody can repair it",
        price="Captures at both ends and on the way, and the patience of several administrators.",
        text=(
            f"show interface | include line protocol|errors|drops   (on {firewall}, then on every hop "
            f"between {flow.client} and {flow.server})"
        ),
    )


def _walked(snapshot: Snapshot, flow: Flow, *services: tuple[Protocol, int]) -> tuple[bool, str]:
    """Whether nothing that was read stops these services between the same ends, and what was found."""
    found = []
    for protocol, port in services:
        other = walk(snapshot, replace(flow, protocol=protocol, port=port, client_port=None))
        found.append((other.flow.service, other.fate))
    words = " and ".join(f"{service} is {fate}" for service, fate in found)
    return all(fate in (Fate.COMPLETE, Fate.UNKNOWN) for _, fate in found), f"{words} here"
