"""What IOS says and does when an interface changes its routing table, or a table goes.

Documented: the interface loses its addresses, and says so. Believed: the words for a table that is not there,
and that one which goes takes its static routes along.
"""

from __future__ import annotations

from bothways.lab.config_tree import ConfigTree

Path = tuple[str, ...]


def join(config: ConfigTree, path: Path, name: str) -> str:
    """`ip vrf forwarding NAME` under an interface."""
    if config.section((f"ip vrf {name}",)) is None:
        return f"% VRF {name} does not exist or does not have a RD."
    section = config.section(path)
    if section is None or section.first("ip vrf forwarding ") == name:
        return ""
    said = _bare(config, path, f"enabling VRF {name}")
    config.put(path, f"ip vrf forwarding {name}")
    return said


def leave(config: ConfigTree, path: Path) -> str:
    """`no ip vrf forwarding` there."""
    section = config.section(path)
    name = section.first("ip vrf forwarding ") if section else None
    if name is None:
        return ""
    config.drop(path, "ip vrf forwarding")
    return _bare(config, path, f"disabling VRF {name}")


def drop(config: ConfigTree, name: str) -> str:
    """`no ip vrf NAME`."""
    header = f"ip vrf {name}"
    if config.section((header,)) is None:
        return f"% VRF {name} does not exist"
    for section in config.sections("interface "):
        if section.first("ip vrf forwarding ") == name:
            leave(config, (section.text,))
    for text in config.root.texts(f"ip route vrf {name} "):
        config.drop((), text)
    config.root.children.remove(next(config.sections(header)))
    return f"% IP addresses from all interfaces in VRF {name} have been removed"


def _bare(config: ConfigTree, path: Path, why: str) -> str:
    """Take the addresses of an interface away, and say so for each."""
    section = config.section(path)
    texts = section.texts("ip address ") if section else []
    for text in texts:
        config.drop(path, text)
    name = path[-1].removeprefix("interface ")
    return "\n".join(
        f"% Interface {name} IP address {text.split()[2]} removed due to {why}" for text in texts
    )
