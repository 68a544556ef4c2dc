"""What IOS does besides showing: ping, telnet, and clearing."""

from __future__ import annotations

from ipaddress import IPv4Address

from bothways.lab.cli.dialect import Words
from bothways.lab.cli.ios_show import seen
from bothways.lab.cli.shell import Shell
from bothways.lab.device import PingRun
from bothways.lab.ios.device import IosDevice

_PATIENCE_S = 60.0


def ping(shell: Shell, words: Words) -> str:
    """`ping ADDRESS`: five requests of two seconds each."""
    arguments = [word for word in words if word != "ip"]
    count = int(arguments[arguments.index("repeat") + 1]) if "repeat" in arguments else 5
    source = None
    if "source" in arguments:
        source = _source(seen.device(shell), arguments[arguments.index("source") + 1])
        if source is None:
            return "% Invalid source interface - IP not enabled or interface is down\n"
    run = seen.device(shell).start_ping(IPv4Address(arguments[1]), count, source)
    shell.station.run_until(lambda: run.done, _PATIENCE_S)
    said = f"Packet sent with a source address of {source} \n" if source else ""
    return (
        "\nType escape sequence to abort.\n"
        f"Sending {count}, 100-byte ICMP Echos to {arguments[1]}, timeout is 2 seconds:\n"
        + said
        + render_ping(run)
    )


def telnet(shell: Shell, words: Words) -> str:
    """`telnet ADDRESS [PORT] [/source-interface INTERFACE]`: open a connection, and say what became of it.

    Nobody is there to type into it: it is closed again as soon as the other side has answered.
    """
    device, called = seen.device(shell), IPv4Address(words[1])
    port = int(words[2]) if len(words) > 2 and words[2].isdigit() else 23
    by_name = words[words.index("/source-interface") + 1] if "/source-interface" in words else ""
    source = _source(device, by_name) if by_name else device.source_for(called)
    if source is None:
        return f"% Invalid source interface {by_name}\n" if by_name else _UNREACHABLE
    call = device.stack(source).call(called, port)
    shell.station.run_until(lambda: call.result not in ("", "connected"), _PATIENCE_S)
    return f"Trying {called} ... {_OPENING.get(call.result, _SILENCE)}"


_UNREACHABLE = "% Destination unreachable; gateway or host down\n"
_SILENCE = "\n% Connection timed out; remote host not responding\n\n"
_OPENING = {
    "delivered": "Open\n\n[Connection closed by foreign host]\n",
    "refused": "\n% Connection refused by remote host\n\n",
}


def _source(device: IosDevice, text: str) -> IPv4Address | None:
    """The address of an interface that is up, or an address as it stands."""
    if text[0].isdigit():
        return IPv4Address(text)
    svi = device.svis.get(text)
    return svi.address.ip if svi and svi.address and device.interface_up(text) else None


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


def clear_translations(shell: Shell, _words: Words) -> str:
    """`clear ip nat translation *`: what packets made; static entries stay."""
    seen.device(shell).layer3.made.clear()
    return ""


def clear_counters(_shell: Shell, _words: Words) -> str:
    """`clear counters`: there are none that anybody reads."""
    return ""
