"""What stands behind the bar, and the pager."""

from __future__ import annotations

import pytest

from bothways.lab.cli.filters import BadFilter, split_filter
from bothways.lab.cli.pager import Pager

_IOS = ("include", "exclude", "begin", "section")
_ASA = ("include", "exclude", "begin", "grep")
_CONFIG = """\
hostname SW
interface Vlan10
 ip address 10.0.0.1 255.255.255.0
interface Vlan172
 ip address 172.16.1.1 255.255.255.0
 ip policy route-map FIX
ip route 0.0.0.0 0.0.0.0 10.0.0.2"""


@pytest.mark.parametrize(
    ("typed", "names", "lines"),
    [
        ("show run | inc ^interface", _IOS, [1, 3]),
        ("show run | include policy|hostname", _IOS, [0, 5]),
        ("show run | exc ip", _IOS, [0, 1, 3]),
        ("show run | b Vlan172", _IOS, [3, 4, 5, 6]),
        ("show run | section ^interface Vlan172", _IOS, [3, 4, 5]),
        ("show run | s interface", _IOS, [1, 2, 3, 4, 5]),
        ("show run | include ^ip route .+ |^hostname", _IOS, [0, 6]),
        ("show run | grep Vlan", _ASA, [1, 3]),
        ("show run | grep -v ip", _ASA, [0, 1, 3]),
        ("show run | include nothing at all", _ASA, []),
        ("show run | include (", _ASA, []),
    ],
)
def test_filter_keeps_the_lines_it_names(typed: str, names: tuple[str, ...], lines: list[int]) -> None:
    """Patterns may have alternatives and blanks; filters have unique beginnings too."""
    command, wanted = split_filter(typed, names)
    assert command.strip() == "show run"
    assert wanted is not None
    expected = "\n".join(_CONFIG.split("\n")[at] for at in lines)
    assert wanted.apply(_CONFIG) == expected


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        pytest.param("show run | frobnicate x", 11, id="no such filter"),
        pytest.param("show run | ", None, id="nothing behind the bar"),
        pytest.param("show run | include", None, id="no pattern"),
    ],
)
def test_bad_filter_is_a_mistake_of_the_line(typed: str, column: int | None) -> None:
    """The place is known where a word is wrong."""
    with pytest.raises(BadFilter) as caught:
        split_filter(typed, _IOS)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        pytest.param(b"  ", ["1", "2", "3", "4", "5"], id="blank: page by page"),
        pytest.param(b"\rq", ["1", "2", "3"], id="Enter: one line, then q"),
        pytest.param(b"q", ["1", "2"], id="q: no more"),
    ],
)
def test_pager_waits_for_a_key_after_each_page(keys: bytes, shown: list[str]) -> None:
    """F25: a page is one line shorter than the terminal."""
    seen: list[bytes] = []
    pager = Pager(seen.append, b" --More-- ", b"", length=3)
    pager.print("1\n2\n3\n4\n5\n")
    for key in keys:
        assert pager.busy
        pager.key(key)
    assert not pager.busy
    text = b"".join(seen).replace(b" --More-- ", b"").decode()
    assert text.split("\r\n")[:-1] == shown


def test_pager_off_prints_everything() -> None:
    """Length 0 never waits."""
    seen: list[bytes] = []
    pager = Pager(seen.append, b" --More-- ", b"", length=0)
    pager.print("\n".join(map(str, range(1000))))
    assert not pager.busy
    assert b"--More--" not in b"".join(seen)
