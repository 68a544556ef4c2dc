"""A call that two captures have: each packet here and there, and what became of it between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bothways.diagnosis.capture.calls import Call, CallPacket
from bothways.diagnosis.capture.judgement import Cause
from bothways.diagnosis.capture.pairing import Pair
from bothways.diagnosis.capture.rewrites import Rewrites
from bothways.diagnosis.capture.stream import Stream
from bothways.diagnosis.capture.whereabouts import BESIDE, OUTSIDE, RECUT
from bothways.diagnosis.findings import Confidence


@dataclass(frozen=True, slots=True, eq=False)
class JoinedCall:
    """A call that both captures have.

    Attributes:
        pairs: each packet here and there.
        client_here: whether the first capture is nearer to the client; None when that cannot be told.
        odd_ones: what is known of packets without a twin, as `whereabouts` tells it.
        elsewhere: a capture has packets of this client and port with another server, too: they may be the
            ones that are missing.
        cause, confidence, sentence: what both together show; None when nothing is odd.
    """

    here: Call
    there: Call
    pairs: tuple[Pair, ...]
    rewrites: Rewrites
    client_here: bool | None
    odd_ones: Mapping[CallPacket, str] = field(default_factory=dict)
    elsewhere: bool = False
    cause: Cause | None = None
    confidence: Confidence | None = None
    sentence: str = ""

    @property
    def streams(self) -> set[Stream]:
        """What belongs to the call in either capture."""
        return {packet.stream for call in (self.here, self.there) for packet in call.packets}

    def fate(self, pair: Pair) -> str:
        """What became of a packet.

        `both`: it is in both captures. `lost`, `made`: between them. `recut`: its bytes are in other packets
        there, as network cards and their drivers join and split segments. `one`: one capture alone has it,
        and nothing follows from that: the other one was not running, did not see that direction or missed
        it, or which of them is nearer to the sender is not known.
        """
        raw = self.between(pair)
        packet = pair[0] or pair[1]
        return "one" if packet is not None and self.odd_ones.get(packet) == OUTSIDE else raw

    def between(self, pair: Pair) -> str:
        """The same, if the other capture was running all the time."""
        one, other = pair
        if one is not None and other is not None:
            return "both"
        packet = one or other
        assert packet is not None
        odd = self.odd_ones.get(packet)
        if odd == RECUT:
            return "recut"
        if odd == BESIDE or self.client_here is None:
            return "one"
        nearer_sender = packet.seen.from_client == self.client_here
        return "lost" if (one is not None) == nearer_sender else "made"
