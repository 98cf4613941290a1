"""The dictionary as a person opens it: read by everybody, searched, followed, and without a request leaving the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
UNFOLD = "document.querySelectorAll('details').forEach(details => details.open = true)"


@pytest.fixture(scope="module")
def address(home_with_release: Path) -> str:
    return (home_with_release / "releases" / "current" / "dictionary" / "index.html").as_uri()


@pytest.fixture
def page(browser, address: str) -> Iterator:  # type: ignore[no-untyped-def]
    """The page, with what it said on the console and what it asked for."""
    opened = browser.new_page(viewport=DESKTOP)
    opened.said, opened.asked = [], []
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.goto(address)
    yield opened
    assert opened.said == []
    assert [url for url in opened.asked if not url.startswith(("file:", "data:"))] == []
    opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_from_reading_it(page, scheme: str) -> None:  # type: ignore[no-untyped-def]
    page.emulate_media(color_scheme=scheme)
    page.evaluate(UNFOLD)
    found = Axe().run(page).response["violations"]
    grave = {each["id"]: [node["html"][:120] for node in each["nodes"][:3]] for each in found}
    assert grave == {}


def test_it_is_no_wider_than_a_phone(browser, address: str) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport=PHONE)
    page.goto(address)
    page.evaluate(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.close()


def test_a_word_finds_columns_and_hides_the_rest(page) -> None:  # type: ignore[no-untyped-def]
    whole = page.locator("details.table:visible").count()
    page.get_by_role("searchbox").fill("SYMPDURM")
    tables = page.locator("details.table:visible")
    assert 0 < tables.count() < whole
    rows = page.locator("details.table tbody tr:visible")
    assert rows.count() >= tables.count()
    assert all("sympdurm" in text.lower() for text in rows.all_inner_texts())
    assert str(tables.count()) in page.locator("#found").inner_text()
    page.get_by_role("searchbox").fill("no such word")
    assert page.locator("details.table:visible").count() == 0
    page.get_by_role("searchbox").fill("")
    assert page.locator("details.table:visible").count() == whole


def test_a_table_in_the_picture_is_opened_by_a_click(page) -> None:  # type: ignore[no-untyped-def]
    page.locator('#references a[href="#results.matched_set"]').click()
    table = page.locator("[id='results.matched_set']")
    assert table.evaluate("details => details.open")
    page.wait_for_function(
        "document.getElementById('results.matched_set').getBoundingClientRect().top < innerHeight"
    )
    heading, search = table.locator("> summary").bounding_box(), page.locator(".search").bounding_box()
    assert heading["y"] >= search["y"] + search["height"] - 1


def test_an_address_of_a_column_opens_its_table(browser, address: str) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport=DESKTOP)
    page.goto(address + "#marts.adsl.AGE")
    row = page.locator("[id='marts.adsl.AGE']")
    assert row.is_visible()
    assert 0 <= row.bounding_box()["y"] <= DESKTOP["height"]
    page.close()


def test_without_script_everything_is_there_but_the_search(browser, address: str) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert not page.locator(".search").is_visible()
    page.locator("[id='marts.adsl'] > summary").click()
    assert page.locator("[id='marts.adsl.AGE']").is_visible()
    context.close()


def test_on_paper_every_table_is_unfolded(page) -> None:  # type: ignore[no-untyped-def]
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("[id='results.ae_rate'] tbody tr").first.is_visible()
    assert not page.locator(".search").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.locator("[id='results.ae_rate'] tbody tr").first.is_visible()
