"""What is a file to scrub and what is none, and that files appear all together or not at all."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from bothways.errors import BadInput
from bothways.scrubbing import PrivateMap, load_map, save_map, scrub_files, undo_files
from bothways.scrubbing.captures import rewritten
from bothways.scrubbing.private_map import new_map

LINE = "hostname edge-asa\nroute inside 10.12.0.130\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of our own."""
    monkeypatch.chdir(tmp_path)


def names() -> set[str]:
    return {str(path) for path in Path().rglob("*") if path.is_file()}


def test_the_map_never_goes_along() -> None:
    """S3-08: it lies in the folder that is scrubbed, and holds the key to everything."""
    Path("saved").mkdir()
    Path("saved/a.txt").write_text(LINE)
    save_map(new_map(), Path("saved/private.map"))

    written = scrub_files(
        [Path("saved")], Path("shared"), load_map(Path("saved/private.map")), (), Path("saved/private.map")
    )

    assert [one.source.name for one in written] == ["a.txt"]


@pytest.mark.parametrize("words", [(Path("other.map"),), (Path("saved"),)], ids=["named", "in a folder"])
def test_somebody_elses_map_is_refused(words: tuple[Path, ...]) -> None:
    """S3-08: an old map beside the files is no text to hand on."""
    Path("saved").mkdir()
    Path("saved/a.txt").write_text(LINE)
    save_map(new_map(), Path("other.map"))
    save_map(new_map(), Path("saved/old.map"))

    with pytest.raises(BadInput, match="is a private map"):
        scrub_files(words, Path("shared"), new_map(), (), Path("m"))

    assert not Path("shared").exists()


def test_what_went_out_before_is_not_scrubbed_again() -> None:
    """The folder that is written lies in the one that is read."""
    Path("a.txt").write_text(LINE)
    known = new_map()

    first = scrub_files([Path()], Path("shared"), known, (), Path("m"))
    again = scrub_files([Path()], Path("shared"), load_map(Path("m")), (), Path("m"))

    assert [one.source for one in first] == [one.source for one in again] == [Path("a.txt")]


@pytest.mark.parametrize("out", ["m", "a.txt"])
def test_neither_map_nor_source_is_written_over(out: str) -> None:
    """-o and --map name one file: the key would be gone, and with it the way back."""
    Path("a.txt").write_text(LINE)
    save_map(PrivateMap(b"\x07" * 32), Path("m"))

    with pytest.raises(BadInput, match="would be written over"):
        scrub_files([Path("a.txt")], Path(out), load_map(Path("m")), (), Path("m"))

    assert load_map(Path("m")).key == b"\x07" * 32
    assert Path("a.txt").read_text() == LINE


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\nstream of 10.12.0.130",
        b"\x1f\x8b\x08 packed",
        b"text, and far behind it " + b"x" * 70000 + b"\0\1\2",
        bytes(range(128, 256)) * 4,
        b"a text with \x01 and \x02 in it",
        "edge-asa".encode("utf-16"),
    ],
    ids=["pdf", "gzip", "late zero", "no utf-8", "controls", "utf-16"],
)
def test_what_no_search_can_see_through_stops_everything(data: bytes) -> None:
    """S3-08: an address that is packed, printed as a page or written in other units would go along."""
    Path("saved").mkdir()
    Path("saved/a.txt").write_text(LINE)
    Path("saved/b").write_bytes(data)

    with pytest.raises(BadInput, match="no snapshot, no capture and no text"):
        scrub_files([Path("saved")], Path("shared"), new_map(), (), Path("m"))

    assert names() == {"saved/a.txt", "saved/b"}


def test_nothing_stays_where_one_file_cannot_be_written() -> None:
    """S3-08: the second of two names is taken by a folder; the first file and the map are not left."""
    Path("saved").mkdir()
    for name in ("a.txt", "b.txt"):
        Path("saved", name).write_text(LINE)
    Path("shared/b.txt/in").mkdir(parents=True)
    Path("shared/a.txt").write_text("yesterday's")

    with pytest.raises(BadInput, match="cannot be written"):
        scrub_files([Path("saved")], Path("shared"), new_map(), (), Path("m"))

    assert names() == {"saved/a.txt", "saved/b.txt", "shared/a.txt"}
    assert Path("shared/a.txt").read_text() == "yesterday's"


def test_a_map_that_cannot_be_saved_leaves_no_file() -> None:
    """Without its map a file that went out could never be undone."""
    Path("a.txt").write_text(LINE)

    with pytest.raises(BadInput, match="cannot be written"):
        scrub_files([Path("a.txt")], Path("x.txt"), new_map(), (), Path("nowhere/m"))

    assert names() == {"a.txt"}


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_a_text_of_any_encoding_comes_back_byte_by_byte(encoding: str) -> None:
    """S3-08: a description with an umlaut, as old terminals save it; its words are in the map."""
    data = "hostname edge-asa\ninterface Vlan1\n description Büro München, Erdgeschoß\n".encode(encoding)
    Path("a.txt").write_bytes(data)
    scrub_files([Path("a.txt")], Path("x.txt"), new_map(), (), Path("m"))

    undo_files([Path("x.txt")], Path("y.txt"), load_map(Path("m")))

    assert "nchen".encode(encoding) not in Path("x.txt").read_bytes()
    assert Path("y.txt").read_bytes() == data


def test_names_of_files_come_back() -> None:
    """A name may hold an address, a host and letters of no UTF-8."""
    name = b"10.12.0.130_edge-asa_B\xfcro.txt"
    Path("saved").mkdir()
    Path(os.fsdecode(b"saved/" + name)).write_text(LINE)
    scrub_files([Path("saved")], Path("shared"), new_map(), (), Path("m"))

    (written,) = undo_files([Path("shared")], Path("ours"), load_map(Path("m")))

    assert "edge-asa" not in str(written.source)
    assert os.fsencode(written.target.name) == name


@pytest.mark.parametrize("cut", range(1, 76))
def test_a_capture_that_is_cut_is_cut_afterwards(cut: int) -> None:
    """S3-08: the end of a capture that was not written whole; who reads it is told so, as before."""
    packet = bytes(range(60))
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 147)
    record = struct.pack("<4I", 1, 2, len(packet), len(packet)) + packet
    data = head + record + record[: len(record) - cut]

    made = rewritten(data, lambda held, _: bytes(len(held)), "a")

    assert len(made) == len(data)
    assert made[: len(head) + 16] == data[: len(head) + 16]


def test_a_pcapng_block_that_is_cut_is_seen_to_be_cut() -> None:
    """The size of a block stands before it: less than that follows, as before; no byte of it goes along."""
    section = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    interface = struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20)
    packet = struct.pack("<7I", 6, 64, 0, 1, 2, 32, 32) + b"edge-asa" * 4
    made = rewritten(section + interface + packet, lambda held, _: bytes(len(held)), "a")

    assert made[:48] == section + interface
    assert made[48:] == packet[:8] + bytes(4)


def test_two_runs_with_one_map_lose_nothing() -> None:
    """S3-08: the slower one is refused, for its map does not know what the other one has replaced."""
    Path("a.txt").write_text(LINE)
    Path("b.txt").write_text("hostname hq-asa\n")
    scrub_files([Path("a.txt")], Path("x.txt"), new_map(), (), Path("m"))
    slow, quick = load_map(Path("m")), load_map(Path("m"))
    scrub_files([Path("b.txt")], Path("y.txt"), quick, (), Path("m"))

    with pytest.raises(BadInput, match="was changed by another run"):
        scrub_files([Path("a.txt")], Path("z.txt"), slow, (), Path("m"))

    assert not Path("z.txt").exists()
    assert "hq-asa" in load_map(Path("m")).words


def test_a_new_map_takes_no_other_ones_place() -> None:
    """A map that appeared under that name since belongs to another run."""
    Path("a.txt").write_text(LINE)
    save_map(new_map(), Path("m"))

    with pytest.raises(BadInput, match="was changed by another run"):
        scrub_files([Path("a.txt")], Path("x.txt"), new_map(), (), Path("m"))
