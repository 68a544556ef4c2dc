"""SDM templates of the 3560: which of them leave room for policy routing.

Documented: the default and VLAN templates have no policy-based routing entries, `routing` and the dual
routing one have; a change waits for the next reload and lives outside the configuration. Numbers of
`routing` and `access` are believed.
"""

from __future__ import annotations

PBR_ACES = {
    "default": 0,
    "routing": 512,
    "vlan": 0,
    "access": 512,
    "dual-ipv4-and-ipv6 default": 0,
    "dual-ipv4-and-ipv6 routing": 256,
    "dual-ipv4-and-ipv6 vlan": 0,
}
"""Room for policy-based routing entries by template, as `sdm prefer` names it."""

STORED = (
    "Changes to the running SDM preferences have been stored, but cannot take effect until the next reload.\n"
    "Use 'show sdm prefer' to see what SDM preference is currently active."
)
