"""Packets that a firewall captured because it dropped them: the reason is its own."""

from __future__ import annotations

from bothways.diagnosis.capture.course import Course
from bothways.diagnosis.capture.judgement import Cause, Judgement, lines_of
from bothways.diagnosis.findings import Confidence

_MEANS = {
    "tcp-not-syn": "it has no connection for them: their SYN took another way, or the connection is gone",
    "tcp-3whs-failed": "its handshake is not complete: the SYN/ACK took another way",
    "tcp-rstfin-ooo": "a RST or FIN whose number does not fit its connection: one direction is renumbered",
    "tcp-seq-syn-diff": "a SYN with another number than the connection it belongs to",
    "tcp-seq-past-win": "data beyond the window it knows of: it does not see all acknowledgements",
    "tcp-ack-syn-diff": "a SYN/ACK for another number than it sent on: it renumbered the SYN",
    "acl-drop": "a rule denies it, or same-security traffic is not permitted",
    "no-route": "it has no route to the destination",
    "no-adjacency": "it has a route, and no ARP entry for the next hop",
    "rpf-violated": "its route back to the source leaves by another interface",
    "nat-rpf-failed": "out and back match different translations",
    "inspect-fail": "an inspection refuses it",
}


def dropped(course: Course) -> Judgement | None:
    """The drop that a stream of such a capture is about: its first one of the most frequent reason."""
    stream, drops = course.stream, course.stream.capture.drops
    mine = [one for one in stream.packets if one.number in drops]
    if not mine:
        return None
    reasons = [drops[one.number].reason for one in mine]
    reason = max(dict.fromkeys(reasons), key=reasons.count)
    first = next(one for one in mine if drops[one.number].reason == reason)
    who = "client" if first.from_client else "server"
    also = sorted({other for other in reasons if other != reason})
    meaning = _MEANS.get(reason, drops[first.number].text or "no more is known of this reason")
    return Judgement(
        course=course,
        cause=Cause.DROPPED,
        confidence=Confidence.CERTAIN,
        packet=first.number,
        sentence=(
            f"the firewall dropped {reasons.count(reason)} packets of it ({reason}), first the {who}'s "
            f"{first.flag_names}: {meaning}" + (f"; others for {', '.join(also)}" if also else "")
        ),
        lines=lines_of(stream, first),
        ask=("a capture with `match` on both interfaces: which packets of it came at all",),
    )
