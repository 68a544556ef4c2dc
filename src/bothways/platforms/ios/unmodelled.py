"""What IOS can do to packets beyond what is walked."""

from __future__ import annotations

from bothways.platforms.unmodelled import feature, unmodelled
from bothways.state.rows import Unmodelled
from bothways.state.tables import Table

_FEATURES = (
    feature(r"ip nat enable$", diverts=True),  # translates without an inside and an outside
    feature(r"ip inspect \S+ (?:in|out)", diverts=True),  # opens a list for the answers
    feature(r"zone-member security ", diverts=True),
    feature(r"(?:ip )?vrf forwarding \S+ \S", diverts=True),  # a second one for the way down
    feature(r"(?:ip )?vrf (?:receive|select|sitemap) ", diverts=True),  # a table by the source address
    feature(r"crypto map ", diverts=True),
    feature(r"ip wccp \S.* redirect ", diverts=True),
    feature(r"no ip routing$", diverts=True),
    feature(r"ip (?P<interface>local) policy route-map ", diverts=True),  # what the router itself sends
    feature(r"ip tcp intercept list ", diverts=True),
    feature(r"ip verify (?:unicast|source)", diverts=False),
    feature(r"vlan filter ", diverts=False),  # a VLAN map drops without any interface's list
)


def parse_unmodelled(text: str, command: str) -> Table[Unmodelled]:
    """Lines of such features."""
    return unmodelled(text, command, _FEATURES)
