"""The command line of IOS: its modes, errors and prompts."""

from __future__ import annotations

from functools import partial

from bothways.lab.cli import exec_commands as common
from bothways.lab.cli import ios_config
from bothways.lab.cli.dialect import Ask, Command, Conversation, Dialect, Meaning, Mode, Words
from bothways.lab.cli.grammar import Grammar, Match
from bothways.lab.cli.ios_show import PRIVILEGED_SHOWS, SHOWS
from bothways.lab.cli.ios_tools import (
    clear_arp,
    clear_counters,
    clear_logging,
    clear_translations,
    ping,
    telnet,
)
from bothways.lab.cli.normal_form import ios_form
from bothways.lab.cli.pairs import ios_pair_error
from bothways.lab.cli.saving import confirm, overwrite_question, restart, save
from bothways.lab.cli.shell import Shell

_NVRAM_FAILED = "Building configuration...\nstartup-config file open failed (Not enough space)\n"
_GREETING = "Enter configuration commands, one per line.  End with CNTL/Z.\n"


def _write_memory(shell: Shell, _words: Words) -> Conversation:
    if not (yield from overwrite_question(shell)):
        return ""
    return save(shell, "Building configuration...\n[OK]\n", _NVRAM_FAILED)


def _copy_to_startup(shell: Shell, _words: Words) -> Conversation:
    name = yield Ask("Destination filename [startup-config]? ")
    if name.strip() not in ("", "startup-config"):
        return f"%Error opening nvram:{name.strip()} (Permission denied)\n"
    return save(shell, "Building configuration...\n[OK]\n", _NVRAM_FAILED)


def _reload(shell: Shell, _words: Words) -> Conversation:
    if shell.device.modified:
        answer = ""
        while answer[:1] not in ("y", "n"):
            answer = (yield Ask("\nSystem configuration has been modified. Save? [yes/no]: ")).strip().lower()
        if answer.startswith("y"):
            shell.print(save(shell, "Building configuration...\n[OK]\n", _NVRAM_FAILED))
    if (yield from confirm("Proceed with reload? [confirm]")):
        shell.print("\n")
        restart(shell)
        return ""
    return "\n"


def _configure(shell: Shell, words: Words) -> Conversation:
    source = "terminal"
    if len(words) == 1:
        source = (yield Ask("Configuring from terminal, memory, or network [terminal]? ")).strip()
    if source and not "terminal".startswith(source):
        return '?Must be "terminal"\n'
    return common.configure(shell, words)


def _do(shell: Shell, words: Words) -> str | Conversation:
    """An exec command from within configuration."""
    found = IOS.modes["privileged"].grammar.match(words[-1])
    if isinstance(found, Match) and isinstance(found.meaning, Command):
        return found.meaning.run(shell, found.words)
    assert not isinstance(found, Match)
    prompt = IOS.prompt(shell.device.hostname, shell.mode) + "do "
    return IOS.explain(found, words[-1], prompt, in_exec=False) + "\n"


_ENABLE = Command(partial(common.enable, wrong="", denied="% Bad secrets\n\n"))

_EXEC: list[tuple[str, Meaning]] = [
    ("enable [ <n> ]", _ENABLE),
    ("disable [ <n> ]", Command(common.disable)),
    ("terminal length <n>", Command(common.set_page_length)),
    ("terminal width <n>", Command(common.nothing)),
    ("terminal monitor", Command(common.watch_log)),
    ("terminal no monitor", Command(common.ignore_log)),
    ("ping [ ip ] <ip> [ repeat <n> ] [ source ( <ip> | <if> ) ]", Command(ping)),
    ("telnet <ip> [ <n> ] [ /source-interface <if> ]", Command(telnet)),
    *common.LEAVING,
    *((pattern, Command(run)) for pattern, run in SHOWS.items()),
]

_PRIVILEGED: list[tuple[str, Meaning]] = [
    *_EXEC,
    ("configure [ terminal ]", Command(_configure)),
    ("write [ memory ]", Command(_write_memory)),
    ("copy running-config startup-config", Command(_copy_to_startup)),
    ("reload", Command(_reload)),
    ("clear logging", Command(clear_logging)),
    ("clear arp-cache", Command(clear_arp)),
    ("clear ip nat translation *", Command(clear_translations)),
    ("clear counters [ <if> ]", Command(clear_counters)),
    *((pattern, Command(run)) for pattern, run in PRIVILEGED_SHOWS.items()),
]

_SIGNS = {
    "config": "config", "config-if": "config-if", "config-if-range": "config-if-range",
    "config-route-map": "config-route-map", "config-ext-nacl": "config-ext-nacl",
    "config-std-nacl": "config-std-nacl", "config-cmap": "config-cmap", "config-pmap": "config-pmap",
    "config-pmap-c": "config-pmap-c", "config-router": "config-router", "config-vlan": "config-vlan",
    "config-vrf": "config-vrf",
    "config-line": "config-line", "config-archive": "config-archive",
}  # fmt: skip


def _config_mode(name: str) -> Mode:
    patterns = [*ios_config.patterns(name)]
    if name == "config":
        patterns += [("do <line>", Command(_do)), *common.OUT_OF_CONFIG]
    parent = {"config": "", "config-pmap-c": "config-pmap"}.get(name, "config")
    depth = {"config": 0, "config-pmap-c": 2}.get(name, 1)
    return Mode(name, f"({_SIGNS[name]})#", Grammar(patterns), parent, depth, parent or "privileged")


def _modes() -> dict[str, Mode]:
    modes = {
        "exec": Mode("exec", ">", Grammar(_EXEC)),
        "privileged": Mode("privileged", "#", Grammar(_PRIVILEGED)),
    }
    return modes | {name: _config_mode(name) for name in _SIGNS}


def _help_error(shell: Shell, text: str) -> str:
    """Seen on a 4948E: it takes `link state group …` whole, and does not know how to help with it."""
    device = shell.device
    quirk = device.identity.model.startswith("WS-C4948") and shell.mode.name.startswith("config-if")
    return IOS.ambiguous("link state ") if quirk and text.split() == ["link", "state"] else ""


def _unknown_word(word: str) -> str:
    return f'Translating "{word}"\n\n% Unknown command or computer name, or unable to find computer address'


IOS = Dialect(
    name="cisco_ios",
    modes=_modes(),
    mark="",
    blank_after=True,
    ambiguous='% Ambiguous command:  "{}"'.format,
    incomplete="% Incomplete command.",
    unknown_word=_unknown_word,
    more=b" --More-- ",
    more_erase=b"\b" * 10 + b" " * 10 + b"\b" * 10,
    filters=("include", "exclude", "begin", "section"),
    config_greeting=_GREETING,
    farewell="",
    page_length=24,
    login_text=lambda _shell: "\n",
    pair_error=ios_pair_error,
    normal_form=ios_form,
    help_error=_help_error,
    hostname_width=20,
)
