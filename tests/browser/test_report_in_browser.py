"""The report as a person opens it: complete, silent, and without a request leaving the page."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(browser, home_with_release: Path):  # type: ignore[no-untyped-def]
    """The report's page, with what it said on the console and what it asked for."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto((home_with_release / "releases" / "current" / "report" / "report.html").as_uri())
    yield page
    page.close()


def test_it_opens_without_a_word_on_the_console(opened) -> None:  # type: ignore[no-untyped-def]
    assert opened.said == []


def test_no_request_leaves_the_page(opened) -> None:  # type: ignore[no-untyped-def]
    assert [url for url in opened.asked if not url.startswith(("file:", "data:"))] == []


PAGES = {"public": "report", "in house": "in-house"}
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
UNFOLD = "document.querySelectorAll('details').forEach(details => details.open = true)"


@pytest.fixture(params=PAGES)
def edition(request: pytest.FixtureRequest, home_with_release: Path) -> str:
    """The address of an edition."""
    return (home_with_release / "releases" / "current" / PAGES[request.param] / "report.html").as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_from_reading_it(browser, edition: str, scheme: str) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport=DESKTOP, color_scheme=scheme)
    page.goto(edition)
    page.evaluate(UNFOLD)
    # The page lets no script in, so that the tool cannot ask for one by address.
    found = Axe().run(page).response["violations"]
    page.close()
    grave = {each["id"]: [node["html"][:120] for node in each["nodes"][:3]] for each in found
             if each["impact"] in ("serious", "critical")}  # fmt: skip
    assert grave == {}


def test_the_first_screen_says_what_people_come_for(browser, edition: str) -> None:  # type: ignore[no-untyped-def]
    for viewport in (DESKTOP, PHONE):
        page = browser.new_page(viewport=viewport)
        page.goto(edition)
        glance, alive = (
            page.locator("#news").bounding_box(),
            page.locator("#news li", has_text="Alive.").bounding_box(),
        )
        # Of a phone it may take two.
        assert glance["y"] + glance["height"] <= viewport["height"] * (2 if viewport is PHONE else 1)
        assert alive["y"] + alive["height"] <= viewport["height"]
        words = page.locator("#news").inner_text()
        assert all(lead in words for lead in ("Data cut", "The headline.", "Alive.", "What is amiss."))
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        small = page.evaluate(
            "[...document.querySelectorAll('#news *, header *, nav *, .ribbon')].filter(e => e.innerText && "
            "parseFloat(getComputedStyle(e).fontSize) < 12).map(e => e.outerHTML.slice(0, 80))"
        )
        assert small == []
        page.close()


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-07-30", "(old from 2026-07-31 on, more than 30 days)"),
        ("2026-07-31", "31 days old when opened (limit 30): look for a newer one"),
        ("2027-06-30", "365 days old when opened"),
        ("2026-01-01", "(old from 2026-07-31 on"),
    ],
)
def test_who_reads_it_too_late_is_told_how_old_the_data_are(
    browser, edition: str, day: str, told: str
) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport=DESKTOP)
    page.clock.set_fixed_time(f"{day}T23:30:00")
    page.goto(edition)
    age = page.locator("#age")
    assert told in age.inner_text()
    assert ("열람일 " in age.inner_text()) == told[0].isdigit()
    assert ("old" in (age.get_attribute("class") or "")) == told[0].isdigit()
    box = age.bounding_box()
    assert box["y"] + box["height"] <= DESKTOP["height"] / 2
    page.close()


def test_without_script_it_says_from_when_on_the_data_are_old(browser, edition: str) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(edition)
    assert page.locator("#age").inner_text().startswith("(old from 2026-07-31 on, more than 30 days)")
    context.close()


def test_a_table_sorts_by_a_click_and_filters_by_a_word(browser, edition: str) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport=DESKTOP)
    page.goto(edition)
    page.evaluate(UNFOLD)
    table = page.locator("#ae-emergent")
    events = table.locator("tbody td:nth-child(3)")
    heading = table.get_by_role("button", name="Events")
    for ascending in (True, False):
        heading.click()
        shown = [
            0.0 if text.startswith("<") else float(text.replace(",", "")) for text in events.all_inner_texts()
        ]
        assert shown == sorted(shown, reverse=not ascending)
    whole = table.locator("tbody tr:visible").count()
    term = table.locator("tbody th").nth(3).inner_text().strip()
    table.get_by_role("searchbox").fill(term.upper())
    left = table.locator("tbody tr:visible")
    assert 0 < left.count() < whole
    assert all(term in text for text in left.all_inner_texts())
    table.get_by_role("searchbox").fill("")
    assert table.locator("tbody tr:visible").count() == whole
    page.close()


def test_a_link_into_what_is_folded_opens_it(browser, edition: str) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport=DESKTOP)
    page.goto(edition)
    assert not page.locator("#balance-opened").is_visible()
    page.goto(f"{edition}#balance-opened")
    assert page.locator("#balance-opened").is_visible()
    page.close()


def test_the_contents_open_with_the_keyboard(browser, edition: str) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport=DESKTOP)
    page.goto(edition)
    assert not page.locator("nav ol").is_visible()
    page.locator("#contents").focus()
    page.keyboard.press("Space")
    assert page.locator("nav ol").is_visible()
    page.close()


def test_figures_and_tables_are_there_and_none_is_empty(opened) -> None:  # type: ignore[no-untyped-def]
    opened.evaluate(UNFOLD)
    # Twins for narrow screens are not shown on this one, but for the chart beside the languages.
    shown = "figure.picture > svg, :not(.languages *) > .broad svg, .languages .narrow svg"
    sizes = opened.eval_on_selector_all(shown, "all => all.map(s => s.getBoundingClientRect().width)")
    assert len(sizes) >= 6
    assert min(sizes) > 100
    rows = opened.eval_on_selector_all("table", "all => all.map(t => t.rows.length)")
    assert len(rows) >= 8
    assert min(rows) >= 2


def test_every_figure_has_a_text_alternative(opened) -> None:  # type: ignore[no-untyped-def]
    bare = opened.eval_on_selector_all(
        "svg", "all => all.filter(s => !s.querySelector('title') && !s.getAttribute('aria-label') "
        "&& !s.getAttribute('aria-labelledby') && s.getAttribute('aria-hidden') !== 'true').length"
    )  # fmt: skip
    assert bare == 0


def test_nothing_is_wider_than_the_page(opened) -> None:  # type: ignore[no-untyped-def]
    overflow = opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 1


def test_it_prints_to_a_pdf_of_a_sensible_length(opened, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "report.pdf"
    for unfolded, most in ((False, 20), (True, 60)):
        opened.evaluate(
            f"document.querySelectorAll('details').forEach(details => details.open = {str(unfolded).lower()})"
        )
        opened.pdf(path=str(path), format="A4")
        content = path.read_bytes()
        pages = content.count(b"/Type /Page") - content.count(b"/Type /Pages")
        assert content.startswith(b"%PDF")
        assert 5 <= pages <= most


def test_a_script_in_the_page_is_not_run(browser, home_with_release: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    report = home_with_release / "releases" / "current" / "report" / "report.html"
    spoilt = tmp_path / "report.html"
    script = "<script>document.title = 'RUN'</script><img src='http://localhost:1/x' onerror=\"document.title = 'RUN'\">"
    spoilt.write_text(report.read_text().replace("</main>", f"{script}</main>"))
    page = browser.new_page()
    page.goto(spoilt.as_uri())
    assert page.title() not in ("", "RUN")
    page.close()


def test_a_pointer_that_rests_on_a_curve_finds_its_values(browser, edition: str) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport=DESKTOP)
    page.goto(edition)
    curve = page.locator("#survival figure.picture .broad svg").first
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    words = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('.hover')?.querySelector('title').textContent",
        [box["x"] + 0.4 * box["width"], box["y"] + 0.3 * box["height"]],
    )
    assert "months\nLenzumestrocel: " in words
    page.close()


def test_a_phone_shows_one_language_at_a_time_and_a_desktop_both(browser, edition: str) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport=PHONE)
    page.goto(edition)
    english, korean = page.locator(".language[lang=en]"), page.locator(".language[lang=ko]")
    assert (english.is_visible(), korean.is_visible()) == (True, False)
    page.get_by_label("한국어").check()
    assert (english.is_visible(), korean.is_visible()) == (False, True)
    page.set_viewport_size(DESKTOP)
    assert (english.is_visible(), korean.is_visible()) == (True, True)
    assert english.bounding_box()["y"] == pytest.approx(korean.bounding_box()["y"], abs=2)
    page.close()
