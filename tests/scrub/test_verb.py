"""`bothways scrub` as typed."""

from __future__ import annotations

import io
import json
import logging
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from bothways.cli.main import run

TEXT = "edge-asa: show conn:3 at 08:00:00: TCP inside 10.12.0.130:50001 inside 172.16.1.18:443, flags SaAB\n"


@pytest.fixture(autouse=True)
def alone_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home and a folder of our own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def bothways(*words: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run([*map(str, words)])
    finally:
        for handler in logging.getLogger("bothways").handlers:
            handler.close()
        logging.getLogger("bothways").handlers.clear()
    return code, out.getvalue(), err.getvalue()


def test_there_and_back() -> None:
    """S3-08: a report goes out without a word of ours, and what comes back speaks of ours again."""
    Path("report.txt").write_text(TEXT)

    assert bothways("scrub", "report.txt", "-o", "shared.txt", "--map", "private.map")[0] == 0
    assert bothways("scrub", "shared.txt", "-o", "ours.txt", "--undo", "--map", "private.map")[0] == 0

    shared = Path("shared.txt").read_text()
    assert not any(word in shared for word in ("edge-asa", "10.12.0.130", "172.16.1.18"))
    assert Path("ours.txt").read_text() == TEXT
    assert Path("private.map").stat().st_mode & 0o777 == 0o600
    assert Path("shared.txt").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["report.json", "report.html"])
def test_reports_for_programs_and_browsers_stay_whole(name: str) -> None:
    """S3-08: JSON is JSON afterwards, HTML has its tags, and both come back byte by byte."""
    line = "show running-config:4: enable password S3cretWord encrypted"
    whole = {
        "report.json": json.dumps({"device": "edge-asa", "client": "10.12.0.130", "text": line}, indent=2),
        "report.html": f'<td title="10.12.0.130">edge-asa</td><td>{line}</td><p>edge-asa: show conn:1</p>',
    }[name]
    Path(name).write_text(whole)

    bothways("scrub", name, "-o", f"shared-{name}", "--map", "m", "--name", "edge-asa")
    shared = Path(f"shared-{name}").read_text()

    assert not any(word in shared for word in ("edge-asa", "10.12.0.130", "S3cretWord"))
    if name.endswith("json"):
        assert set(json.loads(shared)) == {"device", "client", "text"}
    else:
        assert shared.count("<td") == shared.count("</td>") == 2
    bothways("scrub", f"shared-{name}", "-o", f"ours-{name}", "--undo", "--map", "m")
    assert Path(f"ours-{name}").read_text() == whole


def test_a_folder_is_scrubbed_with_the_names_of_its_files() -> None:
    """S3-08: names of folders tell as much as their content, and the same is the same in every file."""
    for place, text in {
        "saved/edge-asa/show_route.txt": "S 10.12.0.0 255.255.255.0 via 172.16.1.18\n",
        "saved/edge-asa/show_running-config.txt": "hostname edge-asa\n",
        "saved/10.12.0.130.txt": "10.12.0.130\n",
    }.items():
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        Path(place).write_text(text)

    code, _, _ = bothways("scrub", "saved", "-o", "shared", "--map", "m")

    files = {
        path.relative_to("shared").as_posix(): path.read_text() for path in Path("shared").rglob("*.txt")
    }
    assert code == 0
    assert len(files) == 3
    everything = json.dumps(files)
    assert not any(word in everything for word in ("edge-asa", "10.12.0.", "172.16.1.18"))
    (name,) = [text.split()[1] for place, text in files.items() if place.endswith("running-config.txt")]
    assert f"{name}/show_route.txt" in files


def test_the_map_makes_the_same_of_the_same_tomorrow() -> None:
    """S3-08: a second file fits the first, also where it shows a network for the first time."""
    Path("a.txt").write_text("10.12.0.130\n")
    Path("b.txt").write_text("10.12.0.130 255.255.255.0\n10.99.4.0 255.255.255.0\n")

    bothways("scrub", "a.txt", "-o", "x.txt", "--map", "m")
    bothways("scrub", "b.txt", "-o", "y.txt", "--map", "m")

    first, second = Path("y.txt").read_text().splitlines()
    assert first.split()[0] == Path("x.txt").read_text().strip()
    assert second.split()[0].endswith(".0")


def test_names_that_no_line_introduces_can_be_given() -> None:
    """S3-08: `--name` takes what only its owner knows."""
    Path("a.txt").write_text("asked by Miller about MILLER-7\n")

    bothways("scrub", "a.txt", "-o", "x.txt", "--map", "m", "--name", "Miller")

    assert "miller" not in Path("x.txt").read_text().lower()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("a.bin", "-o", "x", "--map", "m"), "no snapshot, no capture and no text"),
        (("nowhere", "-o", "x", "--map", "m"), "cannot be read"),
        (("a.txt", "-o", "a.txt", "--map", "m"), "would be written over what is read"),
        (("a.txt", "-o", "x", "--map", "open.map"), "may be read by others"),
        (("a.txt", "-o", "x", "--map", "no.map"), "is no private map"),
        (("a.txt", "-o", "x", "--undo", "--map", "nowhere"), "cannot be read"),
        (("a.txt", "-o", "x", "--undo", "--map", "m", "--name", "b"), "says nothing with --undo"),
        (("empty", "-o", "x", "--map", "m"), "holds no file"),
    ],
)
def test_what_cannot_be_done_is_10_and_writes_nothing(words: tuple[str, ...], says: str) -> None:
    """S3-08: a file that is not understood is never handed on half done."""
    Path("empty").mkdir()
    Path("a.txt").write_text(TEXT)
    Path("a.bin").write_bytes(b"\x7fELF\0\0\0")
    for name, mode in (("open.map", 0o644), ("no.map", 0o600)):
        Path(name).write_text("{}")
        Path(name).chmod(mode)

    code, _, err = bothways("scrub", *words)

    assert code == 10
    assert says in err
    assert not Path("x").exists()
    assert Path("a.txt").read_text() == TEXT


def test_only_text_is_put_back() -> None:
    """A capture that was sent out has its original at home."""
    Path("a.pcap").write_bytes(b"\xd4\xc3\xb2\xa1" + bytes(20))
    bothways("scrub", "a.pcap", "-o", "x.pcap", "--map", "m")

    code, _, err = bothways("scrub", "x.pcap", "-o", "y.pcap", "--undo", "--map", "m")

    assert (code, "is a capture: only text is put back" in err) == (10, True)
