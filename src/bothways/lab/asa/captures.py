"""The captures of an ASA: placing and removing them, and showing them every packet.

Documented: a packet that comes in is kept before anything drops or translates it, one that goes out after
everything that changes it. Captures are no configuration and do not survive a reload. Believed: the limits of
a buffer and of all together, and the words of the refusals.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bothways.lab.acl import Ace
from bothways.lab.asa.capture import ASP_DROP, MOST_CONDITIONS, Capture, Condition, tagged
from bothways.lab.frames import NO_MAC, Frame, Packet, packet_frame

LEAST_BUFFER, MOST_BUFFER = 1534, 33_554_432
LEAST_PACKET, MOST_PACKET = 14, 9216
MEMORY_BYTES = 2 * MOST_BUFFER
_REMEMBERED = 4096


@dataclass(frozen=True)
class Wanted:
    """What one `capture` command says; None where it is silent."""

    kind: str | None = None
    reason: str | None = None
    interface: str | None = None
    acl: str | None = None
    buffer: int | None = None
    packet_length: int | None = None
    circular: bool = False
    headers_only: bool = False
    conditions: tuple[Condition, ...] = ()


class Captures:
    """All captures of a box.

    Attributes:
        standing: by name, oldest first.
    """

    def __init__(self, now: Callable[[], float], acls: Callable[[str], Sequence[Ace]]) -> None:
        self.standing: dict[str, Capture] = {}
        self._now = now
        self._acls = acls
        self._arrived: OrderedDict[int, tuple[Packet, bytes]] = OrderedDict()

    def place(self, name: str, owner: str, wanted: Wanted) -> str:
        """Make a capture, or change the one of that name; what the device says against it."""
        capture = self.standing.get(name) or Capture(name, owner)
        problem = next(self._against(capture, wanted), "")
        if problem:
            return f"ERROR: {problem}"
        _change(capture, wanted)
        self.standing[name] = capture
        return ""

    def remove(self, name: str, nameif: str = "") -> str:
        """Take a capture away, or from an interface only, which leaves what it has kept."""
        capture = self.standing.get(name)
        if capture is None:
            return unknown(name)
        if not nameif:
            del self.standing[name]
        elif nameif not in capture.interfaces:
            return f"ERROR: Capture <{name}> is not applied to interface {nameif}"
        else:
            capture.interfaces.remove(nameif)
        return ""

    def clear(self, name: str = "") -> str:
        """Empty one, or all."""
        if name and name not in self.standing:
            return unknown(name)
        for capture in self.standing.values():
            if name in ("", capture.name):
                capture.empty()
        return ""

    def forget(self) -> None:
        """The box goes down."""
        self.standing.clear()
        self._arrived.clear()

    def passing(self, nameif: str, vlan: int | None, frame: Frame, *, came_in: bool) -> None:
        """A frame at an interface."""
        raw: bytes | None = None
        for capture in self.standing.values():
            if capture.kind == ASP_DROP:
                if came_in and isinstance(frame.body, Packet):
                    self._remember(frame.body, tagged(frame.raw, vlan))
            elif nameif in capture.interfaces and capture.wants(frame.body, self._acls):
                raw = raw or tagged(frame.raw, vlan)
                capture.keep(self._now(), raw)

    def dropped(self, reason: str, packet: Packet) -> None:
        """A packet that was counted as dropped; one that never came in has no addresses of hardware yet."""
        for capture in self.standing.values():
            wanted = capture.kind == ASP_DROP and capture.reason in ("all", reason)
            if wanted and capture.wants(packet, self._acls):
                _, raw = self._arrived.get(id(packet), (packet, b""))
                capture.keep(self._now(), raw or packet_frame(NO_MAC, NO_MAC, packet).raw, reason)

    def _remember(self, packet: Packet, raw: bytes) -> None:
        """The frame in which a packet came; the packet is kept as well, so that no other takes its place."""
        self._arrived[id(packet)] = (packet, raw)
        if len(self._arrived) > _REMEMBERED:
            self._arrived.popitem(last=False)

    def _against(self, capture: Capture, wanted: Wanted) -> Iterator[str]:
        """What speaks against a command, one by one."""
        kind, name = wanted.kind or capture.kind, f"Capture <{capture.name}>"
        if capture.name in self.standing and kind != capture.kind:
            yield f"{name} is of type {capture.kind}"
        if wanted.interface is not None and kind == ASP_DROP:
            yield "Capture type asp-drop cannot be applied to an interface"
        if len(capture.conditions) + len(_new(capture, wanted)) > MOST_CONDITIONS:
            yield f"{name} has {MOST_CONDITIONS} match statements already"
        if not LEAST_PACKET <= _or(wanted.packet_length, LEAST_PACKET) <= MOST_PACKET:
            yield f"Capture packet length must be from {LEAST_PACKET} to {MOST_PACKET} bytes"
        buffer = _or(wanted.buffer, capture.buffer)
        if not LEAST_BUFFER <= buffer <= MOST_BUFFER:
            yield f"Capture buffer must be from {LEAST_BUFFER} to {MOST_BUFFER} bytes"
        if buffer + sum(one.buffer for one in self.standing.values() if one is not capture) > MEMORY_BYTES:
            yield "Unable to allocate memory for the capture buffer"


def _or(asked: int | None, else_: int) -> int:
    return else_ if asked is None else asked


def unknown(name: str) -> str:
    """There is no such capture."""
    return f"ERROR: Capture <{name}> does not exist"


def _new(capture: Capture, wanted: Wanted) -> list[Condition]:
    return [one for one in wanted.conditions if one not in capture.conditions]


def _change(capture: Capture, wanted: Wanted) -> None:
    capture.kind = wanted.kind or capture.kind
    capture.reason = wanted.reason or capture.reason
    capture.acl = wanted.acl or capture.acl
    capture.packet_length = wanted.packet_length or capture.packet_length
    capture.circular |= wanted.circular
    capture.headers_only |= wanted.headers_only
    capture.conditions += _new(capture, wanted)
    if wanted.interface is not None and wanted.interface not in capture.interfaces:
        capture.interfaces.append(wanted.interface)
    if wanted.buffer is not None and wanted.buffer != capture.buffer:
        capture.buffer = wanted.buffer
        capture.empty()
