"""`bothways audit` for cron and systemd: what was asked for now, said so that it can be run at any time."""

from __future__ import annotations

import pwd
import shutil
import sys
from pathlib import Path

from bothways.audit.cron_times import CronTimes
from bothways.audit.playbook import BASELINE, open_audit
from bothways.audit.schedule import UNIT, Job, cron_line, units
from bothways.cli.audited import Wanted
from bothways.cli.reply import Reply
from bothways.cli.site import Site
from bothways.errors import BadInput, WorkspaceError
from bothways.workspace import FILE

_DEADLINE_S = 1800


def schedule_reply(site: Site, wanted: Wanted, cron: str | None, systemd: str | None) -> Reply:
    """The line or the units, once all that they name is known to be good; nobody is connected.

    Args:
        site: the user's network.
        wanted: what is to be done each time.
        cron: when, for cron.
        systemd: when, for systemd.
    """
    if cron is not None and systemd is not None:
        raise BadInput("--print-cron", "and --print-systemd would audit twice", "take one of them")
    if wanted.snapshot is not None:
        raise BadInput("--snapshot", "does not change from night to night", "leave it out")
    open_audit(site.workspace, wanted.playbook).must_fit(site.network.devices)
    for name in wanted.devices:
        site.network.device(name)
    job = _job(site, wanted)
    if cron is not None:
        line = cron_line(job, CronTimes.parse(cron, "--print-cron"))
        return Reply(text=(line,), keys={"cron": line})
    files = units(job, CronTimes.parse(systemd or "", "--print-systemd"))
    blocks = (f"# /etc/systemd/system/{name}\n{text}" for name, text in files.items())
    start = f"# then: systemctl daemon-reload && systemctl enable --now {UNIT}.timer"
    return Reply(text=(*blocks, start), keys={"units": files})


def _job(site: Site, wanted: Wanted) -> Job:
    root = site.workspace.root
    if root is None:
        raise WorkspaceError(FILE, "not found here, nor in the folders above", "give --workspace")
    deadline_s = wanted.deadline_s or _DEADLINE_S
    return Job(
        executable=_executable(),
        words=("audit", *_words(wanted, root.absolute(), deadline_s)),
        workspace=root.absolute(),
        store=site.workspace.store.absolute(),
        reports=wanted.reports.folder.absolute() if wanted.reports.forms else None,
        user=_owner(root),
        deadline_s=deadline_s,
    )


def _words(wanted: Wanted, root: Path, deadline_s: int) -> tuple[str, ...]:
    """The options that were given, with paths that hold in any folder."""
    words = [*wanted.devices, "--workspace", str(root), "--deadline", _spoken(deadline_s)]
    words += ["--since", wanted.since or "last"]
    if wanted.playbook != BASELINE:
        is_file = wanted.playbook.endswith((".yaml", ".yml")) or "/" in wanted.playbook
        words += ["--playbook", str(Path(wanted.playbook).absolute()) if is_file else wanted.playbook]
    if wanted.reports.forms:
        words += ["--report", ",".join(wanted.reports.forms), "-o", str(wanted.reports.folder.absolute())]
    return (*words, "--full") if wanted.full else tuple(words)


def _spoken(seconds: int) -> str:
    """As people write it."""
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _executable() -> Path:
    """The command that is running; a link stays one, so that an upgrade behind it is followed.

    Raises:
        WorkspaceError: there is none that cron could call.
    """
    beside = Path(sys.executable).parent / "bothways"
    found = shutil.which("bothways")
    for path in (Path(sys.argv[0]), beside, *([Path(found)] if found else [])):
        if path.name == "bothways" and path.is_file():
            return path.absolute()
    raise WorkspaceError("bothways", "is not installed as a command that cron could call", "pip install it")


def _owner(root: Path) -> str:
    """Whose passwords and host keys it reads."""
    uid = root.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
