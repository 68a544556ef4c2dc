"""Logging, users and the smaller shows of the 3560."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bothways.lab.cli.shell import Shell
from bothways.lab.cli.timing import route_age


def render_logging(lines: Sequence[str], size: int) -> str:
    """`show logging`: the head, an empty line, the buffer."""
    count = len(lines)
    head = f"""\
Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, xml disabled, \
filtering disabled)

No Active Message Discriminator.



No Inactive Message Discriminator.


    Console logging: level debugging, {count} messages logged, xml disabled,
                     filtering disabled
    Monitor logging: level debugging, 0 messages logged, xml disabled,
                     filtering disabled
    Buffer logging:  level debugging, {count} messages logged, xml disabled,
                     filtering disabled
    Exception Logging: size (4096 bytes)
    Count and timestamp logging messages: disabled
    File logging: disabled
    Persistent logging: disabled
    Trap logging: level informational, {count} message lines logged

Log Buffer ({size} bytes):
"""
    return head + "\n" + "".join(f"{line}\n" for line in lines)


def render_users(shells: Iterable[Shell], own: Shell) -> str:
    """`show users`; the star marks the session that asks."""
    lines = ["    Line       User       Host(s)              Idle       Location"]
    for at, shell in enumerate(shells):
        star = "*" if shell is own else " "
        idle = route_age(0 if shell is own else shell.station.now() - shell.since_s)
        line = f"{star}{at + 1:>3} vty {at:<5} {shell.user:<10} {'idle':<20} {idle}"
        lines.append(f"{line} {shell.screen.peer()}")
    lines += ["", "  Interface      User        Mode                     Idle     Peer Address"]
    return "".join(f"{line}\n" for line in lines) + "\n"


def render_hosts(domain: str) -> str:
    """`show hosts`: nobody is known by name."""
    return f"""\
Default domain is {domain or "not set"}
Name/address lookup uses domain service
Name servers are 255.255.255.255

Codes: UN - unknown, EX - expired, OK - OK, ?? - revalidate
       temp - temporary, perm - permanent
       NA - Not Applicable None - Not defined

Host                      Port  Flags      Age Type   Address(es)
"""


def render_startup(text: str) -> str:
    """`show startup-config`: the saved text behind its own first line."""
    if not text:
        return "startup-config is not present\n"
    body = text[text.index("!") :] if "!" in text else text
    return f"Using {len(body)} out of 524288 bytes\n{body}"
