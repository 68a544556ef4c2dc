"""Ways out for applications that fall silent and for connections that firewalls lose: when each applies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bothways.diagnosis import Finding, Trace
from bothways.diagnosis.timers import IdleTimer, span
from bothways.fixes.menu_item import NOT_PUSHED, MenuItem

_REGISTRY = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
_SHORT, _LOST, _RESET, _QUIET = "idle-timeout-short", "connection-lost", "reset-service", "logging-too-quiet"


def silence_ways(trace: Trace, findings: Sequence[Finding]) -> tuple[MenuItem, ...]:
    """All of them, when a firewall lost a connection of the flow or answers for one; else none."""
    found = {finding.id: finding for finding in findings}
    if not {_SHORT, _LOST, _RESET} & set(found) or not trace.opening:
        return ()
    firewall = next(found[name].device for name in (_SHORT, _LOST, _RESET) if name in found)
    timer = next((timer for timer in trace.timers if timer.device == firewall), None)
    short = timer if _SHORT in found else None
    return (
        *_timers(trace, firewall, short),
        _keepalives(trace, short or timer),
        *_resets(trace, firewall, forged=_RESET in found),
        _log(trace, firewall, quiet=_QUIET in found),
    )


def _timers(trace: Trace, firewall: str, short: IdleTimer | None) -> Iterator[MenuItem]:
    """A longer time for the flow, for all, a question before the end, or an end that is told."""
    here = short is not None
    silence = span(trace.silence_s or 0)
    why = (
        f"the flow is silent for {silence}, {firewall} keeps it for {short}"
        if short
        else f"it applies where a silence outlives the timer of {firewall}, which is not the case here"
    )
    longer = span(max(3600, 2 * (trace.silence_s or 0)))
    ends = "the two ends of this flow alone"
    yield MenuItem(
        "idle-timeout-class", here, f"{why}; for {ends}", "Its connections stay that long, also dead ones.",
        _plan("idle-timeout", trace) if here else "", "idle-timeout" if here else "",
    )  # fmt: skip
    yield MenuItem(
        "idle-timeout-global",
        here,
        f"{why}; for everybody, where many applications are silent",
        "Every dead connection stays that long: the table of a busy firewall grows.",
        f"! {firewall}, {NOT_PUSHED}\ntimeout conn {longer}" if here else "",
    )
    yield MenuItem(
        "dcd", here, f"{why}; where nobody knows how long the next silence will be",
        "Probes to both ends each time the idle time is over; half-closed ones are not asked.",
        _plan("dcd", trace) if here else "", "dcd" if here else "",
    )  # fmt: skip
    yield MenuItem(
        "idle-with-reset",
        here,
        f"{why}; where the application may not live, but must not hang: both ends are told at once",
        "The connection dies all the same; both ends must open anew.",
        f"! in the class of the flow on {firewall}, {NOT_PUSHED}\n"
        f"set connection timeout idle {span(short.seconds)} reset"
        if short
        else "",
    )


def _keepalives(trace: Trace, timer: IdleTimer | None) -> MenuItem:
    """They need no firewall's administrator, and help wherever the timer is."""
    every = max((timer.seconds if timer and timer.seconds else 3600) // 3, 60)
    lines = (
        f"# {trace.flow.client} or the server, {NOT_PUSHED}: every {every} s, if it sets SO_KEEPALIVE",
        f"sysctl -w net.ipv4.tcp_keepalive_time={every}",
        rf"reg add {_REGISTRY} /v KeepAliveTime /t REG_DWORD /d {every * 1000}",
    )
    return MenuItem(
        name="tcp-keepalives",
        available=True,
        reason=(
            "it applies to silences, whoever runs the firewalls, and lets a hung client notice that its "
            "connection is dead"
        ),
        price="Every host and program must be touched; the system's default of two hours is too long.",
        text="\n".join(lines),
    )


def _resets(trace: Trace, firewall: str, *, forged: bool) -> Iterator[MenuItem]:
    text = _plan("reset-service", trace) if forged else ""
    yield MenuItem(
        "reset-service-off",
        forged,
        f"{firewall} forges a RST here" if forged else f"{firewall} forges no RST here",
        "The loss stays, and nobody is told of it: it applies where the forged RST does the harm.",
        text,
        "reset-service" if forged else "",
    )
    outside = next((h.ingress for leg in trace.opening[:1] for h in leg.hops if h.device == firewall), "")
    yield MenuItem(
        "reset-service-both",
        bool(outside),
        "it applies where the client hangs: when it speaks next, it is told at once",
        "Scanners learn that a firewall is there.",
        f"! {firewall}, {NOT_PUSHED}\nservice resetinbound interface {outside}" if outside else "",
    )


def _log(trace: Trace, firewall: str, *, quiet: bool) -> MenuItem:
    here = quiet and trace.at.device == firewall
    return MenuItem(
        "logging-on",
        quiet,
        f"{firewall} notes too little to tell why a connection went" if quiet else f"{firewall} logs enough",
        "It cures nothing; the next time, 302014 names the reason.",
        _plan("logging-minimal", trace) if here else _MINIMAL if quiet else "",
        "logging-minimal" if here else "",
    )


_MINIMAL = "logging enable\nlogging timestamp\nlogging buffer-size 524288\nlogging buffered informational"


def _plan(playbook: str, trace: Trace) -> str:
    flow, silence = trace.flow, "" if trace.silence_s is None else f" --silence {trace.silence_s}"
    ends = f"{flow.client},{flow.server},{flow.service}"
    return f"bothways plan {playbook} --scenario {trace.scenario}{silence} --flow {ends} -o fix.plan"
