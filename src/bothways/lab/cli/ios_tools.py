"""What a 3560 does besides showing: ping, and clearing."""

from __future__ import annotations

from ipaddress import IPv4Address

from bothways.lab.cli.dialect import Words
from bothways.lab.cli.ios_show import seen
from bothways.lab.cli.shell import Shell
from bothways.lab.device import PingRun

_PATIENCE_S = 60.0


def ping(shell: Shell, words: Words) -> str:
    """`ping ADDRESS`: five requests of two seconds each."""
    arguments = [word for word in words if word != "ip"]
    count = int(arguments[arguments.index("repeat") + 1]) if "repeat" in arguments else 5
    run = seen.device(shell).start_ping(IPv4Address(arguments[1]), count)
    shell.station.run_until(lambda: run.done, _PATIENCE_S)
    return (
        "\nType escape sequence to abort.\n"
        f"Sending {count}, 100-byte ICMP Echos to {arguments[1]}, timeout is 2 seconds:\n" + render_ping(run)
    )


def render_ping(run: PingRun) -> str:
    """The marks and the success rate, the same on both platforms."""
    times = [reply for reply in run.replies if reply is not None]
    marks = "".join("." if reply is None else "!" for reply in run.replies)
    rate = 100 * len(times) // run.count
    text = f"{marks}\nSuccess rate is {rate} percent ({len(times)}/{run.count})"
    if times:
        low, mean, high = (max(1, round(1000 * t)) for t in (min(times), sum(times) / len(times), max(times)))
        text += f", round-trip min/avg/max = {low}/{mean}/{high} ms"
    return text + "\n"


def clear_logging(shell: Shell, _words: Words) -> str:
    """`clear logging`."""
    shell.device.log.clear()
    return ""


def clear_arp(shell: Shell, _words: Words) -> str:
    """`clear arp-cache`."""
    seen.device(shell).clear_arp()
    return ""


def clear_counters(_shell: Shell, _words: Words) -> str:
    """`clear counters`: there are none that anybody reads."""
    return ""
