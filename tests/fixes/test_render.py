from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest

from bothways.errors import DocumentError
from bothways.fixes.asa_hairpin import AsaHairpin, HairpinInputs
from bothways.fixes.pbr_objects import PbrInputs
from bothways.fixes.pbr_return import PbrReturn
from bothways.fixes.render import TextContent, render

PBR = PbrInputs(
    acl="RETURN-VLAN172",
    route_map="FIX_ROUTING",
    source=IPv4Network("172.16.1.0/24"),
    destinations=(IPv4Network("10.12.0.0/25"), IPv4Network("10.12.0.255/32")),
    next_hop=IPv4Address("10.12.0.1"),
    interface="Vlan172",
)
GOOD = """\
ip access-list extended {{ acl }}
{% for rule in rules %}
 permit ip {{ rule.source }} {{ rule.destination }}
{% endfor %}
route-map {{ route_map }} permit 10
 match ip address {{ acl }}
 set ip next-hop {{ next_hop }}
interface {{ interface }}
 ip policy route-map {{ route_map }}
"""


def content(text: str) -> TextContent:
    return TextContent("mine.j2", text, "workspace", "0" * 64)


def test_a_template_renders_to_lines_without_indentation() -> None:
    """What is typed, line by line."""
    assert render(PbrReturn(), PBR, content(GOOD)) == (
        "ip access-list extended RETURN-VLAN172",
        "permit ip 172.16.1.0 0.0.0.255 10.12.0.0 0.0.0.127",
        "permit ip 172.16.1.0 0.0.0.255 host 10.12.0.255",
        "route-map FIX_ROUTING permit 10",
        "match ip address RETURN-VLAN172",
        "set ip next-hop 10.12.0.1",
        "interface Vlan172",
        "ip policy route-map FIX_ROUTING",
    )


def test_a_users_template_may_add_a_remark() -> None:
    """A changed template wins, as long as it types nothing that the fix cannot take back."""
    changed = GOOD.replace("{% for", " remark replies to users\n{% for", 1)
    assert "remark replies to users" in render(PbrReturn(), PBR, content(changed))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "{{ nothing }}",
            r"mine.j2 \(workspace\): template: 'nothing' is undefined",
            id="B11 undefined value",
        ),
        pytest.param(
            "{% for rule in nothing %}x{% endfor %}", "'nothing' is undefined", id="B11 undefined list"
        ),
        pytest.param("{{ rules.nothing }}", "has no attribute 'nothing'", id="B11 undefined attribute"),
        pytest.param("\n \n", "renders to nothing", id="B11 empty"),
        pytest.param("{# nothing but a comment #}", "renders to nothing", id="B11 comment"),
        pytest.param(
            "{{ ''.__class__.__mro__ }}",
            r"mine.j2:1 \(workspace\): template: the attribute '__mro__'",
            id="B12 class",
        ),
        pytest.param(
            "\n{{ acl.__class__ }}",
            r"mine.j2:2 \(workspace\): template: the attribute '__class__'",
            id="B12 dunder",
        ),
        pytest.param("{{ acl['__class__'] }}", "getitem is not allowed", id="B12 subscript"),
        pytest.param("{{ 'x' * 1000000000 }}", "mul is not allowed", id="B12 a gigabyte"),
        pytest.param("{{ acl.format(acl) }}", "call is not allowed", id="B12 call"),
        pytest.param("{{ acl | upper }}", "filter is not allowed", id="B12 filter"),
        pytest.param("{{ range(9) }}", "call is not allowed", id="B12 global"),
        pytest.param("{% if acl %}x{% endif %}", "if is not allowed", id="B12 condition"),
        pytest.param("{% set x = acl %}", "assign is not allowed", id="B12 assignment"),
        pytest.param("{% include 'x' %}", "include is not allowed", id="B07 include"),
        pytest.param(
            "{% for a in rules %}{% for b in rules %}x{% endfor %}{% endfor %}",
            "a loop in a loop",
            id="B12 nested",
        ),
        pytest.param("{% for rule in rules %}", r"mine.j2:1 \(workspace\): template: ", id="syntax"),
        pytest.param("{{ " + "(" * 5000 + ")" * 5000 + " }}", "template: ", id="B12 deep"),
        pytest.param("x" * 20_001, "has 20001 characters", id="B12 long"),
        pytest.param(
            GOOD + "reload\n", "renders 'reload', which pbr-return may not type", id="outside the grammar"
        ),
        pytest.param(GOOD + "no ip routing\n", "renders 'no ip routing'", id="a no"),
        pytest.param(GOOD.replace("permit ip", "deny ip"), "renders 'deny ip", id="S0-15 no deny"),
        pytest.param(
            GOOD.replace("permit 10", "deny 10"), "renders 'route-map FIX_ROUTING deny 10'", id="map deny"
        ),
        pytest.param(
            GOOD + "interface Vlan10\n",
            "renders 9 commands where pbr-return knows the undo of 8",
            id="one more",
        ),
        pytest.param("\x1a" + GOOD, r"renders '\\x1aip access-list", id="B08 ctrl-z in a template"),
    ],
)
def test_a_template_that_does_more_than_it_may_is_refused(text: str, message: str) -> None:
    """B11 and B12: refused with the place, before anything of it reaches a plan."""
    with pytest.raises(DocumentError, match=message) as refused:
        render(PbrReturn(), PBR, content(text))
    assert refused.value.exit_code == 10
    assert refused.value.where.startswith("mine.j2")


def test_an_asa_line_is_refused_on_ios_and_the_other_way_round() -> None:
    """The grammar is the platform's own."""
    with pytest.raises(DocumentError, match="may not type on cisco_asa"):
        render(AsaHairpin(), HairpinInputs(), content("sdm prefer routing"))
    with pytest.raises(DocumentError, match="may not type on cisco_ios"):
        render(PbrReturn(), PBR, content("same-security-traffic permit intra-interface"))
