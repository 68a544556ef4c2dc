from __future__ import annotations

from bothways.fixes.steps import Predicate, Undo
from bothways.planning.undoing import due_undo

CONFIG = """\
interface Vlan172
 ip address 172.16.1.1 255.255.255.0
 ip policy route-map FIX_ROUTING
!
ip access-list extended RETURN
 permit ip 172.16.1.0 0.0.0.255 host 10.12.0.130
!
route-map FIX_ROUTING permit 10
 match ip address RETURN
 set ip next-hop 10.12.0.1
end"""

UNDO = (
    Undo(
        section="interface Vlan172",
        ours="ip policy route-map FIX_ROUTING",
        enter=("interface Vlan172",),
        text="no ip policy route-map FIX_ROUTING",
    ),
    Undo(
        section="",
        ours="route-map FIX_ROUTING permit 10",
        text="no route-map FIX_ROUTING permit 10",
        contents=("match ip address RETURN", "set ip next-hop 10.12.0.1"),
    ),
    Undo(
        section="",
        ours="ip access-list extended RETURN",
        text="no ip access-list extended RETURN",
        contents=("permit ip 172.16.1.0 0.0.0.255 host 10.12.0.130",),
    ),
)


def yes(_: Predicate) -> bool:
    return True


def test_all_of_ours_is_due_in_order() -> None:
    """S0-14: unbind, then the map, then its list."""
    found = due_undo(UNDO, CONFIG, "cisco_ios", yes)
    assert [undo.text for undo in found.due] == [
        "no ip policy route-map FIX_ROUTING",
        "no route-map FIX_ROUTING permit 10",
        "no ip access-list extended RETURN",
    ]
    assert not found.skipped


def test_what_is_gone_already_is_skipped() -> None:
    """Somebody else took the binding away; the rest is still ours."""
    found = due_undo(UNDO, CONFIG.replace(" ip policy route-map FIX_ROUTING\n", ""), "cisco_ios", yes)
    assert [undo.text for undo in found.due] == [
        "no route-map FIX_ROUTING permit 10",
        "no ip access-list extended RETURN",
    ]
    assert [why for _, why in found.skipped] == ["`ip policy route-map FIX_ROUTING` is not there any more"]


def test_another_admins_line_keeps_its_section_and_what_it_uses() -> None:
    """A route-map somebody extended stays, and so does the list it matches."""
    extended = CONFIG.replace(" set ip next-hop 10.12.0.1\n", " set ip next-hop 10.12.0.1\n set ip tos 4\n")
    found = due_undo(UNDO, extended, "cisco_ios", yes)
    assert [undo.text for undo in found.due] == ["no ip policy route-map FIX_ROUTING"]
    assert [why for _, why in found.skipped] == [
        "`set ip tos 4` in it is not ours",
        "`match ip address RETURN` under `route-map FIX_ROUTING permit 10` uses it",
    ]


def test_a_line_with_a_condition_is_due_only_while_it_holds() -> None:
    """S0-18: after the reload the stored template is not put back."""
    fact = Predicate(
        device="lab-switch",
        table="SdmTemplate",
        key={},
        column="active",
        expected="desktop default",
        because="lab-switch has not reloaded",
    )
    undo = (Undo(section="", ours="", text="sdm prefer default", only_if=fact),)
    assert [line.text for line in due_undo(undo, CONFIG, "cisco_ios", yes).due] == ["sdm prefer default"]
    after = due_undo(undo, CONFIG, "cisco_ios", lambda _: False)
    assert after.skipped == ((undo[0], "not so any more: lab-switch has not reloaded"),)


JOINED = Undo(
    section="",
    ours="route-map CORP permit 20",
    text="no route-map CORP permit 20",
    contents=("match ip address RETURN", "set ip next-hop 10.12.0.1"),
    part=True,
)
THEIRS = CONFIG.replace("route-map FIX_ROUTING permit 10", "route-map CORP permit 20").replace(
    "ip policy route-map FIX_ROUTING", "ip policy route-map CORP"
)


def test_a_sequence_in_somebodys_map_goes_alone() -> None:
    """S0-14, B19: neither his binding nor his own sequences keep ours there; its list goes with it."""
    theirs = THEIRS.removesuffix("end") + "route-map CORP permit 30\n set ip next-hop 10.12.0.9\nend"
    found = due_undo((JOINED, UNDO[2]), theirs, "cisco_ios", yes)
    assert found.due == (JOINED, UNDO[2])
    assert not found.skipped
    made = JOINED.model_copy(update={"part": False})
    assert due_undo((made,), theirs, "cisco_ios", yes).in_use == (made,)


def test_what_somebody_put_into_our_sequence_keeps_it() -> None:
    """B19: his line would go with it, so it stays, and so does the list it needs."""
    extended = THEIRS.replace("next-hop 10.12.0.1\n", "next-hop 10.12.0.1\n set ip precedence 5\n")
    found = due_undo((JOINED, UNDO[2]), extended, "cisco_ios", yes)
    assert found.in_use == (JOINED, UNDO[2])
    assert found.skipped[0][1] == "`set ip precedence 5` in it is not ours"
