"""What is particular to a platform, as data: what to ask, how it refuses, what changes by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address
from typing import Any

from bothways.state.device import Output
from bothways.state.tables import Row, Source, Table

Names = Mapping[str, IPv4Address]
_LONGEST_REFUSAL = 1000
NamedParser = Callable[[str, str, Names], Table[Any]]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the hardware can hold, for lints. None: no such limit, or not known for this platform."""

    route_maps: int | None = None
    pbr_aces: int | None = None
    link_groups: int | None = None


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A device family.

    Attributes:
        name: as in the inventory.
        sources: which command and parser each kind of row comes from.
        paging_off: the exec command that stops paging; not a configuration command.
        load_commands: asked before anything else, to see whether the device can bear the heavy ones.
        read_commands: what a full read asks after that, in order.
        heavy_commands: those of them that load a busy device.
        feature_commands: those of them that only some models of the platform know.
        refusals: lines that mean the device refused a command.
        notices: answers to a configuration line that are known to be harmless; whole lines.
        volatile: lines of a configuration that change by themselves and stay out of digests.
        save: the command that writes the startup configuration.
        config_end: the last line of a whole configuration; without it, it was cut.
        limits: hardware limits by a pattern of the model, first match counts.
        read_names: from the outputs, the device's own names for addresses; None where there are none.
        named: parsers that can resolve such names.
        fallbacks: sources of rows whose own command is not among the outputs.
        further_commands: from the outputs, what else there is to ask on this very device.
    """

    name: str
    sources: Mapping[type[Row], Source]
    paging_off: str
    load_commands: tuple[str, ...]
    read_commands: tuple[str, ...]
    heavy_commands: tuple[str, ...]
    feature_commands: tuple[str, ...]
    refusals: tuple[re.Pattern[str], ...]
    notices: tuple[re.Pattern[str], ...]
    volatile: tuple[re.Pattern[str], ...]
    save: str
    config_end: re.Pattern[str]
    config_command: str = "show running-config"
    startup_command: str = "show startup-config"
    limits: Mapping[str, Limits] = field(default_factory=dict)
    read_names: Callable[[Mapping[str, Output]], Names] | None = None
    named: Mapping[type[Row], NamedParser] = field(default_factory=dict)
    fallbacks: Mapping[type[Row], Source] = field(default_factory=dict)
    further_commands: Callable[[Mapping[str, Output]], tuple[str, ...]] | None = None

    def limits_of(self, model: str, release: str = "") -> Limits:
        """The limits of a model and a release as `show version` names them."""
        for pattern, limits in self.limits.items():
            if re.search(pattern, f"{model} {release}"):
                return limits
        return Limits()

    def sources_for(self, outputs: Mapping[str, Output]) -> Mapping[type[Row], Source]:
        """The sources of one device: those that meet the device's own names resolve them."""
        instead = {
            row_type: source
            for row_type, source in self.fallbacks.items()
            if self._lacking(self.sources[row_type].command, outputs) and source.command in outputs
        }
        if self.read_names is None:
            return {**self.sources, **instead}
        read_names = self.read_names

        @cache
        def names() -> Names:
            return read_names(outputs)

        def resolving(parser: NamedParser) -> Callable[[str, str], Table[Any]]:
            return lambda text, command: parser(text, command, names())

        resolved = {
            row_type: Source(self.sources[row_type].command, resolving(parser))
            for row_type, parser in self.named.items()
        }
        return {**self.sources, **resolved, **instead}

    def _lacking(self, command: str, outputs: Mapping[str, Output]) -> bool:
        """Whether a command was not asked; a configuration that cannot be used is as good as none."""
        output = outputs.get(command)
        if output is None or command != self.config_command:
            return output is None
        return not (output.complete or output.part)

    def refusal(self, text: str) -> str:
        """The device's words when it refused a command; "" for an answer.

        A refusal is short; the same words deep inside a log or a configuration are content.
        """
        if len(text) > _LONGEST_REFUSAL:
            return ""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > 5:
            return ""
        for line in lines:
            if any(pattern.match(line) for pattern in self.refusals):
                return line
        return ""

    def lacks(self, output: Output) -> bool:
        """Whether a device has no such feature: it does not know the command, as other models do not.

        A command that only the login may not use is refused in other words, and stays unread.
        """
        return output.command in self.feature_commands and "Invalid input" in output.refused

    def is_whole_config(self, text: str) -> bool:
        """Whether a configuration has its last line; a cut one must never be a base of anything."""
        lines = text.rstrip().rsplit("\n", 1)
        return bool(self.config_end.fullmatch(lines[-1].rstrip()))
