"""What can be said of an output at once: was it refused, is it whole."""

from __future__ import annotations

from dataclasses import replace

from bothways.platforms import Platform
from bothways.state.device import Output


def judged(output: Output, platform: Platform) -> Output:
    """The output, marked when the device refused the command or a configuration has no end."""
    if output.refused:
        return output
    refusal = platform.refusal(output.text)
    if refusal:
        return replace(output, refused=refusal, complete=False)
    configuration = output.command in (platform.config_command, platform.startup_command)
    if configuration and not platform.is_whole_config(output.text):
        return replace(output, complete=False)
    return output
