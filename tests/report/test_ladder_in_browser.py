"""A report about flows as headless Chromium shows it: needs one on the machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import expect

from bothways.report.ladder.page import ladder_page
from bothways.report.ladder.svg import ladder_svg

from .browser import DESKTOP, EVERYWHERE, GROUNDS, PHONE, Show, Shown
from .pictures import CLIENT, PICTURES, hairpin, many_devices
from .sheets import chapter, hairpin_sheet, hostile_sheet, sheet
from .test_audit_hostile import HOSTILE
from .test_ladder_svg import LONG

DEAD = {
    "hairpin": "packet 2, SYN/ACK, from 172.16.1.18:443 to 10.12.0.130:50001: dies at 10.12.0.130: refused: "
    "it acknowledges C+Δ+1, and the client sent C: not its connection",
    "one-way-nat": "packet 2, SYN/ACK, from 10.1.1.1:23 to 192.4.4.4:11001: dies at 192.4.4.4: refused: "
    "it comes from 192.4.4.4, and 10.1.1.1 was called",
    "link-state": "packet 2, SYN/ACK, from 10.10.0.20:443 to 10.20.0.11:50001: dies at edge-b: "
    "no link to any core: Gi0/2 is down, and nobody told its servers (counted as no-route)",
    "twelve devices": "packet 2, SYN/ACK, from 172.16.1.18 to 10.12.0.130: "
    "dies at router-6.provider.example.net: no route to 10.12.0.130",
    "unsent": "packet 1, SYN: dies at 10.12.0.130: the client has no gateway",
}
PAGES = {name: sheet(chapter(picture)) for name, picture in PICTURES.items()} | {
    "three moments": sheet(*(chapter(hairpin(), name) for name in ("Broken", "Cured", "Undone"))),
    "no picture": sheet(chapter(None)),
    "nothing": sheet(),
    **{f"hostile: {name}": hostile_sheet(text) for name, text in (HOSTILE | LONG).items()},
}


@pytest.mark.parametrize(
    ("name", "size", "dark"),
    [
        *(("hairpin", size, dark) for size in (DESKTOP, PHONE) for dark in (False, True)),
        *((name, PHONE, name == "link-state") for name in DEAD if name != "hairpin"),
    ],
)
def test_the_dead_packet_is_found_by_its_name(
    show: Show, name: str, size: tuple[int, int], *, dark: bool
) -> None:
    """One thing that is read aloud whole, in the colours that were asked for; a link leads to its cross."""
    with show(ladder_page(sheet(chapter(PICTURES[name]))), size, dark=dark) as shown:
        row = shown.page.get_by_role("img", name=DEAD[name])
        expect(row).to_have_count(1)
        expect(row).to_contain_text("DIES HERE")
        expect(row.locator(".cross.big")).to_have_count(1)
        expect(shown.page.locator("body")).to_have_css(
            "background-color", GROUNDS["dark" if dark else "light"]
        )
        assert shown.width_to_scroll() == 0
        shown.page.get_by_role("link", name="Where it dies").click()
        expect(row.locator(".cross.big")).to_be_in_viewport()
        assert shown.width_to_scroll() == 0


@EVERYWHERE
def test_the_verdict_is_on_the_first_screen(show: Show, size: tuple[int, int], *, dark: bool) -> None:
    """With the command to type next, and the gap; the picture follows."""
    with show(ladder_page(hairpin_sheet()), size, dark=dark) as shown:
        heading = shown.page.get_by_role("heading", level=1)
        expect(heading).to_have_text("Dies at 10.12.0.130 with packet 2, SYN/ACK")
        expect(heading).to_be_in_viewport()
        expect(shown.page.get_by_text("Not everything was seen.")).to_be_in_viewport()
        expect(shown.page.locator("pre.command")).to_be_in_viewport()
        rows = shown.page.get_by_role("listitem").filter(has=shown.page.get_by_role("img"))
        expect(rows).to_have_count(4)


def test_the_labels_stay_in_sight_while_the_picture_is_scrolled(show: Show) -> None:
    """On a phone, to the last column, by the keyboard; the page itself stands still."""
    with show(ladder_page(sheet(chapter(many_devices()))), PHONE) as shown:
        region = shown.page.get_by_role("region", name=f"Picture of {CLIENT} 172.16.1.18 tcp/22")
        label = region.locator(".labels text", has_text="2 SYN/ACK")
        before = label.bounding_box()
        region.focus()
        for _ in range(40):
            region.press("ArrowRight")
        shown.page.wait_for_function("document.querySelector('.scroll').scrollLeft > 1000")
        region.evaluate("one => { one.scrollLeft = one.scrollWidth }")
        expect(region.get_by_role("img", name="host 172.16.1.18")).to_be_in_viewport()
        after = label.bounding_box()
        assert before is not None
        assert after is not None
        assert before["x"] == after["x"] >= 0
        assert shown.width_to_scroll() == 0


@pytest.mark.parametrize("which", PAGES)
def test_no_page_is_wider_than_its_window(show: Show, which: str) -> None:
    """Folded and unfolded; it asks for nothing, complains of nothing, runs nothing."""
    with show(ladder_page(PAGES[which])) as shown:
        shown.fold(open_=True)
        for width, height in (DESKTOP, PHONE):
            shown.page.set_viewport_size({"width": width, "height": height})
            assert shown.width_to_scroll() == 0
        assert "owned" not in shown.page.title().partition("·")[0] or which.startswith("hostile")
        assert shown.page.locator("script").count() == 0


def test_a_name_of_5000_characters_is_no_page_of_its_own(show: Show) -> None:
    """In headings and in the picture it is cut, and says so; what can be done stays within reach."""
    with show(ladder_page(hostile_sheet("x" * 5000)), PHONE) as shown:
        for one in shown.page.locator("h1, h2, h3, h4, nav, figcaption").all():
            box = one.bounding_box()
            assert box is not None
            assert box["height"] < PHONE[1]
        assert shown.page.title().startswith(f"{'x' * 119}… · ")


_SMALL = "all => all.map(one => parseFloat(getComputedStyle(one).fontSize)).filter(size => size < 12)"


@pytest.mark.parametrize("name", ["hairpin", "twelve devices", "forty packets", "beside"])
def test_no_text_is_too_small_to_read(show: Show, name: str) -> None:
    """12 pixels at least, also on a phone, and the picture is drawn in its own size."""
    with show(ladder_page(sheet(chapter(PICTURES[name]))), PHONE) as shown:
        shown.fold(open_=True)
        assert shown.page.locator("body *").evaluate_all(_SMALL) == []
        for one in shown.page.locator("svg").all():
            box = one.bounding_box()
            assert box is not None
            assert box["width"] == float(one.get_attribute("width") or 0)


_BOXES = """all => all.map(one => {
  const box = one.getBoundingClientRect();
  return [one.textContent, box.left, box.right, box.top + 2, box.bottom - 2];
})"""


def drawn_boxes(shown: Shown, part: str) -> Iterator[list[Any]]:
    yield from shown.page.locator(f"{part} svg text").evaluate_all(_BOXES)


@pytest.mark.parametrize("name", [*PICTURES, *(f"hostile: {one}" for one in ("script", "bidi", *LONG))])
def test_no_text_collides_as_the_browser_draws_it(show: Show, name: str) -> None:
    """With the fonts of this machine, whatever the names: the layout only knows how wide they may be."""
    with show(ladder_page(PAGES[name])) as shown:
        for part in ("#chapter-1-caption ~ .scroll .labels", "#chapter-1-caption ~ .scroll .body"):
            found = list(drawn_boxes(shown, part))
            width = float(shown.page.locator(f"{part} svg").first.get_attribute("width") or 0)
            left = min((box[1] for box in found), default=0.0)
            assert max((box[2] for box in found), default=0.0) - left <= width
            for one, other in combinations(found, 2):
                apart = one[1] >= other[2] or other[1] >= one[2] or one[3] >= other[4] or other[3] >= one[4]
                assert apart, (one, other)


_CONTRAST = """() => {
  const parse = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ratio = (one, other) => {
    const [dim, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dim + 0.05);
  };
  const ground = one => {
    for (let at = one; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const one of document.querySelectorAll('body *:not(svg *)')) {
    const own = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own) continue;
    const found = ratio(parse(getComputedStyle(one).color), ground(one));
    if (found < 4.5) poor.push([one.tagName, one.textContent.slice(0, 40), found]);
  }
  for (const one of document.querySelectorAll('svg text')) {
    const style = getComputedStyle(one);
    const halo = one.closest('.head') ? getComputedStyle(one.closest('.head').querySelector('.box')).fill
      : style.stroke;
    const found = ratio(parse(style.fill), parse(halo));
    if (found < 4.5) poor.push([one.textContent, found]);
  }
  for (const one of document.querySelectorAll('svg .arrow, svg .cross, svg .rail, svg .box, svg .frame')) {
    const found = ratio(parse(getComputedStyle(one).stroke), ground(one));
    if (found < 3) poor.push([one.getAttribute('class'), found]);
  }
  return poor;
}"""


@EVERYWHERE
@pytest.mark.parametrize("name", ["beside", "one-way-nat"])
def test_every_word_and_stroke_can_be_seen(
    show: Show, name: str, size: tuple[int, int], *, dark: bool
) -> None:
    """4.5 to 1 for words on what is behind them, 3 to 1 for strokes, by the formula of WCAG 2."""
    with show(ladder_page(sheet(chapter(PICTURES[name]))), size, dark=dark) as shown:
        shown.fold(open_=True)
        assert shown.page.evaluate(_CONTRAST) == []


def test_the_dead_packet_needs_no_colour(show: Show) -> None:
    """Its strokes are thicker than any other's, and it has the word and the frame."""
    with show(ladder_page(hairpin_sheet())) as shown:
        widths = shown.page.locator("svg .arrow:not(.dead), svg .cross:not(.big)").evaluate_all(
            "all => all.map(one => parseFloat(getComputedStyle(one).strokeWidth))"
        )
        expect(shown.page.locator(".cross.big")).to_have_css("stroke-width", "6px")
        assert max(widths) < 3
        expect(shown.page.locator(".arrow.dead").first).to_have_css("stroke-width", "3px")
        expect(shown.page.locator(".arrow.supposed:not(.head)").first).to_have_css(
            "stroke-dasharray", "6px, 5px"
        )
        row = shown.page.get_by_role("table").get_by_role("row", name="2 SYN/ACK")
        expect(row).to_contain_text("✗ dies")


def test_the_table_holds_what_the_drawing_has_no_room_for(show: Show) -> None:
    """S0-08: the frames of the hairpin, both forms of the numbers, the rewrite and the counter."""
    with show(ladder_page(hairpin_sheet()), PHONE) as shown:
        table = shown.page.get_by_role("table")
        expect(table.get_by_role("row")).to_have_count(5)
        syn = table.get_by_role("row", name="1 SYN").first
        expect(syn).to_contain_text("frame 0011.2233.0001 to 0011.2233.0254, in on Vlan10")
        expect(syn).to_contain_text("seq C+Δ (2507700468) behind edge-asa")
        expect(syn).to_contain_text("edge-asa: seq from C (2507699367) to C+Δ (2507700468)")
        reset = table.get_by_role("row", name="3 RST")
        expect(reset).to_contain_text(re.compile(r"dies, too at edge-asa; .*\(counted as tcp-not-syn\)"))


@EVERYWHERE
def test_the_svg_by_itself_follows_the_scheme(show: Show, size: tuple[int, int], *, dark: bool) -> None:
    """Its own style colours its ground; its rows are found by their names, too."""
    with show(f"<!DOCTYPE html>{ladder_svg(hairpin())}", size, dark=dark) as shown:
        expect(shown.page.get_by_role("img", name=DEAD["hairpin"])).to_have_count(1)
        expect(shown.page.locator("rect.ground")).to_have_css("fill", GROUNDS["dark" if dark else "light"])


def test_on_paper_nothing_is_cut_off(show: Show) -> None:
    """The picture is made as narrow as the sheet, labels and body alike, and what was folded is there."""
    with show(ladder_page(sheet(chapter(many_devices())))) as shown:
        shown.page.emulate_media(media="print")
        shown.page.set_viewport_size({"width": 794, "height": 1123})
        assert shown.width_to_scroll() == 0
        boxes = [one.bounding_box() for one in shown.page.locator(".scroll svg").all()]
        assert all(box is not None and box["x"] + box["width"] <= 794 for box in boxes)
        heights = [box["height"] for box in boxes if box is not None]
        assert abs(heights[0] - heights[1]) < 2
        expect(shown.page.get_by_text("D 172.16.1.0 255.255.255.0 [90/28416] via").first).to_be_visible()
