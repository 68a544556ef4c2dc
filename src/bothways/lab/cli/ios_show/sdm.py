"""`show sdm prefer`, as the 3560 prints it."""

from __future__ import annotations

_V4_ONLY = (
    "number of unicast mac addresses",
    "number of IPv4 IGMP groups + multicast routes",
    "number of IPv4 unicast routes",
    "  number of directly-connected IPv4 hosts",
    "  number of indirect IPv4 routes",
    "number of IPv4 policy based routing aces",
    "number of IPv4/MAC qos aces",
    "number of IPv4/MAC security aces",
)
_DUAL = (
    *_V4_ONLY[:5],
    "number of IPv6 multicast groups",
    "number of directly-connected IPv6 addresses",
    "number of indirect IPv6 unicast routes",
    *_V4_ONLY[5:],
    "number of IPv6 policy based routing aces",
    "number of IPv6 qos aces",
    "number of IPv6 security aces",
)

# Numbers of the vendor's table for desktop switches; the dual ones that it leaves out are believed.
_NUMBERS = {
    "desktop default": "6K 1K 8K 6K 2K 0 0.5K 1K",
    "desktop routing": "3K 1K 11K 3K 8K 0.5K 0.5K 1K",
    "desktop vlan": "12K 1K 0 0 0 0 0.5K 1K",
    "desktop access": "4K 1K 6K 4K 2K 0.5K 0.5K 2K",
    "desktop IPv4 and IPv6 default": "2K 1K 3K 2K 1K 1.125k 2K 1K 0 0.5K 1K 0 0.5K 0.5K",
    "desktop IPv4 and IPv6 routing":
        "1.5K 1K 2.75K 1.5K 1.25K 1.125k 1.5K 1.25K 0.25K 0.5K 0.5K 0.25K 0.625k 0.5K",
    "desktop IPv4 and IPv6 vlan": "8K 1K 0 0 0 1.125k 0 0 0 0.5K 1K 0 0.5K 0.5K",
}  # fmt: skip
_TITLES = {
    "default": "desktop default",
    "routing": "desktop routing",
    "vlan": "desktop vlan",
    "access": "desktop access",
    "dual-ipv4-and-ipv6 default": "desktop IPv4 and IPv6 default",
    "dual-ipv4-and-ipv6 routing": "desktop IPv4 and IPv6 routing",
    "dual-ipv4-and-ipv6 vlan": "desktop IPv4 and IPv6 vlan",
}


def render_sdm(active: str, following: str) -> str:
    """The table of the active template, and the pending one when it is another.

    Args:
        active: the template of this boot, as `sdm prefer` names it.
        following: the template of the next one.
    """
    title = _TITLES[active]
    numbers = _NUMBERS[title].split()
    names = _V4_ONLY if len(numbers) == len(_V4_ONLY) else _DUAL
    rows = "".join(f"  {name + ':':<50}{number}\n" for name, number in zip(names, numbers, strict=True))
    pending = f'\n On next reload, template will be "{_TITLES[following]}" template.\n'
    return (
        f' The current template is "{title}" template.\n'
        " The selected template optimizes the resources in\n"
        " the switch to support this level of features for\n"
        " 8 routed interfaces and 1024 VLANs. \n\n"
        f"{rows}{pending if following != active else ''}\n"
    )
