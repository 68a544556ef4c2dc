"""Commands as people type and file names spell them: abbreviations and commands with the same form."""

from __future__ import annotations

from collections.abc import Mapping

from bothways.platforms import Platform

# Same form of output as the command the tables are made from; used where that one was not read.
_SAME_FORM: Mapping[str, Mapping[str, str]] = {
    "cisco_asa": {
        "show conn detail": "show conn",
        "show conn long": "show conn",
        "show interface detail": "show interface",
        "write terminal": "show running-config",
        "more system:running-config": "show running-config",
        "show name": "show names",
    },
    "cisco_ios": {
        "show arp": "show ip arp",
        "show ip access-lists": "show access-lists",
        "show route-map all": "show route-map",
        "show mac-address-table": "show mac address-table",
    },
}
_ALSO_KNOWN = ("show names", "show version", "terminal length 0", "terminal pager 0", "show clock")


def known_commands(platform: Platform) -> set[str]:
    """Every command of the platform that an abbreviation may stand for."""
    commands = {source.command for source in platform.sources.values()}
    commands.update(platform.read_commands, platform.load_commands, _SAME_FORM[platform.name], _ALSO_KNOWN)
    return commands | {platform.config_command, platform.startup_command}


def expanded(typed: str, platform: Platform) -> str:
    """`sh ip ro` in full, when it can stand for one known command only; else as it was typed."""
    words = typed.split()
    if words[:1] == ["do"]:
        del words[0]
    candidates = [
        known
        for known in known_commands(platform)
        if len(known.split()) == len(words)
        and all(full.startswith(word.lower()) for full, word in zip(known.split(), words, strict=True))
    ]
    plain = " ".join(words)
    if "vrf" in words[1:-1]:
        # The name of a VRF is a word of the user, and in a file's name its underlines became blanks.
        at = words.index("vrf")
        return f"{expanded(' '.join(words[:at]), platform)} vrf {'_'.join(words[at + 1 :])}"
    if plain in candidates:
        return plain
    return candidates[0] if len(candidates) == 1 else plain


def table_command(command: str, platform: Platform) -> str:
    """The command whose tables an output can fill."""
    of_all, vrf, name = command.partition(" vrf ")
    return _SAME_FORM[platform.name].get(of_all, of_all) + vrf + name
