"""Pages as headless Chromium shows them: needs one on the machine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP, PHONE = (1280, 800), (390, 844)
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(19, 22, 27)"}


@dataclass
class Shown:
    """A page that is open, and whatever it asked for or complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def width_to_scroll(self) -> int:
        """How far the page is wider than its window, which nobody can read."""
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(wider))

    def fold(self, *, open_: bool) -> None:
        self.page.evaluate(
            "to => document.querySelectorAll('details').forEach(one => { one.open = to })", open_
        )


Show = Callable[..., AbstractContextManager[Shown]]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of this machine; none is fetched."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: nobody looked at the page")
    expect.set_options(timeout=30_000)  # a busy machine is no failure of the page
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found)
        yield browser
        browser.close()


@pytest.fixture
def show(chromium: Browser, tmp_path: Path) -> Show:
    """Opens the text of a page from a file, in a window of a size and a scheme of colours."""

    @contextmanager
    def shown(text: str, size: tuple[int, int] = DESKTOP, *, dark: bool = False) -> Iterator[Shown]:
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
        )
        one = Shown(context.new_page())
        one.page.on("request", lambda request: one.asked.append(request.url))
        one.page.on("console", lambda message: one.said.append(message.text))
        one.page.on("pageerror", lambda error: one.said.append(str(error)))
        one.page.on("dialog", lambda dialog: one.said.append(dialog.message))
        one.page.goto(path.as_uri())
        yield one
        assert one.said == []
        assert one.asked == [path.as_uri()]
        context.close()

    return shown


EVERYWHERE = pytest.mark.parametrize(
    ("size", "dark"),
    [(DESKTOP, False), (DESKTOP, True), (PHONE, False), (PHONE, True)],
    ids=["desktop light", "desktop dark", "phone light", "phone dark"],
)
ON_BOTH = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
