"""Netmiko's login, prompt and modes over asyncssh, waiting on events and configuring nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from netmiko.cisco_base_connection import CiscoSSHConnection
from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    ReadException,
    ReadTimeout,
)
from pydantic import SecretStr

from bothways.errors import AuthenticationFailed, CannotConnect, NoPrivilege, SessionLost
from bothways.network import Device, PlatformName
from bothways.session.command_line import CommandLine, fell_silent
from bothways.session.connect import open_channel
from bothways.session.contract import Answer
from bothways.session.login import PUT_OFF, enable, silence_pager
from bothways.session.netmiko_channel import NetmikoChannel, RemoteShell
from bothways.session.prompt import Prompt
from bothways.session.timeouts import Timeouts


class AsyncsshLogin(CiscoSSHConnection):
    """Opening, the prompt and the modes; both families share them.

    Args:
        args: as Netmiko's.
        known_hosts: the file whose host keys count; else `alt_key_file` if `alt_host_keys`, else the
            user's own. Unknown and changed keys are refused, whatever `ssh_strict` says.
        legacy_ssh: allow SHA-1, CBC and 1024-bit keys.
        read_ahead: type the next line while a command still prints.
        kwargs: as Netmiko's.
    """

    PLATFORM: PlatformName

    def __init__(
        self,
        *args: Any,
        known_hosts: str | Path | None = None,
        legacy_ssh: bool = False,
        read_ahead: bool = True,
        **kwargs: Any,
    ) -> None:
        self._known_hosts = known_hosts
        self._legacy_ssh = legacy_ssh
        self._read_ahead = read_ahead
        self._in_config = False
        self._stale = False
        self._paged = False
        kwargs.setdefault("device_type", self.PLATFORM)
        # Netmiko would go to configuration mode at an ASA's login to widen the terminal.
        kwargs["allow_auto_change"] = False
        super().__init__(*args, **kwargs)

    # --- opening and closing ---------------------------------------------------------------------------

    def establish_connection(self, width: int = 511, height: int = 1000) -> None:
        """Open the shell.

        Raises:
            NetmikoAuthenticationException: the password was refused; it was tried once.
            NetmikoTimeoutException: any other reason, named.
        """
        self._device = Device(
            name=self.host,
            address=self.host,
            port=self.port,
            platform=self.PLATFORM,
            username=self.username,
            password=SecretStr(self.password or ""),
            secret=SecretStr(self.secret) if self.secret else None,
            legacy_ssh=self._legacy_ssh,
            read_ahead=self._read_ahead,
        )
        limits = Timeouts(connect_s=self.conn_timeout, banner_s=self.banner_timeout)
        self._limits = replace(limits, auth_s=self.auth_timeout) if self.auth_timeout else limits
        try:
            shell = open_channel(self._device, self._known_hosts_file(), self._limits)
        except AuthenticationFailed as failed:
            raise NetmikoAuthenticationException(str(failed)) from failed
        except CannotConnect as failed:
            raise NetmikoTimeoutException(str(failed)) from failed
        self.channel = NetmikoChannel(shell, self.encoding)
        self.remote_conn = cast("Any", RemoteShell(shell))
        self._line = CommandLine(self.host, shell, self._limits)

    def _known_hosts_file(self) -> Path:
        if self._known_hosts is not None:
            return Path(self._known_hosts)
        if self.alt_host_keys and self.alt_key_file:
            return Path(self.alt_key_file)
        return Path.home() / ".ssh" / "known_hosts"

    def _try_session_preparation(self, force_data: bool = True) -> None:
        """Prepare; on any failure hang up first, so that no VTY stays taken."""
        try:
            self.session_preparation()
        except SessionLost as lost:
            self.disconnect()
            raise NetmikoTimeoutException(str(lost)) from lost
        except BaseException:
            self.disconnect()
            raise

    def session_preparation(self) -> None:
        """Learn the prompt and turn paging off, with no command that configures."""
        self._line.learn()
        self._prepare_privilege()
        self._paged = not silence_pager(self._line, self._device)
        self._take_prompt()

    def _prepare_privilege(self) -> None:
        """What a family does about privileged exec at login."""

    def paramiko_cleanup(self) -> None:
        """Close the connection, which is not paramiko's."""
        if self.remote_conn is not None:
            self.remote_conn.close()

    def is_alive(self) -> bool:
        """Whether the session lives; nothing is sent."""
        return self.remote_conn is not None and self._line.channel.alive

    # --- the prompt and the mode -----------------------------------------------------------------------

    def find_prompt(self, delay_factor: float = 1.0, pattern: str | None = None) -> str:
        """The prompt that stands there now.

        Raises:
            ValueError: there is none.
        """
        return self._current().text.strip()

    def set_base_prompt(self, *args: Any, **kwargs: Any) -> str:
        """Learn the prompt anew: after a change of host name or context."""
        prompt = self._current()
        self._in_config = "(conf" in prompt.host
        self._line.prompt = prompt.renamed(prompt.text) if self._in_config else prompt
        return self._take_prompt()

    def _take_prompt(self) -> str:
        self.base_prompt = self._line.prompt.host
        self._stale = False
        return self.base_prompt

    def _current(self) -> Prompt:
        self.clear_buffer()
        try:
            return self._line.current()
        except SessionLost as lost:
            raise ValueError(f"Unable to find prompt: {lost}") from lost

    def check_enable_mode(self, check_string: str = "#") -> bool:
        """Whether this is privileged exec, or a mode above it."""
        return check_string in self._current().text

    def check_config_mode(
        self,
        check_string: str = ")#",
        pattern: str = "",
        force_regex: bool = False,
    ) -> bool:
        """Whether this is a configuration mode; a bracket in the host name does not make it one."""
        self._in_config = bool(self._line.prompt.config.fullmatch(self._current().text))
        return self._in_config

    def enable(
        self,
        cmd: str = "enable",
        pattern: str = "ssword",
        enable_pattern: str | None = None,
        check_state: bool = True,
        re_flags: int = re.IGNORECASE,
    ) -> str:
        """Go to privileged exec; the secret is tried once.

        Raises:
            ValueError: refused, with the device's reason.
        """
        if cmd != "enable":
            return super().enable(cmd, pattern, enable_pattern, check_state, re_flags)
        try:
            self._line.prompt = self._current()
            enable(self._line, self._device)
        except (NoPrivilege, SessionLost) as failed:
            raise ValueError(f"Failed to enter enable mode: {failed}") from failed
        self._take_prompt()
        return ""

    def config_mode(
        self,
        config_command: str = "configure terminal",
        pattern: str = "",
        re_flags: int = 0,
    ) -> str:
        """Go to configuration mode.

        Raises:
            ValueError: refused, with the device's reason.
        """
        if self.check_config_mode():
            return ""
        reply = self._ask(config_command, answers=(PUT_OFF,))
        self._in_config = bool(self._line.prompt.config.fullmatch(reply[1]))
        if not self._in_config:
            raise ValueError(f"Failed to enter configuration mode. {reply[0].strip()}")
        return shown(config_command, *reply)

    def exit_config_mode(self, exit_config: str = "end", pattern: str = "") -> str:
        """Go back to privileged exec.

        Raises:
            ValueError: the device stays in configuration mode.
        """
        if self._stale:
            self.set_base_prompt()
        if not self.check_config_mode():
            return ""
        reply = self._ask(exit_config)
        self._in_config = bool(self._line.prompt.config.fullmatch(reply[1]))
        if self._in_config:
            raise ValueError("Failed to exit configuration mode")
        return shown(exit_config, *reply)

    def _ask(self, line: str, limit_s: float = 15.0, answers: Sequence[Answer] = ()) -> tuple[str, str]:
        """Type one line in a dialogue; what was said, and the prompt after it."""
        self.clear_buffer()
        self._line.timeouts = replace(self._limits, command_s=limit_s)
        renames = line.startswith(("hostname ", "prompt "))
        ends = re.compile(r"\S+# ?") if renames else self._line.prompt.any_mode
        try:
            reply = self._line.ask(line, ends, answers, phase="configuration")
        except SessionLost as lost:
            raise self._failed(lost) from lost
        finally:
            self._line.timeouts = self._limits
        if reply.asks:
            raise ReadTimeout(f"the device asks: {reply.tail}")
        if renames and "(conf" in reply.tail:
            self._line.prompt = self._line.prompt.renamed(reply.tail)
            self._stale = True
        self._record(shown(line, reply.text, reply.tail))
        return reply.text, reply.tail

    def _failed(self, lost: SessionLost) -> ReadTimeout | ReadException:
        """The exception Netmiko's users expect."""
        return (ReadTimeout if fell_silent(lost) else ReadException)(str(lost))

    def _record(self, shown: str) -> None:
        """Keep Netmiko's session log whole: these bytes did not come through its own reads."""
        if self.session_log:
            self.session_log.write(shown)


def shown(line: str, said: str, prompt: str) -> str:
    """What a terminal would show of one line."""
    return "\n".join(part for part in (line, said.rstrip("\n"), prompt.strip()) if part) + "\n"
