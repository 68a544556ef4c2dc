"""What an ASA can do to packets beyond what is walked."""

from __future__ import annotations

from bothways.platforms.unmodelled import feature, unmodelled
from bothways.state.rows import Unmodelled
from bothways.state.tables import Table

_FEATURES = (
    feature(r"policy-route route-map ", diverts=True),  # its own policy routing, since 9.4
    feature(r"asr-group \d", diverts=True),  # packets of another unit's connections are handed over
    feature(r"management-only", diverts=False),  # takes nothing that goes on
    feature(r"zone-member ", diverts=True),  # one connection may use several interfaces
    feature(r"cluster group ", diverts=True),
    feature(r"(?:admin-)?context \S", diverts=True),  # interfaces and routes are those of several firewalls
    feature(r"crypto map \S+ interface (?P<interface>\S+)", diverts=True),
    feature(r"aaa authentication match \S+ (?P<interface>\S+) ", diverts=False),
    feature(r"nat-control$", diverts=False),  # before 8.3: no flow without a translation
    feature(r"shun ", diverts=False),
    feature(
        r"set connection .*\b(?:embryonic-|per-client-(?:embryonic-)?)?(?:conn-)?max [1-9]", diverts=False
    ),
)


def parse_unmodelled(text: str, command: str) -> Table[Unmodelled]:
    """Lines of such features; interfaces have their `nameif`."""
    return unmodelled(text, command, _FEATURES)
