"""Every story's snapshot, scrubbed: the same verdict under other names, and nothing of the original."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bothways.cli.demo_run import STORIES
from bothways.cli.demo_troubles import LIVED_S
from bothways.cli.lab_child import running_lab
from bothways.diagnosis import Scenario, trace
from bothways.diagnosis.census import take_census
from bothways.fleet import read
from bothways.flow import Flow
from bothways.reading import load_snapshot, save_snapshot
from bothways.rules import diagnose
from bothways.scrubbing import PrivateMap, scrub_files
from bothways.scrubbing.text import Replacing
from bothways.state.snapshot import Snapshot
from bothways.workspace import find_workspace

_QUAD = re.compile(rb"(?<![\d.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.])")
_MAC = re.compile(rb"\b[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}\b")
_SERIAL = re.compile(rb"(?:Serial Number|board ID|serial number\s*): ?(\w+)|board ID (\w+)")


def bytes_of(path: Path) -> dict[str, bytes]:
    """What stands in a snapshot, member by member, and the names of the members."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    return held | {"names": "\n".join(held).encode()}


def telling(path: Path) -> Iterator[bytes]:
    """What must not be found: addresses but masks and groups, hardware addresses, names, serials."""
    everything = b"\n".join(bytes_of(path).values())
    for quad in set(_QUAD.findall(everything)):
        first = int(quad.partition(b".")[0])
        if first not in (0, 127) and first < 224 and quad not in (b"128.0.0.0", b"192.0.0.0"):
            yield quad
    yield from (one for one in set(_MAC.findall(everything)) if not int(one[1:2], 16) & 1)
    yield from (one for pair in _SERIAL.findall(everything) for one in pair if len(one) > 5)
    for name, state in load_snapshot(path).devices.items():
        yield name.encode()
        found = re.search(r"^hostname (\S+)", state.outputs["show running-config"].text, re.MULTILINE)
        assert found is not None
        yield found[1].encode()


@pytest.fixture(scope="module", params=STORIES)
def scrubbed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path, Path, Replacing]:
    """A story's name, its snapshot as it was read, the scrubbed one, and the map at work."""
    told, folder = STORIES[request.param], tmp_path_factory.mktemp("story")
    with running_lab(request.param, folder / "lab") as running:
        running.ask("advance_to", moment_s=LIVED_S)
        if told.trouble.comes_first:
            told.trouble.befall(running, told.flow)
        save_snapshot(read(find_workspace(explicit=folder / "lab")), folder / "real.snapshot")
    known = PrivateMap(b"\x07" * 32, fresh=True)
    scrub_files([folder / "real.snapshot"], folder / "shared.snapshot", known)
    return request.param, folder / "real.snapshot", folder / "shared.snapshot", Replacing(known)


def verdict(snapshot: Snapshot, flow: Flow, scenario: Scenario, silence_s: int | None) -> tuple[object, ...]:
    """Fate, place, paths and findings of a flow."""
    walked = trace(snapshot, flow, (), scenario, silence_s)
    paths = tuple(tuple(leg.path) for leg in walked.legs)
    found = tuple(one.id for one in diagnose(snapshot, walked))
    return walked.fate, walked.at.device, walked.at.packet, walked.confidence, str(paths), found


def test_a_scrubbed_snapshot_gives_the_same_verdict(scrubbed: tuple[str, Path, Path, Replacing]) -> None:
    """S3-08: fate, packet, confidence and findings as they were; device and path by their new names."""
    story, real, shared, replacing = scrubbed
    told = STORIES[story]
    moment = (told.trouble.scenario, told.trouble.silence_s)

    before = verdict(load_snapshot(real), told.flow, *moment)
    after = verdict(load_snapshot(shared), Flow.parse(replacing.text(str(told.flow))), *moment)

    assert after == tuple(replacing.text(one) if isinstance(one, str) else one for one in before)
    assert before[0] != "unknown"


def test_without_the_names_of_its_parts_it_gives_the_same_verdict(
    scrubbed: tuple[str, Path, Path, Replacing], tmp_path: Path
) -> None:
    """S3-08: lists, objects, classes and maps under other names still belong together."""
    story, real, _, _ = scrubbed
    told, known = STORIES[story], PrivateMap(b"\x09" * 32, fresh=True)
    scrub_files([real], tmp_path / "shared.snapshot", known, objects=True)
    replacing = Replacing(known)
    moment = (told.trouble.scenario, told.trouble.silence_s)

    before = verdict(load_snapshot(real), told.flow, *moment)
    flow = Flow.parse(replacing.text(str(told.flow)))
    after = verdict(load_snapshot(tmp_path / "shared.snapshot"), flow, *moment)

    assert after == tuple(replacing.text(one) if isinstance(one, str) else one for one in before)


def test_a_scrubbed_snapshot_gives_the_same_census(scrubbed: tuple[str, Path, Path, Replacing]) -> None:
    """S3-08: the same groups of half-seen flows, between networks of the same length."""
    _, real, shared, replacing = scrubbed
    one, other = load_snapshot(real), load_snapshot(shared)
    for device in one:
        if device.platform == "cisco_asa":
            before = take_census(one, device)
            after = take_census(other, other.device(replacing.text(device.name)))
            assert [(group.cause, group.count, replacing.text(group.where)) for group in before.groups] == [
                (group.cause, group.count, group.where) for group in after.groups
            ]


def test_nothing_of_the_original_is_left(scrubbed: tuple[str, Path, Path, Replacing]) -> None:
    """S3-08: no address, no name and no serial number in any byte of any member, however it is written."""
    _, real, shared, _ = scrubbed
    words = list(telling(real))
    assert len(words) > 10
    for member, held in bytes_of(shared).items():
        for word in words:
            edges = rb"(?<![0-9A-Za-z])" if len(word) > 3 else rb"(?<![0-9A-Za-z.])"
            assert not re.search(edges + re.escape(word.lower()) + rb"(?![0-9A-Za-z])", held.lower()), (
                member,
                word,
            )
