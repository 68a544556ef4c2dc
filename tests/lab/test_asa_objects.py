"""Objects and groups of the ASA: what a line of a list stands for, and how the device prints it."""

from __future__ import annotations

import pytest

from bothways.lab.asa.lines import RULES
from bothways.lab.asa.objects import Objects
from bothways.lab.cli.asa_show import policy, seen
from bothways.lab.config_tree import ConfigTree, read_lines
from bothways.lab.world import World

TEXT = """\
object network SERVER
 host 10.1.1.5
object network FLOOR
 subnet 10.1.2.0 255.255.255.0
object-group network CLIENTS
 network-object host 10.9.9.9
 network-object 10.8.0.0 255.255.0.0
object-group network ALL
 group-object CLIENTS
 network-object object SERVER
object-group service WEB tcp
 port-object eq www
 port-object range 8000 8010
object-group service MIX
 service-object icmp
 service-object tcp source gt 1023 destination eq https
"""


@pytest.mark.parametrize(
    ("line", "entries"),
    [
        ("permit ip object SERVER any", ["permit ip host 10.1.1.5 any"]),
        ("deny tcp any object FLOOR eq 22", ["deny tcp any 10.1.2.0 255.255.255.0 eq 22"]),
        (
            "permit tcp object-group CLIENTS object SERVER object-group WEB",
            [
                "permit tcp host 10.9.9.9 host 10.1.1.5 eq www",
                "permit tcp host 10.9.9.9 host 10.1.1.5 range 8000 8010",
                "permit tcp 10.8.0.0 255.255.0.0 host 10.1.1.5 eq www",
                "permit tcp 10.8.0.0 255.255.0.0 host 10.1.1.5 range 8000 8010",
            ],
        ),
        (
            "permit ip any object-group ALL log",
            [
                "permit ip any host 10.9.9.9 log",
                "permit ip any 10.8.0.0 255.255.0.0 log",
                "permit ip any host 10.1.1.5 log",
            ],
        ),
        (
            "permit object-group MIX any object SERVER",
            ["permit icmp any host 10.1.1.5", "permit tcp any gt 1023 host 10.1.1.5 eq https"],
        ),
        ("permit udp any eq 53 any", ["permit udp any eq 53 any"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_line_is_as_many_entries_as_its_members_combine_to(line: str, entries: list[str]) -> None:
    config = ConfigTree(RULES)
    for path, text in read_lines(TEXT):
        config.put(path, text)
    assert [" ".join(one) for one in Objects.of(config).expanded(tuple(line.split()))] == entries


def test_members_are_printed_below_the_line_that_names_them() -> None:
    """The line with the names stays, and the number of elements counts the members."""
    world = World.from_story("forged-rst")
    world.edit(
        "app-asa",
        [
            *TEXT.splitlines(),
            "access-list ONE extended permit tcp object-group CLIENTS any eq www",
            "access-list ONE extended deny ip any any",
        ],
    )
    chosen = [acl for acl in seen.access_lists(world.asa("app-asa")) if acl.name == "ONE"]
    lines = policy.render_access_lists(chosen, with_head=False).splitlines()
    assert [line.split(" (hitcnt")[0] for line in lines] == [
        lines[0],
        "access-list ONE line 1 extended permit tcp object-group CLIENTS any eq www",
        "  access-list ONE line 1 extended permit tcp host 10.9.9.9 any eq www",
        "  access-list ONE line 1 extended permit tcp 10.8.0.0 255.255.0.0 any eq www",
        "access-list ONE line 2 extended deny ip any any",
    ]
    assert lines[0].startswith("access-list ONE; 3 elements; name hash: ")
