"""`show capture`: the captures that stand, and the packets of one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from itertools import islice

from bothways.lab.asa.asp import FRAME_TEXTS
from bothways.lab.asa.capture import ASP_DROP, BUFFER_BYTES, PACKET_BYTES, Capture, Caught
from bothways.lab.cli.asa_show.captured import render_packet
from bothways.lab.cli.timing import wall
from bothways.lab.device import Identity

_TELLS_PLACE = (9, 16)
"""The first release that is seen to say where in its code it dropped a packet; when it began is unknown."""
_HEAD = """\
Target:     OTHER
Hardware:   {model}
Cisco Adaptive Security Appliance Software Version {release}
ASLR enabled, text region 5587084fb000-55870c1547e5
"""


def render_captures(captures: Iterable[Capture]) -> str:
    """A line for each, and one for each of its conditions."""
    return "".join(_capture(one) for one in captures)


def render_packets(capture: Capture, *, first: int, count: int | None, detail: bool, box: Identity) -> str:
    """The packets from a number on."""
    end = len(capture.caught) if count is None else first - 1 + count
    chosen = list(islice(enumerate(capture.caught, start=1), first - 1, end))
    lines = "".join(
        render_packet(number, wall(one.time_s), one, _why(one, box.version), detail=detail)
        for number, one in chosen
    )
    tells = capture.kind == ASP_DROP and _tells(box.version)
    head = _HEAD.format(release=box.version, model=box.model) if tells else ""
    return f"{head}\n{_counted(len(capture.caught))} captured\n\n{lines}{_counted(len(chosen))} shown\n"


def _capture(one: Capture) -> str:
    words = [f"capture {one.name} type {one.kind}"]
    words += [one.reason] if one.kind == ASP_DROP else []
    words += [f"access-list {one.acl}"] if one.acl else []
    words += [f"buffer {one.buffer}"] if one.buffer != BUFFER_BYTES else []
    words += [f"interface {name}" for name in one.interfaces]
    words += [f"packet-length {one.packet_length}"] if one.packet_length != PACKET_BYTES else []
    words += ["circular-buffer"] if one.circular else []
    words += ["headers-only"] if one.headers_only else []
    conditions = "".join(f"  match {condition.text} \n" for condition in one.conditions)
    return f"{' '.join(words)} [{one.state} - {one.used} bytes] \n{conditions}"


def _counted(number: int) -> str:
    return f"{number} packet{'s' if number > 1 else ''}"


def _tells(release: str) -> bool:
    return tuple(int(part) for part in re.findall(r"\d+", release)[:2]) >= _TELLS_PLACE


def _why(one: Caught, release: str) -> str:
    """The words behind a dropped packet."""
    if not one.reason:
        return ""
    text = f"Drop-reason: ({one.reason}) {FRAME_TEXTS.get(one.reason, one.reason)}"
    if not _tells(release):
        return text
    place = sha256(one.reason.encode()).hexdigest()[:8]
    return f"{text}, Drop-location: frame 0x00005587{place} flow (NA)/NA"
