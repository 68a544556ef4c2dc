"""`bothways trust`: make a device's host key known, after a human has compared it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bothways.cli import exits
from bothways.cli.options import options_of
from bothways.cli.reply import Reply
from bothways.errors import BadInput, HostKeyRefused

if TYPE_CHECKING:
    from bothways.session import HostKey


def trust(
    context: typer.Context,
    device: Annotated[str, typer.Argument(metavar="DEVICE")],
    fingerprint: Annotated[
        str | None,
        typer.Option("--fingerprint", metavar="SHA256:…", help="Trust if it is this one, unasked."),
    ] = None,
) -> Reply:
    """Show a device's host key; trust it if you say so.

    Nothing is logged in to, and no password is sent.

    Examples:
        bothways trust edge-asa
        bothways trust edge-asa --fingerprint SHA256:pQ1zV…
    """
    from bothways.cli.site import Site
    from bothways.session import fetch_host_key

    site = Site(options_of(context))
    wanted = site.network.device(device)
    key = fetch_host_key(wanted.address, wanted.port)
    keys = {"device": device, "kind": key.kind, "fingerprint": key.fingerprint}
    if fingerprint is not None and fingerprint != key.fingerprint:
        raise HostKeyRefused(device, f"presents {key}, not {fingerprint}", "somebody may be in between")
    site.options.screen.progress(f"{device} ({wanted.address}:{wanted.port}) presents {key}")
    if fingerprint is None and not _agreed(device):
        return Reply(exits.CANNOT_CONNECT, (f"{device}: not trusted",), {**keys, "trusted": False})
    _keep(key, site.workspace.known_hosts)
    return Reply(text=(f"{device}: trusted: {key}",), keys={**keys, "trusted": True})


def _agreed(device: str) -> bool:
    if not sys.stdin.isatty():
        raise BadInput("trust", "nobody can be asked here", f"bothways trust {device} --fingerprint SHA256:…")
    return typer.confirm("Is this the key the device shows on its console?", err=True)


def _keep(key: HostKey, path: Path) -> None:
    """Write the key in place of those known for the address before; whole file or nothing."""
    address = key.known_hosts_line.split()[0]
    try:
        known = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        kept = [line for line in known if line.split()[:1] != [address]]
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text("\n".join([*kept, key.known_hosts_line]) + "\n", encoding="utf-8")
        fresh.chmod(0o600)
        fresh.replace(path)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(path), f"cannot be written: {error}") from None
