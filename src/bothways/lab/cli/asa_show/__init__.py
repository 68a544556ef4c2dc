"""The show commands of the ASA: patterns, and what answers each."""

from __future__ import annotations

from collections.abc import Callable

from bothways.lab.asa.device import AsaDevice
from bothways.lab.cli.asa_show import connections, interfaces, policy, seen, system, translations
from bothways.lab.cli.asa_show.selection import Selection
from bothways.lab.cli.asa_show.version import render_version
from bothways.lab.cli.dialect import Handler, Words
from bothways.lab.cli.shell import Shell
from bothways.lab.cli.timing import asa_clock


def _of(render: Callable[[AsaDevice], str]) -> Handler:
    """A handler that only looks at the device."""

    def run(shell: Shell, _words: Words) -> str:
        return render(seen.device(shell))

    return run


def _says(text: str) -> Handler:
    return lambda _shell, _words: text


def _version(shell: Shell, _words: Words) -> str:
    device = seen.device(shell)
    one = device.identity
    changed = seen.modified(device, shell.station.last_editor)
    return render_version(device.hostname, one.serial, one.mac, device.uptime_s, changed)


def _interface(shell: Shell, words: Words) -> str:
    found = seen.ports(seen.device(shell))
    if len(words) > 2:
        found = [port for port in found if words[2] in (port.name, port.nameif)]
        if not found:
            return f"ERROR: % Invalid interface name: {words[2]}\n"
    return interfaces.render_interfaces(found)


def _conn(shell: Shell, words: Words) -> str:
    device = seen.device(shell)
    everything = seen.conns(device)
    most = device.most_used
    if "count" in words:
        return connections.render_count(len(everything), most)
    form = next((word for word in words if word in ("long", "detail")), "")
    chosen = [conn for conn in everything if Selection.read(words).takes(conn)]
    return connections.render_conns(chosen, len(everything), most, form)


def _xlate(shell: Shell, words: Words) -> str:
    device = seen.device(shell)
    return translations.render_xlates(translations.xlates(device), translations.most(device), words[-1])


def _nat(shell: Shell, words: Words) -> str:
    return translations.render_nat(translations.nats(seen.device(shell)), detail="detail" in words)


def _access_list(shell: Shell, words: Words) -> str:
    found = seen.access_lists(seen.device(shell))
    if len(words) == 2:
        return policy.render_access_lists(found, with_head=True)
    named = [acl for acl in found if acl.name == words[2]]
    if not named:
        return f"ERROR: access-list <{words[2]}> does not exist\n"
    return policy.render_access_lists(named, with_head=False)


def _service_policy(shell: Shell, words: Words) -> str:
    found = seen.policies(seen.device(shell))
    if "interface" in words:
        found = [each for each in found if each.nameif == words[-1]]
    return policy.render_policies(found)


def _asp_drop(shell: Shell, _words: Words) -> str:
    device = seen.device(shell)
    return connections.render_drops(seen.drops(device), seen.drops_cleared(device))


def _logging(shell: Shell, _words: Words) -> str:
    device = seen.device(shell)
    lines = seen.log_lines(device)
    settings = seen.logging_settings(device)
    return system.render_logging(lines, settings)


def _curpriv(shell: Shell, _words: Words) -> str:
    return system.render_curpriv(shell.user, shell.privilege, shell.mode.name)


def _clock(shell: Shell, _words: Words) -> str:
    return asa_clock(shell.station.now()) + "\n"


def _running(shell: Shell, words: Words) -> str:
    text = seen.device(shell).running_text()
    rest = [word for word in words[2:] if word != "all"]
    return system.render_sections(text, rest) if rest else text


_SECTIONS = (
    "aaa", "aaa-server", "access-group", "access-list", "arp", "banner", "boot", "class-map", "clock",
    "console", "crypto", "dhcpd", "domain-name", "dynamic-access-policy-record", "enable", "event",
    "failover", "ftp", "hostname", "http", "icmp", "ip", "logging", "mtu", "name", "names", "nat", "ntp",
    "object", "object-group", "pager", "passwd", "policy-map", "prompt", "route", "router",
    "same-security-traffic", "service", "service-policy", "snmp-server", "ssh", "ssl", "sysopt",
    "telnet", "terminal", "threat-detection", "timeout", "user-identity", "username", "xlate",
)  # fmt: skip

_FILTER = (
    "[ protocol ( tcp | udp | icmp ) ] [ address <ip> [ netmask <ip> ] ] [ port <n> ] "
    "[ address <ip> [ netmask <ip> ] ] [ port <n> ]"
)

SHOWS: dict[str, Handler] = {
    "show version": _version,
    "show clock": _clock,
    "show curpriv": _curpriv,
    "show mode": _says("Security context mode: single \n"),
    "show firewall": _says("Firewall mode: Router\n"),
    "show checksum": _of(lambda device: f"Cryptochecksum: {device.checksum} \n"),
}
"""What level 1 may see."""

PRIVILEGED_SHOWS: dict[str, Handler] = {
    "show running-config [ all ]": _running,
    f"show running-config [ all ] ( {' | '.join(_SECTIONS)} ) [ <line> ]": _running,
    "show running-config [ all ] interface [ <if> ]": _running,
    "show startup-config": _of(lambda device: device.startup_text),
    "show interface [ <if> | <word> ]": _interface,
    "show interface ip brief": _of(lambda device: interfaces.render_brief(seen.ports(device))),
    "show nameif": _of(lambda device: interfaces.render_nameif(seen.ports(device))),
    "show arp": _of(lambda device: interfaces.render_arp(seen.arp(device))),
    "show route": _of(lambda device: interfaces.render_routes(seen.routes(device))),
    "show conn count": _conn,
    f"show conn [ all ] [ long | detail ] {_FILTER}": _conn,
    f"show conn {_FILTER} ( long | detail )": _conn,
    "show xlate [ count ]": _xlate,
    "show nat [ detail ]": _nat,
    "show asp drop [ frame | flow ]": _asp_drop,
    "show access-list [ <word> ]": _access_list,
    "show service-policy [ global | interface <word> ]": _service_policy,
    "show logging [ buffered ]": _logging,
    "show failover": _says("Failover Off \n"),
    "show cpu [ usage ]": _says("CPU utilization for 5 seconds = 3%; 1 minute: 2%; 5 minutes: 2%\n"),
    "show memory": _says(
        "Free memory:       238345216 bytes (44%)\nUsed memory:       298525696 bytes (56%)\n"
        "-------------     ------------------\nTotal memory:      536870912 bytes (100%)\n"
    ),
}
"""What level 15 may see besides."""
