"""Pictures in reports break words over lines and cut them; what is broken goes as what is whole."""

from __future__ import annotations

import pytest

from bothways.scrubbing.gathering import Gathering
from bothways.scrubbing.private_map import PrivateMap
from bothways.scrubbing.text import Replacing

NEXT = '</text><text x="14" y="222" class="soft">'
KNOWN = "hostname edge-asa-datacenter\nname 10.12.0.9 payroll-db\n"


def scrubbed(*texts: str) -> tuple[list[str], Replacing]:
    gathering = Gathering(PrivateMap(bytes(range(32))))
    for text in texts:
        gathering.look(text)
    replacing = gathering.finished()
    return [replacing.text(text) for text in texts], replacing


@pytest.mark.parametrize(
    ("piece", "gone"),
    [
        (f">at 10.12.0.{NEXT}130</text>", ["10.12", ">130<"]),
        (f">at 10.12.{NEXT}0.130{NEXT}drops</text>", ["10.12", "0.130"]),
        (f">10.{NEXT}12.0.{NEXT}130:443</text>", ["12.0", ">130"]),
        (f">edge-asa-{NEXT}datacenter</text>", ["edge", "datacenter"]),
        (f">edge-{NEXT}asa-{NEXT}datacenter</text>", ["edge", "datacenter"]),
        (">edge-asa-dat…</text>", ["edge", "dat…"]),
    ],
)
def test_a_word_that_a_picture_breaks_is_replaced_and_comes_back(piece: str, gone: list[str]) -> None:
    """S3-08: by markup within it, in two lines or three, or by an ellipsis; the markup stays."""
    picture = f"<svg><text{piece}</svg>"

    made, replacing = scrubbed(KNOWN, picture)

    assert not any(word in made[1] for word in gone)
    assert (made[1].count("<"), made[1].count(NEXT)) == (picture.count("<"), picture.count(NEXT))
    assert replacing.undone(made[1]) == picture


def test_a_broken_word_is_replaced_as_the_whole_one_is() -> None:
    """The picture and the table beside it speak of one device."""
    made, _ = scrubbed(KNOWN, f"<svg><text>edge-asa-{NEXT}datacenter</text></svg>")

    assert made[1].replace(NEXT, "") == f"<svg><text>{made[0].split()[1]}</text></svg>"


def test_columns_beside_each_other_are_no_broken_word() -> None:
    """Two heads of columns stay two, where neither is known."""
    picture = f"<svg><text>client{NEXT}server</text></svg>"

    assert scrubbed(KNOWN, picture)[0][1] == picture


@pytest.mark.parametrize(
    "line",
    ["  hostname: 127.0.0.1", "Device ID: 0.0.0.0", "[127.0.0.1]:22 ssh-rsa", "hostname 224.0.0.10"],
)
def test_an_address_is_no_name_with_a_domain(line: str) -> None:
    """What stays as an address stays where a name would stand."""
    assert scrubbed(line)[0] == [line]


def test_the_names_and_keys_of_known_hosts_go() -> None:
    """S3-08: whose devices are trusted, and by which keys."""
    text = (
        "hq-asa ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO\n[hq-sw]:22 ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTI=\n"
    )

    (made,), replacing = scrubbed(text)

    assert not any(word in made for word in ("hq-", "AAAAC3", "AAAAE2"))
    assert replacing.undone(made) == text
