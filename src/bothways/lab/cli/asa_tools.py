"""What an ASA does besides showing: ping, clearing, packet-tracer."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

from bothways.lab.acl import PORTS
from bothways.lab.asa.device import AsaDevice
from bothways.lab.asa.tracer import Phase, Tracing
from bothways.lab.cli.asa_show import seen
from bothways.lab.cli.asa_show.selection import Selection
from bothways.lab.cli.dialect import Words
from bothways.lab.cli.ios_tools import render_ping
from bothways.lab.cli.shell import Shell
from bothways.lab.frames import ICMP, SYN, TCP, UDP, Packet

_PATIENCE_S = 60.0
_SOURCE_IDENT = 1


def ping(shell: Shell, words: Words) -> str:
    """`ping [NAMEIF] ADDRESS`: five requests of two seconds each."""
    run = seen.device(shell).start_ping(IPv4Address(words[-1]))
    shell.station.run_until(lambda: run.done, _PATIENCE_S)
    return (
        "Type escape sequence to abort.\n"
        f"Sending 5, 100-byte ICMP Echos to {words[-1]}, timeout is 2 seconds:\n" + render_ping(run)
    )


def clear_conn(shell: Shell, words: Words) -> str:
    """`clear conn [address A [port P] [address B]]`: says how many went."""
    device = seen.device(shell)
    wanted = Selection.read(words)
    count = device.clear_conns(lambda conn: wanted.takes(seen.conn_row(device, conn)))
    return f"{count} connection(s) deleted.\n"


def clear_xlate(shell: Shell, _words: Words) -> str:
    """`clear xlate`: all translations, and the connections that used them; it prints a blank line."""
    seen.device(shell).firewall.clear_xlates()
    return "\n"


def clear_asp_drop(shell: Shell, _words: Words) -> str:
    """`clear asp drop`."""
    seen.device(shell).asp_drops.clear(shell.station.now(), shell.user)
    return ""


def clear_logging(shell: Shell, _words: Words) -> str:
    """`clear logging buffer`."""
    shell.device.log.clear()
    return ""


def clear_arp(shell: Shell, _words: Words) -> str:
    """`clear arp`."""
    seen.device(shell).clear_arp()
    return ""


def trace(shell: Shell, words: Words) -> str:
    """`packet-tracer input NAMEIF …`: the phases and the result."""
    device = seen.device(shell)
    nameif, protocol, arguments = words[2], words[3], [word for word in words[4:] if word != "detailed"]
    if nameif not in device.interfaces:
        return f"ERROR: % Invalid interface name: {nameif}\n"
    tracing = device.packet_tracer(nameif, _packet(protocol, arguments))
    phases = "".join(_phase(number, phase) for number, phase in enumerate(tracing.phases, start=1))
    return f"\n{phases}{_result(device, tracing)}"


def _packet(protocol: str, arguments: list[str]) -> Packet:
    source = IPv4Address(arguments[0])
    if protocol == "icmp":
        kind, code = int(arguments[1]), int(arguments[2])
        echo = Packet(source, IPv4Address(arguments[-1]), ICMP, 255, _SOURCE_IDENT, _SOURCE_IDENT)
        return replace(echo, icmp_type=kind, icmp_code=code)
    destination = IPv4Address(arguments[2])
    sport, dport = (int(PORTS.get(word, word)) for word in (arguments[1], arguments[-1]))
    if protocol == "udp":
        return Packet(source, destination, UDP, 255, sport, dport)
    return Packet(source, destination, TCP, 255, sport, dport, SYN, window=8192)


def _phase(number: int, phase: Phase) -> str:
    lines = [
        f"Phase: {number}",
        f"Type: {phase.kind}",
        f"Subtype: {phase.subtype}",
        f"Result: {phase.result}",
        "Config:",
        *phase.config,
        "Additional Information:",
        *phase.info,
        "",
    ]
    return "".join(f"{line}\n" for line in lines)


def _result(device: AsaDevice, tracing: Tracing) -> str:
    lines = ["Result:", *_side(device, "input", tracing.ingress)]
    if tracing.egress:
        lines += _side(device, "output", tracing.egress)
    lines.append(f"Action: {'allow' if tracing.allowed else 'drop'}")
    if not tracing.allowed:
        lines.append(f"Drop-reason: ({tracing.drop_reason}) {tracing.drop_text}")
    return "".join(f"{line}\n" for line in [*lines, ""])


def _side(device: AsaDevice, side: str, nameif: str) -> list[str]:
    state = "up" if device.interface_up(nameif) else "down"
    return [f"{side}-interface: {nameif}", f"{side}-status: {state}", f"{side}-line-status: {state}"]
