"""An undo that the configuration does not show is proven by the fact it is to bring back."""

from __future__ import annotations

import pytest

from bothways.errors import RolledBack, StateUnknown
from bothways.planning.plan import Command, ConfigStep, Predicate, Undo
from bothways.pushing.push import push_step
from bothways.pushing.undo import UndoStopped, undo_step
from bothways.pushing.unit import Unit
from bothways.pushing.work import Work

from .toy import Toy

STORE, BACK = "sdm prefer routing", "sdm prefer default"
SHOW = "show sdm prefer"
PLAIN = ' The current template is "desktop default" template.\n'
PENDING = f'{PLAIN}\n On next reload, template will be "desktop routing" template.\n'
RELOADED = ' The current template is "desktop routing" template.\n'


def template(column: str, expected: str, because: str) -> Predicate:
    return Predicate(
        device="lab-switch", table="SdmTemplate", key={}, column=column, expected=expected, because=because
    )


STEP = ConfigStep(
    device="lab-switch",
    fix="sdm-template",
    commands=(Command(text=STORE),),
    undo=(
        Undo(
            section="",
            ours="",
            text=BACK,
            only_if=template("active", "desktop default", "it has not reloaded"),
            proof=template("next", "desktop default", "the next reload brings the old template"),
        ),
    ),
    proofs=(template("next", "desktop routing", "the next reload brings the new template"),),
)


@pytest.fixture
def switch(toy: Toy) -> Toy:
    """A switch that keeps its template outside the configuration."""
    toy.outputs[SHOW] = PLAIN
    toy.answers = {STORE: ("", False), BACK: ("", False)}
    toy.on_line = lambda line: toy.outputs.update({SHOW: {STORE: PENDING, BACK: PLAIN}[line]})
    return toy


def ignoring(switch: Toy, line: str) -> None:
    """The line is taken in silence and not done."""
    take = switch.on_line
    switch.on_line = lambda typed: None if typed == line else take(typed)


def test_s0_18_a_stored_template_that_is_taken_back_is_proven_gone(
    switch: Toy, unit: Unit, work: Work
) -> None:
    """S0-18, X-02: stored, and the answer was lost."""
    switch.dies_at[STORE] = False

    with pytest.raises(RolledBack, match="1 undo line typed"):
        push_step(unit, STEP, work)

    assert switch.outputs[SHOW] == PLAIN


def test_f40_an_undo_that_is_taken_in_silence_and_not_done_is_exit_22(
    switch: Toy, unit: Unit, work: Work
) -> None:
    """F40, F49, I4: the configuration reads as before all the while, and the template is still pending."""
    switch.dies_at[STORE] = False
    ignoring(switch, BACK)

    with pytest.raises(StateUnknown, match=r"brings the old template .*seen: desktop routing") as caught:
        push_step(unit, STEP, work)

    assert f"undo `{BACK}` acked" in str(caught.value)


@pytest.mark.parametrize("shown", ["", "% Not today\n"], ids=["refused", "no table"])
def test_an_undo_that_hangs_on_what_nobody_can_see_is_not_called_needless(
    switch: Toy, unit: Unit, work: Work, shown: str
) -> None:
    """I4: the template may be pending; 22, never 20."""

    def hides(_: str) -> None:
        if shown:
            switch.outputs[SHOW] = shown
        else:
            del switch.outputs[SHOW]

    switch.on_line = hides
    with pytest.raises(StateUnknown, match="the undo stopped"):
        push_step(unit, STEP, work)

    assert switch.received == [STORE]


def test_after_the_reload_the_undo_is_not_typed_and_nothing_is_asked_of_it(
    switch: Toy, unit: Unit, work: Work
) -> None:
    """S0-18: it would arm the next reload."""
    push_step(unit, STEP, work)
    switch.outputs[SHOW] = RELOADED

    undone = undo_step(unit, STEP, work)

    assert undone.typed == frozenset()
    assert undone.kept == (f"`{BACK}` was not typed: not so any more: it has not reloaded",)
    assert switch.received == [STORE]


def test_an_undo_line_of_which_no_answer_came_is_proven_like_any_other(
    switch: Toy, unit: Unit, work: Work
) -> None:
    """F03, F09: typed again while it is due; a device that never does it is exit 22."""
    push_step(unit, STEP, work)
    switch.dies_at[BACK] = False
    assert undo_step(unit, STEP, work).typed == {0}
    assert switch.received == [STORE, BACK, BACK]

    push_step(unit, STEP, work)
    ignoring(switch, BACK)
    switch.dies_at[BACK] = False
    with pytest.raises(UndoStopped, match="seen: desktop routing"):
        undo_step(unit, STEP, work)
