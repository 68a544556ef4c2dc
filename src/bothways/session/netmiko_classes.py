"""Netmiko connections for ASA and IOS whose SSH is asyncssh and whose login configures nothing.

For Netmiko users: `BothwaysIos(host=…, username=…, password=…, secret=…, known_hosts=…)` in place of
`ConnectHandler(device_type="cisco_ios", …)`. Netmiko's class map is left alone.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TextIO

from netmiko.cisco.cisco_asa_ssh import CiscoAsaSSH
from netmiko.cisco.cisco_ios import CiscoIosSSH
from netmiko.exceptions import ConfigInvalidException, NetmikoAuthenticationException, ReadTimeout
from netmiko.utilities import structured_data_converter

from bothways.errors import BadInput, NoPrivilege, SessionLost
from bothways.session.login import enable
from bothways.session.netmiko_login import AsyncsshLogin, shown
from bothways.session.typed_line import check_read_only

_CONFIG_OPTIONS_WE_KNOW = {"exit_config_mode", "read_timeout", "enter_config_mode", "error_pattern"}
_COMMAND_OPTIONS_WE_KNOW = {
    "read_timeout",
    "auto_find_prompt",
    "strip_prompt",
    "strip_command",
    "normalize",
    "cmd_verify",
    "use_textfsm",
    "textfsm_template",
    "use_ttp",
    "ttp_template",
    "use_genie",
    "raise_parsing_error",
}
_PARSING_OPTIONS = _COMMAND_OPTIONS_WE_KNOW - {
    "read_timeout",
    "auto_find_prompt",
    "strip_prompt",
    "strip_command",
    "normalize",
    "cmd_verify",
}


class AsyncsshConnection(AsyncsshLogin):
    """Commands and configuration; use `BothwaysAsa` or `BothwaysIos`."""

    # --- commands --------------------------------------------------------------------------------------

    def send_command(self, *args: Any, **kwargs: Any) -> str | list[Any] | dict[str, Any]:
        """Run a command.

        A read-only one is read by frames: text that looks like the prompt does not cut it. Anything else,
        and whatever comes with an `expect_string`, goes Netmiko's own way.
        """
        command = args[0] if args else kwargs.get("command_string", "")
        options = {name: value for name, value in kwargs.items() if name != "command_string"}
        if len(args) > 1 or not options.keys() <= _COMMAND_OPTIONS_WE_KNOW or not self._framed(command):
            return super().send_command(*args, **kwargs)
        text = self._framed_text(command, options)
        return structured_data_converter(
            command=command,
            raw_data=text,
            platform=self.device_type,
            **{name: value for name, value in options.items() if name in _PARSING_OPTIONS},
        )

    def _framed(self, command: str) -> bool:
        try:
            check_read_only(self.host, command)
        except BadInput:
            return False
        return not self._in_config and not self._paged

    def _framed_text(self, command: str, options: dict[str, Any]) -> str:
        if self._stale:
            self.set_base_prompt()
        self.clear_buffer()
        limit_s = self.read_timeout_override or options.get("read_timeout", 10.0)
        self._line.timeouts = replace(self._limits, command_s=limit_s)
        try:
            (frame,) = self._line.frames([command], ahead=self._read_ahead)
        except SessionLost as lost:
            raise self._failed(lost) from lost
        finally:
            self._line.timeouts = self._limits
        self._record(shown(command, frame.text, self._line.prompt.text))
        before = "" if options.get("strip_command", True) else f"{command}\n"
        after = "" if options.get("strip_prompt", True) else f"\n{self._line.prompt.text.strip()}"
        return f"{before}{frame.text}{after}"

    def send_config_set(
        self, config_commands: str | Sequence[str] | Iterator[str] | TextIO | None = None, **kwargs: Any
    ) -> str:
        """Type configuration lines one by one, each after the prompt of the one before.

        Raises:
            ConfigInvalidException: `error_pattern` was found.
            ReadTimeout: silence, or a question.
        """
        if config_commands is None:
            return ""
        given = [config_commands] if isinstance(config_commands, str) else list(config_commands)
        lines = [line.rstrip() for text in given for line in str(text).splitlines() if line.strip()]
        if not kwargs.keys() <= _CONFIG_OPTIONS_WE_KNOW or any(line.startswith("banner ") for line in lines):
            return super().send_config_set(given, **kwargs)
        output = self.config_mode() if kwargs.get("enter_config_mode", True) else ""
        for line in lines:
            output += shown(line, *self._ask(line.strip(), kwargs.get("read_timeout") or 15.0))
            error = (
                re.search(kwargs["error_pattern"], output, re.MULTILINE)
                if kwargs.get("error_pattern")
                else None
            )
            if error:
                raise ConfigInvalidException(
                    f"Invalid input detected at command: {line}, matched error: {error[0]}"
                )
        if kwargs.get("exit_config_mode", True):
            output += self.exit_config_mode()
        return output

    # --- Netmiko's loops, waiting on events instead of sleeping ----------------------------------------

    def clear_buffer(
        self,
        backoff: bool = True,
        backoff_max: float = 3.0,
        delay_factor: float | None = None,
    ) -> str:
        """Take what is there, without waiting for more: the frames tell stale text from an answer."""
        return self.read_channel()

    def read_until_pattern(
        self,
        pattern: str = "",
        read_timeout: float = 10.0,
        re_flags: int = 0,
        max_loops: int | None = None,
    ) -> str:
        """Read up to and including a pattern; what follows stays for the next read.

        Raises:
            ReadTimeout: not found in time.
        """
        limit_s = self.read_timeout_override or read_timeout
        deadline = time.monotonic() + limit_s if limit_s else float("inf")
        output = ""
        while True:
            output += self.read_channel()
            match = re.search(pattern, output, re_flags)
            if match:
                self._read_buffer += output[match.end() :]
                return output[: match.end()]
            remaining_s = min(deadline - time.monotonic(), 3600.0)
            if remaining_s <= 0:
                raise ReadTimeout(f"Pattern not detected within {limit_s:g} s: {pattern!r}")
            self._line.channel.wait(remaining_s)


class BothwaysIos(AsyncsshConnection, CiscoIosSSH):
    """Cisco IOS, for Netmiko users."""

    PLATFORM = "cisco_ios"


class BothwaysAsa(AsyncsshConnection, CiscoAsaSSH):
    """Cisco ASA, for Netmiko users: privileged from the login on, and not one line of configuration typed."""

    PLATFORM = "cisco_asa"

    def _prepare_privilege(self) -> None:
        """As Netmiko's: an ASA session without privilege is of no use.

        Raises:
            NetmikoAuthenticationException: refused, with the device's reason.
        """
        try:
            enable(self._line, self._device)
        except NoPrivilege as refused:
            raise NetmikoAuthenticationException(str(refused)) from refused
