"""An audit as an HTML page, as headless Chromium shows it: needs one on the machine."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bothways.audit.change import changes
from bothways.audit.result import AuditRun
from bothways.diagnosis.findings import Severity
from bothways.report.audit.page import page
from bothways.rules.fleet import Outcome

from .audit_runs import DIES, FLOW, PASSED, UNSEEN, night, result, run_of, since
from .browser import DESKTOP, EVERYWHERE, GROUNDS, ON_BOTH, PHONE, Show
from .test_audit_hostile import HOSTILE, hostile_run


@EVERYWHERE
def test_a_failure_is_found_by_its_name(show: Show, size: tuple[int, int], *, dark: bool) -> None:
    """X-08: on the first screen, in the colours that were asked for; its evidence unfolds by the keyboard."""
    with show(page(night(), since()), size, dark=dark) as shown:
        failure = shown.page.get_by_role("article", name=f"error asymmetric-return on edge-asa {FLOW} new")
        expect(failure).to_have_count(1)
        expect(failure).to_be_in_viewport()
        expect(failure).to_contain_text("edge-asa never sees the answers of 172.16.1.18")
        expect(failure).to_contain_text("Sure: likely")
        expect(shown.page.locator("body")).to_have_css(
            "background-color", GROUNDS["dark" if dark else "light"]
        )
        line = failure.get_by_text("D 172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, inside")
        expect(line).to_be_hidden()
        failure.get_by_text("Evidence: 1 line").press("Enter")
        expect(line).to_be_visible()
        assert shown.width_to_scroll() == 0


def crowded() -> AuditRun:
    """Many failures, and names without a place to break."""
    long = "x" * 253
    failing = [
        result(
            "asymmetric-return",
            device,
            Outcome.FAIL,
            f"{long} never sees {device}",
            Severity.ERROR,
            f"{FLOW} {number} {long}",
            line=f"{long} {long}",
            fixes=(long, "pbr-return"),
            next_words=f"bothways plan --from-audit last {long} -o a.plan",
        )
        for number in range(20)
        for device in ("edge-asa", long)
    ]
    return run_of(*failing, UNSEEN, **{f"{long}1": long, "core-2": "connection refused"})


PAGES = {
    "a night": (night(), since()),
    "a first night": (night(), None),
    "nothing at all": (run_of(), ()),
    "crowded": (crowded(), changes(run_of(), crowded())),
} | {
    f"hostile: {name}": (hostile_run(text), changes(run_of(), hostile_run(text)))
    for name, text in HOSTILE.items()
}


@pytest.mark.parametrize("which", PAGES)
def test_no_page_is_wider_than_its_window(show: Show, which: str) -> None:
    """X-08: folded and unfolded; it asks for nothing, complains of nothing, and keeps its title."""
    run, changed = PAGES[which]
    with show(page(run, changed)) as shown:
        for width, height in (DESKTOP, PHONE):
            shown.page.set_viewport_size({"width": width, "height": height})
            shown.fold(open_=False)
            assert shown.width_to_scroll() == 0
            shown.fold(open_=True)
            assert shown.width_to_scroll() == 0
        assert shown.page.title().endswith("· bothways audit audit-baseline")


@ON_BOTH
def test_a_gap_stands_beside_the_verdict(show: Show, size: tuple[int, int]) -> None:
    """X-08: on the first screen, before anything that passed, and leads to the reasons."""
    with show(page(run_of(PASSED, UNSEEN, **{"core-2": "no answer"})), size) as shown:
        expect(shown.page.get_by_role("heading", level=1)).to_have_text(
            "Nothing fails; not everything was seen"
        )
        gap = shown.page.get_by_text("Seen nothing of core-2 and not all of lab-switch: more may fail there.")
        expect(gap).to_be_in_viewport()
        row = shown.page.get_by_role("region", name="Could not see").get_by_role("row", name="lab-switch")
        expect(row).to_have_text("lab-switch`show startup-config` was refusedstartup-differs")


def test_a_command_is_taken_whole(show: Show) -> None:
    """X-08: one click selects it as it must be typed, however it is broken into lines."""
    with show(page(night()), PHONE) as shown:
        command = shown.page.get_by_role("article").first.locator("pre")
        command.click()
        assert shown.page.evaluate("getSelection().toString()") == DIES.next


def test_a_link_to_one_result_leads_to_it(show: Show) -> None:
    """X-08: the id of a result, as the other forms have it, is its address in the page."""
    with show(page(crowded()), PHONE) as shown:
        last = shown.page.get_by_role("article").last
        last.get_by_role("link").click()
        expect(last).to_be_in_viewport()
        expect(last).to_have_css("outline-style", "solid")
